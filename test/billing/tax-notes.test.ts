import { expect, test } from 'vitest';
import { type TaxNoteScope, taxNotes } from '#shared/billing/taxes/tax-notes.ts';
import type { TaxCertificate } from '#shared/inventory/fact.ts';

const certificate = (from: string, until: string, more: Partial<TaxCertificate> = {}): TaxCertificate => ({
  kind: 'reseller',
  number: 'C1',
  country: 'DE',
  from,
  until,
  basis: '',
  reasonCode: '',
  ...more,
});
const noted = (country: string, vatId: string, certificates: readonly TaxCertificate[], until = '') => {
  const address = { lines: [], postalCode: '', city: '', country };
  const rule = { category: 'telecom', from: '2021-01-01', until, basis: '§ 13b UStG' } as const;
  const scope: TaxNoteScope = {
    account: { address, vatId, certificates },
    profile: { kind: 'vat', id: 'eu', name: 'VAT' } as TaxNoteScope['profile'],
    jurisdictions: [{ country: 'DE', resellerReverseCharge: [rule] }] as unknown as TaxNoteScope['jurisdictions'],
    sellerCountry: 'DE',
    period: { from: '2026-03-01', until: '2026-04-01' },
    invoiceDate: '2026-04-02',
  };
  return taxNotes(scope).join(', ');
};

test.each<[string, string, string]>([
  ['at home without a VAT id', noted('DE', '', []), ''],
  ['in another member state with one', noted('EE', 'EE100931558', []), ''],
  ['in another member state without one', noted('EE', '', []), 'VAT id missing'],
  ['outside the Union without one', noted('BR', '', []), ''],
  ['a certificate in force', noted('DE', '', [certificate('2025-01-01', '')]), ''],
  ['one that ran out in the period', noted('DE', '', [certificate('2025-01-01', '2026-03-10')]), 'certificate expired'],
  [
    'one that ran out on the day of the invoice',
    noted('DE', '', [certificate('2025-01-01', '2026-04-02')]),
    'certificate expired',
  ],
  ['one that runs out the day after', noted('DE', '', [certificate('2025-01-01', '2026-04-03')]), ''],
  ['one that ran out long ago: it was said then', noted('DE', '', [certificate('2024-01-01', '2025-01-01')]), ''],
  [
    'one that was replaced',
    noted('DE', '', [certificate('2025-01-01', '2026-03-10'), certificate('2026-03-10', '')]),
    '',
  ],
  [
    'one replaced by one of another kind',
    noted('DE', '', [certificate('2025-01-01', '2026-03-10'), certificate('2026-03-10', '', { kind: 'exemption' })]),
    'certificate expired',
  ],
  [
    'a reseller whose state ended the reverse charge',
    noted('DE', '', [certificate('2025-01-01', '')], '2026-03-15'),
    'reverse charge ended',
  ],
  ['a state that ended it before', noted('DE', '', [certificate('2025-01-01', '')], '2026-01-01'), ''],
])('%s', (_, found, wanted) => {
  expect(found).toBe(wanted);
});
