import { expect, test } from 'vitest';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { ratesBetween } from '#shared/invoicing/rates-between.ts';
import { catalogWith, planOf, SELLER } from '../rating/fleet.ts';

const CATALOG = catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }]'));
const withBooks = (bookCurrency: string, date: string) => ({
  ...CATALOG,
  sellers: CATALOG.sellers.map((seller) => ({ ...seller, bookCurrency })),
  exchangeRates: [{ source: 'ECB', base: 'EUR', days: [{ date, rates: { USD: '1.1' } }] }],
});

const between = (catalog: Catalog, ...drafts: Parameters<typeof ratesBetween>[2]) =>
  ratesBetween(catalog, SELLER, drafts, '2026-02-02', '2026-02-05');

test.each([
  ['books in another currency, a rate in between', 'USD', '2026-02-03', 'exchange rates are known of 2026-02-03'],
  ['the last day counts', 'USD', '2026-02-05', 'exchange rates are known of 2026-02-05'],
  ['the first does not', 'USD', '2026-02-02', ''],
  ['a rate behind both', 'USD', '2026-02-06', ''],
  ['one currency', '', '2026-02-03', ''],
  ['books in the currency of the plans', 'EUR', '2026-02-03', ''],
])('%s', (_, books, date, expected) => {
  expect(between(withBooks(books, date))).toBe(expected);
});

test.each([
  ['an account in another currency', 'CHF', 'exchange rates are known of 2026-02-03'],
  ['all accounts in that of plans and books', 'EUR', ''],
])('%s', (_, currency, expected) => {
  expect(between(withBooks('EUR', '2026-02-03'), { payer: 'p', currency: 'EUR' }, { payer: 'q', currency })).toBe(
    expected,
  );
});

test.each([
  ['2026-02-02', ''],
  ['2026-02-03', 'account q may be taxed otherwise from 2026-02-03 on'],
  ['2026-02-05', 'account q may be taxed otherwise from 2026-02-05 on'],
  ['2026-02-06', ''],
])('an account of which something is said from %s on', (taxedOtherwiseFrom, expected) => {
  const drafts = [
    { payer: 'p', currency: 'EUR' },
    { payer: 'q', currency: 'EUR', taxedOtherwiseFrom },
  ];
  expect(between(CATALOG, ...drafts)).toBe(expected);
});

test('the books of another seller in another currency are no concern of this one', () => {
  const other = { ...CATALOG.sellers[0]!, id: 'other' };
  const catalog = withBooks('USD', '2026-02-03');
  const sellers = [...catalog.sellers.map((seller) => ({ ...seller, id: 'first' })), other];
  expect(ratesBetween({ ...catalog, sellers }, 'other', [], '2026-02-02', '2026-02-05')).toBe('');
  expect(ratesBetween({ ...catalog, sellers }, 'first', [], '2026-02-02', '2026-02-05')).not.toBe('');
});

test.each([
  ['a rate that begins', '2026-02-02', '', '', ''],
  ['a rate that begins', '2026-02-03', '', '', 'a rate of tax begins on 2026-02-03'],
  ['a rate that begins', '2026-02-06', '', '', ''],
  ['a reverse charge that begins', '2008-01-01', '2026-02-02', '2030-01-01', ''],
  [
    'a reverse charge that begins',
    '2008-01-01',
    '2026-02-05',
    '2030-01-01',
    'what resellers in DE pay the tax of changes on 2026-02-05',
  ],
  [
    'a reverse charge that ends',
    '2008-01-01',
    '2021-01-01',
    '2026-02-03',
    'what resellers in DE pay the tax of changes on 2026-02-03',
  ],
  ['a reverse charge that ends', '2008-01-01', '2021-01-01', '2026-02-06', ''],
])('of a state: %s (%s, %s to %s)', (_, from, begins, ends, expected) => {
  const reverse =
    begins === ''
      ? ''
      : `, resellerReverseCharge: [{ category: telecom, from: ${begins}, until: ${ends}, basis: § 13b }]`;
  const text = `
sellers: [{ id: acme, name: A, address: { lines: [S 1], postalCode: "01099", city: D, country: DE }, timeZone: Europe/Berlin, vatId: DE136695976, numbering: { invoice: { prefix: "I-{year}-" }, creditNote: { prefix: "C-{year}-" } } }]
taxProfiles: [{ id: eu, name: VAT, kind: vat }, { id: outside, name: Outside, kind: engine }]
taxJurisdictions: [{ country: DE, rates: [{ from: 2007-01-01, percent: 19 }, { from: ${from}, percent: 20 }]${reverse} }]
`;
  const reading = readCatalog([{ path: 'catalog.yaml', text }]);
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
  expect(between(reading.catalog)).toBe(expected);
});
