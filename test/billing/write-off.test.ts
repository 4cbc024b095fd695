import { beforeEach, describe, expect, test } from 'vitest';
import { isNothing } from '#shared/billing/proof-row.ts';
import { type WriteOffCommand, writeOffUsage } from '#shared/billing/use-cases/usage/write-off-usage.ts';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { backOutFile } from '#shared/mediation/use-cases/back-out-file.ts';
import { fileStatuses } from '#shared/mediation/use-cases/file-status.ts';
import { findFiles } from '#shared/mediation/use-cases/find-file.ts';
import { memorySession } from '../cli/memory-session.ts';
import { CARRIER, CHANGES, FILES, SECOND_RELEASE } from '../simulation/world.ts';
import { type SmallOperator, smallOperator } from './small-operator.ts';

/** Sent for a SIM nobody will ever have, and for one that is entered in November. */
const STRAY = 'imsi#262010000000000';
const FORGOTTEN = 'imsi#262010000000009';
const ALL: WriteOffCommand = {
  month: '2026-10',
  reason: 'UNKNOWN_SUBSCRIBER',
  identifiers: [],
  note: 'too little to look for',
  by: 'anna',
};
const ONLY_STRAY: WriteOffCommand = { ...ALL, identifiers: [STRAY] };
const NONE = { records: 0, bytes: 0, seconds: 0, count: 0 };

let operator: SmallOperator;
beforeEach(async () => {
  operator = await smallOperator();
  for (const file of [FILES.early, FILES.first, FILES.second]) await operator.dropFile(file);
});

/** Begins a write-off and answers what it is. */
async function begin(command: WriteOffCommand) {
  const result = await writeOffUsage(operator.world, command);
  if (result.outcome === 'refused') throw new Error(result.reason);
  return result;
}

async function statesOf(file: string): Promise<string[]> {
  return (await fileStatuses(operator.world, file)).map(({ state }) => state);
}

/** Totals written off, once it is sure that everything adds up. */
async function provenWrittenOff() {
  const { differences, parts, total } = await operator.proof();
  expect(differences).toEqual({ read: NONE, accepted: NONE, invoices: NONE });
  expect(parts.filter(({ differences: { read, accepted } }) => !isNothing(read) || !isNothing(accepted))).toEqual([]);
  return total.writtenOff;
}

test('what is suspended before anything is written off', async () => {
  expect(await operator.suspended()).toEqual([
    `2026-10 UNKNOWN_SUBSCRIBER ${STRAY} 1/2000000/0`,
    `2026-10 UNKNOWN_SUBSCRIBER ${FORGOTTEN} 1/6000000/0`,
    '2026-10 UNKNOWN_NETWORK imsi#262010000000003 1/1000000/0',
  ]);
  expect(await provenWrittenOff()).toEqual(NONE);
});

describe('a write-off', () => {
  test('counts from its entry on: nothing of it is suspended, nothing else changes', async () => {
    const { file, generation, totals } = await begin(ONLY_STRAY);
    expect({ generation, totals }).toEqual({ generation: 1, totals: { ...NONE, records: 1, bytes: 2_000_000 } });
    expect(await statesOf(file)).toEqual(['loading']);
    await operator.settle();
    expect(await statesOf(file)).toEqual(['loaded']);
    const [status] = await fileStatuses(operator.world, file);
    expect(status).toMatchObject({ claim: null, manifest: { writeOff: { note: ALL.note, by: 'anna' } } });
    expect(await operator.suspended()).toEqual([
      `2026-10 UNKNOWN_SUBSCRIBER ${FORGOTTEN} 1/6000000/0`,
      '2026-10 UNKNOWN_NETWORK imsi#262010000000003 1/1000000/0',
    ]);
    expect(await provenWrittenOff()).toEqual({ ...NONE, records: 1, bytes: 2_000_000 });
  });

  test('of everybody takes what is suspended for that reason alone', async () => {
    const { totals } = await begin(ALL);
    await operator.settle();
    expect(totals).toEqual({ ...NONE, records: 2, bytes: 8_000_000 });
    expect(await operator.suspended()).toEqual(['2026-10 UNKNOWN_NETWORK imsi#262010000000003 1/1000000/0']);
  });

  test('is never billed, though its cause is mended and it is sent again; backed out, it comes as a difference', async () => {
    const { file } = await begin(ALL);
    await operator.settle();
    await operator.load([CHANGES[0]!]);
    await operator.dropFile({ name: 'first-again.csv', body: Buffer.concat([FILES.first.body, Buffer.from('\n')]) });
    const october = await operator.bill('2026-10');
    expect(await provenWrittenOff()).toEqual({ ...NONE, records: 2, bytes: 8_000_000 });
    expect(await backOutFile(operator.world, file, 1, 'found after all', 'anna')).toMatchObject({
      outcome: 'backed out',
    });
    await operator.settle();
    expect(await operator.suspended()).toContain(`2026-10 UNKNOWN_SUBSCRIBER ${STRAY} 1/2000000/0`);
    expect(await provenWrittenOff()).toEqual(NONE);

    operator.setClock('2026-12-04T09:00:00+01:00');
    const november = await operator.bill('2026-11');
    const other = await smallOperator();
    for (const each of [FILES.early, FILES.first, FILES.second]) await other.dropFile(each);
    await other.load([CHANGES[0]!]);
    const whole = await other.bill('2026-10');
    other.setClock('2026-12-04T09:00:00+01:00');
    const after = await other.bill('2026-11');
    expect(october).not.toEqual(whole);
    const sum = (lines: string[]) => lines.reduce((all, line) => all + Math.round(Number(line.split(' ')[1]) * 100), 0);
    expect(sum(october) + sum(november)).toBe(sum(whole) + sum(after));
  });

  test('given twice is one; given again after it was backed out it is the next generation', async () => {
    const { file } = await begin(ALL);
    for (const identifiers of [
      [STRAY, FORGOTTEN],
      [FORGOTTEN, STRAY, FORGOTTEN],
    ])
      expect(await begin({ ...ALL, identifiers })).toMatchObject({ outcome: 'begun', file, generation: 1 });
    await operator.settle();
    expect(await statesOf(file)).toEqual(['loaded']);
    await backOutFile(operator.world, file, 1, 'wrong', 'anna');
    await operator.settle();
    expect(await begin(ALL)).toMatchObject({ file, generation: 2 });
    await operator.settle();
    expect(await statesOf(file)).toEqual(['backed out', 'loaded']);
    expect(await provenWrittenOff()).toEqual({ ...NONE, records: 2, bytes: 8_000_000 });
  });

  test('of other records or for another reason is another', async () => {
    const one = await begin(ONLY_STRAY);
    const other = await begin({ ...ALL, identifiers: [FORGOTTEN] });
    const network = await begin({ ...ALL, reason: 'UNKNOWN_NETWORK' });
    expect(new Set([one, other, network].map(({ file }) => file)).size).toBe(3);
    await operator.settle();
    expect(await operator.suspended()).toEqual([]);
    expect(await provenWrittenOff()).toEqual({ ...NONE, records: 3, bytes: 9_000_000 });
  });

  test.each<[string, Partial<WriteOffCommand>, RegExp]>([
    [
      'of two nobody knows',
      { identifiers: ['imsi#1', 'imsi#2'] },
      /^nothing of imsi#1, imsi#2 is suspended as UNKNOWN_SUBSCRIBER in 2026-10$/,
    ],
    ['of a month without usage', { month: '2026-07' }, /^nothing is suspended as UNKNOWN_SUBSCRIBER in 2026-07$/],
    ['for a reason nothing has', { reason: 'NO_PRICE' }, /^nothing is suspended as NO_PRICE in 2026-10$/],
    [
      'of one whose usage is charged',
      { identifiers: [STRAY, 'imsi#262010000000001'] },
      /^nothing of imsi#262010000000001 is suspended as UNKNOWN_SUBSCRIBER in 2026-10$/,
    ],
    [
      'of one that is suspended for another reason',
      { identifiers: [STRAY, 'imsi#262010000000003'] },
      /^nothing of imsi#262010000000003 is suspended as UNKNOWN_SUBSCRIBER in 2026-10$/,
    ],
    ['of frozen usage', { reason: 'FROZEN' }, /^what is FROZEN may have been billed/],
  ])('%s is refused', async (_, more, reason) => {
    const before = await tail(operator.world.decisions, 0);
    const result = await writeOffUsage(operator.world, { ...ALL, ...more });
    expect(result).toMatchObject({ outcome: 'refused', reason: expect.stringMatching(reason) });
    await operator.settle();
    expect(await tail(operator.world.decisions, 0)).toBe(before);
  });
});

test('before a catalogue is released there is nothing to write off', async () => {
  const reason = 'nothing is suspended as UNKNOWN_SUBSCRIBER in 2026-10';
  expect(await writeOffUsage(memorySession('ops').world, ALL)).toEqual({ outcome: 'refused', reason });
});

describe('a write-off that is slow', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['the subscription is entered', () => operator.load([CHANGES[0]!])],
    ['a catalogue is released', () => operator.release(SECOND_RELEASE)],
    ['a file is taken back', () => backOutSecond()],
  ])('never counts when %s meanwhile', async (_, meanwhile) => {
    const { file } = await writeOffUnsent();
    await meanwhile();
    await operator.sweep();
    await operator.settle();
    expect(await statesOf(file)).toEqual(['overtaken']);
    expect(await provenWrittenOff()).toEqual(NONE);
    expect(Object.values(await operator.sweep()).filter((count) => count > 0)).toEqual([]);

    expect(await begin(ONLY_STRAY)).toMatchObject({ file, generation: 2 });
    await operator.settle();
    expect(await statesOf(file)).toEqual(['overtaken', 'loaded']);
    expect(await provenWrittenOff()).toEqual({ ...NONE, records: 1, bytes: 2_000_000 });
  });

  test('is found by the sweep wherever it stopped', async () => {
    const { file } = await writeOffUnsent();
    expect(await operator.sweep()).toMatchObject({ withoutCommit: 1 });
    await operator.settle();
    expect(await statesOf(file)).toEqual(['loaded']);
    expect(Object.values(await operator.sweep()).filter((count) => count > 0)).toEqual([]);
  });

  test('counts when what happens meanwhile cannot concern it', async () => {
    const { file } = await writeOffUnsent();
    await operator.dropFile(FILES.twice);
    await operator.load([{ name: 'later.csv', text: 'subscription,effectiveFrom,state\nS5,2026-11-03,suspended' }]);
    await operator.sweep();
    await operator.settle();
    expect(await statesOf(file)).toEqual(['loaded']);
  });

  test.each([
    ['events', 'loaded', 'imsi#440100000000003'],
    ['sums', 'overtaken', 'imsi#440100000000001'],
    ['sums and events', 'overtaken', 'imsi#440100000000002'],
    ['counters', 'overtaken', 'iccid#8901410000000000013'],
  ])('of %s is %s when another file of the month comes meanwhile', async (_, state, identifier) => {
    const sums = presetSource('soracom-air-csv', 'sums', CARRIER, 'air*.csv');
    const counters = presetSource('control-center-json', 'counters', CARRIER, 'ctdUsages_{asOf}.json');
    await operator.release({ ...SECOND_RELEASE, sources: [sums, counters, ...SECOND_RELEASE.sources] });
    const sum = (imsi: string) => `${imsi},20261001,s1.fast,1000,1,2000,2,,`;
    const columns = 'uploadByteSizeTotal,uploadPacketCountTotal,downloadByteSizeTotal,downloadPacketCountTotal';
    const header = `imsi,date,type,${columns},tag:name,group:name`;
    const lines = [header, sum('440100000000001'), sum('440100000000002')].join('\n');
    await operator.dropFile({ name: 'air.csv', body: Buffer.from(lines) });
    const event = (imsi: string, id: string) => `${id},${imsi},2026-10-05T08:00:00Z,data,DEUD1,1,`;
    const events = [event('440100000000002', 'e1'), event('440100000000003', 'e2')];
    const their = 'record_id,imsi,start,service,network,bytes,count';
    await operator.dropFile({ name: 'events.csv', body: Buffer.from([their, ...events].join('\n')) });
    const reading = { iccid: '8901410000000000013', ctdDataUsage: 500, ctdSMSUsage: 0, ctdVoiceUsage: 0 };
    const body = Buffer.from(JSON.stringify([reading]));
    await operator.dropFile({ name: 'ctdUsages_20261009T0000Z.json', body });
    const { file } = await writeOffUnsent({ ...ALL, identifiers: [identifier] });
    await operator.dropFile(FILES.twice);
    await operator.sweep();
    await operator.settle();
    expect(await statesOf(file)).toEqual([state]);
  });

  /** Begins one whose messages are all lost. */
  async function writeOffUnsent(command = ONLY_STRAY) {
    const queues = { send: async () => {} };
    const result = await writeOffUsage({ ...operator.world, queues }, command);
    if (result.outcome === 'refused') throw new Error(result.reason);
    return result;
  }

  async function backOutSecond(): Promise<void> {
    const [found] = await findFiles(operator.world, FILES.second.name);
    await backOutFile(operator.world, found?.file ?? '', 1, 'wrong', 'anna');
    await operator.settle();
  }
});
