import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fold } from '#shared/usage/fold.ts';
import type { VisibleItem } from '#shared/usage/visible-item.ts';
import { arbitraryRecord, keyOn, OCTOBER, type PlainRecord, pack, plain, told } from './records.ts';

const record = (event: number, bytesUp: number): PlainRecord => {
  const none = { session: 0, bytesDown: 0, bytesUnsplit: 0, seconds: 0, count: 0, amount: 0 };
  return { event, startedAt: OCTOBER + event, key: keyOn('26201'), bytesUp, ...none };
};
const itemsOf = (
  file: string,
  position: number,
  records: readonly PlainRecord[],
  kind: 'events' | 'counters' | 'written off',
): VisibleItem[] => pack(records, kind, 300_000).map((packed, part) => ({ packed, position, file, chunk: 0, part }));

test('what is written off counts no more, whichever came first; the rest does', () => {
  const [one, two, three] = [record(1, 10), record(2, 20), record(3, 40)];
  const before = itemsOf('a', 1, [one, two], 'events');
  const writeOff = itemsOf('off', 2, [two, three], 'written off');
  const after = itemsOf('b', 3, [three], 'events');
  const folded = fold([...before, ...writeOff, ...after]);
  expect(plain(folded)).toEqual([told(one)]);
  expect(folded.writtenOff).toEqual({ records: 2, bytes: 60, seconds: 0, count: 0 });
  expect(fold(writeOff)).toMatchObject({ length: 0, writtenOff: { records: 0 } });
});

test('a reading that is written off is still what the next one goes on from', () => {
  const readings = [record(1, 100), record(2, 150), record(3, 400)];
  const folded = fold([...itemsOf('a', 1, readings, 'counters'), ...itemsOf('off', 2, [record(2, 50)], 'written off')]);
  expect(plain(folded).map(({ bytesUp }) => bytesUp)).toEqual([100, 250]);
  expect(folded).toMatchObject({ writtenOff: { records: 1, bytes: 50 }, carried: { bytes: 250 } });
});

test('records are kept, duplicate or written off, and each is one of these', () => {
  const records = fc.array(arbitraryRecord, { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(records, records, fc.array(fc.nat(40)), (first, second, gone) => {
      const all = [...itemsOf('a', 1, first, 'events'), ...itemsOf('b', 2, second, 'events')];
      const off =
        gone.length === 0
          ? []
          : itemsOf(
              'off',
              9,
              gone.map((event) => record(event, 0)),
              'written off',
            );
      const folded = fold([...all, ...off]);
      const { length, duplicates, writtenOff } = folded;
      expect(length + duplicates.records + writtenOff.records).toBe(first.length + second.length);
      const left = new Set([...first, ...second].map(({ event }) => event).filter((event) => !gone.includes(event)));
      expect(length).toBe(left.size);
    }),
  );
});
