import type { UsageTotals } from '#shared/usage/folded-usage.ts';

/**
 * What the subscriptions of a slice add up to for one payer and period: plain JSON, whole numbers (bigint as text) and additive, so
 * that slices can be cut in any way. Keys are the parts of a charge line's id.
 */
export interface PartialSums {
  /** businessUnit|plan|version|charge, and |from|until of an interval of its own → days charged, over so many subscriptions. */
  readonly recurring: Record<string, RecurringSum>;
  /** businessUnit|plan|version|charge|tier → one-time charges, priced subscription by subscription. */
  readonly once: Record<string, PricedSum>;
  /** businessUnit|plan|version|charge|zone|tier → what was priced subscription by subscription. */
  readonly priced: Record<string, PricedSum>;
  /** pool name|businessUnit ('' when the whole account shares it) → its size and use. Without a name: what is counted over the account. */
  readonly pools: Record<string, PoolSum>;
  /** businessUnit → what there is to read along. */
  readonly overview: Record<string, UnitOverview>;
  /** plan|version of terms with a commitment → local days on which any subscription was active → so many of them. */
  readonly committed: Record<string, Record<string, number>>;
  /** Usage of this payer that is not charged, by reason, or 'free'. */
  readonly apart: Record<string, UsageTotals>;
  /** Key of a pool, or of the account's count|plan|version|charge due once without usage too → subscriptions that could have used it; not there where none does. */
  atZero?: Record<string, number>;
  /** plan|allowance → subscriptions' own allowances that move on what they leave; not there where none does. */
  held?: Record<string, HeldSum>;
  /** businessUnit|plan|version|charge|zone → usage of earlier periods that came late and counts in this one, before increments; not there where none does. */
  late?: Record<string, string>;
  /** Subscriptions whose usage is told apart when pools are settled; not there where none is. */
  told?: number;
}

/** Allowances of so many subscriptions, in base units: their own sizes, what was carried into the period, what is left, and what of that moves on. */
export interface HeldSum {
  subscriptions: number;
  size: string;
  carried: string;
  left: string;
  moved: string;
}

/** Chargeable days of a recurring charge, added up over so many subscriptions. */
export interface RecurringSum {
  days: number;
  subscriptions: number;
  /** Local day → subscriptions that count on it: for charges whose quantity is found by looking at each day, whose days commitments count, or that taxes may be split by. */
  byDay: Record<string, number>;
}

/** So many base units fall into a tier, which was entered so often. */
export interface PricedSum {
  quantity: string;
  entered: number;
  subscriptions: number;
  /** Of one-time charges: local day → quantity that was due on it. */
  byDay?: Record<string, string>;
  /** Amounts a percentage is taken of, instead of a quantity: "USD/6|2026-03-04" → so many (see amounts.ts). */
  amounts?: Record<string, string>;
}

/** Local day → business unit → quantity in base units. */
export type DailyUsage = Record<string, Record<string, string>>;

/** What a pool is made of and what draws on it, added up over its members. */
export interface PoolSum {
  /** Σ of the members' contributions, base units. */
  size: string;
  members: number;
  /** plan|version|charge|order|zone, and the names of the pools behind this one → usage that draws on the pool. */
  usage: Record<string, DailyUsage>;
  /** The same key → usage above what one subscription may draw. */
  beyondCap: Record<string, DailyUsage>;
  /** plan|version → local day → business unit → members of a static or adaptive pool. */
  present: Record<string, Record<string, Record<string, number>>>;
  /** businessUnit → Σ over members of what each used above its contribution. */
  excess: Record<string, string>;
  /** businessUnit|plan|version|size of a whole period|"day" or "whole" → who contributed by it, for how many days in all, and what; not there where nobody does. */
  contributed?: Record<string, ContributedSum>;
  /** plan/top-up|first day|day it counts no more → what was bought of it; not there where nothing was. */
  bought?: Record<string, string>;
}

/** Contributions of so many members: by their days where they are prorated. */
export interface ContributedSum {
  members: number;
  days: number;
  size: string;
}

/** What a business unit used, for its invoice's overview and the proof: nothing here is an amount owed. */
export interface UnitOverview {
  /** Subscriptions with at least one chargeable day. */
  subscriptions: number;
  /** service|zone → what the records that were charged said. */
  services: Record<string, UsageTotals>;
  /** local day → octets. */
  bytesByDay: Record<string, number>;
  /** Base units covered by individual allowances, by plan|charge. */
  covered: Record<string, string>;
}

/** The sums of no subscription at all. */
export function noSums(): PartialSums {
  return { recurring: {}, once: {}, priced: {}, pools: {}, overview: {}, committed: {}, apart: {} };
}

/** Joins the parts of a key; a part never contains the bar (ids are checked at release and load). */
export function sumKey(...parts: readonly (string | number)[]): string {
  return parts.join('|');
}
