import { describe, expect, test } from 'vitest';
import { amount, sum } from '#shared/money/amount.ts';

describe('amounts are exact', () => {
  test('0.1 + 0.2 is 0.3', () => {
    expect(sum([amount('0.1'), amount('0.2')]).toFixed()).toBe('0.3');
  });

  test('a thousandth more or less of a quadrillion is kept', () => {
    expect(amount('1000000000000000.001').minus('1000000000000000').toFixed()).toBe('0.001');
  });

  test('the sum of nothing is zero', () => {
    expect(sum([]).toFixed()).toBe('0');
  });
});

test.each([['12.50'], ['-0.60'], ['+3'], ['1e-3'], ['1e12'], ['2E+120'], [7], [0], [2n ** 70n], [-3n]])(
  '%s is an amount',
  (value) => {
    expect(amount(value).equals(value.toString())).toBe(true);
  },
);

test.each([
  [''],
  ['abc'],
  ['1,5'],
  ['.5'],
  ['5.'],
  ['NaN'],
  ['Infinity'],
  ['1e9999'],
  [' 1'],
  [0.1],
  [2 ** 53],
  [Number.NaN],
])('%s is none', (value) => {
  const says =
    typeof value === 'number' ? `an amount of ${value} must be written` : `"${value}" is not a decimal number`;
  expect(() => amount(value)).toThrow(says);
});

test('has 34 digits, and is written without an exponent up to 40 places', () => {
  expect(amount('1').div('3').toString()).toBe(`0.${'3'.repeat(34)}`);
  expect(amount('2').div('3').toString()).toBe(`0.${'6'.repeat(33)}7`);
  expect(amount('1e33').toString()).toBe(`1${'0'.repeat(33)}`);
  expect(amount('1e-33').toString()).toBe(`0.${'0'.repeat(32)}1`);
});
