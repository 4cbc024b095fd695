import type { Catalog } from '#shared/catalog/catalog.ts';
import type { AccountPool, RecordedFact } from '#shared/inventory/fact.ts';
import type { Instant, LocalDate, TimeZone } from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';
import type { Sim } from '../billing/chain.ts';
import type { Use } from '../rating/fleet.ts';
import { type Calendar, periodsBeginningIn } from './account-calendar.ts';

/** All that what payer "p" owes depends on. */
export interface World extends Calendar {
  readonly catalog: Catalog;
  /** Subscriptions, and the usage of each one's identifier "imsi#<id>", in the order it was loaded. */
  readonly sims: readonly Sim[];
  /** What became of them, as recorded: what their turns say. */
  readonly facts: readonly RecordedFact[];
  /** "2026-03", one after the other: the periods that begin in these months. */
  readonly months: readonly string[];
  /** Pools our payer's account names. */
  readonly pools: readonly AccountPool[];
  /** Where the date of an aggregate is midnight while nobody pays; absent = as for our payer. */
  readonly unpaidZone?: TimeZone;
  /** What fell due in advance before this day is not owed. */
  readonly billedFrom: string;
  /** The invoice's currency, and how much of it an amount of the price lists' is; EUR where not said, as those are. */
  readonly invoice?: { readonly currency: string; readonly rate: string };
  /** Usage that started before it counts. */
  readonly usageCutOff: Instant;
  /** Charges due at or before it count. */
  readonly chargeCutOff: Instant;
  /** Of records that came when something was billed already: first day of the period that was open then. */
  readonly openFrom?: ReadonlyMap<Use, LocalDate>;
}

/** A charge line as far as it is compared: quantity to six decimals of its unit, amount to the minor unit. */
export interface NaiveLine {
  readonly businessUnit: string;
  readonly plan: string;
  readonly version: string;
  readonly charge: string;
  readonly zone: string;
  readonly tier: number;
  /** First day of its period. */
  readonly period: string;
  readonly quantity: string;
  readonly amount: string;
  /** What of a fee for an interval of its own is for days before one, where that is known day by day; not compared. */
  readonly before?: (date: LocalDate) => string;
  /** Of a pool’s price: whether it is for all days of a whole period; not compared. */
  readonly isPoolOfWhole?: boolean;
  /** How many count on a day of it. */
  readonly countOn?: (date: LocalDate) => number;
  /** Of a recurring charge: where its interval ends, the days of the whole its quantity is a part of, what is counted, at which price, and when it is due; not compared. */
  readonly fee?: {
    readonly until: LocalDate;
    readonly length: number;
    readonly unit: string;
    readonly price: string;
    readonly due: 'advance' | 'arrears';
  };
}

/** The account that pays. */
export const PAYER = 'p';

/** The periods asked for. */
export function periodsOf(world: Pick<World, 'months' | keyof Calendar>): Period[] {
  return world.months.flatMap((month) => periodsBeginningIn(world, month));
}

/** Orders by each of some keys in turn; texts by code unit. */
export function inOrderOf<Thing>(...keys: ((thing: Thing) => string | number | bigint)[]) {
  return (one: Thing, other: Thing): number => {
    for (const key of keys) {
      if (key(one) < key(other)) return -1;
      if (key(one) > key(other)) return 1;
    }
    return 0;
  };
}
