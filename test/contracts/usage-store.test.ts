import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamodbUsageStore } from '#shared/aws/dynamodb-usage-store.ts';
import { memoryUsageStore } from '#shared/memory/usage-store.ts';
import { RefusedUsage, type UsageItem, type UsageStore } from '#shared/usage/ports.ts';
import { readUsageItemSort, usageItemSort } from '#shared/usage/usage-item-key.ts';
import { type CloudParts, startParts } from './cloud-parts.ts';

let parts: CloudParts;
let table: string;
beforeAll(async () => {
  parts = await startParts([]);
  table = await parts.createTable('usage');
});
afterAll(() => parts.stop());

const EXPIRES_AT = 1_900_000_000;
const item = (identifier: string, more: Partial<UsageItem> = {}): UsageItem => ({
  identifier,
  month: '2026-10',
  file: 'f1',
  generation: 1,
  chunk: 0,
  attempt: 'aa',
  part: 0,
  packed: Uint8Array.of(1, 2, 3),
  ...more,
});

describe.each<[string, () => UsageStore]>([
  ['in memory', memoryUsageStore],
  ['in DynamoDB', () => dynamodbUsageStore(parts.dynamodb, table)],
])('usage store %s', (_, open) => {
  let store: UsageStore;
  beforeAll(() => {
    store = open();
  });

  test.each<[string, string, string, string[]]>([
    ['one month', '2026-10', '2026-10', ['2026-10']],
    ['both ends inclusive', '2026-09', '2026-11', ['2026-09', '2026-10', '2026-11']],
    ['over the new year', '2026-12', '2027-01', ['2026-12', '2027-01']],
    ['months without usage', '2025-01', '2026-08', []],
  ])('months: %s', async (_, from, until, months) => {
    const all = ['2026-12', '2026-09', '2027-01', '2026-11', '2026-10'];
    await store.put(
      all.map((month) => item('imsi#months', { month })),
      EXPIRES_AT,
    );
    expect((await store.read('imsi#months', from, until)).map(({ month }) => month)).toEqual(months);
  });

  test('items come in key order: month, file, generation, chunk, attempt, part', async () => {
    const ordered = [
      item('imsi#order', { month: '2026-09', file: 'z', chunk: 7 }),
      item('imsi#order', { file: 'f1', generation: 1, chunk: 0, attempt: 'aa', part: 0 }),
      item('imsi#order', { file: 'f1', generation: 1, chunk: 0, attempt: 'aa', part: 1 }),
      item('imsi#order', { file: 'f1', generation: 1, chunk: 0, attempt: 'bb', part: 0 }),
      item('imsi#order', { file: 'f1', generation: 1, chunk: 2, attempt: 'aa' }),
      item('imsi#order', { file: 'f1', generation: 1, chunk: 10, attempt: 'aa' }),
      item('imsi#order', { file: 'f1', generation: 2, chunk: 0 }),
      item('imsi#order', { file: 'f1', generation: 10, chunk: 0 }),
      item('imsi#order', { file: 'f2', generation: 1, chunk: 0 }),
    ];
    await store.put([...ordered].reverse(), EXPIRES_AT);
    expect(await store.read('imsi#order', '2026-09', '2026-10')).toEqual(ordered);
  });

  test('packed records come back bit by bit, and a repeat changes nothing', async () => {
    const packed = Uint8Array.from({ length: 4_096 }, (_, at) => (at * 251) % 256);
    const framed = new Uint8Array(5_000);
    framed.set(packed, 300);
    await store.put([item('imsi#bits', { packed: framed.subarray(300, 300 + packed.length) })], EXPIRES_AT);
    await store.put([item('imsi#bits', { packed })], EXPIRES_AT);
    const [read, ...more] = await store.read('imsi#bits', '2026-10', '2026-10');
    expect(more).toEqual([]);
    expect(Buffer.compare(read?.packed ?? new Uint8Array(), packed)).toBe(0);
  });

  test('what was put does not follow the memory it was put from', async () => {
    const packed = Uint8Array.of(7, 7, 7);
    await store.put([item('imsi#memory', { packed })], EXPIRES_AT);
    packed.fill(0);
    expect((await store.read('imsi#memory', '2026-10', '2026-10'))[0]?.packed).toEqual(Uint8Array.of(7, 7, 7));
  });

  test('identifiers are apart, also when one begins like another', async () => {
    await store.put([item('imsi#1'), item('imsi#12')], EXPIRES_AT);
    expect((await store.read('imsi#1', '2026-01', '2026-12')).map(({ identifier }) => identifier)).toEqual(['imsi#1']);
    expect(await store.read('imsi#none', '2026-01', '2026-12')).toEqual([]);
  });

  test.each([
    ['an item of more than 400 KiB', item('imsi#refused', { packed: new Uint8Array(409_600) })],
    ['an identifier of more than 2 KiB', item(`imsi#${'1'.repeat(2048)}`)],
    ['an identifier of nothing', item('')],
  ])('%s is refused for ever, and not as a failure', async (_, refused) => {
    await expect(store.put([refused], EXPIRES_AT)).rejects.toThrow(RefusedUsage);
  });

  test('seventy items of 300 KB are written and read whole', async () => {
    const items = Array.from({ length: 70 }, (_, chunk) =>
      item('imsi#large', { chunk, packed: new Uint8Array(300_000).fill(chunk) }),
    );
    await store.put(items.slice(0, 20), EXPIRES_AT);
    await store.put(items.slice(20), EXPIRES_AT);
    const read = await store.read('imsi#large', '2026-10', '2026-10');
    expect(read.map(({ chunk, packed }) => [chunk, packed.length, packed[0], packed.at(-1)])).toEqual(
      items.map(({ chunk }) => [chunk, 300_000, chunk, chunk]),
    );
  });
});

test.each([
  ['2026-10#f1#0001#000000#aa#0', item('')],
  [
    '2027-01#abc#0012#000345#9f#3',
    item('', { month: '2027-01', file: 'abc', generation: 12, chunk: 345, attempt: '9f', part: 3 }),
  ],
])('sort key %s says all of an item but its owner', (sort, of) => {
  const { identifier: _, packed: __, ...rest } = of;
  expect(usageItemSort(of)).toBe(sort);
  expect(readUsageItemSort(sort)).toEqual(rest);
});

test.each(['', '2026-10', '2026-10#f#1#0#a', '2026-10#f#1#0#a#0#x', '#f#1#0#a#0'])('"%s" is no sort key', (sort) => {
  expect(() => readUsageItemSort(sort)).toThrow(RangeError);
});
