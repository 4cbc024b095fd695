import { expect, test } from 'vitest';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
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

test('the books of another seller in another currency are no concern of this one', () => {
  const other = { ...CATALOG.sellers[0]!, id: 'other' };
  const catalog = withBooks('USD', '2026-02-03');
  const sellers = [...catalog.sellers.map((seller) => ({ ...seller, id: 'first' })), other];
  expect(ratesBetween({ ...catalog, sellers }, 'other', '2026-02-02', '2026-02-05')).toBe('');
  expect(ratesBetween({ ...catalog, sellers }, 'first', '2026-02-02', '2026-02-05')).not.toBe('');
});

test.each([
  ['2026-02-02', ''],
  ['2026-02-03', 'a rate of tax begins on 2026-02-03'],
  ['2026-02-06', ''],
])('a rate of a state that begins on %s', (from, expected) => {
  const text = `
sellers: [{ id: acme, name: A, address: { lines: [S 1], postalCode: "01099", city: D, country: DE }, timeZone: Europe/Berlin, vatId: DE136695976, numbering: { invoice: { prefix: "I-{year}-" }, creditNote: { prefix: "C-{year}-" } } }]
taxProfiles: [{ id: eu, name: VAT, kind: vat }, { id: outside, name: Outside, kind: engine }]
taxJurisdictions: [{ country: DE, rates: [{ from: 2007-01-01, percent: 19 }, { from: ${from}, percent: 20 }] }]
`;
  const reading = readCatalog([{ path: 'catalog.yaml', text }]);
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
  expect(ratesBetween(reading.catalog, SELLER, '2026-02-02', '2026-02-05')).toBe(expected);
});
