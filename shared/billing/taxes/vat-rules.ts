import type { TaxCategory, TaxJurisdiction, VatCategory } from '#shared/catalog/tax-profile.ts';
import { isMemberState, memberStateOf, vatIdProblem } from '#shared/catalog/vat-id.ts';
import type { TaxCertificate } from '#shared/inventory/fact.ts';
import type { LocalDate } from '#shared/time/local-date.ts';

/** Who sells what to whom. All countries are ISO 3166-1 alpha-2. */
export interface VatQuestion {
  readonly product: TaxCategory;
  readonly seller: { readonly country: string; readonly consumerSales: 'destination' | 'origin' };
  readonly buyer: {
    readonly country: string;
    readonly vatId: string;
    /** Whether the register of its state has said that the VAT id is not valid. */
    readonly isRefuted: boolean;
    readonly certificates: readonly TaxCertificate[];
  };
}

/** What the rules say: category, whose tax it is, the law it stands in, and on what evidence of the buyer it rests. */
export interface VatAnswer {
  readonly category: Extract<VatCategory, 'S' | 'E' | 'AE' | 'K' | 'G' | 'O'>;
  /** Country whose rate it is, or whose rules say that there is none. */
  readonly place: string;
  readonly basis: string;
  readonly reasonCode: string;
  readonly restsOn: 'nothing' | 'vatId' | TaxCertificate;
}

/**
 * Where a supply takes place, by Directive 2006/112/EC: services to businesses where the customer is (Article 44); telecommunications to
 * others too (Article 58), unless the seller is below the threshold (Article 59c); other services to others where the seller is (Article 45); goods
 * sent to consumers in another member state where they arrive (Article 33), with the same threshold.
 */
export function placeOfSupply({ product, seller, buyer }: VatQuestion): string {
  const isAtHome = seller.consumerSales === 'origin';
  if (product === 'goods') {
    const isConsumer = isMemberState(buyer.country) && !isBusiness({ seller, buyer });
    return isConsumer && !isAtHome ? buyer.country : seller.country;
  }
  if (isBusiness({ seller, buyer })) return buyer.country;
  if (product === 'service') return seller.country;
  return isMemberState(buyer.country) && isAtHome ? seller.country : buyer.country;
}

/**
 * Whether a buyer in another country is taken for a business: in the European Union by a VAT id of another member state than the seller's, with the
 * right check digits and not refuted by the register (Implementing Regulation (EU) No 282/2011, Article 18); elsewhere by any tax number.
 */
function isBusiness({ seller, buyer }: Pick<VatQuestion, 'seller' | 'buyer'>): boolean {
  if (buyer.vatId === '' || buyer.isRefuted) return false;
  if (!isMemberState(buyer.country)) return true;
  const state = memberStateOf(buyer.vatId);
  return state !== '' && state !== seller.country && vatIdProblem(buyer.vatId) === '';
}

const DIRECTIVE = 'Directive 2006/112/EC';

/**
 * How a supply is treated on a day (pricing rules §7). Certificates count from their first day to the day before their `until`.
 * @throws RangeError when the seller is in no member state: these are the rules of the European Union.
 */
export function vatAnswer(
  question: VatQuestion,
  day: LocalDate,
  jurisdictionOf: (country: string) => TaxJurisdiction | undefined,
): VatAnswer {
  const { product, seller, buyer } = question;
  if (!isMemberState(seller.country)) {
    throw new RangeError(`the seller is in ${seller.country}; the rules of VAT are for sellers in the European Union`);
  }
  const place = placeOfSupply(question);
  const exemption = certificateOn(buyer.certificates, 'exemption', place, day);
  if (exemption !== undefined) {
    const { basis, reasonCode } = exemption;
    return { category: 'E', place, basis, reasonCode, restsOn: exemption };
  }
  if (buyer.country === seller.country) return domestic(question, day, jurisdictionOf(place));
  if (!isMemberState(buyer.country)) return outsideUnion(question, place);
  if (!isBusiness(question)) return standard(place);
  const restsOn = 'vatId';
  return product === 'goods'
    ? { category: 'K', place, basis: `Art. 138(1) ${DIRECTIVE}`, reasonCode: 'VATEX-EU-IC', restsOn }
    : { category: 'AE', place, basis: `Art. 44, 196 ${DIRECTIVE}`, reasonCode: 'VATEX-EU-AE', restsOn };
}

function standard(place: string): VatAnswer {
  return { category: 'S', place, basis: '', reasonCode: '', restsOn: 'nothing' };
}

/** At home: resellers pay themselves where their state says so (Article 199a(1)(g) lets it, for telecommunications), with a certificate and a VAT id. */
function domestic(
  { product, buyer }: VatQuestion,
  day: LocalDate,
  jurisdiction: TaxJurisdiction | undefined,
): VatAnswer {
  const place = buyer.country;
  const rule = jurisdiction?.resellerReverseCharge.find((each) => each.category === product && isOn(each, day));
  if (rule === undefined) return standard(place);
  const certificate = certificateOn(buyer.certificates, 'reseller', place, day);
  if (certificate === undefined || buyer.vatId === '' || buyer.isRefuted) return standard(place);
  const basis = certificate.basis || rule.basis;
  return { category: 'AE', place, basis, reasonCode: 'VATEX-EU-AE', restsOn: certificate };
}

/** Goods that leave the Union are exempt; services that take place outside it are out of its scope. */
function outsideUnion({ product, seller, buyer }: VatQuestion, place: string): VatAnswer {
  if (product === 'goods') {
    return { category: 'G', place, basis: `Art. 146 ${DIRECTIVE}`, reasonCode: 'VATEX-EU-G', restsOn: 'nothing' };
  }
  if (place === seller.country) return standard(place);
  const article = isBusiness({ seller, buyer }) ? 'Art. 44' : 'Art. 58';
  const restsOn = isBusiness({ seller, buyer }) ? 'vatId' : 'nothing';
  return { category: 'O', place, basis: `${article} ${DIRECTIVE}`, reasonCode: 'VATEX-EU-O', restsOn };
}

function certificateOn(
  certificates: readonly TaxCertificate[],
  kind: TaxCertificate['kind'],
  country: string,
  day: LocalDate,
): TaxCertificate | undefined {
  return certificates.find((each) => each.kind === kind && each.country === country && isOn(each, day));
}

function isOn({ from, until }: { readonly from: LocalDate; readonly until: LocalDate | '' }, day: LocalDate): boolean {
  return from <= day && (until === '' || day < until);
}
