import { beforeEach, describe, expect, test } from 'vitest';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { currentCatalog } from '#shared/commit-log/use-cases/current-catalog.ts';
import { ALL_MONTHS, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { DEFAULT_DECODER_SETTINGS } from '#shared/mediation/decoder.ts';
import type { PipelineMessage } from '#shared/mediation/ports.ts';
import { backOutFile } from '#shared/mediation/use-cases/back-out-file.ts';
import { fileStatuses } from '#shared/mediation/use-cases/file-status.ts';
import { findFiles } from '#shared/mediation/use-cases/find-file.ts';
import { replayFile } from '#shared/mediation/use-cases/replay-file.ts';
import { FIRST_RELEASE } from '../simulation/world.ts';
import { BY_ICCID, FILE, IN_KILOBYTES, reading, UNREADABLE } from './readings.ts';
import { type SmallOperator, smallOperator } from './small-operator.ts';

const NOTHING = { records: 0, bytes: 0, seconds: 0, count: 0 };
let operator: SmallOperator;
beforeEach(async () => {
  operator = await smallOperator();
});

async function replay(send: (messages: readonly PipelineMessage[]) => Promise<void> = operator.world.queues.send) {
  const { catalog } = await currentCatalog(operator.world);
  const settings = { ...DEFAULT_DECODER_SETTINGS, chunkRecords: 2 };
  const ports = { ...operator.world, queues: { send }, settings };
  return replayFile(ports, catalog.sources, await fileId(), 'anna');
}

async function fileId(): Promise<string> {
  return (await findFiles(operator.world, FILE.name))[0]?.file ?? '';
}

async function states(): Promise<string[]> {
  return (await fileStatuses(operator.world, await fileId())).map(({ state }) => state);
}

/** Drops the file under one definition and releases another. */
async function readUnder(before: Catalog, now: Catalog): Promise<void> {
  if (before !== FIRST_RELEASE) await operator.release(before);
  await operator.dropFile(FILE);
  await operator.release(now);
}

/** The generations of the file that count at each position of the log, without repetitions. */
async function counting(): Promise<string[]> {
  const seen: string[] = [];
  const file = await fileId();
  for (let position = 1; position <= (await tail(operator.world.decisions, 0)); position++) {
    const { months } = await worldAt(operator.world, position, ALL_MONTHS);
    const keys = Object.values(months).flatMap((files) => Object.keys(files).filter((key) => key.startsWith(file)));
    const now = [...new Set(keys)].map((key) => key.slice(file.length)).join() || 'none';
    if (now !== seen.at(-1)) seen.push(now);
  }
  return seen;
}

async function read(): Promise<number> {
  const { total, differences } = await operator.proof();
  expect(differences).toEqual({ read: NOTHING, accepted: NOTHING, invoices: NOTHING });
  return total.read.bytes;
}

describe('a file read anew', () => {
  test('counts instead of its first reading, from one position on', async () => {
    await readUnder(IN_KILOBYTES, FIRST_RELEASE);
    expect(await read()).toBe(13_000_000_000);
    expect(await replay()).toMatchObject({ outcome: 'begun', generation: 2 });
    expect(await states()).toEqual(['loaded', 'mediating']);
    await operator.settle();
    expect(await states()).toEqual(['replaced', 'loaded']);
    expect(await counting()).toEqual(['none', '#1', '#2']);
    expect(await read()).toBe(13_000_000);
    expect(Object.values(await operator.sweep()).filter((count) => count > 0)).toEqual([]);
  });

  test('is a difference on the next invoice, which amounts to what one reading would have', async () => {
    await readUnder(IN_KILOBYTES, FIRST_RELEASE);
    const october = await operator.bill('2026-10');
    await replay();
    await operator.settle();
    operator.setClock('2026-12-04T09:00:00+01:00');
    const november = await operator.bill('2026-11');
    await read();
    const documents = await allDocuments(operator.world, 'nord-c01-2026-11-1');
    const bodies = await Promise.all(documents.map(({ key }) => operator.world.objects.get('invoices', key)));
    expect(bodies.map((body) => new TextDecoder().decode(body)).join()).toContain('"reason":"file read anew"');

    const other = await smallOperator();
    await other.dropFile(FILE);
    const whole = await other.bill('2026-10');
    other.setClock('2026-12-04T09:00:00+01:00');
    const after = await other.bill('2026-11');
    expect(october).not.toEqual(whole);
    const sum = (documents: string[]) =>
      documents.reduce((all, each) => all + Math.round(Number(each.split(' ')[1]) * 100), 0);
    expect(sum(october) + sum(november)).toBe(sum(whole) + sum(after));
  });

  test('leaves nothing of identifiers that only its first reading saw', async () => {
    await readUnder(BY_ICCID, FIRST_RELEASE);
    expect(await operator.suspended()).toEqual([
      '2026-10 UNKNOWN_SUBSCRIBER iccid#8988001000000001609 2/12000000/0',
      '2026-11 UNKNOWN_SUBSCRIBER iccid#8988001000000001609 1/1000000/0',
    ]);
    await replay();
    await operator.settle();
    expect(await operator.suspended()).toEqual([]);
  });

  test('simply loads when it never counted', async () => {
    await readUnder(UNREADABLE, FIRST_RELEASE);
    expect(await states()).toEqual(['quarantined']);
    await replay();
    await operator.settle();
    expect(await states()).toEqual(['quarantined', 'loaded']);
    expect(await counting()).toEqual(['none', '#2']);
    expect(await read()).toBe(13_000_000);
  });

  test('changes nothing when the new reading is quarantined', async () => {
    await readUnder(FIRST_RELEASE, UNREADABLE);
    await replay();
    await operator.settle();
    expect(await states()).toEqual(['loaded', 'quarantined']);
    expect(await read()).toBe(13_000_000);
    await operator.release(IN_KILOBYTES);
    expect(await replay()).toMatchObject({ generation: 3 });
    await operator.settle();
    expect(await states()).toEqual(['replaced', 'quarantined', 'loaded']);
  });

  test('is taken back as any file is, for good; its content dropped again counts again', async () => {
    await readUnder(IN_KILOBYTES, FIRST_RELEASE);
    await replay();
    await operator.settle();
    const file = await fileId();
    expect(await backOutFile(operator.world, file, 1, 'wrong', 'anna')).toMatchObject({
      reason: expect.stringMatching(/was replaced by generation 2 at position \d+; back out that one$/),
    });
    expect(await backOutFile(operator.world, file, 2, 'wrong', 'anna')).toMatchObject({ outcome: 'backed out' });
    await operator.settle();
    expect(await states()).toEqual(['replaced', 'backed out']);
    expect(await read()).toBe(0);
    expect(await replay()).toMatchObject({
      reason: expect.stringMatching(/was backed out at position \d+; drop it again/),
    });
    await operator.dropFile({ ...FILE, name: 'again.csv' });
    expect(await states()).toEqual(['replaced', 'backed out', 'loaded']);
    expect(await read()).toBe(13_000_000);
  });
});

describe('two who read a file anew', () => {
  test('under one definition are one', async () => {
    await readUnder(IN_KILOBYTES, FIRST_RELEASE);
    const both = await Promise.all([replay(), replay()]);
    expect(both.map((each) => 'generation' in each && each.generation)).toEqual([2, 2]);
    await operator.settle();
    expect(await states()).toEqual(['replaced', 'loaded']);
  });

  test.each<[string, boolean, string[], string[]]>([
    ['the later definition counts', false, ['replaced', 'replaced', 'loaded'], ['none', '#1', '#2', '#3']],
    ['the later counts, though it is done first', true, ['replaced', 'overtaken', 'loaded'], ['none', '#1', '#3']],
  ])('under two: %s', async (_, isReversed, expected, counted) => {
    await readUnder(IN_KILOBYTES, BY_ICCID);
    const sent: PipelineMessage[] = [];
    const keep = async (messages: readonly PipelineMessage[]) => void sent.push(...messages);
    await replay(keep);
    await operator.release(FIRST_RELEASE);
    await replay(keep);
    expect(sent).toHaveLength(2);
    for (const message of isReversed ? sent.reverse() : sent) {
      await operator.world.queues.send([message]);
      await operator.settle();
    }
    expect(await states()).toEqual(expected);
    expect(await counting()).toEqual(counted);
    expect(await read()).toBe(13_000_000);
    expect(Object.values(await operator.sweep()).filter((count) => count > 0)).toEqual([]);
  });
});

describe('a replay that is slow', () => {
  const lose = async () => {};

  test('is found by the sweep wherever it stopped', async () => {
    await readUnder(IN_KILOBYTES, FIRST_RELEASE);
    await replay(lose);
    expect(await operator.sweep()).toMatchObject({ withoutManifest: 1 });
    await operator.settle();
    expect(await states()).toEqual(['replaced', 'loaded']);
  });

  test('never counts when its file is backed out meanwhile; dropped again, its content counts', async () => {
    await readUnder(IN_KILOBYTES, FIRST_RELEASE);
    await replay(lose);
    await backOutFile(operator.world, await fileId(), 1, 'wrong', 'anna');
    expect(await states()).toEqual(['backed out', 'overtaken']);
    await operator.dropFile({ ...FILE, name: 'again.csv' });
    await operator.sweep();
    await operator.settle();
    expect(await states()).toEqual(['backed out', 'overtaken', 'loaded']);
    expect(await counting()).toEqual(['none', '#1', 'none', '#3']);
    expect(await read()).toBe(13_000_000);
    expect(Object.values(await operator.sweep()).filter((count) => count > 0)).toEqual([]);
  });
});

describe('is refused', () => {
  test.each<[string, () => Promise<unknown>, RegExp]>([
    ['what nobody dropped', async () => {}, /^there is no usage file/],
    [
      'what no source reads any more',
      () =>
        readUnder(
          FIRST_RELEASE,
          reading((source) => ({ ...source, fileNamePattern: 'other-*.csv' })),
        ),
      /^the catalogue has no source for incoming\/aero\/usage.csv$/,
    ],
  ])('%s', async (_, before, reason) => {
    await before();
    expect(await replay()).toMatchObject({ outcome: 'refused', reason: expect.stringMatching(reason) });
  });
});
