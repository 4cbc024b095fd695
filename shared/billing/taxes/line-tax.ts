import type { Seller } from '#shared/catalog/catalog.ts';
import type {
  FixedTaxProfile,
  Tax,
  TaxJurisdiction,
  TaxPointRule,
  TaxProfile,
  VatTaxProfile,
} from '#shared/catalog/tax-profile.ts';
import type { AccountView } from '#shared/inventory/account-history.ts';
import { amount } from '#shared/money/amount.ts';
import { addDays, daysBetween, type LocalDate, localDateOf } from '#shared/time/local-date.ts';
import { daysInPeriod, type Period } from '#shared/time/period.ts';
import type { ChargedTax, LineTax, TaxEvidence, TaxedPart } from '../draft.ts';
import { type ChargeLine, dueOf } from '../lines/charge-line.ts';
import { categoryWith } from './line-parts.ts';
import { placeOfSupply, type VatAnswer, type VatQuestion, vatAnswer } from './vat-rules.ts';

/** What the taxes of a payer's lines are decided by: all of it known at W. */
export interface TaxScope {
  readonly profile: TaxProfile;
  readonly jurisdictions: readonly TaxJurisdiction[];
  readonly seller: Seller;
  readonly view: Pick<AccountView, 'account' | 'vatIdCheck'>;
  readonly invoiceDate: LocalDate;
  /** Line id → what an outside engine answered; empty for all other profiles. */
  readonly answers: ReadonlyMap<string, LineTax>;
}

/**
 * How a line is taxed when it is first billed (pricing rules §7).
 * @throws RangeError when a jurisdiction, a rate or the evidence its profile asks for is missing: the account cannot be billed, the reason says what is missing.
 */
export function lineTax(scope: TaxScope, line: ChargeLine): LineTax {
  const { profile } = scope;
  if (profile.kind === 'vat') return vatTax(scope, profile, line);
  if (profile.kind === 'fixed') return fixedTax(scope, profile, line);
  return scope.answers.get(line.id) ?? undecidedTax(line);
}

/** A line without its tax: until an outside engine has answered, in a preview, and in a draft whose taxes are decided when it is posted. */
export function undecidedTax(line: ChargeLine): LineTax {
  const parts = [partOf(line.period, addDays(line.period.until, -1), [])];
  return { category: 'S', place: '', reason: '', basis: '', reasonCode: '', evidence: [], parts };
}

function partOf(period: Period, taxPoint: LocalDate, taxes: readonly ChargedTax[]): TaxedPart {
  return { taxPoint, days: daysInPeriod(period), taxes };
}

function fixedTax({ invoiceDate }: TaxScope, profile: FixedTaxProfile, line: ChargeLine): LineTax {
  const { category, reason, reasonCode, taxPoint, taxes } = profile;
  const parts = taxedParts(taxPoint, taxes, line, invoiceDate, `tax profile "${profile.id}"`);
  return { category, place: '', reason, basis: '', reasonCode, evidence: [], parts };
}

function vatTax(scope: TaxScope, profile: VatTaxProfile, line: ChargeLine): LineTax {
  const { seller, invoiceDate } = scope;
  const question = questionOf(scope, line);
  const tableOf = (country: string) => scope.jurisdictions.find((each) => each.country === country);
  const ofPlace = tableOf(placeOfSupply(question));
  const rule = (ofPlace ?? tableOf(seller.address.country))?.taxPoint ?? 'periodEnd';
  const taxPoint = taxPointOf(rule, line, invoiceDate);
  const answer = vatAnswer(question, taxPoint, tableOf);
  const evidence = evidenceOf(scope, profile, answer);
  const { category, place, basis, reasonCode } = answer;
  const head = { place, reason: '', basis, reasonCode, evidence };
  if (category !== 'S') return { ...head, category, parts: [partOf(line.period, taxPoint, [])] };
  if (ofPlace === undefined) {
    throw new RangeError(
      `the catalogue has no tax jurisdiction ${place}, where account ${scope.view.account.account} is taxed: add it under taxJurisdictions`,
    );
  }
  const rates = ofPlace.rates[line.taxCategory];
  const taxes: Tax[] = [{ name: '', on: 'net', rates }];
  const parts = taxedParts(rule, taxes, line, invoiceDate, `tax jurisdiction ${place}, ${line.taxCategory},`);
  return {
    ...head,
    category: categoryWith(
      'S',
      parts.flatMap((part) => part.taxes),
    ),
    parts,
  };
}

function questionOf({ seller, view }: TaxScope, line: ChargeLine): VatQuestion {
  const { account, vatIdCheck } = view;
  return {
    product: line.taxCategory,
    seller: { country: seller.address.country, consumerSales: seller.consumerSales },
    buyer: {
      country: account.address.country,
      vatId: account.vatId,
      isRefuted: vatIdCheck?.isValid === false,
      certificates: account.certificates,
    },
  };
}

/** What the documents keep of the evidence. @throws RangeError when the profile asks for an answer of the register, and there is none or an old one. */
function evidenceOf({ view, seller, invoiceDate }: TaxScope, profile: VatTaxProfile, answer: VatAnswer): TaxEvidence[] {
  const { restsOn } = answer;
  if (restsOn === 'nothing') return [];
  const { account, vatIdCheck: check } = view;
  if (restsOn === 'vatId' || restsOn.kind === 'reseller') {
    if (answer.category !== 'O' && seller.vatId === '')
      throw new RangeError(`seller ${seller.id} has no VAT id, which reverse charge needs: add it to the catalogue`);
  }
  if (restsOn !== 'vatId') {
    const { kind, number, from, until } = restsOn;
    return [
      {
        kind: kind === 'reseller' ? 'resellerCertificate' : 'exemptionCertificate',
        id: number,
        source: '',
        from,
        until,
        reference: '',
      },
    ];
  }
  const asked = check === undefined ? '' : localDateOf(check.effectiveFrom, seller.timeZone);
  const within = profile.verifiedWithinDays;
  if (within > 0 && answer.category !== 'O' && (asked === '' || daysBetween(asked, invoiceDate) > within)) {
    const last = asked === '' ? 'was never verified' : `was last verified on ${asked}`;
    throw new RangeError(
      `the VAT id ${account.vatId} of account ${account.account} ${last}; tax profile "${profile.id}" asks for at most ${within} days: verify it with \`billing account verify-vat ${account.account}\``,
    );
  }
  const { source, reference } = check ?? { source: 'format', reference: '' };
  return [{ kind: 'vatId', id: account.vatId, source, from: asked, until: '', reference }];
}

/**
 * The day that decides the treatment of a line: the last of its period or the date of the document, by the jurisdiction's rule; of what is
 * charged in advance the invoice date, if that is earlier (Directive 2006/112/EC, Article 65: what is paid before it is supplied).
 */
function taxPointOf(rule: TaxPointRule, line: ChargeLine, invoiceDate: LocalDate): LocalDate {
  const lastDay = addDays(line.period.until, -1);
  if (dueOf(line) === 'advance') return invoiceDate < lastDay ? invoiceDate : lastDay;
  return rule === 'invoiceDate' ? invoiceDate : lastDay;
}

/** The parts of a line's period that are taxed alike: one, unless the rule splits it and a rate changes inside. `whose` names the table in a refusal. */
function taxedParts(
  rule: TaxPointRule,
  taxes: readonly Tax[],
  line: ChargeLine,
  invoiceDate: LocalDate,
  whose: string,
): TaxedPart[] {
  const { period } = line;
  const changes = rule === 'split' ? changesInside(period, taxes) : [];
  if (changes.length === 0) {
    const taxPoint = taxPointOf(rule, line, invoiceDate);
    return [partOf(period, taxPoint, taxesAt(taxes, taxPoint, whose))];
  }
  return [...changes, period.until].map((until, place) => {
    const taxPoint = addDays(until, -1);
    return partOf({ from: changes[place - 1] ?? period.from, until }, taxPoint, taxesAt(taxes, taxPoint, whose));
  });
}

/** The days inside a period, behind its first, on which any rate begins. */
function changesInside({ from, until }: Period, taxes: readonly Tax[]): LocalDate[] {
  const begins = taxes.flatMap(({ rates }) => rates.map((rate) => rate.from));
  return [...new Set(begins.filter((day) => day > from && day < until))].sort();
}

/** Each tax at the last of its rates (they stand in order of date) that began on or before a day. A percent has no trailing zeros, so that one rate has one name. */
function taxesAt(taxes: readonly Tax[], day: LocalDate, whose: string): ChargedTax[] {
  return taxes.map(({ name, on, rates }) => {
    const inForce = rates.findLast((rate) => rate.from <= day);
    if (inForce === undefined) {
      const of = name === '' ? '' : ` of ${name}`;
      const [first] = rates;
      const lacks = first === undefined ? 'it has none: add one' : `its first begins ${first.from}: add an earlier one`;
      throw new RangeError(`${whose} has no rate${of} on ${day}; ${lacks}`);
    }
    return { name, on, percent: amount(inForce.percent).toFixed() };
  });
}
