import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { dayAt, dayTable } from '#shared/rating/day-table.ts';
import { instantOf } from '#shared/time/local-date.ts';

const MARCH = [{ from: '2026-03-01', until: '2026-04-01' }];

test('an account that moved has a table of its own, beside one that stayed and one that moved elsewhere', () => {
  const first = 'Europe/Berlin';
  const moved = (timeZone: string) => dayTable(MARCH, { first, moves: [{ from: '2026-03-29', timeZone }] });
  const starts = [dayTable(MARCH, first), moved('America/New_York'), moved('Asia/Tokyo')].map(
    (days) => days.starts[28],
  );
  expect(starts).toEqual(
    ['2026-03-28T23:00:00Z', '2026-03-29T04:00:00Z', '2026-03-28T15:00:00Z'].map((at) => instantOf(at, 'UTC')),
  );
  expect(dayTable(MARCH, first)).toBe(dayTable(MARCH, first));
});

test('periods with a gap between them are refused, also where they overlap', () => {
  const table = (from: string) => () => dayTable([...MARCH, { from, until: '2026-05-01' }], 'UTC');
  expect(table('2026-04-02')).toThrow('no period leads up to 2026-04-02');
  expect(table('2026-03-31')).toThrow('no period leads up to 2026-03-31');
  expect(table('2026-04-01')().firstDay).toEqual([0, 31, 61]);
});

test.each([
  ['a month before the table', '2026-02-01T00:00:00', -1],
  ['the second before the table', '2026-02-28T23:59:59', -1],
  ['its first', '2026-03-01T00:00:00', 0],
  ['the last of a day', '2026-03-01T23:59:59', 0],
  ['the next', '2026-03-02T00:00:00', 1],
  ['the last before the day with 23 hours', '2026-03-28T23:59:59', 27],
  ['the last of that day', '2026-03-29T23:59:59', 28],
  ['the first behind it', '2026-03-30T00:00:00', 29],
  ['the last of the table', '2026-03-31T23:59:59', 30],
  ['the first behind the table', '2026-04-01T00:00:00', -1],
])('the day of an instant: %s', (_, said, day) => {
  const { starts } = dayTable(MARCH, 'Europe/Berlin');
  expect(
    dayAt(starts, Temporal.PlainDateTime.from(said).toZonedDateTime('Europe/Berlin').epochMilliseconds / 1000),
  ).toBe(day);
});

test('an instant of a table whose days are longer and shorter than others, where a time zone was moved', () => {
  const { starts } = dayTable(MARCH, {
    first: 'Pacific/Auckland',
    moves: [{ from: '2026-03-03', timeZone: 'America/Los_Angeles' }],
  });
  const days = [...starts.slice(0, -1)].map((start, day) =>
    [start, (starts[day + 1] as number) - 1].map((at) => dayAt(starts, at)),
  );
  expect(days).toEqual([...starts.slice(0, -1)].map((_, day) => [day, day]));
  expect((starts[2] as number) - (starts[1] as number)).toBe((24 + 21) * 3600);
});
