import type { Seller } from '#shared/catalog/catalog.ts';
import type {
  FixedTaxProfile,
  Tax,
  TaxJurisdiction,
  TaxPointRule,
  TaxProfile,
  VatTaxProfile,
} from '#shared/catalog/tax-profile.ts';
import { type AccountStanding, standingOn } from '#shared/inventory/account-history.ts';
import { amount } from '#shared/money/amount.ts';
import { addDays, daysBetween, type LocalDate, localDateOf } from '#shared/time/local-date.ts';
import { daysInPeriod, type Period } from '#shared/time/period.ts';
import type { ChargedTax, LineTax, TaxEvidence, TaxedPart } from '../draft.ts';
import { type ChargeLine, dueOf } from '../lines/charge-line.ts';
import { categoryWith } from './line-parts.ts';
import { weightedParts } from './own-days.ts';
import { placeOfSupply, type VatAnswer, type VatQuestion, vatAnswer } from './vat-rules.ts';

/** What the taxes of a payer's lines are decided by: all of it known at W. */
export interface TaxScope {
  readonly profiles: readonly TaxProfile[];
  readonly jurisdictions: readonly TaxJurisdiction[];
  readonly seller: Seller;
  /** How the customer stood when. */
  readonly standings: readonly AccountStanding[];
  readonly invoiceDate: LocalDate;
  /** Line id → what an outside engine answered; empty for all other profiles. */
  readonly answers: ReadonlyMap<string, LineTax>;
}

/**
 * How a line is taxed when it is first billed (pricing rules §7).
 * @throws RangeError when a jurisdiction, a rate or the evidence its profile asks for is missing: the account cannot be billed, the reason says what is missing.
 */
export function lineTax(scope: TaxScope, line: ChargeLine): LineTax {
  const decided = taxPointOf(scope, line);
  const { profile } = decided;
  if (profile.kind === 'vat') return vatTax(scope, decided, profile, line);
  if (profile.kind === 'fixed') return fixedTax(decided, profile, line);
  return scope.answers.get(line.id) ?? undecidedTax(line);
}

/** A line without its tax: until an outside engine has answered, in a preview, and in a draft whose taxes are decided when it is posted. */
export function undecidedTax(line: ChargeLine): LineTax {
  const parts = [partOf(line.period, addDays(line.period.until, -1), [])];
  return { category: 'S', place: '', reason: '', basis: '', reasonCode: '', evidence: [], parts };
}

/** Whether a treatment says nothing yet: of a line that is first billed without another of its charge whose treatment it keeps. */
export function isUndecided({ category, place, reason, parts }: LineTax): boolean {
  return category === 'S' && place === '' && reason === '' && parts.every(({ taxes }) => taxes.length === 0);
}

function partOf(period: Period, taxPoint: LocalDate, taxes: readonly ChargedTax[]): TaxedPart {
  return { taxPoint, days: daysInPeriod(period), taxes };
}

function fixedTax(decided: TaxPoint, profile: FixedTaxProfile, line: ChargeLine): LineTax {
  const { category, reason, reasonCode, taxes } = profile;
  const parts = taxedParts(decided, taxes, line, `tax profile "${profile.id}"`);
  return { category, place: '', reason, basis: '', reasonCode, evidence: [], parts };
}

function vatTax(scope: TaxScope, decided: TaxPoint, profile: VatTaxProfile, line: ChargeLine): LineTax {
  const { day, standing } = decided;
  const tableOf = (country: string) => scope.jurisdictions.find((each) => each.country === country);
  const answer = vatAnswer(questionOf(scope, standing, line), day, tableOf);
  const evidence = evidenceOf(scope, standing, profile, answer);
  const { category, place, basis, reasonCode } = answer;
  const head = { place, reason: '', basis, reasonCode, evidence };
  if (category !== 'S') return { ...head, category, parts: [partOf(line.period, day, [])] };
  const ofPlace = tableOf(place);
  if (ofPlace === undefined) {
    throw new RangeError(
      `the catalogue has no tax jurisdiction ${place}, where account ${standing.account.account} is taxed: add it under taxJurisdictions`,
    );
  }
  const rates = ofPlace.rates[line.taxCategory];
  const taxes: Tax[] = [{ name: '', on: 'net', rates }];
  const parts = taxedParts(decided, taxes, line, `tax jurisdiction ${place}, ${line.taxCategory},`);
  return {
    ...head,
    category: categoryWith(
      'S',
      parts.flatMap((part) => part.taxes),
    ),
    parts,
  };
}

function questionOf({ seller }: TaxScope, { account, vatIdCheck }: AccountStanding, line: ChargeLine): VatQuestion {
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

/** What the documents keep of the evidence. How old an answer of the register is counts to the invoice date, or to the day from which the account has another VAT id. @throws RangeError when the profile asks for an answer of the register, and there is none or an old one. */
function evidenceOf(
  { seller, standings, invoiceDate }: TaxScope,
  { from: since, account, vatIdCheck: check }: AccountStanding,
  profile: VatTaxProfile,
  answer: VatAnswer,
): TaxEvidence[] {
  const { restsOn } = answer;
  if (restsOn === 'nothing') return [];
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
  const other = standings.find(({ from, account: { vatId } }) => from > since && vatId !== account.vatId)?.from ?? '';
  const until = other !== '' && other < invoiceDate ? other : invoiceDate;
  if (within > 0 && answer.category !== 'O' && (asked === '' || daysBetween(asked, until) > within)) {
    const last = asked === '' ? 'was never verified' : `was last verified on ${asked}`;
    const remedy =
      other === ''
        ? `verify it with \`billing account verify-vat ${account.account}\``
        : `the account has had another since ${other}; correct what is said of it before`;
    throw new RangeError(
      `the VAT id ${account.vatId} of account ${account.account} ${last}; tax profile "${profile.id}" asks for at most ${within} days: ${remedy}`,
    );
  }
  const { source, reference } = check ?? { source: 'format', reference: '' };
  return [{ kind: 'vatId', id: account.vatId, source, from: asked, until: '', reference }];
}

/** What decides the treatment of a line: a day, by which rule it is that, and how the customer stood on it. */
export interface TaxPoint {
  readonly rule: TaxPointRule;
  readonly day: LocalDate;
  readonly standing: AccountStanding;
  readonly profile: TaxProfile;
}

/**
 * The tax point of a line (pricing rules §7). Which rule says the day follows from where the customer is taxed at the end of the line's period (in
 * advance: on the invoice date, if that is earlier); all else from how it stood on the day so found.
 * @throws RangeError when the account's tax profile of that day is missing.
 */
export function taxPointOf(scope: TaxScope, line: ChargeLine): TaxPoint {
  const rule = ruleOf(scope, line, standingAt(scope, dayOf('periodEnd', line, scope.invoiceDate)));
  const day = dayOf(rule, line, scope.invoiceDate);
  return { rule, day, ...standingAt(scope, day) };
}

function standingAt({ standings, profiles }: TaxScope, day: LocalDate): Pick<TaxPoint, 'standing' | 'profile'> {
  const standing = standingOn(standings, day);
  return { standing, profile: profileOf(profiles, standing) };
}

/** The tax profile an account has. @throws RangeError when it is missing. */
export function profileOf(profiles: readonly TaxProfile[], { account }: Pick<AccountStanding, 'account'>): TaxProfile {
  const profile = profiles.find(({ id }) => id === account.taxProfile);
  if (profile !== undefined) return profile;
  throw new RangeError(
    `account ${account.account} has tax profile ${account.taxProfile}, which is not in the catalogue`,
  );
}

function ruleOf(
  scope: TaxScope,
  line: ChargeLine,
  { standing, profile }: Pick<TaxPoint, 'standing' | 'profile'>,
): TaxPointRule {
  if (profile.kind !== 'vat') return profile.kind === 'fixed' ? profile.taxPoint : 'periodEnd';
  const place = placeOfSupply(questionOf(scope, standing, line));
  const tableOf = (country: string) => scope.jurisdictions.find((each) => each.country === country);
  return (tableOf(place) ?? tableOf(scope.seller.address.country))?.taxPoint ?? 'periodEnd';
}

/**
 * The day that decides: the date of the document where the jurisdiction says so, of all that stands on it; else the last of the line's period, and of what is
 * charged in advance the invoice date, if that is earlier (Directive 2006/112/EC, Article 65: what is paid before it is supplied).
 */
function dayOf(rule: TaxPointRule, line: ChargeLine, invoiceDate: LocalDate): LocalDate {
  const lastDay = addDays(line.period.until, -1);
  if (rule === 'invoiceDate') return invoiceDate;
  return dueOf(line) === 'advance' && invoiceDate < lastDay ? invoiceDate : lastDay;
}

/** The parts of a line's period that are taxed alike: one, unless the rule splits it and a rate changes inside; then what has days of its own is taxed by them. `whose` names the table in a refusal. */
function taxedParts({ rule, day }: TaxPoint, taxes: readonly Tax[], line: ChargeLine, whose: string): TaxedPart[] {
  const { period } = line;
  const changes = rule === 'split' ? changesInside(period, taxes) : [];
  const rated = rule === 'split' ? addDays(period.until, -1) : day;
  if (changes.length === 0) return [partOf(period, rated, taxesAt(taxes, rated, whose))];
  const parts = [...changes, period.until].map((until, place) => {
    const taxPoint = addDays(until, -1);
    return partOf({ from: changes[place - 1] ?? period.from, until }, taxPoint, taxesAt(taxes, taxPoint, whose));
  });
  return weightedParts(parts, line);
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
