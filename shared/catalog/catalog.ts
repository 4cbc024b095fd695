import type { Currency } from '#shared/money/currency.ts';
import type { LocalDate, TimeZone } from '#shared/time/local-date.ts';
import type { Service } from '#shared/usage/usage-key.ts';
import type { Agreement, Commitment } from './agreement.ts';
import type { ExchangeRates } from './exchange-rate.ts';
import type { Numbering } from './numbering.ts';
import type { CountPrice, Increment, UsagePrice } from './price.ts';
import type { Product } from './product.ts';
import type { SourceDefinition } from './source.ts';
import type { TaxCategory, TaxJurisdiction, TaxProfile } from './tax-profile.ts';

/**
 * Everything that is sold and how, as one release: validated whole, immutable, named by its hash. All amounts and quantities are decimal
 * text, so that a release is plain JSON and exact.
 */
export interface Catalog {
  readonly sellers: readonly Seller[];
  readonly zoneModels: readonly ZoneModel[];
  readonly timeBands: readonly TimeBand[];
  readonly seasons: readonly Season[];
  /** What is sold once; absent = nothing is listed. */
  readonly products?: readonly Product[];
  readonly plans: readonly Plan[];
  readonly taxProfiles: readonly TaxProfile[];
  readonly taxJurisdictions: readonly TaxJurisdiction[];
  readonly sources: readonly SourceDefinition[];
  /** What was agreed with single accounts, in order of their ids. */
  readonly agreements: readonly Agreement[];
  /** In order of their names. */
  readonly exchangeRates: readonly ExchangeRates[];
}

/** A legal entity that issues invoices. The operator itself is the first seller. */
export interface Seller {
  readonly id: string;
  readonly name: string;
  readonly address: Address;
  readonly vatId: string;
  /**
   * Where consumers in other member states are taxed: where they live (one-stop shop), or at home while the seller is below the threshold (Directive
   * 2006/112/EC, Article 59c).
   */
  readonly consumerSales: 'destination' | 'origin';
  /** Currency its books are kept and its taxes declared in; documents in another one tell their totals in it too. '' = that of each document. */
  readonly bookCurrency: Currency | '';
  /** The day whose exchange rate counts for price lists in another currency than the invoice's. */
  readonly exchangeDate: 'invoiceDate' | 'usageDate';
  readonly registerNumber: string;
  readonly timeZone: TimeZone;
  readonly bank: { readonly iban: string; readonly bic: string; readonly accountHolder: string };
  readonly contact: { readonly email: string; readonly phone: string; readonly web: string };
  /** "#RRGGBB": the colour of its documents. */
  readonly colour: string;
  readonly numbering: Numbering;
  /**
   * Where corrections of earlier documents stand (pricing rules §10): on the next invoice, or on credit and debit notes of their own, one for each
   * document they amend. Absent = netted.
   */
  readonly corrections?: 'netted' | 'ownDocument';
  /**
   * Amounts without tax below which runs of cycles and groups post nothing for an account, each currency once: what it owes waits for the next
   * run. A run may say others. Absent = none.
   */
  readonly minimumInvoice?: readonly MinimumInvoice[];
}

/** The least that is posted in a currency: decimal text in major units. */
export interface MinimumInvoice {
  readonly currency: Currency;
  readonly amount: string;
}

/** A postal address; `country` is ISO 3166-1 alpha-2. */
export interface Address {
  readonly lines: readonly string[];
  readonly postalCode: string;
  readonly city: string;
  readonly country: string;
}

/** From serving network to zone, with a model of its own for each plan that wants one. */
export interface ZoneModel {
  readonly id: string;
  readonly zones: readonly Zone[];
  /** Zone of networks no zone names; '' = such usage has no zone, and only charges that name none price it. */
  readonly defaultZone: string;
}

/** A zone names networks: a TADIG code ("DEUD2"), MCC+MNC ("26201"), or the beginning of either ("DEU", "262"); the longest match wins. */
export interface Zone {
  readonly id: string;
  readonly name: string;
  readonly networks: readonly string[];
  /** Calls and messages that are in this zone by the number called, wherever their network belongs. */
  readonly called: readonly CalledNumbers[];
}

/**
 * Numbers called, by their first digits ("49", "1242"), from zones of the serving network; no zone = from anywhere. The longest match wins, and
 * among equally long ones that which names the zone called from (pricing rules §3.2).
 */
export interface CalledNumbers {
  readonly from: readonly string[];
  readonly prefixes: readonly string[];
}

/** Day of the week. */
export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** Hours of the week by the clock of the payer's time zone (pricing rules §5). */
export interface TimeBand {
  readonly id: string;
  readonly name: string;
  readonly hours: readonly ClockRange[];
}

/**
 * From a time of day "08:00" until another, exclusive ("24:00" = the day's end), on some weekdays. An end at or before the beginning is on the
 * next day. Where clocks go back the hour that comes twice is in it twice; the hour they skip is in nothing.
 */
export interface ClockRange {
  readonly days: readonly Weekday[];
  readonly from: string;
  readonly until: string;
}

/** A time of each year: local days "MM-DD" from one until another, exclusive; an end at or before the beginning is in the next year (pricing rules §5). */
export interface Season {
  readonly id: string;
  readonly name: string;
  readonly ranges: readonly { readonly from: string; readonly until: string }[];
}

/** What a subscription is put on. Versions follow one another by date without overlap. */
export interface Plan {
  readonly id: string;
  readonly name: string;
  /** An add-on stands beside the one plan of an assignment: its allowances above the plan's, its usage charges before them. */
  readonly kind: 'plan' | 'addOn';
  readonly currency: Currency;
  /** Whether its prices include tax (gross) or not (net). */
  readonly prices: 'net' | 'gross';
  readonly zoneModel: string;
  /** Usage no charge matches: suspended, or free. */
  readonly unmatched: 'suspense' | 'free';
  readonly versions: readonly PlanVersion[];
}

/** A plan's terms from a date (midnight in the payer's time zone) to another, exclusive; `until` '' = open. */
export interface PlanVersion {
  readonly from: LocalDate;
  readonly until: LocalDate | '';
  readonly charges: readonly Charge[];
  /** The stack of allowances, in the order they are drawn on. */
  readonly allowances: readonly Allowance[];
  /** What can be bought beside them; not there where nothing can. */
  readonly topUps?: readonly TopUp[];
  /** In the order they are met. */
  readonly commitments: readonly Commitment[];
  /**
   * What becomes of usage that is loaded when its period is billed already (pricing rules §4): 'current' counts it in the period that is open then;
   * absent = its own period is rated again.
   */
  readonly late?: 'current';
  /**
   * What a subscription in test is to its plan (pricing rules §1): 'charge' = its usage is charged, and its days count for allowances and commitments, as if
   * it were active; absent = its usage is free. Fees go by the states they list. Of a plan alone: its add-ons follow it.
   */
  readonly whenTest?: 'charge';
}

/** A line of a price list. Ids are unique in a plan and keep their meaning over its versions. */
export type Charge = RecurringCharge | OneTimeCharge | UsageCharge;

/** States of a subscription (pricing rules §1). */
export type SubscriptionState = 'inventory' | 'test' | 'ready' | 'active' | 'suspended' | 'terminated';

/** A property of a subscription has one of some values; several conditions must all hold. */
export interface PropertyCondition {
  readonly name: string;
  readonly values: readonly string[];
}

/** A fee for each interval (pricing rules §2). */
export interface RecurringCharge {
  readonly kind: 'recurring';
  readonly id: string;
  readonly name: string;
  readonly due: 'advance' | 'arrears';
  readonly proration: 'day' | 'none';
  /** What a month counts when days are prorated: its own days, or 30 (30E/360). */
  readonly days: 'calendar' | '30';
  /** States whose days are charged. */
  readonly states: readonly SubscriptionState[];
  /** Which state of a day decides: the one it ends in, or any it had. */
  readonly dayRule: 'endOfDay' | 'anyTime';
  /** Whether the day of termination is charged. */
  readonly lastDay: 'free' | 'counts';
  /** A day counts only when the subscription has these properties at its end. */
  readonly properties: readonly PropertyCondition[];
  readonly interval: Interval;
  readonly quantity: RecurringQuantity;
  /** For one of the quantity and a whole interval. */
  readonly price: CountPrice;
  /** What another price holds in, day by day; of several the first. Not there where none does. */
  readonly seasons?: readonly SeasonalPrice<CountPrice>[];
  /** Whether what was charged in advance and falls away is credited. */
  readonly refund: 'day' | 'none';
  readonly taxCategory: TaxCategory;
}

/** What a recurring charge is due for each time: so many months, from the billing day at or before a subscription's start or from the start itself. */
export interface Interval {
  readonly months: number;
  readonly from: 'billingDay' | 'anniversary';
}

/**
 * What a recurring charge counts (pricing rules §2): subscriptions by their chargeable days, by the day that has most of them, those of the last
 * day, those with usage, a whole number that a property of theirs says, or so many however many subscriptions there are.
 */
export interface RecurringQuantity {
  readonly of: 'subscriptions' | 'peak' | 'atEnd' | 'used' | 'property' | 'number';
  /** Name of the property, '' for others. */
  readonly property: string;
  /** How many, 0 for others than a number. */
  readonly number: number;
  /** What is charged at least while there is anything to charge, 0 = nothing: the committed quantity. */
  readonly minimum: number;
  /** Over what the quantity is counted. */
  readonly count: 'account' | 'businessUnit';
}

/** What becomes of a subscription, as far as something may be charged for it. */
export type SubscriptionEvent = 'activation' | 'reactivation' | 'suspension' | 'termination' | 'planChange';

/** A fee for something that happens once (pricing rules §2). */
export interface OneTimeCharge {
  readonly kind: 'oneTime';
  readonly id: string;
  readonly name: string;
  /** At which event of a subscription it is due; '' = at `date`. */
  readonly at: SubscriptionEvent | '';
  /** On which day it is due for every subscription that counts on it; '' = at `at`. */
  readonly date: LocalDate | '';
  /** States a subscription counts in on `date`. */
  readonly states: readonly SubscriptionState[];
  /** Only of subscriptions that have these properties then. */
  readonly properties: readonly PropertyCondition[];
  /** Months a subscription is bound to the plan: the price is then for the months, begun ones too, that are left of them. 0 = priced by the event. */
  readonly term: number;
  readonly price: CountPrice;
  readonly taxCategory: TaxCategory;
}

/**
 * What of a record is counted (pricing rules §3.4): what it says itself, the record, for each record a number that is a property of its
 * subscription then, or what its carrier charges for it (§3.8).
 */
export type Measure = 'bytes' | 'bytesUp' | 'bytesDown' | 'seconds' | 'records' | 'count' | 'property' | 'amount';

/** Unit a price or an allowance is named in (pricing rules §3.6): decimal and binary multiples of the octet, time, pieces, or money itself. */
export type Unit = 'B' | 'kB' | 'MB' | 'GB' | 'KiB' | 'MiB' | 'GiB' | 'second' | 'minute' | 'hour' | 'piece' | 'amount';

/** A price for usage (pricing rules §3 and §5). */
export interface UsageCharge {
  readonly kind: 'usage';
  readonly id: string;
  readonly name: string;
  readonly match: UsageMatch;
  readonly measure: Measure;
  /** Name of the property that is counted, '' for any other measure. */
  readonly property: string;
  /** Unit the price is named in. */
  readonly unit: Unit;
  readonly increment: Increment;
  /** Over what quantities are summed before they are raised to increments. */
  readonly rounding: 'record' | 'session' | 'day' | 'period';
  /** Over what tiers count: 'record' = anew in each. */
  readonly count: 'record' | 'subscription' | 'pool' | 'account';
  readonly price: UsagePrice;
  /** What is free of each count before it is priced: percent, and then so many base units as whole-number text; "0" = nothing. */
  readonly usageDiscount: { readonly percent: string; readonly quantity: string };
  /** What another price holds in, by local date of the usage; of several the first. */
  readonly seasons: readonly SeasonalPrice[];
  /** For each record of a quantity above zero, whatever covers it; '0' = none (pricing rules §3.7). */
  readonly connectionFee: string;
  /** What each record of a quantity above zero comes to at least, fee included and whatever covers it; '0' = nothing. */
  readonly minimum: string;
  /** What each record comes to at most, fee included; '' = no limit. */
  readonly maximum: string;
  /** What becomes of usage while the subscription is suspended (pricing rules §3.4). */
  readonly whenSuspended: 'charge' | 'free' | 'suspense';
  /** Whether what its first tier or flat price costs is due without usage too, for each subscription that could have used it (pricing rules §5). */
  readonly flatAtZero: boolean;
  /** Whether lines of zero are left off the invoice; the proof has them (pricing rules §3.3). */
  readonly hidden: boolean;
  readonly taxCategory: TaxCategory;
}

/** In a season: the price times a factor, or another price. */
export type SeasonalPrice<Price = UsagePrice> =
  | { readonly season: string; readonly factor: string }
  | { readonly season: string; readonly price: Price };

/** Which usage a charge prices; an empty list matches all. */
export interface UsageMatch {
  readonly services: readonly Service[];
  readonly directions: readonly ('mo' | 'mt')[];
  readonly zones: readonly string[];
  readonly carriers: readonly string[];
  /** Serving networks, or the beginnings of them: "DEU" and "262" are all of Germany. */
  readonly networks: readonly string[];
  readonly apns: readonly string[];
  readonly technologies: readonly string[];
  /** 5G slices, "1" or "1-0000AB". */
  readonly slices: readonly string[];
  /** Classes of quality, 5QI or QCI. */
  readonly fiveQis: readonly string[];
  /** Rating groups the network counts under. */
  readonly ratingGroups: readonly string[];
  /** Time bands, one of which the usage starts in. */
  readonly bands: readonly string[];
  /** Properties the subscription has then. */
  readonly properties: readonly PropertyCondition[];
}

/**
 * A quantity that some usage charges draw on before they are priced (pricing rules §4): of each subscription its own (individual), the sum of what
 * members contribute (flexible), one quantity at one price however many members (static), or of offered sizes the one that comes cheapest (adaptive).
 */
export interface Allowance {
  readonly id: string;
  readonly name: string;
  readonly kind: 'individual' | 'flexible' | 'static' | 'adaptive';
  /** Name of the pool; plans of one payer that name it share it. '' for an individual allowance. */
  readonly pool: string;
  /** Who shares the pool. Individual allowances say 'subscription'. */
  readonly scope: 'subscription' | 'account' | 'businessUnit';
  /**
   * Size for a whole period in base units as whole-number text: of each subscription, of a static pool as a whole, '0' of an adaptive one. 0 of a
   * member draws without adding.
   */
  readonly size: string;
  /** Unit the size is shown in. */
  readonly unit: Unit;
  /** Whether sizes, and a static pool's price with its size, are prorated by days. */
  readonly proration: 'day' | 'whole';
  /** Ids of the usage charges it covers. */
  readonly covers: readonly string[];
  /** How overage of a pool is shared back to business units. */
  readonly share: 'byUsage' | 'byExcess';
  /** Most that one subscription may draw on the pool in a period, in base units: what is above is overage. '' = no limit. */
  readonly cap: string;
  /** Price of a static pool for a whole period; '0' of all others. */
  readonly price: string;
  /** What an adaptive pool is offered in, smallest first; nothing for all others. */
  readonly sizes: readonly PoolSize[];
  /** How what is unused at a period's end moves on; without it, it is lost. */
  readonly carryOver?: CarryOver;
}

/** Unused allowance moves on for so many periods (pricing rules §4), at most `cap` base units of it into any one; '' = no limit. */
export interface CarryOver {
  readonly periods: number;
  readonly cap: string;
}

/**
 * A quantity that a subscription can be given once or more often at a price (pricing rules §4), for usage charges of its version. It is drawn on before
 * allowances, of several the one that ends first. Bought for a pool, all that draws on the pool draws on it, before what the pool has of its own.
 */
export interface TopUp {
  readonly id: string;
  readonly name: string;
  /** In base units, as whole-number text. */
  readonly size: string;
  readonly unit: Unit;
  readonly price: string;
  /** Ids of the usage charges it covers; none of a pool's, which covers what the pool does. */
  readonly covers: readonly string[];
  /** Name of the pool it is bought for; absent = it is the subscription's own. */
  readonly pool?: string;
  /** Whether it covers from the local day of its purchase on, or all of that period. */
  readonly from: 'purchase' | 'period';
  /** How long it lasts, one of the three: so many local days, or periods, beginning with that of the purchase (0 = not so), or until a day, exclusive ('' = not so). */
  readonly days: number;
  readonly periods: number;
  readonly until: LocalDate | '';
}

/** A size an adaptive pool is offered in, in base units, and its price for a period. */
export interface PoolSize {
  readonly size: string;
  readonly price: string;
}
