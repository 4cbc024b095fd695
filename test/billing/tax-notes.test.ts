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
const noted = (country: string, vatId: string, certificates: readonly TaxCertificate[], until = '', more = {}) => {
  const address = { lines: [], postalCode: '', city: '', country };
  const rule = { category: 'telecom', from: '2021-01-01', until, basis: '§ 13b UStG' } as const;
  const scope: TaxNoteScope = {
    account: { address, vatId, certificates },
    profile: { kind: 'vat', id: 'eu', name: 'VAT' } as TaxNoteScope['profile'],
    jurisdictions: [{ country: 'DE', resellerReverseCharge: [rule] }] as unknown as TaxNoteScope['jurisdictions'],
    sellerCountry: 'DE',
    period: { from: '2026-03-01', until: '2026-04-01' },
    invoiceDate: '2026-04-02',
    ...more,
  };
  return taxNotes(scope).join(', ');
};

test.each<[string, Parameters<typeof noted>, string]>([
  ['at home without a VAT id', ['DE', '', []], ''],
  ['in another member state with one', ['EE', 'EE100931558', []], ''],
  ['in another member state without one', ['EE', '', []], 'VAT id missing'],
  ['outside the Union without one', ['BR', '', []], ''],
  ['a certificate in force', ['DE', '', [certificate('2025-01-01', '')]], ''],
  ['one that ran out in the period', ['DE', '', [certificate('2025-01-01', '2026-03-10')]], 'certificate expired'],
  [
    'one that ran out on the day of the invoice',
    ['DE', '', [certificate('2025-01-01', '2026-04-02')]],
    'certificate expired',
  ],
  ['one that runs out the day after', ['DE', '', [certificate('2025-01-01', '2026-04-03')]], ''],
  ['one that ran out long ago: it was said then', ['DE', '', [certificate('2024-01-01', '2025-01-01')]], ''],
  ['one that was replaced', ['DE', '', [certificate('2025-01-01', '2026-03-10'), certificate('2026-03-10', '')]], ''],
  [
    'one replaced by one of another kind',
    ['DE', '', [certificate('2025-01-01', '2026-03-10'), certificate('2026-03-10', '', { kind: 'exemption' })]],
    'certificate expired',
  ],
  [
    'a reseller whose state ended the reverse charge',
    ['DE', '', [certificate('2025-01-01', '')], '2026-03-15'],
    'reverse charge ended',
  ],
  [
    'one replaced by one of another state',
    ['DE', '', [certificate('2025-01-01', '2026-03-10'), certificate('2026-03-10', '', { country: 'EE' })]],
    'certificate expired',
  ],
  [
    'a reseller no more, whose state ended it as well',
    ['DE', '', [certificate('2025-01-01', '2026-03-10')], '2026-03-15'],
    'certificate expired',
  ],
  ['one that ran out as the period began', ['DE', '', [certificate('2025-01-01', '2026-03-01')]], ''],
  [
    'one replaced from the day after the invoice',
    ['DE', '', [certificate('2025-01-01', '2026-03-10'), certificate('2026-04-03', '')]],
    'certificate expired',
  ],
  [
    'one replaced on the day of the invoice, for a year',
    ['DE', '', [certificate('2025-01-01', '2026-03-10'), certificate('2026-04-02', '2027-04-02')]],
    '',
  ],
  ['a reseller in another state', ['DE', '', [certificate('2025-01-01', '', { country: 'EE' })], '2026-03-15'], ''],
  ['who is exempt in that state', ['DE', '', [certificate('2025-01-01', '', { kind: 'exemption' })], '2026-03-15'], ''],
  ['a state that ended it before', ['DE', '', [certificate('2025-01-01', '')], '2026-01-01'], ''],
])('%s', (_, asked, wanted) => {
  expect(noted(...asked)).toBe(wanted);
});

test.each<[string, [from: string, until: string][], string]>([
  [
    'one that follows on another',
    [
      ['2021-01-01', '2026-03-15'],
      ['2026-03-15', ''],
    ],
    '',
  ],
  [
    'one that begins after the invoice',
    [
      ['2021-01-01', '2026-03-15'],
      ['2026-04-03', ''],
    ],
    'reverse charge ended',
  ],
  [
    'two that ended, one of them before',
    [
      ['2021-01-01', '2025-01-01'],
      ['2025-01-01', '2026-03-15'],
    ],
    'reverse charge ended',
  ],
  ['one alone that has not begun', [['2026-05-01', '2027-05-01']], ''],
])('a state with rules of reverse charge: %s', (_, stretches, wanted) => {
  const rules = stretches.map(([from, until]) => ({ category: 'telecom', from, until, basis: '§ 13b UStG' }));
  const jurisdictions = [{ country: 'DE', resellerReverseCharge: rules }];
  expect(noted('DE', '', [certificate('2025-01-01', '')], '', { jurisdictions })).toBe(wanted);
});

test.each([
  ['of another treatment', { kind: 'fixed', id: 'de', name: 'VAT', category: 'S' } as TaxNoteScope['profile']],
  ['that the catalogue has not', undefined],
])('a profile %s asks for no evidence', (_, profile) => {
  expect(noted('EE', '', [certificate('2025-01-01', '2026-03-10')], '', { profile })).toBe('');
});
