import { expect, test } from 'vitest';
import { amount } from '#shared/money/amount.ts';
import { formatMinor, hasRates, isCurrency, minorUnit, roundToMinorUnit } from '#shared/money/currency.ts';

test.each([
  ['3.870967741935483870967741935483871', 'EUR', '3.87'],
  ['5.806451612903225806451612903225806', 'EUR', '5.81'],
  ['10.32258064516129032258064516129032', 'EUR', '10.32'],
  ['1.33333334', 'EUR', '1.33'],
  ['0.125', 'EUR', '0.13'],
  ['-0.125', 'EUR', '-0.13'],
  ['0.124999999999', 'EUR', '0.12'],
  ['2.675', 'EUR', '2.68'],
  ['-0.001', 'EUR', '0.00'],
  ['775.4999999999999999999999999999999', 'JPY', '776'],
  ['-0.1249999999999999999999999999999999', 'EUR', '-0.13'],
  ['0.1249999999999999999999999', 'EUR', '0.12'],
  ['1.5', 'JPY', '2'],
  ['-1.5', 'JPY', '-2'],
  ['1.4999', 'JPY', '1'],
  ['0.0005', 'KWD', '0.001'],
  ['1.2344999', 'KWD', '1.234'],
  ['125', 'KWD', '125.000'],
  ['0.00005', 'CLF', '0.0001'],
])('%s %s is rounded once to %s', (exact, currency, rounded) => {
  expect(formatMinor(roundToMinorUnit(amount(exact), currency), currency)).toBe(rounded);
});

test('a half stays a half, though the days of a month do not divide: 60 of 31 days at 2.50 EUR, at 160.27 yen', () => {
  // 60 × 2.5 × 160.27 ÷ 31 = 775.5
  const days = amount('60').div('31').times('2.5').times('160.27');
  expect(days.toFixed()).not.toBe('775.5');
  expect(roundToMinorUnit(days, 'JPY').toFixed()).toBe('776');
});

test('what rounds to nothing has no sign', () => {
  expect(JSON.stringify(roundToMinorUnit(amount('-0.001'), 'EUR'))).toBe('"0"');
});

test('only rounded amounts are written', () => {
  expect(() => formatMinor(amount('0.605'), 'EUR')).toThrow('not rounded');
});

test.each([
  ['EUR', '0.01'],
  ['JPY', '1'],
  ['KWD', '0.001'],
])('the smallest amount of %s is %s', (currency, unit) => {
  expect(minorUnit(currency).toFixed()).toBe(unit);
});

test.each([
  ['EUR', true],
  ['XCG', true],
  ['eur', false],
  ['EURO', false],
  ['DEM', false],
  ['XAU', false],
  ['', false],
])('%s a currency: %s', (code, is) => {
  expect(isCurrency(code)).toBe(is);
});

test.each([
  ['EUR', true],
  ['XDR', true],
  ['XAU', false],
  ['', false],
])('%s has rates: %s', (code, has) => {
  expect(hasRates(code)).toBe(has);
});
