import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { amount } from '#shared/money/amount.ts';
import { roundToMinorUnit } from '#shared/money/currency.ts';
import { dayWeight, intervalDays, prorated, proratedQuantity } from '#shared/rating/recurring/proration.ts';

test.each([
  ['12.00', 10, 31, '3.870967741935483870967741935483871', '3.87'],
  ['12.00', 15, 31, '5.806451612903225806451612903225806', '5.81'],
  ['20.00', 16, 31, '10.32258064516129032258064516129032', '10.32'],
  ['120.00', 99, 365, '32.54794520547945205479452054794521', '32.55'],
  ['12.00', 31, 31, '12', '12'],
  ['12.00', 0, 31, '0', '0'],
  ['0.015', 10, 30, '0.005', '0.01'],
  ['2.00', 310, 31, '20', '20'],
])('%s for %i of %i days is %s, on the line %s', (whole, days, interval, exact, line) => {
  const part = prorated(amount(whole), days, interval);
  expect(part.toFixed()).toBe(exact);
  expect(roundToMinorUnit(part, 'EUR').toFixed()).toBe(line);
});

test.each([
  [100_000_000n, 10, 30, 33_333_333n],
  [100_000_000n, 30, 30, 100_000_000n],
  [100_000_000n, 0, 30, 0n],
  [1n, 29, 30, 0n],
  [10n ** 24n, 1, 3, 333_333_333_333_333_333_333_333n],
])('%s octets for %i of %i days are %s', (size, days, interval, part) => {
  expect(proratedQuantity(size, days, interval)).toBe(part);
});

test('the flexible pool of the pricing rules: three members whole, one for 10 of 30 days, 400 MB used at 0.02', () => {
  const size = 3n * 100_000_000n + proratedQuantity(100_000_000n, 10, 30);
  expect(size).toBe(333_333_333n);
  const over = amount(400_000_000n - size).div(1_000_000);
  expect(over.times('0.02').toFixed()).toBe('1.33333334');
  expect(roundToMinorUnit(over.times('0.02'), 'EUR').toFixed()).toBe('1.33');
});

describe('months of 30 days (30E/360): the last day of a month is its thirtieth', () => {
  test.each([
    ['2026-02-01', '2026-03-01', 30, 28],
    ['2026-03-01', '2026-04-01', 30, 31],
    ['2026-01-15', '2026-02-15', 30, 31],
    ['2026-01-31', '2026-02-28', 30, 28],
    ['2026-03-15', '2026-04-01', 16, 17],
    ['2026-12-15', '2027-01-15', 30, 31],
    ['2025-07-01', '2026-07-01', 360, 365],
  ])('from %s to %s are %i days, %i of the calendar', (from, until, thirtieths, calendar) => {
    expect(intervalDays({ from, until }, '30')).toBe(thirtieths);
    expect(intervalDays({ from, until }, 'calendar')).toBe(calendar);
  });

  test.each([
    ['2026-04-15', 1],
    ['2026-04-30', 1],
    ['2026-01-29', 1],
    ['2026-01-30', 0],
    ['2026-01-31', 1],
    ['2026-02-27', 3],
    ['2026-02-28', 1],
    ['2028-02-28', 2],
    ['2026-12-31', 1],
  ])('%s counts %i of them, and one of the calendar', (date, weight) => {
    expect(dayWeight(date, '30')).toBe(weight);
    expect(dayWeight(date, 'calendar')).toBe(1);
  });
});

test('parts of an interval are never more than the whole, and rounding down loses less than one unit each', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 15n }),
      fc.integer({ min: 1, max: 366 }),
      fc.nat(366),
      (size, interval, first) => {
        const days = Math.min(first, interval);
        const both = proratedQuantity(size, days, interval) + proratedQuantity(size, interval - days, interval);
        expect(both === size || both === size - 1n).toBe(true);
      },
    ),
  );
});

describe('refused', () => {
  test.each([
    [-1, 30, '-1 is no number of days'],
    [0.5, 30, '0.5 is no number of days'],
    [1, 0, '0 is no length of an interval in days'],
    [1, 30.5, '30.5 is no length of an interval in days'],
    [Number.NaN, 30, 'NaN is no number of days'],
  ])('%s of %s days: %s', (days, interval, message) => {
    expect(() => prorated(amount(1), days, interval)).toThrow(new RangeError(message));
    expect(() => proratedQuantity(1n, days, interval)).toThrow(new RangeError(message));
  });
});
