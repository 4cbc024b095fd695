import type { TaxScope } from '#shared/billing/taxes/line-tax.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import type { TaxProfile } from '#shared/catalog/tax-profile.ts';
import { SAMPLE } from '../catalog/sample.ts';
import { accountFact } from './memory-world.ts';

const TABLES = `
taxJurisdictions:
  - country: DE
    rates: [{ from: 2007-01-01, percent: 19 }]
    resellerReverseCharge: [{ category: telecom, from: 2021-01-01, basis: § 13b UStG }]
  - { country: EE, taxPoint: split, rates: [{ from: 2024-01-01, percent: 22 }, { from: 2025-07-01, percent: 24 }] }
  - { country: IE, rates: { telecom: [{ from: 2021-03-01, percent: 23 }], goods: [{ from: 2021-03-01, percent: 0 }] } }
`;
const reading = readCatalog([
  { path: 'all.yaml', text: SAMPLE.replace('Europe/Berlin', 'Europe/Berlin\n    vatId: DE136695976') + TABLES },
]);
if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
const { catalog } = reading;
/** In Germany, with a VAT id. */
export const seller = catalog.sellers[0]!;
/** By the rules of VAT, without asking a register. */
export const VAT: TaxProfile = { kind: 'vat', id: 'eu', name: 'VAT', verifiedWithinDays: 0 };
/** What the taxes of an account in a country are decided by, with a VAT id or none. */
export function scopeOf(
  profile: TaxProfile,
  invoiceDate: string,
  country = 'DE',
  vatId = '',
  more: Partial<TaxScope> = {},
): TaxScope {
  const base = accountFact('p', { taxProfile: profile.id });
  const account = { ...base, vatId, address: { ...base.address, country } };
  return {
    profiles: [profile],
    jurisdictions: catalog.taxJurisdictions,
    seller,
    invoiceDate,
    answers: new Map(),
    standings: [{ from: '', account, vatIdCheck: undefined }],
    ...more,
  };
}
