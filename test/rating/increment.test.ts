import { describe, expect, test } from 'vitest';
import { raiseSumToIncrement, raiseToIncrement } from '#shared/rating/increment.ts';

test.each([
  [0, 30, 6, 0],
  [1, 30, 6, 30],
  [30, 30, 6, 30],
  [31, 30, 6, 36],
  [32, 30, 6, 36],
  [36, 30, 6, 36],
  [57, 30, 6, 60],
  [75, 30, 6, 78],
  [90, 60, 1, 90],
  [59, 60, 60, 60],
  [61, 60, 60, 120],
  [1, 1, 1, 1],
  [1_001, 1_000, 1_000, 2_000],
  [10, 1, 4, 13],
  [Number.MAX_SAFE_INTEGER, 1, 1, Number.MAX_SAFE_INTEGER],
])('%i raised to %i/%i is %i', (quantity, first, next, raised) => {
  expect(raiseToIncrement(quantity, first, next)).toBe(raised);
  expect(raiseSumToIncrement(BigInt(quantity), BigInt(first), BigInt(next))).toBe(BigInt(raised));
});

test('sums beyond what a number holds are raised too', () => {
  expect(raiseSumToIncrement(2n ** 80n + 1n, 1024n, 1024n)).toBe(2n ** 80n + 1024n);
});

describe('refused', () => {
  test.each([
    [-1, 1024, 1024],
    [0.5, 1024, 1024],
    [1.5, 1024, 1024],
    [1_500.5, 1024, 1024],
    [Number.NaN, 1024, 1024],
    [Number.POSITIVE_INFINITY, 1024, 1024],
    [Number.MAX_SAFE_INTEGER - 1, 1024, 1024],
    [2 ** 53 - 2, 1, 2 ** 52],
  ])('%s raised to %i/%i', (quantity, first, next) => {
    expect(() => raiseToIncrement(quantity, first, next)).toThrow(RangeError);
  });

  test('a negative sum', () => {
    expect(() => raiseSumToIncrement(-1n, 1n, 1n)).toThrow('a quantity is never negative: -1');
  });
});
