import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFolder, fold } from '#shared/usage/fold.ts';
import type { VisibleItem } from '#shared/usage/visible-item.ts';
import { keyOn, OCTOBER, type PlainRecord, pack } from './records.ts';

const DAY = 86_400;
const NOVEMBER = OCTOBER + 31 * DAY;
const HOME = keyOn('26201');
const AWAY = keyOn('20801');

/** A reading: what a counter stood at on a day of October (from 0). */
interface Reading {
  readonly day: number;
  readonly up: number;
  readonly down?: number;
  readonly cycle?: number;
  readonly network?: 'home' | 'away';
}

function recordOf({ day, up, down = 0, cycle = 0, network = 'home' }: Reading, event: number): PlainRecord {
  const quantities = { bytesUp: up, bytesDown: down, bytesUnsplit: 0, seconds: 0, count: 0, amount: 0 };
  const key = network === 'home' ? HOME : AWAY;
  return { event, startedAt: OCTOBER + day * DAY, key, session: cycle, ...quantities };
}

function itemsOf(readings: readonly Reading[], monthStart = OCTOBER): VisibleItem[] {
  return readings.map((reading, at) => {
    const [packed] = pack([recordOf(reading, reading.day)], 'counters', 300_000, monthStart);
    return { packed: packed!, position: at + 1, file: `f${at}`, chunk: 0, part: 0 };
  });
}

/** "day up/down" of each row, in order of time, and what was carried and how often it began anew. */
function told(items: readonly VisibleItem[], since = 0) {
  const folded = createFolder().fold(items, since);
  const rows = Array.from({ length: folded.length }, (_, row) => ({
    day: (folded.startedAt[row]! - OCTOBER) / DAY,
    text: `${folded.bytesUp[row]}/${folded.bytesDown[row]}`,
  }));
  rows.sort((a, b) => a.day - b.day);
  return { rows: rows.map(({ day, text }) => `${day} ${text}`), carried: folded.carried.bytes, resets: folded.resets };
}

describe('counter readings', () => {
  test.each<[string, Reading[], string[], number, number]>([
    ['the first counts whole', [{ day: 3, up: 100, down: 7 }], ['3 100/7'], 0, 0],
    [
      'each counts what it rose by',
      [
        { day: 1, up: 100, down: 10 },
        { day: 2, up: 150, down: 10 },
        { day: 4, up: 400, down: 25 },
      ],
      ['1 100/10', '2 50/0', '4 250/15'],
      110 + 160,
      0,
    ],
    [
      'in order of time, whatever order they came in',
      [
        { day: 4, up: 400 },
        { day: 1, up: 100 },
        { day: 2, up: 150 },
      ],
      ['1 100/0', '2 50/0', '4 250/0'],
      250,
      0,
    ],
    [
      'a fall is a cycle that began anew, for all that is read then',
      [
        { day: 1, up: 100, down: 10 },
        { day: 2, up: 30, down: 12 },
        { day: 3, up: 50, down: 12 },
      ],
      ['1 100/10', '2 30/12', '3 20/0'],
      42,
      1,
    ],
    [
      'a new cycle begins at zero, even where it stands higher',
      [
        { day: 1, up: 100, cycle: 7 },
        { day: 2, up: 120, cycle: 7 },
        { day: 3, up: 500, cycle: 8 },
      ],
      ['1 100/0', '2 20/0', '3 500/0'],
      100,
      0,
    ],
    [
      'each usage key has a counter of its own',
      [
        { day: 1, up: 100 },
        { day: 2, up: 40, network: 'away' },
        { day: 3, up: 110 },
      ],
      ['1 100/0', '2 40/0', '3 10/0'],
      100,
      0,
    ],
  ])('%s', (_, readings, rows, carried, resets) => {
    expect(told(itemsOf(readings))).toEqual({ rows, carried, resets });
  });

  test('go on from the last reading of the months before, which is not counted again', () => {
    const october = itemsOf([
      { day: 2, up: 70 },
      { day: 30, up: 100 },
    ]);
    const november = itemsOf([{ day: 32, up: 130 }], NOVEMBER);
    expect(told([...october, ...november], NOVEMBER)).toEqual({ rows: ['32 30/0'], carried: 100, resets: 0 });
    expect(told(november, NOVEMBER)).toEqual({ rows: ['32 130/0'], carried: 0, resets: 0 });
  });

  test('the same reading twice is one', () => {
    const items = itemsOf([
      { day: 1, up: 100 },
      { day: 2, up: 150 },
    ]);
    const folded = fold([...items, ...items.map((item) => ({ ...item, file: 'copy', position: 9 }))]);
    expect(folded).toMatchObject({ length: 2, duplicates: { records: 2, bytes: 250 } });
  });

  test('rising readings add up to the last of them, and to what was read less what was carried', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 1, maxLength: 20 }), fc.nat(), (rises, seed) => {
        let up = 0;
        const readings = rises.map((rise, day) => ({ day, up: (up += rise) }));
        const shuffled = readings.map((reading, at) => ({ reading, at: (at * 7919 + seed) % 1009 }));
        const items = itemsOf(shuffled.sort((a, b) => a.at - b.at).map(({ reading }) => reading));
        const folded = fold(items);
        let used = 0;
        for (let row = 0; row < folded.length; row++) used += folded.bytesUp[row]!;
        const read = readings.reduce((sum, reading) => sum + reading.up, 0);
        expect(used).toBe(up);
        expect(read - folded.carried.bytes).toBe(up);
      }),
    );
  });
});
