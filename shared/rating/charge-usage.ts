import type { UsageCharge } from '#shared/catalog/catalog.ts';
import type { Instant, LocalDate } from '#shared/time/local-date.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';
import type { PlanTerms } from './plan-terms.ts';

import type { PoolRoute } from './pools/pool-key.ts';

/** Records, octets, seconds and pieces as the records said them: four numbers a period, period behind period. */
export type PeriodCounts = Float64Array;

/** A record of more than nothing under a charge that has a fee or a price by the record; a session where quantities are summed over sessions. */
export interface ChargedRecord {
  readonly at: Instant;
  /** Place of its day in the table, and of its period. */
  readonly day: number;
  readonly period: number;
  /** Raised to the increment. */
  readonly quantity: number;
}

/** An amount of money that came late: its period is where it counts, its date when it was used. */
export interface LateAmount {
  readonly period: number;
  readonly date: LocalDate;
  readonly quantity: number;
}

/** The measured usage of one charge in one zone: what allowances and prices are applied to. */
export interface ChargeUsage {
  readonly terms: PlanTerms;
  readonly businessUnit: string;
  readonly charge: UsageCharge;
  readonly order: number;
  readonly zone: string;
  /** What the quantities count where they are amounts of money: "EUR/6"; '' of all others. */
  readonly amountUnit: string;
  /** businessUnit|plan|version|charge|zone. */
  readonly key: string;
  /** plan/charge: what tiers know it by. */
  readonly name: string;
  /** The subscription's top-ups and own allowances that its terms let it draw on, in their order: plan/allowance each. */
  readonly stack: readonly string[];
  /** Where it goes behind them (see pool-key.ts). */
  readonly route: PoolRoute;
  /** Quantity in base units on each day of the table, raised to increments. */
  readonly quantities: Float64Array;
  readonly counts: PeriodCounts;
  /** By period: how much of it came late and counts there although it was used before; before increments. */
  readonly late: Float64Array;
  /** Where it is amounts, what of it that is, which `quantities` have on the first day of the period. */
  readonly lateAmounts: LateAmount[];
  /** Its records one by one, in order of time, where the charge looks at them; nothing where it does not. */
  readonly records: ChargedRecord[] | undefined;
}

/** Usage of a payer that is not charged: suspended by a reason, or free. */
export interface ApartUsage {
  readonly word: string;
  readonly counts: PeriodCounts;
}

/** Numbers of a period. */
export const COUNTS = 4;

/** What the records of a period said. */
export function totalsIn(counts: PeriodCounts, place: number): UsageTotals {
  const at = place * COUNTS;
  return {
    records: counts[at] as number,
    bytes: counts[at + 1] as number,
    seconds: counts[at + 2] as number,
    count: counts[at + 3] as number,
  };
}

/** Whether any record was counted in a period. */
export function hasRecords({ counts }: { readonly counts: PeriodCounts }, place: number): boolean {
  return (counts[place * COUNTS] as number) > 0;
}
