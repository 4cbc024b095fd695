import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { loadInventory } from '#shared/billing/use-cases/load-inventory.ts';
import { draftReport } from '#shared/billing/use-cases/runs/close-draft.ts';
import { approveRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { openRun } from '#shared/billing/use-cases/runs/open-run.ts';
import { isFinished, postingProgress } from '#shared/billing/use-cases/runs/posting-progress.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import { listFiles } from '#shared/mediation/use-cases/list-files.ts';
import type { Session } from '../cli/session.ts';
import { accountsFile, type Customer, SOURCES, subscriptionFiles, usageFile } from './scale/fleet.ts';
import { together } from './scale/measured.ts';
import { openStage, type Stage } from './scale/stage.ts';
import { page } from './scale/tables.ts';
import { CATALOG } from './small-fleet.ts';

const WHO = 'bench';
/** What has been measured, a file a shape and size. */
const MEASURED = join(import.meta.dirname, 'scale/measured');
/** As many lines as one file of subscriptions may have. */
const MOST_LINES = 50_000;

/** A fleet that is billed for October. */
interface Shape {
  readonly name: string;
  readonly customers: readonly Customer[];
  readonly plan: string;
  readonly recordsEach: number;
}

function shapeOf(name: string, size: number): Shape {
  const customer = (account: string, billingDay: number, subscriptions: number) => ({
    account,
    billingDay,
    subscriptions,
  });
  const several = (count: number, day: (at: number) => number) =>
    Array.from({ length: count }, (_, at) => customer(`c${at}`, day(at), 1 + (at % 5)));
  if (name === 'account') return { name, customers: [customer('c0', 1, size)], plan: 'pooled', recordsEach: 5 };
  if (name === 'accounts') return { name, customers: several(size, () => 1), plan: 'sensor', recordsEach: 5 };
  if (name === 'cycles')
    return { name, customers: several(size, (at) => 1 + (at % 28)), plan: 'sensor', recordsEach: 5 };
  throw new Error(`no shape ${name}: account, accounts or cycles`);
}

async function prepare(stage: Stage, { customers, plan, recordsEach }: Shape): Promise<void> {
  const subscriptions = customers.reduce((sum, each) => sum + each.subscriptions, 0);
  await stage.phase('release the catalogue', async (world) => {
    const read = readCatalog([{ path: 'bench.yaml', text: `${CATALOG}${SOURCES}` }]);
    if ('problems' in read) throw new Error(JSON.stringify(read.problems));
    await releaseCatalog(world, read.catalog, WHO);
  });
  await stage.phase('load the inventory', async (world) => {
    const files = subscriptionFiles(customers, plan, MOST_LINES).map((text, at) => ({ name: `part-${at}.csv`, text }));
    for (const file of [{ name: 'accounts.yaml', text: accountsFile(customers) }, ...files]) {
      await load(world, [file]);
      await stage.idle();
    }
  });
  await stage.phase(`mediate and rate ${recordsEach} records a subscription`, async (world) => {
    await world.objects.put(
      'incoming',
      'incoming/demo/usage.csv.gz',
      usageFile(subscriptions, recordsEach),
      'application/gzip',
    );
  });
  await checkFiles(stage);
}

async function checkFiles(stage: Stage): Promise<void> {
  const world = await stage.world();
  for (const { name, state, detail } of await listFiles(world, { month: '', carrier: '' }))
    if (state !== 'loaded') throw new Error(`${name} is ${state}: ${detail}`);
}

async function load(world: Session['world'], files: { name: string; text: string }[]): Promise<void> {
  const result = await loadInventory(world, files, WHO);
  if (result.outcome !== 'recorded') throw new Error(JSON.stringify(result).slice(0, 2000));
}

/** Bills October of one cycle: draft, approval, posting. */
async function bill(stage: Stage): Promise<void> {
  const run = 'acme-c01-2026-10-1';
  await stage.phase('draft', async (world) => {
    const asked = { seller: 'acme', cycle: 1, account: '', month: '2026-10', invoiceDate: '2026-11-02' };
    const opened = await openRun(world, { ...asked, beforeEnd: false, by: WHO });
    if (opened.outcome === 'refused') throw new Error(opened.reason);
  });
  await stage.phase('post', async (world) => decide(world, run));
  await checkPosted(stage, run);
}

async function checkPosted(stage: Stage, run: string): Promise<void> {
  const progress = await postingProgress((await stage.world()).decisions, run);
  if (!isFinished(progress)) throw new Error(`run ${run} is not posted to its end: ${JSON.stringify(progress)}`);
}

/** Approves and posts a run that nobody was left out of. */
async function decide(world: Session['world'], run: string): Promise<void> {
  const ports = { ...world, fourEyes: false };
  const { inError } = await draftReport(ports, run);
  if (inError.length > 0) throw new Error(`${inError.length} accounts in error: ${JSON.stringify(inError[0])}`);
  for (const decided of [await approveRun(ports, run, WHO, false), await postRun(ports, run)]) {
    if (decided.outcome === 'refused') throw new Error(decided.reason);
  }
}

/** A month in which every day a cycle is due: the clock goes from day to day, the schedule starts what is due. */
async function billCycles(stage: Stage): Promise<void> {
  for (let day = 1; day <= 28; day++) {
    const date = `2026-11-${String(day).padStart(2, '0')}`;
    const run = `acme-c${date.slice(-2)}-2026-10-1`;
    await stage.phase('start, draft and post a cycle', async () => {
      stage.cloud.clock.set(Date.parse(`${date}T12:00:00Z`));
      await stage.cloud.trigger('BillingStartDueRuns');
      await stage.idle();
      await decide(await stage.world(), run);
    });
    await checkPosted(stage, run);
  }
}

/** Measures a shape of a size, and keeps what has been measured after every step. */
async function measure(name: string, size: number): Promise<void> {
  const shape = shapeOf(name, size);
  const subscriptions = shape.customers.reduce((sum, each) => sum + each.subscriptions, 0);
  const file = join(MEASURED, `${name}-${size}.json`);
  const about = { shape: name, machine: machineName(), accounts: shape.customers.length, subscriptions };
  mkdirSync(MEASURED, { recursive: true });
  const stage = await openStage('2026-11-02T09:00:00Z', (phases) => {
    writeFileSync(file, `${JSON.stringify({ ...about, isWhole: false, phases: together(phases) }, undefined, 2)}\n`);
  });
  try {
    await prepare(stage, shape);
    if (name === 'cycles') await billCycles(stage);
    else await bill(stage);
    const dead = await stage.cloud.deadLetters();
    if (Object.keys(dead).length > 0) throw new Error(`dead letters: ${JSON.stringify(dead)}`);
    const whole = { ...about, isWhole: true, phases: together(stage.phases) };
    writeFileSync(file, `${JSON.stringify(whole, undefined, 2)}\n`);
  } finally {
    await stage.stop();
  }
}

function machineName(): string {
  const [processor] = cpus();
  return `${new Date().toISOString().slice(0, 10)} · ${processor?.model.trim()} × ${cpus().length} · Node ${process.version}`;
}

const [name = '', size = ''] = process.argv.slice(2);
if (name !== '') await measure(name, Number(size));
writeFileSync(join(import.meta.dirname, 'SCALE.md'), page(MEASURED));
