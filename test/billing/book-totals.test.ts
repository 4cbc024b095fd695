import { expect, test } from 'vitest';
import { type BookedLine, bookTotals } from '#shared/billing/book-totals.ts';
import type { ExchangeRate } from '#shared/catalog/exchange-rate.ts';

const rate = (to: string, dividedBy: string, date = '2026-03-02'): ExchangeRate => {
  return { from: 'USD', to, times: '1', dividedBy, date, source: 'ECB' };
};
const line = (priced: string, of: ExchangeRate | null): BookedLine => ({
  amount: priced,
  taxIncluded: false,
  category: 'S',
  place: '',
  reason: '',
  basis: '',
  reasonCode: '',
  evidence: [],
  taxes: [{ name: '', on: 'net', percent: '19' }],
  rate: of,
});
const [old, recent] = [rate('EUR', '1.25', '2026-02-02'), rate('EUR', '1.6')];

test.each<[string, BookedLine[], [string, string, string], ExchangeRate[]]>([
  // 10.01 USD and 1.90 USD of tax, ÷ 1.25 = 8.008 and 1.52 EUR.
  ['one rate', [line('10.01', old)], ['8.01', '1.52', '9.53'], [old]],
  // Each line is 0.01 USD = 0.008 EUR: together 0.016 EUR, rounded once.
  [
    'two lines of one rate are rounded together',
    [line('0.01', old), line('0.01', old)],
    ['0.02', '0.00', '0.02'],
    [old],
  ],
  // −4.00 USD ÷ 1.25 = −3.20 EUR, tax −0.76 → −0.608; 8.00 USD ÷ 1.6 = 5.00 EUR, tax 1.52 → 0.95: together 1.80 and 0.342 EUR.
  [
    'a credit takes back what was booked',
    [line('-4.00', old), line('8.00', recent)],
    ['1.80', '0.34', '2.14'],
    [old, recent],
  ],
])('totals in the currency of the books: %s', (_, lines, [net, tax, gross], rates) => {
  expect(bookTotals(lines, 'USD')).toEqual({ currency: 'EUR', rates, net, tax, gross });
});

test.each<[string, BookedLine[]]>([
  ['has no lines', []],
  ['is in that currency', [line('1.00', null)]],
  ['was once in that currency, for some of its lines', [line('1.00', old), line('1.00', null)]],
  ['has lines booked in two currencies', [line('1.00', old), line('1.00', rate('CHF', '1.1'))]],
])('there are none where a document %s', (_, lines) => {
  expect(bookTotals(lines, 'USD')).toBeNull();
});
