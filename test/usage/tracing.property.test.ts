import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFolder, createTracingFolder } from '#shared/usage/fold.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';
import { recordsOf, WRITTEN_OFF } from '#shared/usage/usage-item.ts';
import type { VisibleItem } from '#shared/usage/visible-item.ts';
import { arbitraryRecord, keyOn, OCTOBER, type PlainRecord, pack, plain } from './records.ts';

const kind = fc.oneof(fc.constantFrom('events', 'counters', 'written off' as const), fc.integer({ min: 1, max: 3 }));
/** Small quantities, so that sums stay exact. */
const record = fc.tuple(arbitraryRecord, fc.nat(1000)).map(([each, bytesUp]): PlainRecord => {
  return { ...each, bytesUp, bytesDown: 0, bytesUnsplit: 0, seconds: 1, count: 2, amount: 0 };
});
const arbitraryItems = fc
  .array(fc.tuple(kind, fc.nat(4), fc.array(record, { minLength: 1, maxLength: 12 })), { minLength: 1, maxLength: 8 })
  .map((items) =>
    items.map(([of, position, records], at): VisibleItem => {
      return { packed: pack(records, of, 300_000)[0]!, position, file: `f${at % 3}`, chunk: at, part: 0 };
    }),
  );

function added(all: readonly UsageTotals[]): UsageTotals {
  return all.reduce(
    (sum, each) => ({
      records: sum.records + each.records,
      bytes: sum.bytes + each.bytes,
      seconds: sum.seconds + each.seconds,
      count: sum.count + each.count,
    }),
    { records: 0, bytes: 0, seconds: 0, count: 0 },
  );
}

test('tracing changes nothing of what is folded', () => {
  fc.assert(
    fc.property(arbitraryItems, fc.constantFrom(0, OCTOBER + 900_000), (items, since) => {
      const traced = createTracingFolder().fold(items, since);
      const folded = createFolder().fold(items, since);
      expect(plain(traced)).toEqual(plain(folded));
      for (const part of ['duplicates', 'writtenOff', 'carried', 'resets'] as const)
        expect(traced[part]).toEqual(folded[part]);
      for (const part of ['duplicates', 'writtenOff', 'carried'] as const)
        expect(added(traced.items.map((item) => item[part]))).toEqual(folded[part]);
    }),
  );
});

test('of each item, every record is a row, a duplicate or written off', () => {
  fc.assert(
    fc.property(arbitraryItems, (items) => {
      const traced = createTracingFolder().fold(items, 0);
      for (const [place, { chunk, duplicates, writtenOff }] of traced.items.entries()) {
        const { packed } = items.find((item) => item.chunk === chunk)!;
        const rows = traced.itemOf.subarray(0, traced.length).filter((item) => item === place).length;
        const records = packed[1] === WRITTEN_OFF ? 0 : recordsOf(packed);
        expect(rows + duplicates.records + writtenOff.records).toBe(records);
      }
    }),
  );
});

test('a reading that came twice before the months asked for is no duplicate of theirs', () => {
  const reading = (event: number, startedAt: number, bytesUp: number): PlainRecord => {
    const none = { session: 0, bytesDown: 0, bytesUnsplit: 0, seconds: 0, count: 0, amount: 0 };
    return { event, startedAt, key: keyOn('26201'), bytesUp, ...none };
  };
  const item = (file: string, records: PlainRecord[], monthStart: number): VisibleItem => {
    return { packed: pack(records, 'counters', 300_000, monthStart)[0]!, position: 1, file, chunk: 0, part: 0 };
  };
  const november = OCTOBER + 31 * 86_400;
  const october = [reading(1, OCTOBER + 5, 100)];
  const items = [
    item('a', october, OCTOBER),
    item('b', october, OCTOBER),
    item('c', [reading(2, november + 5, 130)], november),
  ];
  const traced = createTracingFolder().fold(items, november);
  expect(traced.duplicates.records).toBe(0);
  expect(traced.items.map(({ file, carried }) => `${file} ${carried.bytes}`)).toEqual(['a 0', 'b 0', 'c 100']);
  expect(traced.items[traced.itemOf[0]!]?.file).toBe('c');
});
