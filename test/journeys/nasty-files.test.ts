import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isNothing } from '#shared/billing/proof-row.ts';
import { loadInventory } from '#shared/billing/use-cases/load-inventory.ts';
import { approveRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { openRun } from '#shared/billing/use-cases/runs/open-run.ts';
import { proveUsage } from '#shared/billing/use-cases/usage/prove-usage.ts';
import type { SourceDefinition } from '#shared/catalog/source.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { writeContent } from '#shared/commit-log/use-cases/content.ts';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { openChunkedDecoder } from '#shared/mediation/chunks/chunked-decoder.ts';
import { DEFAULT_DECODER_SETTINGS } from '#shared/mediation/decoder.ts';
import { type Claim, fileKeys, type ManifestSummary } from '#shared/mediation/usage-file.ts';
import { keepChunk, manifestOf } from '#shared/mediation/use-cases/decode-step.ts';
import { type FileStatus, fileStatuses } from '#shared/mediation/use-cases/file-status.ts';
import { rejectedRecords } from '#shared/mediation/use-cases/find-file.ts';
import { listFiles } from '#shared/mediation/use-cases/list-files.ts';
import { synthesise } from '../../cli/embedded-cloud.ts';
import type { Session } from '../../cli/session.ts';
import { type Cloud, startCloud } from '../../local/cloud.ts';
import { smallOperator } from '../billing/small-operator.ts';
import { droppedTwice, NASTY_FILES, NASTY_RELEASE, nastyInventory } from '../nasty/nasty-files.ts';
import { INVENTORY, SELLER } from '../simulation/world.ts';
import { connectTo } from './fleet-example.ts';

const MORNING = '2026-11-04T09:00:00+01:00';
const directory = mkdtempSync(join(tmpdir(), 'nasty-'));
let cloud: Cloud;
let world: Session['world'];
beforeAll(async () => {
  const assemblyDirectory = join(directory, 'cdk.out');
  await synthesise(assemblyDirectory);
  const where = { assemblyDirectory, dataDirectory: directory, port: 0 };
  cloud = await startCloud({ ...where, schedules: false, metered: false, log: () => undefined });
  cloud.clock.set(Date.parse(MORNING));
  world = await connectTo(directory, cloud.endpoint);
  await releaseCatalog(world, NASTY_RELEASE, 'ops');
  for (const files of [INVENTORY, [nastyInventory()]])
    expect(await loadInventory(world, files, 'ops')).toMatchObject({ outcome: 'recorded' });
  await cloud.idle();
}, 120_000);
afterAll(async () => {
  await cloud.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Bills the accounts of day 1, and answers what they owe. */
async function billed(): Promise<string[]> {
  const asked = { seller: SELLER, cycle: 1, account: '', month: '2026-10', invoiceDate: '', beforeEnd: false };
  const opened = await openRun(world, { ...asked, by: 'ops' });
  if (opened.outcome === 'refused') throw new Error(opened.reason);
  await cloud.idle();
  const ports = { ...world, fourEyes: world.settings.fourEyes };
  for (const decided of [await approveRun(ports, opened.run, 'ops', false), await postRun(ports, opened.run)])
    if (decided.outcome === 'refused') throw new Error(decided.reason);
  await cloud.idle();
  const documents = await allDocuments(world, opened.run);
  return documents.map(({ payer, businessUnit, net, kind }) => {
    return `${payer}/${businessUnit} ${kind === '381' ? '-' : ''}${net}`;
  });
}

/** What the same files come to in memory, one after the other, in another order. */
async function billedInMemory(): Promise<string[]> {
  const operator = await smallOperator();
  await operator.release(NASTY_RELEASE);
  await operator.load([nastyInventory()]);
  for (const { key, body } of droppedTwice(2)) {
    operator.drop(key, body);
    await operator.settle();
  }
  return operator.bill('2026-10');
}

test('every nasty file, twice, through everything that is deployed: each has its end, nothing is left over, the invoices are the same', async () => {
  for (const { key, body } of droppedTwice(1)) await world.objects.put('incoming', key, body, 'text/plain');
  await cloud.idle();
  for (let sweeps = 0; sweeps < 2; sweeps++) {
    await cloud.trigger('MediationSweep');
    await cloud.idle();
  }
  const files = await listFiles(world, { month: '', carrier: '' });
  expect(files).toHaveLength(2 * NASTY_FILES.length);
  const open = files.filter(({ state }) => ['waiting', 'mediating', 'loading'].includes(state));
  expect(open.map(({ key, state, detail }) => `${key} ${state} ${detail}`)).toEqual([]);
  expect(await billed()).toEqual(await billedInMemory());
  const { differences, parts } = await proveUsage(world, await tail(world.decisions, 0));
  expect(Object.values(differences).every(isNothing)).toBe(true);
  for (const { differences: left } of parts) expect(Object.values(left).every(isNothing)).toBe(true);
  expect(await cloud.deadLetters()).toEqual({});
}, 300_000);

const KEYS = 4;
const FIRST_KEY = 18;

/** A chunk's items, the only record of one identifier with so many usage keys that no table takes it. */
function withTooManyKeys(items: Uint8Array, identifier: string): Uint8Array {
  const body = Buffer.from(items);
  const end = 4 + body.readUInt32BE(0);
  const index = JSON.parse(body.toString('utf8', 4, end)) as [string, string, number, number][];
  let at = end;
  const packed = index.map((entry) => {
    const item = body.subarray(at, (at += entry[3]));
    if (entry[0] !== identifier) return item;
    const records = FIRST_KEY + 2 + item.readUInt16LE(FIRST_KEY);
    const key = Buffer.concat([Buffer.from([0x00, 0xf0]), Buffer.alloc(0xf000, 'k')]);
    const larger = Buffer.concat([item.subarray(0, records), ...Array<Buffer>(7).fill(key), item.subarray(records)]);
    larger.writeUInt16LE(8, KEYS);
    entry[3] = larger.length;
    return larger;
  });
  const text = Buffer.from(JSON.stringify(index));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text, ...packed]);
}

test('a record that the table refuses is rejected with its place, by the function that may; its file counts', async () => {
  const text = [
    'record_id,imsi,start,service,network,bytes,count',
    'x1,262010000000003,2026-10-05T08:00:00Z,data,DEUD1,1000,',
  ];
  const bytes = Buffer.from([...text, 'x2,262010000000004,2026-10-15T08:00:00Z,data,DEUD1,2000,', ''].join('\n'));
  const source = NASTY_RELEASE.sources.find(({ name }) => name === 'plain') as SourceDefinition;
  const [file, key] = ['f'.repeat(32), 'incoming/plain/poison.csv'];
  const arrivedAt = world.clock.now();
  const decoder = openChunkedDecoder(
    source,
    { name: 'poison.csv', carrier: 'plain', arrivedAt },
    DEFAULT_DECODER_SETTINGS,
  );
  decoder.push('', bytes);
  const { chunks, outcome } = decoder.end();
  const claim: Claim = {
    ...{
      key,
      versionId: '',
      carrier: 'plain',
      storedAt: arrivedAt,
      source,
      settings: DEFAULT_DECODER_SETTINGS,
      replays: 1,
    },
  };
  const poisoned = chunks.map((chunk) => ({ ...chunk, items: withTooManyKeys(chunk.items, 'imsi#262010000000004') }));
  const [kept] = await Promise.all(poisoned.map((chunk) => keepChunk(world.objects, claim, chunk, `usage/${file}/1`)));
  const manifest = manifestOf(claim, file, 1, outcome, kept === undefined ? [] : [kept]);
  const reference = await writeContent(world.objects, `usage/${file}/1/manifest`, manifest);
  await world.decisions.putIfAbsent(fileKeys.claim(file, 1), claim);
  await world.decisions.putIfAbsent(fileKeys.replay(arrivedAt, file, 1), { file, generation: 1, by: 'ops' });
  const summary: ManifestSummary = { manifest: reference, status: 'accepted', chunks: 1 };
  await world.decisions.putIfAbsent(fileKeys.manifest(file, 1), summary);
  await cloud.trigger('MediationSweep');
  await cloud.idle();
  const [status] = await fileStatuses(world, file);
  expect(status).toMatchObject({
    state: 'loaded',
    manifest: { outcome: { read: 2, rejected: 1, accepted: { bytes: 1000 } } },
  });
  expect(await rejectedRecords(world, status as FileStatus, 10)).toMatchObject([
    { code: 'PROCESSING_ERROR', record: 2, place: 3, text: expect.stringMatching(/size/i) },
  ]);
  const { differences } = await proveUsage(world, await tail(world.decisions, 0));
  expect(Object.values(differences).every(isNothing)).toBe(true);
  expect(await cloud.deadLetters()).toEqual({});
}, 200_000);
