import type { Agreement } from '#shared/catalog/agreement.ts';
import type { Charge, OneTimeCharge, TopUp, UsageCharge } from '#shared/catalog/catalog.ts';
import type { ExchangeRate, ExchangeRates } from '#shared/catalog/exchange-rate.ts';
import { inUnit } from '#shared/catalog/unit.ts';
import type { Amount } from '#shared/money/amount.ts';
import { type Currency, formatMinor, roundToMinorUnit } from '#shared/money/currency.ts';
import { recurringChargeOf, usageChargeOf } from '#shared/rating/charge-variant.ts';
import { topUpOf } from '#shared/rating/holdings/bought.ts';
import type { PlanBook, PlanTerms } from '#shared/rating/plan-terms.ts';
import type { AccountPools } from '#shared/rating/pools/account-pools.ts';
import { isPerPeriod } from '#shared/rating/recurring/recurring-days.ts';
import { tierPrice } from '#shared/rating/tier-parts.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import type { BillingDays, Period } from '#shared/time/period.ts';
import { type ChargeLine, lineId } from './charge-line.ts';

/** What was agreed with an account, and its own first day where that is known: its commitments are prorated from then on. */
export interface HeldAgreement extends Agreement {
  readonly since?: LocalDate;
}

/** What the sums of a period are priced by. */
export interface PricingScope {
  readonly period: Period;
  readonly plans: PlanBook;
  readonly currency: Currency;
  /** Whether all usage of the period is there (pricing rules §1). */
  readonly isOver: boolean;
  /** What was agreed with the account for what begins on a day: nothing when it has the list alone, or is another seller's customer then. */
  readonly agreementOn: (from: LocalDate) => HeldAgreement | undefined;
  /** Days of the month its periods begin on. */
  readonly billingDay: BillingDays;
  /** Whether what is charged in arrears is due. */
  readonly isDue: boolean;
  /** The pools the account names. */
  readonly pools: AccountPools;
  readonly exchange: ExchangeScope;
  /** Whether lines of fees keep their days, since a tax may be split by them; absent = not. */
  readonly keepsDays?: boolean;
}

/** What amounts of price lists in another currency than the invoice's are converted by. */
export interface ExchangeScope {
  readonly rates: readonly ExchangeRates[];
  /** The day whose rate counts: that of the invoice, or of usage the last day of the line's period. */
  readonly by: 'invoiceDate' | 'usageDate';
  readonly invoiceDate: LocalDate;
  /** The rate a line keeps, since a document billed it or its charge before; nothing where none did. */
  readonly kept: (line: ChargeLine) => ExchangeRate | undefined;
}

/** The terms a key of the sums names. @throws Error when the catalogue they were measured with had them and this one has not. */
export function termsOf(scope: Pick<PricingScope, 'plans'>, plan: string, version: string): PlanTerms {
  const terms = scope.plans.get(plan)?.find((each) => each.version.from === version);
  if (terms === undefined) throw new Error(`plan ${plan} has no version from ${version} in this catalogue`);
  return terms;
}

/** The charge a key of the sums names. */
export function chargeOf<Kind extends Charge['kind']>(terms: PlanTerms, id: string, kind: Kind) {
  const topUp = kind === 'oneTime' ? topUpOf(terms, id) : undefined;
  const charge =
    kind === 'usage'
      ? usageChargeOf(terms, id)
      : kind === 'recurring'
        ? recurringChargeOf(terms, id)
        : topUp !== undefined
          ? chargeOfTopUp(topUp, id)
          : terms.version.charges.find((each) => each.id === id && each.kind === kind);
  if (charge === undefined)
    throw new Error(`plan ${terms.plan} from ${terms.version.from} has no ${kind} charge ${id}`);
  return charge as Extract<Charge, { kind: Kind }>;
}

/** A top-up as it is charged: once for each purchase. */
function chargeOfTopUp({ name, price }: TopUp, id: string): OneTimeCharge {
  const always = { at: '', date: '', states: [], properties: [], term: 0 } as const;
  return { kind: 'oneTime', id, name, ...always, price: { model: 'unit', amount: price }, taxCategory: 'telecom' };
}

/** What a pool costs by being there, as a line names it. */
interface PoolCharge extends Pick<UsageCharge, 'id' | 'name' | 'taxCategory'> {
  readonly kind: 'pool';
}

/** The columns of a line that follow from its terms. */
export function lineHead(
  terms: PlanTerms,
  charge: Charge | PoolCharge,
  businessUnit: string,
  zone: string,
  tier: number,
  period: Period,
) {
  const parts = { businessUnit, plan: terms.plan, version: terms.version.from, charge: charge.id, zone, tier, period };
  return {
    id: charge.kind === 'recurring' && !isPerPeriod(charge) ? `${lineId(parts)}..${period.until}` : lineId(parts),
    ...parts,
    ...termsHold(terms, period),
    planName: terms.planName,
    chargeName: charge.name,
    zoneName: terms.zoneNames.get(zone) ?? '',
    exchange: null,
    taxCategory: charge.taxCategory,
    taxIncluded: terms.prices === 'gross',
  };
}

/** On which days of a period terms hold; nothing where they do on all of it. */
function termsHold({ version }: PlanTerms, period: Period): Pick<ChargeLine, 'termsHold'> {
  const from = version.from > period.from ? version.from : period.from;
  const until = version.until !== '' && version.until < period.until ? version.until : period.until;
  return from === period.from && until === period.until ? {} : { termsHold: { from, until } };
}

/** The columns of a line that follows from other lines: it is of no version, zone or tier. */
export function agreedHead(
  scope: PricingScope,
  plan: string,
  planName: string,
  { id, name }: { readonly id: string; readonly name: string },
  businessUnit: string,
) {
  const parts = { businessUnit, plan, version: '', charge: id, zone: '', tier: 0, period: scope.period };
  return { ...parts, planName, chargeName: name, zoneName: '', unit: 'flat', refund: 'day' as const, exchange: null };
}

/** Rounds a line's exact amount once and writes it. */
export function rounded(exact: Amount, currency: Currency): string {
  return formatMinor(roundToMinorUnit(exact, currency), currency);
}

/** Digits a quantity is shown with; the arithmetic keeps it whole. */
export const QUANTITY_DIGITS = 6;

/** A quantity of base units as shown on a line. */
function quantityIn(charge: UsageCharge, quantity: bigint): string {
  return inUnit(quantity, charge.unit).toDecimalPlaces(QUANTITY_DIGITS).toFixed();
}

/** Quantity, unit and price as a line shows them: so many units at so much, or so many times a package or a flat amount. */
export function shownQuantity(charge: UsageCharge, tier: number, quantity: bigint, entered: Amount) {
  const { price, flat } = tierPrice(charge, tier);
  const { model } = charge.price;
  if (model !== 'package' && model !== 'flat' && model !== 'stairStep')
    return { quantity: quantityIn(charge, quantity), unit: charge.unit, unitPrice: price };
  const unit = model === 'package' ? 'package' : 'flat';
  return { quantity: entered.toDecimalPlaces(QUANTITY_DIGITS).toFixed(), unit, unitPrice: flat };
}

/** "60/1": the increment as people write it, in base units. */
export function incrementText({ increment }: UsageCharge): string {
  return `${increment.first}/${increment.next}`;
}
