import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Arithmetic } from '#shared/billing/lines/charge-line.ts';
import { isNothing } from '#shared/billing/proof-row.ts';
import type { UsageProof } from '#shared/billing/use-cases/usage/prove-usage.ts';
import type { Invoice } from '#shared/invoicing/invoice.ts';
import type { PostedDocument } from '#shared/invoicing/posted-document.ts';
import type { ExplainedLine } from '#shared/invoicing/use-cases/explain-line.ts';
import type { ListedFile } from '#shared/mediation/use-cases/list-files.ts';
import { amount, sum } from '#shared/money/amount.ts';
import { showCatalog } from '../../cli/catalog/catalog.ts';
import { compareProof } from '../../cli/demo/expected-run.ts';
import { showInventory } from '../../cli/inventory.ts';
import { previewMonth, showAccount } from '../../cli/invoices/account.ts';
import { explain, listDocuments, showInvoice } from '../../cli/invoices/invoice.ts';
import { approve, discard, list, post, show } from '../../cli/runs/run.ts';
import type { CommandFailure } from '../../cli/terminal/failure.ts';
import { showSuspense } from '../../cli/usage/suspense.ts';
import { backOut, showFile, showFiles } from '../../cli/usage/usage.ts';
import { proveAll } from '../../cli/usage/usage-proof.ts';
import { expectedRun, fleetSession } from './fleet.ts';
import { type MemorySession, told } from './memory-session.ts';

let session: MemorySession;
beforeAll(async () => {
  session = await fleetSession();
});

/** A release is named by the hash of the catalogue as it is read, which changes with the reader. */
const RELEASE = /^(release +)[0-9a-f]{64}$/m;

const NOWHERE = { pdf: '', csv: '', usage: '' };

describe('two months of a fleet, by commands alone', () => {
  test.each(['2026-10', '2026-11'])('the invoices of %s are those computed by hand', async (month) => {
    const { data } = await told((output) => listDocuments(session, { account: '', month }, output));
    const posted = (data as PostedDocument[]).map(({ payer, businessUnit, net }) => ({
      account: payer,
      businessUnit,
      net,
    }));
    expect(posted).toEqual(
      expectedRun(month).invoices.map(({ account, businessUnit, net }) => ({ account, businessUnit, net })),
    );
  });

  test('what the commands say', async () => {
    const said: Record<string, string> = {};
    const note = async (name: string, command: Parameters<typeof told>[0]) => {
      const { text, next } = await told(command);
      said[name] = `${text.replace(RELEASE, '$1…')}\n${next === '' ? '' : `next: ${next}\n`}`;
    };
    await note('catalog show', (output) => showCatalog(session, output));
    await note('inventory show NW-017', (output) => showInventory(session, 'NW-017', output));
    await note('inventory show nordwind', (output) => showInventory(session, 'nordwind', output));
    await note('usage files --month 2026-11', (output) =>
      showFiles(session, { month: '2026-11', carrier: '' }, output),
    );
    await note('usage show CDDEUD2UTOIO00044', (output) => showFile(session, 'CDDEUD2UTOIO00044', 50, output));
    await note('usage show usage_data_2026-10-31', (output) =>
      showFile(session, 'orbitsim/usage_data_2026-10-31.csv.gz', 2, output),
    );
    await note('usage suspense', (output) => showSuspense(session, '', false, output));
    await note('usage proof --month 2026-10', (output) => proveAll(session, '2026-10', output));
    await note('run list', (output) => list(session, output));
    await note('run show', (output) => show(session, 'fernweh-c01-2026-11-1', { all: false, usage: false }, output));
    await note('invoice list', (output) => listDocuments(session, { account: 'nordwind', month: '' }, output));
    await note('invoice show FC-2026-00001', (output) => showInvoice(session, 'FC-2026-00001', NOWHERE, output));
    await note('account show', (output) => showAccount(session, 'nordwind', output));
    await note('account preview', (output) => previewMonth(session, 'lakeside', undefined, output));
    const text = Object.entries(said)
      .map(([name, each]) => `$ billing ${name}\n${each}`)
      .join('\n');
    await expect(text).toMatchFileSnapshot('fleet.golden.txt');
  });

  test('the proof counts what the example counted itself', async () => {
    const proof = (await told((output) => proveAll(session, '', output))).data as UsageProof;
    expect(compareProof(proof, expectedRun('2026-11'))).toEqual([]);
    expect(proof.parts.map(({ month, carrier }) => `${month} ${carrier}`)).toEqual([
      '2026-09 orbitsim',
      '2026-09 roamhub',
      '2026-10 orbitsim',
      '2026-10 roamhub',
      '2026-11 orbitsim',
      '2026-11 roamhub',
      '2026-12 orbitsim',
    ]);
  });

  test('how amounts came about', async () => {
    const texts: string[] = [];
    for (const [number, id] of EXPLAINED) {
      const line = await placeOf(number, id);
      const { text } = await told((output) => explain(session, number, line, false, output));
      texts.push(`$ billing invoice explain ${number} --line ${line}\n${text}\n`);
    }
    await expect(texts.join('\n')).toMatchFileSnapshot('explain.golden.txt');
  });
});

/** A recurring charge, tiers, a pool, and differences of them, by the ids of their lines. */
const EXPLAINED: readonly (readonly [number: string, line: string])[] = [
  ['FC-2026-00001', '|sensor|2026-01-01|monthly-fee||0|2026-10-01'],
  ['FC-2026-00001', '|sensor|2026-01-01|data-de|de|2|2026-10-01'],
  ['FC-2026-00002', 'fuhrpark|fleet-l|2026-01-01|data-eu|eu|0|2026-10-01'],
  ['FC-2026-00002', 'fuhrpark|fleet-l|2026-01-01|voice-de|de|0|2026-10-01'],
  ['FC-2026-00005', 'fuhrpark|fleet-l|2026-01-01|monthly-fee||0|2026-10-01'],
  ['FC-2026-00005', 'fuhrpark|fleet-l|2026-01-01|data-de|de|0|2026-10-01'],
];

async function placeOf(number: string, id: string): Promise<number> {
  const { data } = await told((output) => showInvoice(session, number, NOWHERE, output));
  return (data as Invoice).lines.find((line) => line.id === id)?.place ?? 0;
}

/** Every line of every invoice, taken apart. */
async function everyLine(): Promise<ExplainedLine[]> {
  const { data } = await told((output) => listDocuments(session, { account: '', month: '' }, output));
  const explained: ExplainedLine[] = [];
  for (const { number } of data as PostedDocument[]) {
    const invoice = (await told((output) => showInvoice(session, number, NOWHERE, output))).data as Invoice;
    for (const { place } of invoice.lines) {
      const { data: line, text } = await told((output) => explain(session, number, place, true, output));
      expect(text).toContain(`${number}, line ${place}: `);
      explained.push(line as ExplainedLine);
    }
  }
  return explained;
}

/** What the subscriptions behind a line should add up to. */
function whole(arithmetic: Arithmetic): string {
  if (arithmetic.kind === 'recurring') return String(arithmetic.days);
  return arithmetic.kind === 'usage' ? arithmetic.quantity : '';
}

describe('every line of every invoice', () => {
  test('adds up: owed now less posted before, rounded once, shares to the whole, subscriptions to the quantity', async () => {
    const lines = await everyLine();
    expect(lines.length).toBeGreaterThan(80);
    for (const { now, before, moved, shown, document, subscriptions, usage } of lines) {
      const net = amount(now?.line.amount ?? '0').minus(before?.line.amount ?? '0');
      expect(net.toFixed(2)).toBe(moved.net);
      expect(amount(shown.net).abs().toFixed(2)).toBe(net.abs().toFixed(2));
      expect(before === null).toBe(shown.amends === '' || before?.document === '');
      if (now === null) continue;
      const { arithmetic, tier } = now.line;
      const rounded = amount(arithmetic.exact).toDecimalPlaces(2).toFixed(2);
      expect(arithmetic.kind === 'pool' ? arithmetic.rounded : now.line.amount).toBe(rounded);
      if (arithmetic.kind === 'pool') {
        expect(sum(arithmetic.shares.map((share) => amount(share.amount))).toFixed(2)).toBe(rounded);
        expect(arithmetic.shares.find((share) => share.businessUnit === document.businessUnit)?.amount).toBe(
          now.line.amount,
        );
        continue;
      }
      const part = (each: (typeof subscriptions)[number]) =>
        arithmetic.kind === 'recurring' ? String(each.now?.days ?? 0) : (each.now?.tiers[tier] ?? '0');
      const parts = subscriptions.map((each) => BigInt(part(each)));
      expect(parts.reduce((total, each) => total + each, 0n).toString()).toBe(whole(arithmetic));
      if (arithmetic.kind === 'usage') expect(BigInt(usage.quantity) - BigInt(usage.covered)).toBeGreaterThan(0n);
    }
  });
});

describe('files', () => {
  test('the renderings of an invoice are saved', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'billing-cli-'));
    const save = { pdf: join(folder, 'i.pdf'), csv: join(folder, 'l.csv'), usage: join(folder, 'u.csv') };
    await told((output) => showInvoice(session, 'FC-2026-00001', save, output));
    expect(readFileSync(save.pdf).subarray(0, 5).toString()).toBe('%PDF-');
    expect(readFileSync(save.csv, 'utf8')).toContain('FC-2026-00001,380,2026-11-02,lakeside');
    const usage = readFileSync(save.usage, 'utf8');
    expect(usage.split('\r\n').length).toBeGreaterThan(1000);
    const second = 'documents/fernweh/FC-2026-00001/FC-2026-00001-usage-2.csv';
    await session.world.objects.put('invoices', second, '\uFEFFsubscription,…\r\nS1,one more\r\n', 'text/csv');
    await told((output) => showInvoice(session, 'FC-2026-00001', save, output));
    expect(readFileSync(save.usage, 'utf8')).toBe(`${usage}S1,one more\r\n`);
    await rm(folder, { recursive: true });
  });

  test('what is dropped and read by no source, or not yet taken up, waits and is seen', async () => {
    session.drop('incoming/orbitsim/hello.txt', new Uint8Array([1]));
    const { data } = await told((output) => showFiles(session, { month: '2026-12', carrier: 'orbitsim' }, output));
    const waiting = (data as ListedFile[]).find((file) => file.state === 'waiting');
    expect(waiting).toMatchObject({ name: 'hello.txt', detail: 'the catalogue has no source for it' });
    await session.settle();
  });

  test('a file that is backed out no longer counts, and says why', async () => {
    const name = 'roamhub/CDFRAF1UTOIO00008.gz';
    const { text } = await told((output) => backOut(session, name, 'sent for another', output));
    expect(text).toMatch(/^Backed out at position \d+/);
    await session.settle();
    const { text: shown } = await told((output) => showFile(session, name, 0, output));
    expect(shown).toMatch(/loaded at position \d+, backed out at position \d+ \(sent for another\)/);
    await expect(told((output) => backOut(session, name, 'again', output))).rejects.toThrow(
      'was backed out at position',
    );
  });
});

describe('the proof', () => {
  test('holds when a file that was billed is backed out: what the next run takes back is late, below zero', async () => {
    const { data, text } = await told((output) => proveAll(session, '2026-10', output));
    const { total, parts, differences } = data as UsageProof;
    expect(total.late.records).toBeLessThan(0);
    expect(new Set(parts.map(({ month }) => month))).toEqual(new Set(['2026-10']));
    expect(Object.values(differences).every(isNothing)).toBe(true);
    expect(text).toContain('2026-10, roamhub');
  });

  test('fails when the store has lost usage, and says which', async () => {
    const { usage } = session.world;
    const read: typeof usage.read = async (identifier, from, until) =>
      (await usage.read(identifier, from, until)).filter(({ month }) => month !== '2026-11');
    const losing = { ...session, world: { ...session.world, usage: { ...usage, read } } };
    let shown = '';
    const output = {
      result: (_: unknown, text: string) => (shown = text),
      next() {},
      progress() {},
      lines: async () => {},
    };
    const failed = await proveAll(losing, '2026-10', output).catch((error: CommandFailure) => error);
    expect(failed).toMatchObject({ message: 'the usage does not add up' });
    const details = (failed as CommandFailure).details.map((detail) => detail.split(':')[0]);
    expect(details).toEqual([
      '2026-11, orbitsim, orbitsim-csv, accepted',
      '2026-11, roamhub, roamhub-tap3, accepted',
      'all files, accepted',
      'billed less what the invoices say',
    ]);
    expect(shown).toMatch(/2026-11, orbitsim, read as orbitsim-csv: .*\n {2}where it went/);
  });
});

describe('decisions about a run', () => {
  const run = 'fernweh-c01-2026-11-1';
  test('one that is posted can be posted again without harm, and neither approved nor discarded', async () => {
    expect((await told((output) => post(session, run, true, output))).text).toBe(
      `Run ${run} is posted already; there is nothing to do.`,
    );
    await expect(told((output) => approve(session, run, false, output))).rejects.toThrow('cannot become approved');
    await expect(told((output) => discard(session, run, 'no', output))).rejects.toThrow('cannot become discarded');
  });

  test('one whose documents are not all rendered says so, and posting it takes it up again', async () => {
    const { decisions } = session.world;
    const query: typeof decisions.query = async (partition, range) =>
      range.from === 'rendered#' ? [] : decisions.query(partition, range);
    const unfinished = { ...session, world: { ...session.world, decisions: { ...decisions, query } } };
    const shown = await told((output) => show(unfinished, run, { all: false, usage: false }, output));
    expect(shown.text).toContain('rendered   0 of 3 documents');
    expect(shown.next).toContain(`if it stands still, \`billing run post ${run}\` takes it up again`);
    const { text, next } = await told((output) => post(unfinished, run, false, output));
    expect(text).toBe(`Run ${run} is taken up again where it stood still.`);
    expect(next).toBe(`billing run show ${run}`);
    await session.settle();
    expect((await told((output) => show(session, run, { all: false, usage: false }, output))).next).toBe(
      'billing invoice list',
    );
  });
});
