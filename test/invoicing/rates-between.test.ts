import { expect, test } from 'vitest';
import { ratesBetween } from '#shared/invoicing/rates-between.ts';
import { catalogWith, planOf, SELLER } from '../rating/fleet.ts';

const CATALOG = catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }]'));
const withBooks = (bookCurrency: string, date: string) => ({
  ...CATALOG,
  sellers: CATALOG.sellers.map((seller) => ({ ...seller, bookCurrency })),
  exchangeRates: [{ source: 'ECB', base: 'EUR', days: [{ date, rates: { USD: '1.1' } }] }],
});

test.each([
  ['books in another currency, a rate in between', 'USD', '2026-02-03', 'exchange rates are known of 2026-02-03'],
  ['the last day counts', 'USD', '2026-02-05', 'exchange rates are known of 2026-02-05'],
  ['the first does not', 'USD', '2026-02-02', ''],
  ['a rate behind both', 'USD', '2026-02-06', ''],
  ['one currency', '', '2026-02-03', ''],
  ['books in the currency of the plans', 'EUR', '2026-02-03', ''],
])('%s', (_, books, date, expected) => {
  expect(ratesBetween(withBooks(books, date), SELLER, '2026-02-02', '2026-02-05')).toBe(expected);
});
