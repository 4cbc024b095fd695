import type { TaxJurisdiction, TaxProfile } from '#shared/catalog/tax-profile.ts';
import { isMemberState } from '#shared/catalog/vat-id.ts';
import type { AccountFact } from '#shared/inventory/fact.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';

/** What about an account's taxes is worth a look before its draft is approved. */
export type TaxNote = 'VAT id missing' | 'certificate expired' | 'reverse charge ended';

/** Whose draft is looked at. */
export interface TaxNoteScope {
  readonly account: Pick<AccountFact, 'address' | 'vatId' | 'certificates'>;
  readonly profile: TaxProfile | undefined;
  readonly jurisdictions: readonly TaxJurisdiction[];
  /** ISO country of the seller. */
  readonly sellerCountry: string;
  readonly period: Period;
  readonly invoiceDate: LocalDate;
}

/**
 * Looks an account's tax data over: a buyer in another member state without a VAT id, who is taxed as a consumer; a certificate that ran out since the
 * billed period began, without another in its place; a reseller's certificate whose state has ended the reverse charge since then.
 */
export function taxNotes({
  account,
  profile,
  jurisdictions,
  sellerCountry,
  period,
  invoiceDate,
}: TaxNoteScope): TaxNote[] {
  if (profile?.kind !== 'vat') return [];
  const { address, vatId, certificates } = account;
  const isAbroad = address.country !== sellerCountry && isMemberState(address.country);
  const expired = certificates.filter((each) => hasEnded(each));
  const isReplaced = ({ kind, country }: (typeof certificates)[number]) =>
    certificates.some((each) => each.kind === kind && each.country === country && isInForce(each));
  const ended = certificates.some((each) => each.kind === 'reseller' && isInForce(each) && hasNoRule(each.country));
  return [
    ...(isAbroad && vatId === '' ? (['VAT id missing'] as const) : []),
    ...(expired.some((each) => !isReplaced(each)) ? (['certificate expired'] as const) : []),
    ...(ended ? (['reverse charge ended'] as const) : []),
  ];

  /** What never ends ('') ends after no day. */
  function hasEnded({ until }: { readonly until: LocalDate | '' }): boolean {
    return until > period.from && until <= invoiceDate;
  }
  function isInForce({ from, until }: { readonly from: LocalDate; readonly until: LocalDate | '' }): boolean {
    return from <= invoiceDate && (until === '' || until > invoiceDate);
  }
  function hasNoRule(country: string): boolean {
    const rules = jurisdictions.find((each) => each.country === country)?.resellerReverseCharge ?? [];
    return rules.some(hasEnded) && !rules.some(isInForce);
  }
}
