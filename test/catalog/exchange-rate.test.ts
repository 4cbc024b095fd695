import { describe, expect, test } from 'vitest';
import { converted, exchangeRate } from '#shared/catalog/exchange-rate.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { amount } from '#shared/money/amount.ts';
import { SAMPLE } from './sample.ts';

const RATES = `exchangeRates:
  - source: ECB
    base: EUR
    days:
      2026-01-05: { USD: 1.30, GBP: 0.80 }
      2026-01-02: { USD: 1.25, GBP: 0.80, JPY: 160 }
  - { source: house, base: CHF, days: { 2026-01-01: { EUR: 1.05, USD: 2 } } }
`;

function ratesIn(text: string) {
  const read = readCatalog([{ path: 'c.yaml', text: SAMPLE + text }]);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.catalog.exchangeRates;
}

/** From, to, on which day; what 100 come to, and by the rate of which day and source. */
test.each([
  ['EUR', 'USD', '2026-01-02', '125', '2026-01-02', 'ECB'],
  ['EUR', 'USD', '2026-01-04', '125', '2026-01-02', 'ECB'],
  ['EUR', 'USD', '2026-01-05', '130', '2026-01-05', 'ECB'],
  ['EUR', 'USD', '2027-12-31', '130', '2026-01-05', 'ECB'],
  ['USD', 'EUR', '2026-01-02', '80', '2026-01-02', 'ECB'],
  ['GBP', 'JPY', '2026-01-02', '20000', '2026-01-02', 'ECB'],
  ['USD', 'JPY', '2026-01-05', '12307.69230769230769230769230769231', '2026-01-02', 'ECB'],
  ['CHF', 'EUR', '2026-01-01', '105', '2026-01-01', 'house'],
  ['EUR', 'USD', '2026-01-01', '190.4761904761904761904761904761905', '2026-01-01', 'house'],
  ['EUR', 'EUR', '2026-01-01', '100', '2026-01-01', ''],
])('100 %s in %s on %s are %s', (from, to, date, expected, day, source) => {
  const rate = exchangeRate(ratesIn(RATES), from, to, date);
  expect(rate).toMatchObject({ date: day, source });
  expect(rate && converted(amount(100), rate).toFixed()).toBe(expected);
});

test.each([
  ['before the first rate', 'EUR', 'GBP', '2026-01-01'],
  ['of a currency nobody publishes', 'EUR', 'SEK', '2026-01-05'],
])('there is no rate %s', (_, from, to, date) => {
  expect(exchangeRate(ratesIn(RATES), from, to, date)).toBeUndefined();
});

test.each([
  ['the latest day', '2026-01-04: { EUR: 0.85 }', '2026-01-05', 'CBK'],
  ['the latest day, whatever its name', '2026-01-02: { EUR: 0.85 }', '2026-01-05', 'ECB'],
  ['of one day the first name', '2026-01-03: { EUR: 0.85 }', '2026-01-05', 'CBK'],
  ['the latest by then', '2026-01-05: { EUR: 0.85 }', '2026-01-04', 'ECB'],
])('of two sources that of %s counts, whichever file is first', (_, day, asked, source) => {
  const files = [
    { path: 'a.yaml', text: SAMPLE },
    { path: 'b.yaml', text: 'exchangeRates: [{ source: ECB, base: EUR, days: { 2026-01-03: { USD: 1.15 } } }]' },
    { path: 'c.yaml', text: `exchangeRates: [{ source: CBK, base: USD, days: { ${day} } }]` },
  ];
  const [one, other] = [files, files.map(({ text }, place) => ({ path: `${9 - place}.yaml`, text }))].map((each) => {
    const read = readCatalog(each);
    if ('problems' in read) throw new Error(JSON.stringify(read.problems));
    return read.catalog.exchangeRates;
  });
  expect(one).toEqual(other);
  expect(exchangeRate(one ?? [], 'USD', 'EUR', asked)).toMatchObject({ source });
  expect(exchangeRate(one?.toReversed() ?? [], 'USD', 'EUR', asked)).toMatchObject({ source });
});

describe('rates that are wrong', () => {
  test.each([
    ['a rate of nothing', '{ USD: 0 }', 'above 0'],
    ['the base itself', '{ EUR: 1 }', 'other than the base'],
    ['a currency there is not', '{ XXY: 1 }', 'ISO 4217'],
    ['no rates', 'none', 'a mapping of currencies'],
  ])('%s', (_, rates, expected) => {
    const text = `exchangeRates: [{ source: ECB, base: EUR, days: { 2026-01-02: ${rates} } }]\n`;
    const read = readCatalog([{ path: 'c.yaml', text: SAMPLE + text }]);
    const problems = 'problems' in read ? read.problems : [];
    expect(problems.map((problem) => problem.expected).join()).toContain(expected);
    expect(problems[0]?.path).toContain('exchangeRates[0].days.2026-01-02');
  });

  test('a day there is not', () => {
    const text = 'exchangeRates: [{ source: ECB, base: EUR, days: { 2026-02-30: { USD: 1 } } }]\n';
    const read = readCatalog([{ path: 'c.yaml', text: SAMPLE + text }]);
    expect('problems' in read && read.problems[0]?.expected).toContain('a date that exists');
  });
});
