import type { RecurringQuantity, SubscriptionEvent, Unit } from '#shared/catalog/catalog.ts';
import type { ExchangeRate } from '#shared/catalog/exchange-rate.ts';
import type { CountPrice, UsagePrice } from '#shared/catalog/price.ts';
import type { TaxCategory } from '#shared/catalog/tax-profile.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';

/**
 * What a payer owes a seller for one charge in one period: summed exactly over subscriptions, then rounded once. It is what is rounded,
 * recorded and differenced; everything finer is detail and never changes an amount. Plain JSON.
 */
export interface ChargeLine {
  /** businessUnit|plan|version|charge|zone|tier|period start, ..end where the period is not the payer's, |gross or |net where it was the other before: the same in every run. */
  readonly id: string;
  readonly businessUnit: string;
  readonly plan: string;
  readonly planName: string;
  readonly version: LocalDate;
  /** Id in its plan; with its season where that has a price of its own: "data@summer". */
  readonly charge: string;
  readonly chargeName: string;
  readonly zone: string;
  readonly zoneName: string;
  /** Place of the tier from 1, 0 for a price without tiers. */
  readonly tier: number;
  readonly period: Period;
  /** The days of the period on which its terms hold, where other versions of the plan do on the rest; not there where they hold on all of it. */
  readonly termsHold?: Period;
  /** In `unit`, decimal text. */
  readonly quantity: string;
  /** Unit of the quantity: that of the price, "package" or "flat" where these are what is counted, or "subscription" for a recurring charge; "amount" for money itself. */
  readonly unit: string;
  /** Price of one unit, decimal text. */
  readonly unitPrice: string;
  /** Rounded to the currency's minor unit, decimal text; with the tax in it where `taxIncluded`. */
  readonly amount: string;
  /** What the amount was converted by, from the price list's currency; null where that is the invoice's. Unit price and arithmetic are in the list's. */
  readonly exchange: ExchangeRate | null;
  /** What is charged for, to the tax law. */
  readonly taxCategory: TaxCategory;
  /** Whether the price list's prices include tax. */
  readonly taxIncluded: boolean;
  /** Whether what was billed and falls away is credited: not, where a charge in advance says so. */
  readonly refund: 'day' | 'none';
  readonly arithmetic: Arithmetic;
}

/** How a line's amount came about, step by step, as numbers: what `invoice explain` writes out. Quantities in base units, as text. */
export type Arithmetic =
  | RecurringArithmetic
  | OneTimeArithmetic
  | AdHocArithmetic
  | UsageArithmetic
  | AmountArithmetic
  | PoolArithmetic
  | PoolPriceArithmetic
  | TrueUpArithmetic
  | CapArithmetic
  | DiscountArithmetic
  | AdjustmentArithmetic;

/** A business unit's part of what is priced as a whole. */
export interface SharedAmount {
  readonly businessUnit: string;
  readonly amount: string;
  /** What the part was converted by, where the units' parts have several rates: each that of the document that first billed it. */
  readonly exchange?: ExchangeRate;
}

/**
 * price × days ÷ daysInPeriod + entered × flat, over so many subscriptions. Where it is not each subscription's own days that are paid for, all of them
 * are counted and priced together, and `rounded` is shared over business units by their days.
 */
export interface RecurringArithmetic {
  readonly kind: 'recurring';
  /** What is counted: see `RecurringQuantity`. */
  readonly of: RecurringQuantity['of'];
  /** The committed quantity, 0 = none. */
  readonly minimum: number;
  readonly model: CountPrice['model'];
  readonly flat: string;
  readonly entered: number;
  /** The whole, rounded once; '' where nothing is shared. */
  readonly rounded: string;
  readonly shares: readonly (SharedAmount & { readonly days: number })[];
  /** Of what is counted: days times how many. */
  readonly days: number;
  readonly daysInPeriod: number;
  readonly subscriptions: number;
  readonly price: string;
  /** Where the price is that of a season by a factor: the listed price, and what it is multiplied by. */
  readonly season?: { readonly listed: string; readonly factor: string };
  /** Where what is priced as a whole is for a short period of the payer's: so many days of so many are charged. */
  readonly part?: { readonly days: number; readonly of: number };
  readonly due: 'advance' | 'arrears';
  /** Local day → what of the unit's days is counted on it; there only where a tax may be split by them. */
  readonly byDay?: Readonly<Record<LocalDate, number>>;
  readonly exact: string;
}

/** quantity × price + entered × flat, over so many subscriptions. */
export interface OneTimeArithmetic {
  readonly kind: 'oneTime';
  /** The event it is due at, or the day; '' = a purchase. */
  readonly at: SubscriptionEvent | LocalDate | '';
  /** Months a subscription is bound: what is counted are those that are left; 0 = the events. */
  readonly term: number;
  readonly quantity: string;
  readonly model: CountPrice['model'];
  readonly price: string;
  readonly flat: string;
  readonly entered: number;
  readonly subscriptions: number;
  /** Local day → what of the quantity was due on it; not there in drafts of before it was kept. */
  readonly byDay?: Readonly<Record<LocalDate, string>>;
  readonly exact: string;
}

/** quantity × price of an order. */
export interface AdHocArithmetic {
  readonly kind: 'adHoc';
  readonly order: string;
  readonly date: LocalDate;
  readonly quantity: string;
  readonly price: string;
  /** The customer's order reference; '' = none. */
  readonly reference: string;
  readonly exact: string;
}

/**
 * quantity ÷ baseUnits × price + entered × flat, priced subscription by subscription. `flat` is what is paid for each tier entered, package begun,
 * or the flat amount, by the price's model.
 */
export interface UsageArithmetic {
  readonly kind: 'usage';
  readonly quantity: string;
  readonly model: UsagePrice['model'];
  readonly baseUnits: string;
  readonly price: string;
  readonly flat: string;
  readonly entered: number;
  readonly subscriptions: number;
  /** What individual allowances covered of this charge, in the whole business unit. */
  readonly covered: string;
  /** What of the charge's usage was used before the period and came late, before increments; not there where nothing did. */
  readonly late?: string;
  readonly increment: string;
  readonly exact: string;
}

/** percent of the amounts that carriers charged, each converted where it is in another currency than the price list: by the rate its file gives, else of its day. */
export interface AmountArithmetic {
  readonly kind: 'amount';
  readonly amounts: readonly {
    readonly currency: string;
    /** Local day of the usage; '' where nothing is converted, or by the rate of usage files, which has no source and no date. */
    readonly date: LocalDate | '';
    readonly value: string;
    readonly rate: ExchangeRate | null;
  }[];
  /** Of all of them, in the price list's currency. */
  readonly worth: string;
  readonly percent: string;
  readonly subscriptions: number;
  readonly exact: string;
}

/** A pool's overage, priced as a whole, rounded, and shared over business units. */
export interface PoolArithmetic {
  readonly kind: 'pool';
  readonly pool: string;
  readonly members: number;
  readonly size: string;
  /** What was carried into the period beside its size; not there where nothing was. */
  readonly carried?: string;
  /** Top-ups that were bought for it; not there where there were none. */
  readonly bought?: string;
  /** What of this charge and zone came to it. */
  readonly used: string;
  /** What pools in front of it in the stack took before, in the order they were drawn on; not there where none stands there. */
  readonly before?: readonly { readonly pool: string; readonly businessUnit: string; readonly took: string }[];
  /** What it left of this charge and zone, over all tiers and before a usage discount; not there where that is the overage. */
  readonly left?: string;
  /** What of the business unit's usage was used before the period and came late, before increments; not there where nothing did. */
  readonly late?: string;
  /** Overage of this charge, zone and tier in the whole pool. */
  readonly over: string;
  readonly model: UsagePrice['model'];
  readonly baseUnits: string;
  readonly price: string;
  readonly flat: string;
  readonly entered: number;
  readonly increment: string;
  readonly exact: string;
  /** The pool's line, rounded once; the units' amounts add up to it. */
  readonly rounded: string;
  readonly sharedBy: 'byUsage' | 'byExcess';
  /** What each used, what of the overage is its, and where it is shared by that, what its members used of the pool above their contributions. */
  readonly shares: readonly (SharedAmount & {
    readonly used: string;
    readonly over: string;
    readonly excess?: string;
  })[];
}

/** What was given back out of goodwill of another line: never owed, and so in no difference. */
export interface AdjustmentArithmetic {
  readonly kind: 'adjustment';
  /** Id of the line, place of its tax's part, and the run whose document billed it. */
  readonly of: string;
  readonly part: number;
  readonly run: string;
  /** Where that document does nothing but amend another: the run of that one. */
  readonly corrects?: string;
  readonly reason: string;
  /** Below zero. */
  readonly exact: string;
}

/** So much for each of some days: what a limit of a commitment comes to, over the terms that followed one another in the period. */
export interface LimitArithmetic {
  readonly parts: readonly { readonly amount: string; readonly days: number }[];
  readonly daysInPeriod: number;
  /** Σ amount × days ÷ daysInPeriod, rounded. */
  readonly limit: string;
}

/** limit − net of what is covered = what is made up for, shared over business units by their net. */
export interface TrueUpArithmetic extends LimitArithmetic {
  readonly kind: 'trueUp';
  readonly net: string;
  /** limit − net. */
  readonly exact: string;
  readonly shares: readonly { readonly businessUnit: string; readonly net: string; readonly amount: string }[];
}

/** What a reduction takes off each of the lines that are reduced together: those of one business unit, due alike and taxed alike. */
export interface ReductionArithmetic {
  readonly due: 'advance' | 'arrears';
  /** What was left of all lines it is on, before it. */
  readonly net: string;
  /** What is taken off, in all business units, before it is rounded. */
  readonly exact: string;
  /** The same, rounded once; it is spread over lines by largest remainders. */
  readonly reduction: string;
  readonly shares: readonly {
    readonly line: string;
    readonly name: string;
    readonly left: string;
    readonly off: string;
  }[];
}

/** net − limit is taken off. */
export interface CapArithmetic extends LimitArithmetic, ReductionArithmetic {
  readonly kind: 'cap';
}

/** percent of net, or an amount, never more than net, is taken off. One of the two is ''. */
export interface DiscountArithmetic extends ReductionArithmetic {
  readonly kind: 'discount';
  readonly percent: string;
  readonly amount: string;
}

/** Whether a line follows from what other lines of its period come to. */
export function isAgreed({ arithmetic }: ChargeLine): boolean {
  return arithmetic.kind === 'trueUp' || arithmetic.kind === 'cap' || arithmetic.kind === 'discount';
}

/** When a line is due: in advance at the start of its period, else at its end. */
export function dueOf({ arithmetic }: Pick<ChargeLine, 'arithmetic'>): 'advance' | 'arrears' {
  return 'due' in arithmetic ? arithmetic.due : 'arrears';
}

/** The price of a static or adaptive pool: price × days ÷ daysInPeriod, rounded, and shared over business units by member-days. */
export interface PoolPriceArithmetic {
  readonly kind: 'poolPrice';
  readonly pool: string;
  /** In base units. */
  readonly size: string;
  readonly baseUnits: string;
  readonly sizeUnit: Unit;
  readonly days: number;
  readonly daysInPeriod: number;
  readonly price: string;
  readonly exact: string;
  /** The pool's price, rounded once; the units' amounts add up to it. */
  readonly rounded: string;
  readonly shares: readonly (SharedAmount & { readonly memberDays: number })[];
}

/** The parts a charge line's id is made of. */
export function lineId(
  parts: Pick<ChargeLine, 'businessUnit' | 'plan' | 'version' | 'charge' | 'zone' | 'tier' | 'period'>,
): string {
  const { businessUnit, plan, version, charge, zone, tier, period } = parts;
  return [businessUnit, plan, version, charge, zone, tier, period.from].join('|');
}

/** Whether a line falls due in the period that begins on a day, or later. */
export function isDueFrom(line: Pick<ChargeLine, 'period' | 'arithmetic'>, from: LocalDate): boolean {
  return dueOf(line) === 'advance' ? line.period.from >= from : line.period.until > from;
}

/** Whether a line is charged at the start of its period. */
export function isInAdvance({ arithmetic }: Pick<ChargeLine, 'arithmetic'>): boolean {
  return arithmetic.kind === 'recurring' && arithmetic.due === 'advance';
}

/** Whether a line is for being there, for what happened once or for an order, and not for usage. */
export function isFee({ arithmetic }: Pick<ChargeLine, 'arithmetic'>): boolean {
  return ['recurring', 'poolPrice', 'oneTime', 'adHoc'].includes(arithmetic.kind);
}
