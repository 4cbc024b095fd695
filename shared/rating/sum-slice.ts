import { kindOfMeasure } from '#shared/catalog/unit.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';
import { type ChargeUsage, hasRecords, totalsIn } from './charge-usage.ts';
import type { DayTable } from './day-table.ts';
import type { MeasuredPeriod } from './measure-subscription.ts';
import {
  noSums,
  type PartialSums,
  type PoolSum,
  type RecurringSum,
  sumKey,
  type UnitOverview,
} from './partial-sums.ts';
import { excessOf } from './pool-shares.ts';
import type { PricedPeriod } from './price-subscription.ts';

/** The sums of a period while subscriptions are added to them. */
export interface OpenSums {
  /** Adds what one subscription comes to. */
  add(measured: MeasuredPeriod, priced: PricedPeriod): void;
  /** What has been added so far. */
  close(): PartialSums;
}

/** What falls into a tier, so far. */
interface OpenTier {
  quantity: bigint;
  entered: number;
  subscriptions: number;
}

/** What the usage of one charge, unit and zone adds up to. */
interface UsageSum {
  readonly of: ChargeUsage;
  readonly totals: Totals;
  readonly countsOctets: boolean;
  readonly byDay: Float64Array;
  covered: bigint;
  /** By tier. */
  readonly tiers: (OpenTier | undefined)[];
  /** What draws on its pool, by place of the day. */
  readonly pooled: bigint[];
}

interface OpenPool {
  size: bigint;
  members: number;
  readonly excess: Map<string, bigint>;
}

type Totals = { -readonly [Unit in keyof UsageTotals]: number };

/** Sums of one period of the table to which nothing has been added. */
export function openSums(days: DayTable, place: number): OpenSums {
  return new GrowingSums(days, place);
}

/** Numbers in place, so that adding a subscription makes no text and no keys; what is kept between steps is made of them at the end. */
class GrowingSums implements OpenSums {
  private readonly days: DayTable;
  private readonly place: number;
  private readonly firstDay: number;
  private readonly length: number;
  private readonly recurring = new Map<string, RecurringSum>();
  private readonly usages = new Map<string, UsageSum>();
  private readonly pools = new Map<string, OpenPool>();
  private readonly active = new Map<string, number>();
  private readonly committed = new Map<string, number[]>();
  private readonly apart = new Map<string, Totals>();

  constructor(days: DayTable, place: number) {
    this.days = days;
    this.place = place;
    this.firstDay = days.firstDay[place] as number;
    this.length = (days.firstDay[place + 1] as number) - this.firstDay;
  }

  add(measured: MeasuredPeriod, priced: PricedPeriod): void {
    for (const { key, days, dates } of measured.standing.recurring) {
      const sum = opened(this.recurring, key, noDays);
      sum.days += days;
      sum.subscriptions += 1;
      for (const date of dates) sum.byDay[date] = (sum.byDay[date] ?? 0) + 1;
    }
    for (const unit of measured.standing.activeIn) this.active.set(unit, (this.active.get(unit) ?? 0) + 1);
    for (const { terms, days } of measured.standing.committed) {
      const counts = opened(this.committed, sumKey(terms.plan, terms.version.from), () => []);
      for (const day of days) counts[day] = (counts[day] ?? 0) + 1;
    }
    for (const usage of measured.usage) if (hasRecords(usage, this.place)) this.addUsage(usage);
    for (const { word, counts } of measured.apart) {
      if (hasRecords({ counts }, this.place))
        addTotals(opened(this.apart, word, noTotals), totalsIn(counts, this.place));
    }
    for (const { of, quantity } of priced.covered) this.sumOf(of).covered += quantity;
    for (const { of, tier, quantity, entered } of priced.priced) {
      const { tiers } = this.sumOf(of);
      const sum = (tiers[tier] ??= { quantity: 0n, entered: 0, subscriptions: 0 });
      sum.quantity += quantity;
      sum.entered += entered;
      sum.subscriptions += 1;
    }
    if (priced.contributions.length > 0 || priced.drawn.length > 0) this.addToPools(priced);
  }

  private sumOf(usage: ChargeUsage): UsageSum {
    return opened(this.usages, usage.key, () => ({
      of: usage,
      totals: noTotals(),
      countsOctets: kindOfMeasure(usage.charge.measure) === 'octets',
      byDay: new Float64Array(this.length),
      covered: 0n,
      tiers: [],
      pooled: [],
    }));
  }

  private addUsage(usage: ChargeUsage): void {
    const sum = this.sumOf(usage);
    addTotals(sum.totals, totalsIn(usage.counts, this.place));
    if (!sum.countsOctets) return;
    const { byDay } = sum;
    const { quantities } = usage;
    for (let day = 0; day < byDay.length; day++) {
      byDay[day] = (byDay[day] as number) + (quantities[this.firstDay + day] as number);
    }
  }

  private addToPools({ contributions, drawn }: PricedPeriod): void {
    const shares = new Map<string, Map<string, { size: bigint; drawn: bigint }>>();
    const shareOf = (pool: string, unit: string) =>
      opened(
        opened(shares, pool, () => new Map()),
        unit,
        () => ({ size: 0n, drawn: 0n }),
      );
    for (const { pool, businessUnit, size } of contributions) shareOf(pool, businessUnit).size += size;
    for (const { of, dayAt, quantity } of drawn) {
      const { pooled } = this.sumOf(of);
      pooled[dayAt] = (pooled[dayAt] ?? 0n) + quantity;
      shareOf(of.pool, of.businessUnit).drawn += quantity;
    }
    for (const [pool, units] of shares) {
      const sum = opened(this.pools, pool, () => ({ size: 0n, members: 0, excess: new Map<string, bigint>() }));
      sum.members += 1;
      for (const [unit, share] of units) {
        sum.size += share.size;
        if (share.drawn === 0n) continue;
        sum.excess.set(unit, (sum.excess.get(unit) ?? 0n) + excessOf(share.drawn, share.size));
      }
    }
  }

  close(): PartialSums {
    const sums = noSums();
    for (const [key, sum] of this.recurring) sums.recurring[key] = { ...sum, byDay: { ...sum.byDay } };
    for (const [word, totals] of this.apart) sums.apart[word] = { ...totals };
    for (const [key, { size, members, excess }] of this.pools) {
      const asText = [...excess].map(([unit, quantity]) => [unit, quantity.toString()]);
      sums.pools[key] = { size: size.toString(), members, usage: {}, excess: Object.fromEntries(asText) };
    }
    for (const [key, counts] of this.committed) {
      const dated = counts.flatMap((count, day) => [[this.days.dates[this.firstDay + day], count] as const]);
      sums.committed[key] = Object.fromEntries(dated);
    }
    for (const [unit, subscriptions] of this.active) overviewOf(sums, unit).subscriptions = subscriptions;
    for (const usage of this.usages.values()) this.closeUsage(sums, usage);
    return sums;
  }

  private closeUsage(sums: PartialSums, { of, totals, byDay, covered, tiers, pooled }: UsageSum): void {
    for (const [tier, sum] of tiers.entries()) {
      if (sum !== undefined) sums.priced[sumKey(of.key, tier)] = { ...sum, quantity: sum.quantity.toString() };
    }
    const overview = overviewOf(sums, of.businessUnit);
    const service = sumKey(of.charge.match.services[0] ?? '', of.zone, of.terms.zoneNames.get(of.zone) ?? '');
    addTotals((overview.services[service] ??= noTotals()) as Totals, totals);
    for (const [day, octets] of byDay.entries()) {
      const date = this.days.dates[this.firstDay + day] as string;
      if (octets > 0) overview.bytesByDay[date] = (overview.bytesByDay[date] ?? 0) + octets;
    }
    if (covered > 0n) {
      const key = sumKey(of.terms.plan, of.charge.id);
      overview.covered[key] = plus(overview.covered[key] ?? '0', covered);
    }
    if (pooled.length > 0) this.closePooled(sums.pools[of.pool] as PoolSum, of, pooled);
  }

  private closePooled(pool: PoolSum, of: ChargeUsage, pooled: readonly bigint[]): void {
    const daily = (pool.usage[sumKey(of.terms.plan, of.terms.version.from, of.charge.id, of.order, of.zone)] ??= {});
    for (const [dayAt, quantity] of pooled.entries()) {
      if (quantity === undefined) continue;
      const units = (daily[this.days.dates[dayAt] as string] ??= {});
      units[of.businessUnit] = plus(units[of.businessUnit] ?? '0', quantity);
    }
  }
}

/** What a map holds under a key, put there when it holds nothing. */
function opened<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const there = map.get(key);
  if (there !== undefined) return there;
  const made = make();
  map.set(key, made);
  return made;
}

function overviewOf(sums: PartialSums, unit: string): UnitOverview {
  return (sums.overview[unit] ??= { subscriptions: 0, services: {}, bytesByDay: {}, covered: {} });
}

function noDays(): RecurringSum {
  return { days: 0, subscriptions: 0, byDay: {} };
}

function noTotals(): Totals {
  return { records: 0, bytes: 0, seconds: 0, count: 0 };
}

function addTotals(to: Totals, more: UsageTotals): void {
  to.records += more.records;
  to.bytes += more.bytes;
  to.seconds += more.seconds;
  to.count += more.count;
}

function plus(text: string, more: bigint): string {
  return (BigInt(text) + more).toString();
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
