import { expect, test } from 'vitest';
import { amount } from '#shared/money/amount.ts';
import { roundTogether } from '#shared/money/round-together.ts';

test.each([
  [['2.521', '2.521', '2.521'], '7.56', ['2.52', '2.52', '2.52']],
  [['2.521', '2.521', '2.521'], '7.57', ['2.53', '2.52', '2.52']],
  [['1.001', '1.009'], '2.01', ['1', '1.01']],
  [['-1.001', '-1.009', '5'], '2.99', ['-1', '-1.01', '5']],
  [[], '0', []],
])('%j to %s: %j', (exact, total, expected) => {
  const rounded = roundTogether(exact.map(amount), amount(total), amount('0.01'));
  expect(rounded.map((each) => each.toFixed())).toEqual(expected);
});

test.each([
  [['1.00'], '1.02'],
  [['1.00'], '0.99'],
  [['1.001'], '1.005'],
])('%j cannot be rounded to %s', (exact, total) => {
  expect(() => roundTogether(exact.map(amount), amount(total), amount('0.01'))).toThrow('no rounding of 1 amounts');
});
