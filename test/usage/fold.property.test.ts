import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFolder, fold } from '#shared/usage/fold.ts';
import type { VisibleItem } from '#shared/usage/visible-item.ts';
import { arbitraryRecord, keyOn, OCTOBER, type PlainRecord, pack, plain, told } from './records.ts';

const LARGE = 300_000;
/** Files of records, each with a position; several may share one. */
const arbitraryFiles = fc.array(fc.tuple(fc.nat(5), fc.array(arbitraryRecord, { minLength: 1, maxLength: 30 })), {
  minLength: 1,
  maxLength: 6,
});
type Files = readonly (readonly [number, readonly PlainRecord[]])[];

/** Cuts the records of a file into chunks at the given places and packs them. */
function itemsOf(
  file: string,
  position: number,
  records: readonly PlainRecord[],
  cuts: readonly number[],
): VisibleItem[] {
  const borders = [0, ...cuts.map((cut) => cut % records.length).sort((a, b) => a - b), records.length];
  return borders.slice(1).flatMap((until, chunk) => {
    const part = records.slice(borders[chunk]!, until);
    if (part.length === 0) return [];
    return pack(part, 'events', LARGE).map((packed, i) => ({ packed, position, file, chunk, part: i }));
  });
}

const allItems = (files: Files, cuts: readonly number[]) =>
  files.flatMap(([position, records], i) => itemsOf(`file-${i}`, position, records, cuts));

/** The rule in its plainest form: of each event the first record by position and file. */
function firstOfEach(files: Files): PlainRecord[] {
  const ordered = files.map(([position, records], i) => ({ position, i, records }));
  ordered.sort((a, b) => a.position - b.position || a.i - b.i);
  const first = new Map<number, PlainRecord>();
  for (const { records } of ordered) for (const r of records) if (!first.has(r.event)) first.set(r.event, r);
  return [...first.values()];
}

describe('packing', () => {
  test('what is packed is what is folded, in any number of parts', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryRecord, { minLength: 1, maxLength: 50 }),
        fc.integer({ min: 1, max: 3000 }),
        (records, maxBytes) => {
          const distinct = records.map((record, event) => ({ ...record, event }));
          const items = pack(distinct, 'events', maxBytes).map((packed, part) => ({
            packed,
            position: 1,
            file: 'f',
            chunk: 0,
            part,
          }));
          expect(plain(fold(items))).toEqual(distinct.map(told));
        },
      ),
    );
  });

  test('what is larger than it may be is halved until it fits', () => {
    const records = Array.from({ length: 1000 }, (_, event) => record(event, { bytesUp: 200 }));
    const items = pack(records, 'events', 2000);
    expect(items.length).toBe(16);
    for (const item of items) expect(item.length).toBeLessThan(2001);
  });

  test('a data record takes about 24 bytes', () => {
    const records = Array.from({ length: 1000 }, (_, event) =>
      record(event, { bytesUp: 20_000, bytesDown: 200_000, seconds: 900 }),
    );
    expect(pack(records, 'events', LARGE)[0]!.length / 1000).toBeLessThan(25);
  });
});

describe('folding events', () => {
  test('the first of each event stands and the others are counted', () => {
    fc.assert(
      fc.property(arbitraryFiles, (files) => {
        const folded = fold(allItems(files, []));
        const expected = firstOfEach(files);
        expect(sorted(plain(folded))).toEqual(sorted(expected.map(told)));
        expect(folded.length + folded.duplicates.records).toBe(files.reduce((n, [, records]) => n + records.length, 0));
      }),
    );
  });

  test('the order items are given in and where files are cut into chunks change nothing', () => {
    fc.assert(
      fc.property(
        arbitraryFiles,
        fc.array(fc.nat(), { maxLength: 5 }),
        fc.infiniteStream(fc.nat()),
        (files, cuts, dice) => {
          const whole = allItems(files, []);
          const cut = allItems(files, cuts);
          const shuffled = cut.map((item) => ({ item, at: dice.next().value! })).sort((a, b) => a.at - b.at);
          const one = fold(whole);
          const other = fold(shuffled.map(({ item }) => item));
          expect(plain(other)).toEqual(plain(one));
          expect(other.duplicates).toEqual(one.duplicates);
        },
      ),
    );
  });

  test('a file loaded again at a later position changes nothing but the duplicates', () => {
    fc.assert(
      fc.property(arbitraryFiles, fc.nat(10), (files, which) => {
        const again = itemsOf('again', 9, files[which % files.length]![1], []);
        expect(plain(fold([...allItems(files, []), ...again]))).toEqual(plain(fold(allItems(files, []))));
      }),
    );
  });
});

describe('folding aggregates', () => {
  const day = (asOf: number, position: number, bytesUp: number, file = 'f'): VisibleItem => ({
    packed: pack([record(1, { bytesUp }), record(2, { bytesUp: 1 })].slice(0, position === 3 ? 1 : 2), asOf, LARGE)[0]!,
    position,
    file,
    chunk: 0,
    part: 0,
  });

  test.each([
    ['a later as-of replaces', [day(100, 1, 10), day(200, 2, 25)], [25, 1], 11],
    ['a late file with an earlier as-of does not', [day(200, 1, 25), day(100, 2, 10)], [25, 1], 11],
    ['of equals the later position stands', [day(100, 1, 10), day(100, 2, 7)], [7, 1], 11],
    ['of equals at one position the later file stands', [day(100, 1, 10, 'b'), day(100, 1, 7, 'a')], [10, 1], 8],
    ['what was replaced does not come back', [day(100, 1, 10), day(200, 2, 25), day(150, 4, 7)], [25, 1], 19],
    ['what is not said again stays', [day(100, 1, 10), day(200, 3, 30)], [30, 1], 10],
  ])('%s', (_, items, bytesUp, duplicateBytes) => {
    for (const order of [items, [...items].reverse()]) {
      const folded = fold(order);
      expect(plain(folded).map((r) => r.bytesUp)).toEqual(bytesUp);
      expect(folded.duplicates.bytes).toBe(duplicateBytes);
    }
  });
});

describe('records of two months', () => {
  const NOVEMBER = OCTOBER + 31 * 86_400;
  const kind = fc.oneof(fc.constantFrom('events', 'written off' as const), fc.integer({ min: 1, max: 3 }));
  const arbitraryItems = fc.array(
    fc.tuple(fc.boolean(), kind, fc.nat(4), fc.array(arbitraryRecord, { minLength: 1, maxLength: 12 })),
    { minLength: 1, maxLength: 8 },
  );

  // A carrier may number its records anew each month: what a month comes to does not depend on which others are read with it.
  test('of one fingerprint are two events: months folded together are what they are one by one', () => {
    fc.assert(
      fc.property(arbitraryItems, (of) => {
        const items = of.map(([isOctober, what, position, records], chunk) => {
          const monthStart = isOctober ? OCTOBER : NOVEMBER;
          const moved = records.map((each) => {
            const second = (each.startedAt - OCTOBER) % (30 * 86_400);
            return { ...each, startedAt: monthStart + second };
          });
          const [packed] = pack(moved, what, LARGE, monthStart);
          return { isOctober, item: { packed: packed!, position, file: 'f', chunk, part: 0 } };
        });
        const all = fold(items.map(({ item }) => item));
        const together = sorted(plain(all));
        const duplicates = { ...all.duplicates };
        const [october, november] = [true, false].map((which) => {
          const folded = fold(items.filter(({ isOctober }) => isOctober === which).map(({ item }) => item));
          return { rows: plain(folded), duplicates: { ...folded.duplicates } };
        });
        expect(together).toEqual(sorted([...october!.rows, ...november!.rows]));
        expect(duplicates.records).toBe(october!.duplicates.records + november!.duplicates.records);
      }),
    );
  });
});

describe('a folder', () => {
  test('says the same in used memory as in new', () => {
    const folder = createFolder();
    fc.assert(
      fc.property(arbitraryFiles, (files) => {
        const items = allItems(files, [3]);
        const fresh = fold(items);
        const used = folder.fold(items, 0);
        expect(plain(used)).toEqual(plain(fresh));
        expect(used.keys).toEqual(fresh.keys);
      }),
    );
  });

  test('folds nothing to nothing', () => {
    expect(fold([])).toMatchObject({ length: 0, keys: [], duplicates: { records: 0, bytes: 0, seconds: 0, count: 0 } });
  });
});

test('an item may have more usage keys than an octet can number', () => {
  const records = Array.from({ length: 600 }, (_, event) => ({
    ...record(event, { bytesUp: event }),
    key: keyOn(`net-${event % 300}`),
  }));
  const items = pack(records, 'events', LARGE).map((packed) => ({ packed, position: 1, file: 'f', chunk: 0, part: 0 }));
  expect(plain(fold(items))).toEqual(records.map(told));
});

describe('corrupt items', () => {
  const item = pack([record(1, { bytesUp: 5 }), record(2, { seconds: 7 })], 'events', LARGE)[0]!;
  const largest = pack([record(1, { count: Number.MAX_SAFE_INTEGER })], 'events', LARGE)[0]!;
  const visible = (packed: Uint8Array) => [{ packed, position: 1, file: 'f', chunk: 0, part: 0 }];

  test.each([
    ['empty', new Uint8Array(0), /shorter than its header/],
    ['of another version', item.map((byte, i) => (i === 0 ? 9 : byte)), /version is 9/],
    ['of an unknown kind', item.map((byte, i) => (i === 1 ? 4 : byte)), /kind is 4/],
    ['with a huge record count', item.map((byte, i) => (i === 9 ? 255 : byte)), /cannot hold/],
    [
      'with a number of 2^53',
      largest.map((byte, i) => (i === largest.length - 5 ? 0x20 : byte)),
      /a number is 2\^53 or more/,
    ],
    ['cut off', item.subarray(0, item.length - 1), /corrupt usage item/],
    ['with bytes behind its records', Uint8Array.from([...item, 0]), /its 2 records do not end where/],
  ])('%s: said clearly', (_, packed, message) => {
    expect(() => fold(visible(packed))).toThrow(message);
  });

  test('any bytes give a fold or a clear error, and leave the folder usable', () => {
    const folder = createFolder();
    const good = plain(fold(visible(item)));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(item.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const broken = item.slice();
          for (const [at, byte] of changes) broken[at] = byte;
          try {
            folder.fold(visible(broken), 0);
          } catch (error) {
            expect((error as Error).message).toMatch(/corrupt usage item|not a usage key/);
          }
          expect(plain(folder.fold(visible(item), 0))).toEqual(good);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

function record(event: number, quantities: Partial<PlainRecord>): PlainRecord {
  const nothing = { session: 0, bytesUp: 0, bytesDown: 0, bytesUnsplit: 0, seconds: 0, count: 0, amount: 0 };
  return { event, startedAt: OCTOBER + event, key: keyOn('26201'), ...nothing, ...quantities };
}

function sorted<Value>(values: Value[]): string[] {
  return values.map((value) => JSON.stringify(value)).sort();
}
