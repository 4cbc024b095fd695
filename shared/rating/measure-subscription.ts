import type { Allowance, RecurringCharge } from '#shared/catalog/catalog.ts';
import type { SubscriptionHistory } from '#shared/inventory/subscription-history.ts';
import type { Instant } from '#shared/time/local-date.ts';
import type { FoldedUsage } from '#shared/usage/folded-usage.ts';
import { type BilledDay, billedDays, countsFor } from './chargeable-days.ts';
import type { DayTable } from './day-table.ts';
import { type ChargeUsage, measureUsage, type RunningTotals } from './measure-usage.ts';
import type { PlanBook, PlanTerms } from './plan-terms.ts';
import { proratedQuantity } from './proration.ts';
import { segmentsOf } from './segments.ts';

/** What a payer is measured by: the same for all its subscriptions. */
export interface MeasureScope {
  readonly payer: string;
  readonly plans: PlanBook;
  readonly days: DayTable;
  readonly usageCutOff: Instant;
  /** Charges due at or before this instant are owed. */
  readonly chargeCutOff: Instant;
}

/** A recurring charge of one subscription: on so many days of the period. */
export interface ChargedDays {
  readonly terms: PlanTerms;
  readonly businessUnit: string;
  readonly charge: RecurringCharge;
  readonly days: number;
}

/** A subscription's allowance in one period, from one plan and business unit: its size after proration. */
export interface AllowanceShare {
  readonly terms: PlanTerms;
  readonly businessUnit: string;
  readonly allowance: Allowance;
  /** Place in the version's stack. */
  readonly order: number;
  readonly size: bigint;
}

/** What one subscription comes to in one period, before prices. */
export interface MeasuredPeriod {
  readonly subscription: string;
  readonly recurring: readonly ChargedDays[];
  readonly allowances: readonly AllowanceShare[];
  /** Business units the subscription was active for on at least one day. */
  readonly activeIn: readonly string[];
  readonly usage: readonly ChargeUsage[];
  readonly apart: ReadonlyMap<string, RunningTotals>;
}

/** Measures a subscription for one payer, period by period of the scope's table. */
export function measureSubscription(
  scope: MeasureScope,
  history: SubscriptionHistory,
  usage: ReadonlyMap<string, FoldedUsage>,
): MeasuredPeriod[] {
  const segments = segmentsOf(history, scope.plans);
  const { days } = scope;
  const billed = billedDays(segments, days.spans);
  const owned = history.identifiers.flatMap(({ identifier, spans: ownedSpans }) => {
    const folded = usage.get(identifier);
    return folded === undefined ? [] : [{ usage: folded, owned: ownedSpans }];
  });
  const measured = measureUsage(scope, segments, owned);
  return days.periods.map((_, place) => {
    const [from, until] = [days.firstDay[place] as number, days.firstDay[place + 1] as number];
    const its = billed
      .slice(from, until)
      .filter((day) => day !== undefined && day.segment.payer === scope.payer) as BilledDay[];
    const dayCounts = countDays(its);
    return {
      subscription: history.subscription,
      recurring: chargedDays(
        scope,
        until - from,
        [days.starts[from] as number, days.starts[until] as number],
        dayCounts,
      ),
      allowances: allowanceShares(until - from, dayCounts),
      activeIn: [...new Set(its.filter((day) => countsFor(day, ['active'])).map((day) => day.segment.businessUnit))],
      usage: measured.charged,
      apart: measured.apart[place] as ReadonlyMap<string, RunningTotals>,
    };
  });
}

/** Days of a period under the same terms and business unit, with the days themselves. */
interface DayCount {
  readonly terms: PlanTerms;
  readonly businessUnit: string;
  readonly days: readonly PlacedDay[];
}

/** A billed day and its place among those of the period. */
interface PlacedDay extends BilledDay {
  readonly place: number;
}

function countDays(days: readonly BilledDay[]): DayCount[] {
  const groups: { terms: PlanTerms; businessUnit: string; days: PlacedDay[] }[] = [];
  for (const [place, day] of days.entries()) {
    const { terms, businessUnit } = day.segment;
    if (terms === undefined) continue;
    const group = groups.find((each) => each.terms === terms && each.businessUnit === businessUnit);
    if (group) group.days.push({ ...day, place });
    else groups.push({ terms, businessUnit, days: [{ ...day, place }] });
  }
  return groups;
}

/** Recurring charges due by the cut-off: in advance at the period's start, in arrears at its end (pricing rules §2). */
function chargedDays(
  scope: MeasureScope,
  length: number,
  [start, end]: readonly [Instant, Instant],
  counts: readonly DayCount[],
): ChargedDays[] {
  const found: ChargedDays[] = [];
  const lastDays = new Map<string, number>();
  for (const { terms, businessUnit, days } of counts) {
    for (const charge of terms.version.charges) {
      if (charge.kind !== 'recurring') continue;
      if ((charge.due === 'advance' ? start : end) > scope.chargeCutOff) continue;
      const counted = days.filter((day) => countsFor(day, charge.states));
      const last = counted.at(-1);
      if (last === undefined) continue;
      if (charge.proration === 'day') {
        found.push({ terms, businessUnit, charge, days: counted.length });
        continue;
      }
      const key = `${terms.plan}|${charge.id}`;
      if ((lastDays.get(key) ?? -1) > last.place) continue;
      lastDays.set(key, last.place);
      dropEarlier(found, terms.plan, charge.id);
      found.push({ terms, businessUnit, charge, days: length });
    }
  }
  return found;
}

/** An unprorated charge is owed once: by the version and unit that have its last day. */
function dropEarlier(found: ChargedDays[], plan: string, charge: string): void {
  const at = found.findIndex((each) => each.terms.plan === plan && each.charge.id === charge);
  if (at >= 0) found.splice(at, 1);
}

/**
 * What a subscription contributes to allowances (pricing rules §4): each plan's size by its own chargeable days, rounded down once over the
 * plan's versions, and over business units where they share the pool; what each adds is the rise of that rounded sum.
 */
function allowanceShares(length: number, counts: readonly DayCount[]): AllowanceShare[] {
  const sizeDays = new Map<string, bigint>();
  return counts.flatMap(({ terms, businessUnit, days }) => {
    const active = BigInt(days.filter((day) => countsFor(day, ['active'])).length);
    return terms.version.allowances.map((allowance, order) => {
      const unit = allowance.scope === 'businessUnit' ? businessUnit : '';
      const key = `${terms.plan}|${allowance.id}|${unit}`;
      const before = sizeDays.get(key) ?? 0n;
      const after = before + contributed(allowance, active, BigInt(length), before);
      sizeDays.set(key, after);
      return {
        terms,
        businessUnit,
        allowance,
        order,
        size: proratedQuantity(after, 1, length) - proratedQuantity(before, 1, length),
      };
    });
  });
}

/** Size × days that an allowance adds; one that is not prorated adds its whole size once. */
function contributed(allowance: Allowance, active: bigint, length: bigint, before: bigint): bigint {
  if (allowance.proration === 'day') return BigInt(allowance.size) * active;
  return active > 0n && before === 0n ? BigInt(allowance.size) * length : 0n;
}

/** Quantity of a charge over one period, under its first day. */
export function totalIn(days: DayTable, place: number, usage: ChargeUsage): { date: string; quantity: bigint } {
  const first = days.firstDay[place] as number;
  let total = 0;
  for (let day = first; day < (days.firstDay[place + 1] as number); day++) total += usage.quantities[day] as number;
  if (!Number.isSafeInteger(total))
    throw new RangeError(`${usage.charge.id} adds up to ${total}, more than can be counted exactly`);
  return { date: days.dates[first] as string, quantity: BigInt(total) };
}

/** Quantities of a charge by day of one period. */
export function quantitiesIn(days: DayTable, place: number, usage: ChargeUsage): { date: string; quantity: bigint }[] {
  const found: { date: string; quantity: bigint }[] = [];
  for (let day = days.firstDay[place] as number; day < (days.firstDay[place + 1] as number); day++) {
    const quantity = usage.quantities[day] as number;
    if (quantity > 0) found.push({ date: days.dates[day] as string, quantity: BigInt(quantity) });
  }
  return found;
}
