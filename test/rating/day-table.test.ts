import { expect, test } from 'vitest';
import { dayTable } from '#shared/rating/day-table.ts';
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
