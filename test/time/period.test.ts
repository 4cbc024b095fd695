import { describe, expect, test } from 'vitest';
import { instantOf, isoInstant } from '#shared/time/local-date.ts';
import {
  billingDate,
  daysInPeriod,
  monthsLater,
  periodInstants,
  periodOf,
  periodOfMonth,
  periodsThrough,
  touchesUtcMonth,
  utcMonthStart,
  utcMonths,
} from '#shared/time/period.ts';

test.each([
  [2026, 2, 31, '2026-02-28'],
  [2028, 2, 31, '2028-02-29'],
  [2028, 2, 29, '2028-02-29'],
  [2026, 4, 31, '2026-04-30'],
  [2026, 5, 31, '2026-05-31'],
])('in %i-%i, billing day %i is %s', (year, month, day, date) => {
  expect(billingDate(year, month, day)).toBe(date);
});

test.each([[0], [32], [1.5], [Number.NaN]])('there is no billing day %s', (day) => {
  expect(() => billingDate(2026, 1, day)).toThrow('1 to 31');
});

describe('the period a day falls into', () => {
  test.each([
    ['2026-03-01', 1, '2026-03-01', '2026-04-01', 31],
    ['2026-03-31', 1, '2026-03-01', '2026-04-01', 31],
    ['2026-02-28', 31, '2026-02-28', '2026-03-31', 31],
    ['2026-03-30', 31, '2026-02-28', '2026-03-31', 31],
    ['2026-03-31', 31, '2026-03-31', '2026-04-30', 30],
    ['2026-04-30', 31, '2026-04-30', '2026-05-31', 31],
    ['2028-02-29', 30, '2028-02-29', '2028-03-30', 30],
    ['2026-01-14', 15, '2025-12-15', '2026-01-15', 31],
    ['2028-02-15', 15, '2028-02-15', '2028-03-15', 29],
  ])('%s, billing day %i: [%s, %s), %i days', (date, day, from, until, days) => {
    expect(periodOf(date, day)).toEqual({ from, until });
    expect(daysInPeriod({ from, until })).toBe(days);
  });
});

test.each([
  ['2026-01-31', 1, 31, '2026-02-28'],
  ['2026-01-31', 2, 31, '2026-03-31'],
  ['2026-01-31', 13, 31, '2027-02-28'],
  ['2026-01-31', -2, 31, '2025-11-30'],
])('%s and %i months, billing day %i: %s', (date, months, day, later) => {
  expect(monthsLater(date, months, day)).toBe(later);
});

test('a run for a month means the period that begins in it', () => {
  expect(periodOfMonth('2026-02', 31)).toEqual({ from: '2026-02-28', until: '2026-03-31' });
});

test('a period lasts from local midnight to local midnight', () => {
  const { from, until } = periodInstants({ from: '2026-10-01', until: '2026-11-01' }, 'Europe/Berlin');
  expect([isoInstant(from), isoInstant(until)]).toEqual(['2026-09-30T22:00:00Z', '2026-10-31T23:00:00Z']);
  expect(until - from).toBe(31 * 86_400 + 3_600);
});

describe('periods from one instant through another', () => {
  const through = (first: string, last: string) =>
    periodsThrough(instantOf(first, 'UTC'), instantOf(last, 'UTC'), 'Asia/Tokyo', 31).map((period) => period.from);

  test('include the one the last begins', () => {
    expect(through('2026-02-27T15:00:00Z', '2026-04-29T15:00:00Z')).toEqual(['2026-02-28', '2026-03-31', '2026-04-30']);
    expect(through('2026-02-27T14:59:59Z', '2026-04-29T14:59:59Z')).toEqual(['2026-01-31', '2026-02-28', '2026-03-31']);
  });
});

describe('UTC months', () => {
  test.each([
    ['2026-09-30T22:00:00Z', '2026-10-31T23:00:00Z', '2026-09 2026-10'],
    ['2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z', '2026-10'],
    ['2026-12-31T23:59:59Z', '2027-01-01T00:00:01Z', '2026-12 2027-01'],
    ['2026-10-15T00:00:00Z', '2026-10-15T00:00:00Z', ''],
    ['2026-10-15T00:00:00Z', '2026-10-14T00:00:00Z', ''],
  ])('[%s, %s) touches %s', (from, until, months) => {
    expect(utcMonths(instantOf(from, 'UTC'), instantOf(until, 'UTC')).join(' ')).toBe(months);
    const around = ['2026-08', '2026-09', '2026-10', '2026-11', '2026-12', '2027-01', '2027-02'];
    const touched = around.filter((month) => touchesUtcMonth(month, instantOf(from, 'UTC'), instantOf(until, 'UTC')));
    expect(touched).toEqual(
      utcMonths(instantOf(from, 'UTC'), instantOf(until, 'UTC')).filter((month) => around.includes(month)),
    );
  });

  test('begin on their first', () => {
    expect(isoInstant(utcMonthStart('2026-10'))).toBe('2026-10-01T00:00:00Z');
  });
});
