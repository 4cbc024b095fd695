import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { loadInventory } from '#shared/billing/use-cases/load-inventory.ts';
import { approveRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { openRun } from '#shared/billing/use-cases/runs/open-run.ts';
import { runStates } from '#shared/billing/use-cases/runs/run-state.ts';
import { readPlanHead } from '#shared/billing/use-cases/runs/stored-plan.ts';
import { proveUsage, type UsageProof } from '#shared/billing/use-cases/usage/prove-usage.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import { documentFolder, type PostedDocument } from '#shared/invoicing/posted-document.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { listFiles } from '#shared/mediation/use-cases/list-files.ts';
import { yamlFiles } from '../catalog/catalog.ts';
import type { Session } from '../session.ts';
import { failure } from '../terminal/failure.ts';
import { counted, grouped } from '../terminal/figures.ts';
import { proofText } from '../usage/proof-text.ts';
import { compareDocuments, compareProof, type Expected } from './expected-run.ts';
import type { StoryStep } from './story.ts';

/** The stage a step is played on: where its files lie, the world it changes, and how to wait until the world is still. */
export interface Stage {
  readonly folder: string;
  /** Where its invoices are put for reading. */
  readonly invoices: string;
  readonly world: Session['world'];
  readonly idle: () => Promise<void>;
  readonly say: (line: string) => void;
}

/** What a step came to. `right` = as the example expects it. */
export interface ToldStep {
  readonly at: string;
  readonly does: string;
  readonly right: boolean;
  readonly invoices: readonly PostedDocument[];
  readonly proof: UsageProof | null;
}

const WHO = 'demo';

/** Plays a step of an example's story and says what came of it. */
export async function tellStep(stage: Stage, step: StoryStep): Promise<ToldStep> {
  const { at, does } = step;
  if (step.catalog !== undefined) await release(stage, step.catalog);
  if (step.inventory !== undefined) await load(stage, step.inventory);
  if (step.usage !== undefined) await drop(stage, step.usage);
  await stage.idle();
  if (step.usage !== undefined) await tellFiles(stage, step.usage);
  if (step.run === undefined) return { at, does, right: true, invoices: [], proof: null };
  return { at, does, ...(await bill(stage, step.run)) };
}

async function release({ folder, world, say }: Stage, catalog: string): Promise<void> {
  const read = readCatalog(await yamlFiles(join(folder, catalog)));
  if ('problems' in read)
    throw failure("the example's catalogue is refused", `billing catalog release ${join(folder, catalog)} --check`);
  const released = await releaseCatalog(world, read.catalog, WHO);
  if (released.outcome === 'refused')
    throw failure("the example's catalogue is refused", `billing catalog release ${join(folder, catalog)}`);
  say(`    release ${released.sha256.slice(0, 12)} at position ${released.position}`);
}

async function load({ folder, world, say }: Stage, names: readonly string[]): Promise<void> {
  const files = names.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
  const result = await loadInventory(world, files, WHO);
  if (result.outcome !== 'recorded')
    throw failure("the example's inventory is refused", `billing inventory load ${names.join(' ')}`);
  say(`    ${counted(result.facts, 'fact', 'facts')} at position ${result.position}`);
}

async function drop({ folder, world }: Stage, files: readonly string[]): Promise<void> {
  for (const file of files) {
    const key = `incoming/${basename(dirname(file))}/${basename(file)}`;
    await world.objects.put('incoming', key, readFileSync(join(folder, file)), 'application/octet-stream');
  }
}

async function tellFiles({ world, say }: Stage, files: readonly string[]): Promise<void> {
  const keys = new Set(files.map((file) => `incoming/${basename(dirname(file))}/${basename(file)}`));
  const listed = (await listFiles(world, { month: '', carrier: '' })).filter((file) => keys.has(file.key));
  const states = Map.groupBy(listed, (file) => file.state);
  const records = listed.reduce((sum, file) => sum + file.accepted, 0);
  const summary = [...states].map(([state, of]) => `${of.length} ${state}`).join(', ');
  say(`    ${counted(listed.length, 'file', 'files')}: ${summary}; ${grouped(records)} records accepted`);
  for (const file of listed.filter((each) => each.state !== 'loaded')) {
    say(`      ${file.carrier}/${file.name}  ${file.state}  ${file.detail}`);
  }
}

async function bill(stage: Stage, { period, invoiceDate, expected }: NonNullable<StoryStep['run']>) {
  const { folder, world, idle, say } = stage;
  const { seller, cycle } = { seller: 'fernweh', cycle: 1 };
  const opened = await openRun(world, {
    seller,
    cycle,
    account: '',
    month: period,
    invoiceDate,
    beforeEnd: false,
    by: WHO,
  });
  if (opened.outcome === 'refused') throw failure(opened.reason, 'billing run list');
  const { run } = opened;
  await idle();
  const ports = { ...world, fourEyes: world.settings.fourEyes };
  for (const decided of [await approveRun(ports, run, WHO, false), await postRun(ports, run)]) {
    if (decided.outcome === 'refused') throw failure(decided.reason, `billing run show ${run}`);
  }
  await idle();
  const states = (await runStates(world.decisions, run)).map((each) => each.state);
  say(`    run ${run}: ${states.join(' → ')}`);
  const golden = JSON.parse(readFileSync(join(folder, expected), 'utf8')) as Expected;
  const invoices = await allDocuments(world, run);
  const compared = await compareDocuments(world.objects, invoices, golden);
  for (const { document, buyer, lines, differences } of compared) {
    const money = `net ${document.net.padStart(8)}  gross ${document.gross.padStart(8)} ${document.currency}`;
    say(
      `      ${document.number}  ${buyer.padEnd(34)} ${money}  ${differences.length === 0 ? `✔ ${lines} lines as expected` : '✘'}`,
    );
    for (const difference of differences) say(`        ✘ ${difference}`);
  }
  const missing = await saveRenderings(stage, invoices);
  for (const name of missing) say(`      ✘ ${name} was not rendered`);
  const { position } = await readPlanHead(world, run);
  const proof = await proveUsage(world, position);
  say(proofText(proof));
  const off = compareProof(proof, golden);
  for (const difference of off) say(`      ✘ ${difference}`);
  const right =
    off.length === 0 &&
    compared.every((each) => each.differences.length === 0) &&
    compared.length === golden.invoices.length;
  return { right, invoices, proof };
}

/** Copies what people read of the documents into the stage's folder, and answers what is not there. */
async function saveRenderings(
  { world, invoices, say }: Stage,
  documents: readonly PostedDocument[],
): Promise<string[]> {
  const missing: string[] = [];
  mkdirSync(invoices, { recursive: true });
  for (const { seller, number } of documents) {
    for (const name of [`${number}.pdf`, `${number}-lines.csv`, `${number}-usage.csv`]) {
      const body = await world.objects.get('invoices', `${documentFolder(seller, number)}/${name}`);
      if (body === undefined) missing.push(name);
      else writeFileSync(join(invoices, name), body);
    }
  }
  say(`      PDFs and CSVs are in ${relative('', invoices)}`);
  return missing;
}
