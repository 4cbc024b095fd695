import type { UsageTotals } from '#shared/usage/folded-usage.ts';
import type { DayTable } from './day-table.ts';
import type { MeasuredPeriod } from './measure-subscription.ts';
import type { ChargeUsage, RunningTotals } from './measure-usage.ts';
import { type DailyUsage, noSums, type PartialSums, type PoolSum, sumKey, type UnitOverview } from './partial-sums.ts';
import { excessOf } from './pool-shares.ts';
import { countsOctets, type PoolUse, type PricedPeriod } from './price-subscription.ts';

/** Adds what one subscription comes to in a period to the slice's sums, which it changes. */
export function addToSums(
  sums: PartialSums,
  measured: MeasuredPeriod,
  priced: PricedPeriod,
  days: DayTable,
  place: number,
): void {
  for (const { terms, businessUnit, charge, days: count } of measured.recurring) {
    const key = sumKey(businessUnit, terms.plan, terms.version.from, charge.id);
    const sum = (sums.recurring[key] ??= { days: 0, subscriptions: 0 });
    sum.days += count;
    sum.subscriptions += 1;
  }
  for (const { of, tier, quantity, entered } of priced.priced) {
    const key = sumKey(of.businessUnit, of.terms.plan, of.terms.version.from, of.charge.id, of.zone, tier);
    const sum = (sums.priced[key] ??= { quantity: '0', entered: 0, subscriptions: 0 });
    sum.quantity = plus(sum.quantity, quantity);
    sum.entered += entered;
    sum.subscriptions += 1;
  }
  for (const [key, use] of priced.pools)
    addPool((sums.pools[key] ??= { size: '0', members: 0, usage: {}, excess: {} }), use);
  addOverview(sums, measured, priced, days, place);
  for (const [reason, totals] of measured.apart) sums.apart[reason] = plusTotals(sums.apart[reason], totals);
}

/** plan|version|charge|order|zone: the order is kept, since allowances are drawn on by it. */
function usageKeyOf(of: ChargeUsage): string {
  return sumKey(of.terms.plan, of.terms.version.from, of.charge.id, of.order, of.zone);
}

function addPool(sum: PoolSum, use: PoolUse): void {
  const drawn = new Map<string, bigint>();
  for (const { of, day, quantity } of use.drawn) {
    addDaily((sum.usage[usageKeyOf(of)] ??= {}), day, of.businessUnit, quantity);
    drawn.set(of.businessUnit, (drawn.get(of.businessUnit) ?? 0n) + quantity);
  }
  for (const contribution of use.contributions.values()) sum.size = plus(sum.size, contribution);
  for (const [unit, quantity] of drawn) {
    sum.excess[unit] = plus(sum.excess[unit] ?? '0', excessOf(quantity, use.contributions.get(unit) ?? 0n));
  }
  sum.members += 1;
}

function addDaily(usage: DailyUsage, day: string, unit: string, quantity: bigint): void {
  const units = (usage[day] ??= {});
  units[unit] = plus(units[unit] ?? '0', quantity);
}

function addOverview(
  sums: PartialSums,
  measured: MeasuredPeriod,
  priced: PricedPeriod,
  days: DayTable,
  place: number,
): void {
  const of = (unit: string): UnitOverview =>
    (sums.overview[unit] ??= { subscriptions: 0, services: {}, bytesByDay: {}, covered: {} });
  for (const unit of measured.activeIn) of(unit).subscriptions += 1;
  for (const usage of measured.usage) {
    const totals = usage.totals[place] as RunningTotals;
    if (totals.records === 0) continue;
    const overview = of(usage.businessUnit);
    const service = sumKey(
      usage.charge.match.services[0] ?? '',
      usage.zone,
      usage.terms.zoneNames.get(usage.zone) ?? '',
    );
    overview.services[service] = plusTotals(overview.services[service], totals);
    if (countsOctets(usage)) addDays(overview.bytesByDay, usage, days, place);
  }
  for (const { bucket, covered } of priced.covered) {
    const overview = of(bucket.businessUnit);
    const key = sumKey(bucket.plan, bucket.charge);
    for (const { quantity } of covered) overview.covered[key] = plus(overview.covered[key] ?? '0', quantity);
  }
}

function addDays(bytesByDay: Record<string, number>, usage: ChargeUsage, days: DayTable, place: number): void {
  for (let day = days.firstDay[place] as number; day < (days.firstDay[place + 1] as number); day++) {
    const quantity = usage.quantities[day] as number;
    const date = days.dates[day] as string;
    if (quantity > 0) bytesByDay[date] = (bytesByDay[date] ?? 0) + quantity;
  }
}

function plus(text: string, more: bigint): string {
  return (BigInt(text) + more).toString();
}

function plusTotals(known: UsageTotals | undefined, more: UsageTotals): UsageTotals {
  return {
    records: (known?.records ?? 0) + more.records,
    bytes: (known?.bytes ?? 0) + more.bytes,
    seconds: (known?.seconds ?? 0) + more.seconds,
    count: (known?.count ?? 0) + more.count,
  };
}

/** Joins the sums of slices: the same however the subscriptions were cut into slices. */
export function joinSums(slices: readonly PartialSums[]): PartialSums {
  const joined = noSums();
  for (const slice of slices) mergeSums(joined, slice);
  return joined;
}

/** Adds sums to others, which it changes. */
function mergeSums(into: PartialSums, from: PartialSums): void {
  merge(into as unknown as Sums, from as unknown as Sums);
}

type Sums = { [key: string]: Sums | string | number };

/** Adds one tree of sums to another: numbers as numbers, text as whole numbers, branches key by key. */
function merge(into: Sums, from: Sums): void {
  for (const [key, value] of Object.entries(from)) {
    const there = into[key];
    if (typeof value === 'number') into[key] = ((there as number | undefined) ?? 0) + value;
    else if (typeof value === 'string') into[key] = plus((there as string | undefined) ?? '0', BigInt(value));
    else merge((into[key] ??= {}) as Sums, value);
  }
}
