import { expect, test } from 'vitest';
import { bookRateOf, type FirstBilling, taxScope } from '#shared/billing/taxes/first-billed.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import type { AccountView } from '#shared/inventory/account-history.ts';
import { catalogWith, planOf } from '../rating/fleet.ts';
import { accountFact } from './memory-world.ts';

const CATALOG = catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Fee, price: 3.00 }]'));
const [SELLER] = CATALOG.sellers;
/** An account in euros of a seller with books in a currency, billed on 2 February; a euro is 1.25 USD from the first on. */
function billing(bookCurrency: 'EUR' | 'USD' | 'CHF' | '', taxProfile = 'de'): FirstBilling {
  const days = [
    { date: '2026-02-01', rates: { USD: '1.25' } },
    { date: '2026-02-03', rates: { USD: '1.30' } },
  ];
  const account = accountFact('p', { taxProfile });
  const exchangeRates = [{ source: 'ECB', base: 'EUR' as const, days }] as unknown as Catalog['exchangeRates'];
  return {
    request: { seller: 'acme', invoiceDate: '2026-02-02' },
    catalog: { ...CATALOG, exchangeRates, sellers: [{ ...SELLER!, bookCurrency }] },
    view: { account, standings: [{ from: '', account, vatIdCheck: undefined }] } as unknown as AccountView,
    taxAnswers: new Map(),
  };
}

test.each([
  ['each document’s own', ''],
  ['that of the account', 'EUR'],
] as const)('no rate is needed for books in %s', (_, bookCurrency) => {
  expect(bookRateOf(billing(bookCurrency))).toBeNull();
});

test('for books in another currency: the rate of the invoice date', () => {
  expect(bookRateOf(billing('USD'))).toMatchObject({ from: 'EUR', to: 'USD', times: '1.25', date: '2026-02-01' });
});

test('a rate that is missing names account, seller, currencies, day, and what to do', () => {
  expect(() => bookRateOf(billing('CHF'))).toThrow(
    'account p, for the books of acme, is in EUR and has to be told in CHF, but the catalogue has no exchange rate between them on or before 2026-02-02: add it under exchangeRates',
  );
});

test('taxes are decided by the profile of the account, on the invoice date', () => {
  expect(taxScope(billing(''))).toMatchObject({
    standings: [{ account: { account: 'p', taxProfile: 'de' } }],
    profiles: [{ id: 'de' }],
    seller: { id: 'acme' },
    invoiceDate: '2026-02-02',
  });
  expect(() => taxScope(billing('', 'fr'))).toThrow('account p has tax profile fr, which is not in the catalogue');
});
