import type { LocalDate } from '#shared/time/local-date.ts';

/** What a product is to the tax law: telecommunications, any other service, or goods. */
export type TaxCategory = 'telecom' | 'service' | 'goods';

/**
 * VAT category of EN 16931 (BT-118; UNCL 5305): S standard, Z zero rate, E exempt, AE reverse charge, K supply of goods within the European
 * Union, G export of goods, O outside the scope of tax.
 */
export type VatCategory = 'S' | 'Z' | 'E' | 'AE' | 'K' | 'G' | 'O';

/**
 * Which day decides the rate of what is charged for a period: its last day, the date of the document, or (split) each day its own, so that a
 * rate that changes inside the period taxes the days before and after it apart.
 */
export type TaxPointRule = 'periodEnd' | 'invoiceDate' | 'split';

/** How a payer's documents are taxed: always alike, by the rules of value added tax in the European Union, or as an outside engine says. */
export type TaxProfile = FixedTaxProfile | VatTaxProfile | EngineTaxProfile;

/** The same treatment whatever is bought: one category and its taxes. */
export interface FixedTaxProfile {
  readonly kind: 'fixed';
  readonly id: string;
  readonly name: string;
  readonly category: VatCategory;
  /** Why nothing is charged, in words; '' for S and Z. */
  readonly reason: string;
  /** The reason as a code of the CEF VATEX list, '' = none. */
  readonly reasonCode: string;
  readonly taxPoint: TaxPointRule;
  /** Taxes that stand on one net, in their order; none for categories that charge nothing. */
  readonly taxes: readonly Tax[];
}

/** A tax by name, whose rates follow one another by date. `on` taxed: it stands on the net and the taxes before it. */
export interface Tax {
  /** As documents call it; '' = the word for VAT in the document's language. */
  readonly name: string;
  readonly on: 'net' | 'taxed';
  readonly rates: readonly TaxRate[];
}

/** A rate in percent, decimal text, from a day on. */
export interface TaxRate {
  readonly from: LocalDate;
  readonly percent: string;
}

/**
 * Line by line, from who sells what to whom and where (Directive 2006/112/EC): place of supply, reverse charge, exemptions. Rates come from the
 * jurisdiction of the place.
 */
export interface VatTaxProfile {
  readonly kind: 'vat';
  readonly id: string;
  readonly name: string;
  /**
   * A VAT id counts if the register of its state confirmed it at most so many days before the invoice date; 0 = right format and check digits are
   * enough, unless the register has said that it is not valid.
   */
  readonly verifiedWithinDays: number;
}

/** Line by line as an outside tax engine answers when a document is drafted; question and answer are kept. */
export interface EngineTaxProfile {
  readonly kind: 'engine';
  readonly id: string;
  readonly name: string;
}

/** What a country charges, and when. */
export interface TaxJurisdiction {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly taxPoint: TaxPointRule;
  /** By what is charged for, in order of date. A rate of 0 is category Z. */
  readonly rates: Readonly<Record<TaxCategory, readonly TaxRate[]>>;
  /** What resellers with a certificate pay the tax of themselves. */
  readonly resellerReverseCharge: readonly ResellerReverseCharge[];
}

/** From a day to another (exclusive, '' = open), with the law it stands in. */
export interface ResellerReverseCharge {
  readonly category: TaxCategory;
  readonly from: LocalDate;
  readonly until: LocalDate | '';
  readonly basis: string;
}

/** Whether a period may be split at a change of a rate, so that the days of what is charged count: some table says so, and has more than one rate. */
export function isTaxSplit({
  taxProfiles,
  taxJurisdictions,
}: {
  readonly taxProfiles: readonly TaxProfile[];
  readonly taxJurisdictions: readonly TaxJurisdiction[];
}): boolean {
  const fixed = taxProfiles.flatMap((profile) =>
    profile.kind === 'fixed' && profile.taxPoint === 'split' ? profile.taxes.map(({ rates }) => rates) : [],
  );
  const ofCountries = taxJurisdictions.flatMap(({ taxPoint, rates }) =>
    taxPoint === 'split' ? Object.values(rates) : [],
  );
  return [...fixed, ...ofCountries].some((rates) => rates.length > 1);
}
