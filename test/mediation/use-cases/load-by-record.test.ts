import { beforeEach, describe, expect, test } from 'vitest';
import { fileStatuses } from '#shared/mediation/use-cases/file-status.ts';
import { findFiles, rejectedRecords } from '#shared/mediation/use-cases/find-file.ts';
import { RefusedUsage, type UsageItem } from '#shared/usage/ports.ts';
import { recordsOf } from '#shared/usage/usage-item.ts';
import { type SmallOperator, smallOperator } from '../../billing/small-operator.ts';
import { SECOND_RELEASE } from '../../simulation/world.ts';

const ROWS = [
  'p1,262010000000001,2026-10-05T08:00:00Z,data,DEUD1,1000,',
  'p2,262010000000001,2026-10-06T08:00:00Z,data,DEUD1,2000,',
  'p3,262010000000001,2026-10-07T08:00:00Z,data,DEUD1,4000,',
  'p4,262010000000001,2026-11-01T08:00:00Z,data,DEUD1,8000,',
  'p5,262010000000002,2026-10-08T08:00:00Z,data,DEUD1,16000,',
  'p6,262010000000005,2026-10-09T08:00:00Z,data,DEUD1,32000,',
];
const fileOf = (rows: readonly string[]) => ({
  name: 'poison.csv',
  body: Buffer.from(['record_id,imsi,start,service,network,bytes,count', ...rows].join('\n')),
});
const FILE = fileOf(ROWS);

let operator: SmallOperator;
let puts: UsageItem[][];
beforeEach(async () => {
  operator = await smallOperator();
  await operator.release(SECOND_RELEASE);
  puts = [];
});

/** From now on the store refuses what this says, and everything that is put with it. */
function refuse(why: (item: UsageItem) => Error | undefined): void {
  const { usage } = operator.world;
  const put = usage.put.bind(usage);
  usage.put = async (items, expiresAt) => {
    puts.push([...items]);
    for (const item of items) {
      const error = why(item);
      if (error) throw error;
    }
    await put(items, expiresAt);
  };
}

/** Where in a packed item the octets of a record of 2000 octets of data stand is not looked for: it is the only one with that quantity. */
const holds = (item: UsageItem, octets: number) => {
  const bytes = Buffer.from(item.packed);
  const wanted = Buffer.alloc(2);
  wanted.writeUInt16LE(octets);
  return bytes.includes(wanted);
};
const OF_SECOND = (item: UsageItem) =>
  item.identifier.endsWith('1') && item.month === '2026-10' && holds(item, 2000)
    ? new RefusedUsage('an item that it does not like')
    : undefined;

async function loaded() {
  const [found] = await findFiles(operator.world, FILE.name);
  const [status] = await fileStatuses(operator.world, found?.file ?? '');
  if (status === undefined) throw new Error('there is no such file');
  return { status, rejected: await rejectedRecords(operator.world, status, 100) };
}

describe('a chunk with a record that the store refuses', () => {
  test('is loaded record by record: that one is rejected with its place, the others count', async () => {
    refuse(OF_SECOND);
    await operator.dropFile(FILE);
    const { status, rejected } = await loaded();
    expect(status).toMatchObject({
      state: 'loaded',
      manifest: { outcome: { read: 6, rejected: 1, accepted: { records: 5, bytes: 61_000 } } },
    });
    expect(rejected).toEqual([
      expect.objectContaining({
        code: 'PROCESSING_ERROR',
        record: 2,
        place: 3,
        value: 'imsi#262010000000001',
        text: 'what the usage store takes; it says: an item that it does not like',
      }),
    ]);
    const { total, parts, differences } = await operator.proof();
    expect(parts.map(({ month, row }) => `${month} ${row.rejected.records}/${row.rejected.bytes}`)).toEqual([
      '2026-10 1/2000',
      '2026-11 0/0',
    ]);
    expect(total).toMatchObject({
      read: { records: 6, bytes: 63_000 },
      rejected: { records: 1, bytes: 2000 },
      accepted: { records: 5, bytes: 61_000 },
    });
    for (const totals of Object.values(differences))
      expect(totals).toEqual({ records: 0, bytes: 0, seconds: 0, count: 0 });
  });

  test('names the record of its month, where the other month has one of its number', async () => {
    refuse(OF_SECOND);
    const numbered = (month: string, octets: number) =>
      `p2,262010000000001,${month}-01T08:00:00Z,data,DEUD1,${octets},`;
    await operator.dropFile(fileOf([numbered('2026-11', 8000), numbered('2026-10', 2000)]));
    const { rejected } = await loaded();
    expect(rejected.map(({ record, place }) => `${record} at ${place}`)).toEqual(['2 at 3']);
  });

  test('bills what is left of it', async () => {
    await operator.dropFile(FILE);
    const whole = await operator.bill('2026-10');
    operator = await smallOperator();
    await operator.release(SECOND_RELEASE);
    refuse(OF_SECOND);
    await operator.dropFile(FILE);
    const { total } = await operator.proof();
    const billed = await operator.bill('2026-10');
    expect(billed).toHaveLength(whole.length);
    expect(total.suspended).toEqual({});
  });

  test('is tried as a whole three times before', async () => {
    refuse(OF_SECOND);
    await operator.dropFile(FILE);
    const sizes = puts.map((items) => items.reduce((sum, { packed }) => sum + recordsOf(packed), 0));
    expect(sizes.slice(0, 3)).toEqual([5, 5, 5]);
    expect(sizes.slice(3)).toContain(1);
  });
});

test('items that are only too large are cut, and nothing is rejected', async () => {
  refuse(({ packed }) => (recordsOf(packed) > 1 ? new RefusedUsage('too large') : undefined));
  await operator.dropFile(FILE);
  const { status, rejected } = await loaded();
  expect(status).toMatchObject({ state: 'loaded', refused: [], manifest: { outcome: { accepted: { records: 6 } } } });
  expect(rejected).toEqual([]);
  const { differences, total } = await operator.proof();
  expect(total.read).toMatchObject({ records: 6, bytes: 63_000 });
  expect(total.duplicate.records).toBe(0);
  for (const totals of Object.values(differences))
    expect(totals).toEqual({ records: 0, bytes: 0, seconds: 0, count: 0 });
});

test('what only fails the first time is loaded as it was', async () => {
  let times = 0;
  refuse((item) => (OF_SECOND(item) && times++ < 4 ? new RefusedUsage('not now') : undefined));
  await operator.dropFile(FILE);
  expect((await loaded()).status).toMatchObject({ state: 'loaded', refused: [] });
});

test('throttling and failures of the surroundings are thrown, and no record is rejected for them', async () => {
  refuse(() => new Error('throttled'));
  await expect(operator.dropFile(FILE)).rejects.toThrow('throttled');
  expect((await loaded()).status).toMatchObject({ state: 'loading', refused: [] });
});
