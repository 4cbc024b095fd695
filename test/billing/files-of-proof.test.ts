import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { ProofPart } from '#shared/billing/proof-row.ts';
import { approveRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { openRun } from '#shared/billing/use-cases/runs/open-run.ts';
import { filesNotLoaded } from '#shared/billing/use-cases/usage/files-of-proof.ts';
import { proveUsage } from '#shared/billing/use-cases/usage/prove-usage.ts';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { readContent, writeContent } from '#shared/commit-log/use-cases/content.ts';
import { fileKeys, filePartition, type Manifest, type ManifestSummary } from '#shared/mediation/usage-file.ts';
import { findFiles } from '#shared/mediation/use-cases/find-file.ts';
import { backOut } from '../../cli/usage/usage.ts';
import { told } from '../cli/memory-session.ts';
import { CARRIER, FILES, SECOND_RELEASE, SELLER } from '../simulation/world.ts';
import { file, row } from './all-fates.ts';
import { smallOperator } from './small-operator.ts';

const NONE = { records: 0, bytes: 0, seconds: 0, count: 0 };
/** The one record of the test file: 100 octets up, 200 down. */
const TRIAL = { records: 1, bytes: 300, seconds: 5, count: 0 };
const nameOf = ({ month, source }: ProofPart) => `${month} ${source}`;

test('what is sent for trial, says nothing or is broken does not count, and is named in order', async () => {
  const operator = await smallOperator();
  const tap = presetSource('tap3', 'tap', CARRIER, '?D*');
  await operator.release({ ...SECOND_RELEASE, sources: [tap, ...SECOND_RELEASE.sources] });
  for (const name of ['TDDEUD2UTOIO00001', 'CDDEUD2UTOIO00102'])
    await operator.dropFile({
      name,
      body: readFileSync(new URL(`../mediation/samples/tap3/${name}`, import.meta.url)),
    });
  const days = { 'z.csv': '2026-11-04', 'k.csv': '2026-11-03', 'a.csv': '2026-11-03' };
  for (const [name, day] of Object.entries(days)) {
    operator.setClock(`${day}T08:00:00+01:00`);
    await operator.dropFile({ name, body: Buffer.from(`record_id,imsi\n${name},b\n`) });
  }
  const { apart, files, total, differences } = await operator.proof();
  expect(apart.map(({ name, source, state, records }) => [name, source, state, records])).toEqual([
    ['CDDEUD2UTOIO00102', 'tap', 'notification', 0],
    ['TDDEUD2UTOIO00001', 'tap', 'test', 1],
    ['a.csv', 'aero-csv', 'quarantined', 0],
    ['k.csv', 'aero-csv', 'quarantined', 0],
    ['z.csv', 'aero-csv', 'quarantined', 0],
  ]);
  expect(files).toEqual({ loaded: 0, duplicate: 0, quarantined: 3, test: 1, notification: 1 });
  expect([total.read, total.test]).toEqual([TRIAL, TRIAL]);
  expect(differences).toEqual({ read: NONE, accepted: NONE, invoices: NONE });
});

test('what another file was dropped over was read all the same, whatever else came that day', async () => {
  const operator = await smallOperator();
  const dropOn = async (day: string, { name, body }: { readonly name: string; readonly body: Uint8Array }) => {
    operator.setClock(`2026-11-${day}T08:00:00Z`);
    await operator.dropFile({ name, body });
  };
  await dropOn('05', file('october.csv', [row('a1', 1, '10-05', 1000)]));
  await dropOn('06', { name: 'broken.csv', body: Buffer.from('record_id,imsi\na,b\n') });
  for (const day of ['07', '08']) await dropOn(day, file('october.csv', [row('a1', 1, '10-05', 1000)]));
  await dropOn('09', file('broken.csv', [row('b1', 1, '10-06', 2000)]));
  const { apart, files, total } = await operator.proof();
  expect(apart.map(({ name, state }) => `${name} ${state}`)).toEqual(['broken.csv quarantined']);
  expect(files).toMatchObject({ loaded: 2, duplicate: 2, quarantined: 1 });
  expect([total.read.bytes, total.duplicate.bytes]).toEqual([5000, 2000]);
  const { world } = operator;
  const position = await tail(world.decisions, 0);
  const named = async (since: string, known = Number.MAX_SAFE_INTEGER) =>
    (await filesNotLoaded(world, known, Date.parse(since) / 1000)).map(({ name, state }) => `${name} ${state}`);
  const first = '2026-11-06T08:00:00Z';
  expect(await named(first)).toEqual([]);
  // What was sent in its place counts no more, or not yet, or was wrong as well
  await told((output) => backOut(operator, 'aero/broken.csv', 'wrong', output));
  expect(await named(first)).toEqual(['broken.csv quarantined']);
  expect(await named('2026-11-06T08:00:01Z')).toEqual([]);
  await dropOn('10', { name: 'broken.csv', body: Buffer.from('record_id,imsi\nc,d\n') });
  expect(await named(first)).toEqual(['broken.csv quarantined', 'broken.csv quarantined']);
  await dropOn('11', file('broken.csv', [row('b2', 1, '10-06', 3000)]));
  expect(await named(first)).toEqual([]);
  expect(await named(first, position)).toEqual([
    'broken.csv quarantined',
    'broken.csv quarantined',
    'broken.csv loaded since',
  ]);
  // What was there before does not count in its place
  await dropOn('12', { name: 'broken.csv', body: Buffer.from('record_id,imsi\ne,f\n') });
  expect(await named(first)).toEqual(['broken.csv quarantined']);
});

test('files of one name are named as they came, whichever is looked up first', async () => {
  const operator = await smallOperator();
  for (const day of ['05', '06']) {
    operator.setClock(`2026-11-${day}T08:00:00Z`);
    await operator.dropFile({ name: 'broken.csv', body: Buffer.from(`record_id,imsi\n${day},b\n`) });
  }
  operator.setClock('2026-11-07T08:00:00Z');
  await operator.dropFile(FILES.first);
  const { world } = operator;
  const { decisions } = world;
  const position = await tail(decisions, 0);
  /** What of them is there, where what is decided of one file is answered slowly. */
  const named = async (slowly: string) => {
    const query: typeof decisions.query = async (partition, range) => {
      if (partition === filePartition(slowly)) await setTimeout(1);
      return decisions.query(partition, range);
    };
    const { apart } = await proveUsage({ ...world, decisions: { ...decisions, query } }, position);
    return apart.map(({ file }) => file);
  };
  const came = await named('');
  expect(came.length).toBe(2);
  for (const each of came) expect(await named(each)).toEqual(came);
});

test('a file whose own count is not what its parts say does not add up', async () => {
  const operator = await smallOperator();
  await operator.dropFile(FILES.first);
  const { world } = operator;
  const [{ file = '' } = {}] = await findFiles(world, FILES.first.name);
  const key = fileKeys.manifest(file, 1);
  const summary = await world.decisions.get<ManifestSummary>(key);
  const said = (await readContent(world.objects, summary!.manifest)) as Manifest;
  const more = { ...said, outcome: { ...said.outcome, read: said.outcome.read + 3 } };
  const manifest = await writeContent(world.objects, 'usage/other', more);
  const get = (async (asked) =>
    asked.partition === key.partition && asked.sort === key.sort
      ? { ...summary, manifest }
      : world.decisions.get(asked)) as typeof world.decisions.get;
  const other = { ...world, decisions: { ...world.decisions, get } };
  const { differences, parts } = await proveUsage(other, await tail(world.decisions, 0));
  expect(differences).toEqual({ read: { ...NONE, records: 3 }, accepted: NONE, invoices: NONE });
  // In the month it arrived in: nothing says when those three were.
  expect(parts.flatMap((part) => (part.differences.read.records === 0 ? [] : [nameOf(part)]))).toEqual([
    '2026-11 aero-csv',
  ]);
});

test('who is billed on the last day there is, is proven as all others are', async () => {
  const operator = await smallOperator();
  const { world } = operator;
  const account = `accounts:
  - { account: last, effectiveFrom: 2026-10-01, seller: nord, name: Last, address: { lines: [Weg 1], postalCode: "10115", city: Berlin, country: DE }, language: en, currency: EUR, timeZone: Europe/Berlin, billingDay: 31, taxProfile: de, paymentTermDays: 14 }
`;
  const line = 'S10,2026-10-01,active,last,flex,,262010000000077';
  const header = 'subscription,effectiveFrom,state,payer,plan,businessUnit,imsi';
  await operator.load([
    { name: 'last.yaml', text: account },
    { name: 'last.csv', text: `${header}\n${line}` },
  ]);
  const record = 'l1,262010000000077,2026-10-31T08:00:00Z,data,DEUD1,1000,';
  const body = Buffer.from(`record_id,imsi,start,service,network,bytes,count\n${record}\n`);
  await operator.dropFile({ name: 'last.csv', body });
  operator.setClock('2026-12-04T09:00:00+01:00');
  const asked = {
    seller: SELLER,
    cycle: 31,
    account: '',
    month: '2026-10',
    invoiceDate: '',
    beforeEnd: false,
    by: 'o',
  };
  const opened = await openRun(world, asked);
  if (opened.outcome === 'refused') throw new Error(opened.reason);
  await operator.settle();
  const ports = { ...world, fourEyes: false };
  for (const decided of [await approveRun(ports, opened.run, 'o', false), await postRun(ports, opened.run)])
    expect(decided.outcome).toBe('done');
  await operator.settle();
  const { total, onInvoices, differences } = await operator.proof();
  expect([total.billed, onInvoices]).toEqual([
    { ...NONE, records: 1, bytes: 1000 },
    { ...NONE, records: 1, bytes: 1000 },
  ]);
  expect(differences).toEqual({ read: NONE, accepted: NONE, invoices: NONE });
});
