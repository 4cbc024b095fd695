import { describe, expect, test } from 'vitest';
import { entryKey, padded } from '#shared/commit-log/entry.ts';
import { readEntries, tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { fillers, logOf } from './entries.ts';

describe('the tail of the log', () => {
  test.each([0, 1, 2, 998, 999, 1000, 1001, 1999, 2000, 2001])('of %i entries is the last', async (count) => {
    const decisions = await logOf(fillers(count));
    const known = [0, 1, 500, 998, 999, 1000, 1001, count].filter((from) => from <= count);
    for (const from of known) expect(await tail(decisions, from)).toBe(count);
  });
});

describe('reading entries', () => {
  test.each([
    [0, 0],
    [0, 1],
    [997, 999],
    [998, 1000],
    [999, 1000],
    [999, 1001],
    [1000, 1001],
    [0, 2001],
    [1999, 2000],
    [5, 5],
    [2001, 2001],
  ])('after %i up to %i: those positions, in order', async (after, upTo) => {
    const entries = await readEntries(await logOf(fillers(2001)), after, upTo);
    expect(entries.map(({ position }) => position)).toEqual(
      Array.from({ length: upTo - after }, (_, place) => after + place + 1),
    );
  });

  test.each([
    ['first', 1],
    ['in the middle', 500],
    ['last of a partition', 999],
    ['first of a partition', 1000],
    ['last', 1003],
  ])('an entry that is missing is named: the %s', async (_, missing) => {
    const decisions = await logOf(fillers(1003), [missing]);
    await expect(readEntries(decisions, 0, 1003)).rejects.toThrow(`no entry at position ${missing}`);
    expect(await readEntries(decisions, missing, 1003)).toHaveLength(1003 - missing);
    expect(await readEntries(decisions, 0, missing - 1)).toHaveLength(missing - 1);
  });

  test('what lies beyond the tail is missing', async () => {
    await expect(readEntries(await logOf(fillers(3)), 0, 4)).rejects.toThrow('no entry at position 4');
  });
});

test.each([
  [1, 'log#000000000', '000000000001'],
  [999, 'log#000000000', '000000000999'],
  [1000, 'log#000000001', '000000001000'],
  [1_234_567, 'log#000001234', '000001234567'],
])('position %i stands at %s %s', (position, partition, sort) => {
  expect(entryKey(position)).toEqual({ partition, sort });
});

test.each([-1, 1.5, Number.NaN, 2 ** 53])('%d is no position', (value) => {
  expect(() => padded(value, 12)).toThrow(RangeError);
});
