import { kindOfMeasure } from '#shared/catalog/unit.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';
import type { SummedAmounts } from './amounts.ts';
import { type ChargeUsage, hasRecords, totalsIn } from './charge-usage.ts';
import type { DayTable } from './day-table.ts';
import type { HeldAllowance } from './holdings/held-allowance.ts';
import type { MeasuredPeriod } from './measure-subscription.ts';
import { comingKey } from './pools/member.ts';
import {
  type DailyUsage,
  noSums,
  type PartialSums,
  type PoolSum,
  type RecurringSum,
  sumKey,
  type UnitOverview,
} from './pools/partial-sums.ts';
import { keyOfPool } from './pools/pool-key.ts';
import { excessOf } from './pools/pool-shares.ts';
import type { PricedPeriod } from './price-subscription.ts';
import type { PoolContribution } from './priced-usage.ts';

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

/** The same of a one-time charge, and what of its quantity is due on which day. */
interface OpenOnce extends OpenTier {
  byDay: Record<string, string>;
}

/** The same of usage; with amounts where a percentage is taken of them. */
interface OpenUsageTier extends OpenTier {
  amounts?: Map<string, bigint>;
}

/** What the usage of one charge, unit and zone adds up to. */
interface UsageSum {
  readonly of: ChargeUsage;
  readonly totals: Totals;
  readonly countsOctets: boolean;
  readonly byDay: Float64Array;
  covered: bigint;
  late: number;
  /** By tier. */
  readonly tiers: (OpenUsageTier | undefined)[];
  /** What draws on its pool, and what is above its cap, by place of the day. */
  readonly pooled: bigint[];
  readonly beyondCap: bigint[];
}

interface OpenPool {
  size: bigint;
  members: number;
  readonly excess: Map<string, bigint>;
  readonly contributed: Map<string, { members: number; days: number; size: bigint }>;
  /** plan/top-up|from|until → what was bought of it. */
  readonly bought: Map<string, bigint>;
  /** plan|version → business unit → members by place of the day. */
  readonly present: Map<string, Map<string, Float64Array>>;
}

type Totals = { -readonly [Unit in keyof UsageTotals]: number };

const HELD_FIGURES = ['size', 'carried', 'left', 'moved'] as const;
type HeldFigure = (typeof HELD_FIGURES)[number];

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
  private readonly once = new Map<string, OpenOnce>();
  private readonly usages = new Map<string, UsageSum>();
  private readonly pools = new Map<string, OpenPool>();
  private readonly active = new Map<string, number>();
  private readonly committed = new Map<string, number[]>();
  private readonly atZero = new Map<string, number>();
  private readonly apart = new Map<string, Totals>();
  private told = 0;
  private readonly held = new Map<string, { subscriptions: number } & Record<HeldFigure, bigint>>();

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
    for (const { key, quantity, entered, date } of measured.standing.once) {
      const sum = opened(this.once, key, (): OpenOnce => ({ quantity: 0n, entered: 0, subscriptions: 0, byDay: {} }));
      sum.byDay[date] = plus(sum.byDay[date] ?? '0', quantity);
      sum.quantity += quantity;
      sum.entered += entered;
      sum.subscriptions += 1;
    }
    for (const unit of measured.standing.activeIn) this.active.set(unit, (this.active.get(unit) ?? 0) + 1);
    for (const { terms, days } of measured.standing.committed) {
      const counts = opened(this.committed, sumKey(terms.plan, terms.version.from), () => []);
      for (const day of days) counts[day] = (counts[day] ?? 0) + 1;
    }
    for (const { pool, first } of measured.atZero) if (pool !== '') this.addAtZero(pool, first);
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
    for (const each of priced.held) this.addHeld(each);
    if (priced.member !== undefined) this.told += 1;
    for (const { pool, name, quantity } of measured.boughtForPools) {
      const { bought } = opened(this.pools, pool, openPool);
      bought.set(name, (bought.get(name) ?? 0n) + quantity);
    }
    for (const { of, amounts } of priced.amounts) this.addAmounts(of, amounts);
    if (priced.contributions.length > 0 || priced.drawn.length > 0) this.addToPools(priced);
  }

  private addAtZero(pool: string, { terms, charge }: ChargeUsage): void {
    const key = sumKey(pool, terms.plan, terms.version.from, charge.id);
    this.atZero.set(key, (this.atZero.get(key) ?? 0) + 1);
  }

  private addAmounts(of: ChargeUsage, more: SummedAmounts): void {
    const { tiers } = this.sumOf(of);
    const sum = (tiers[0] ??= { quantity: 0n, entered: 0, subscriptions: 0 });
    const amounts = (sum.amounts ??= new Map());
    for (const [key, quantity] of more) amounts.set(key, (amounts.get(key) ?? 0n) + quantity);
    sum.subscriptions += 1;
  }

  private addHeld(of: HeldAllowance): void {
    const nothing = () => ({ subscriptions: 0, size: 0n, carried: 0n, left: 0n, moved: 0n });
    const sum = opened(this.held, sumKey(of.plan, of.allowance), nothing);
    sum.subscriptions += 1;
    for (const figure of HELD_FIGURES) sum[figure] += of[figure];
  }

  private sumOf(usage: ChargeUsage): UsageSum {
    return opened(this.usages, usage.key, () => ({
      of: usage,
      totals: noTotals(),
      countsOctets: kindOfMeasure(usage.charge.measure) === 'octets',
      byDay: new Float64Array(this.length),
      covered: 0n,
      late: 0,
      tiers: [],
      pooled: [],
      beyondCap: [],
    }));
  }

  private addUsage(usage: ChargeUsage): void {
    const sum = this.sumOf(usage);
    addTotals(sum.totals, totalsIn(usage.counts, this.place));
    sum.late += usage.late[this.place] as number;
    if (!sum.countsOctets) return;
    const { byDay } = sum;
    const { quantities } = usage;
    for (let day = 0; day < byDay.length; day++) {
      byDay[day] = (byDay[day] as number) + (quantities[this.firstDay + day] as number);
    }
  }

  private addToPools({ contributions, drawn }: PricedPeriod): void {
    const shares = new Map<string, Map<string, PoolShare>>();
    const shareOf = (pool: string, unit: string) =>
      opened(
        opened(shares, pool, () => new Map<string, PoolShare>()),
        unit,
        () => ({ size: 0n, drawn: 0n, before: NONE }),
      );
    for (const { pool, businessUnit, size, key, days } of contributions) {
      shareOf(pool, businessUnit).size += size;
      if (days > 0 || size > 0n) this.addContribution(pool, key, days, size);
    }
    for (const { of, dayAt, quantity, isBeyondCap } of drawn) {
      const { pooled, beyondCap } = this.sumOf(of);
      const to = isBeyondCap ? beyondCap : pooled;
      to[dayAt] = (to[dayAt] ?? 0n) + quantity;
      shareOf(of.route.pool, of.businessUnit).drawn += quantity;
      if (of.route.behind.length > 0) drawBehind(shareOf, of, quantity);
    }
    for (const [pool, units] of shares) {
      const sum = opened(this.pools, pool, openPool);
      sum.members += 1;
      for (const [unit, share] of units) {
        sum.size += share.size;
        if (share.drawn === 0n) continue;
        const before = [...share.before].reduce((total, each) => total + (shares.get(each)?.get(unit)?.size ?? 0n), 0n);
        sum.excess.set(unit, (sum.excess.get(unit) ?? 0n) + excessOf(share.drawn, share.size + before));
      }
    }
    for (const contribution of contributions) if (contribution.memberDays.length > 0) this.addPresence(contribution);
  }

  private addContribution(pool: string, key: string, days: number, size: bigint): void {
    const { contributed } = opened(this.pools, pool, openPool);
    const sum = opened(contributed, key, () => ({ members: 0, days: 0, size: 0n }));
    sum.members += 1;
    sum.days += days;
    sum.size += size;
  }

  private addPresence({ pool, businessUnit, terms, memberDays }: PoolContribution): void {
    const units = opened(opened(this.pools, pool, openPool).present, terms, () => new Map<string, Float64Array>());
    const members = opened(units, businessUnit, () => new Float64Array(this.length));
    for (const day of memberDays) members[day] = (members[day] as number) + 1;
  }

  close(): PartialSums {
    const sums = noSums();
    for (const [key, sum] of this.recurring) sums.recurring[key] = { ...sum, byDay: { ...sum.byDay } };
    for (const [key, sum] of this.once)
      sums.once[key] = { ...sum, quantity: sum.quantity.toString(), byDay: { ...sum.byDay } };
    for (const [word, totals] of this.apart) sums.apart[word] = { ...totals };
    for (const [key, { size, members, excess, contributed, bought, present }] of this.pools) {
      const nothing = { usage: {}, beyondCap: {}, present: this.closePresence(present) };
      const closed: PoolSum = { size: size.toString(), members, ...nothing, excess: inText(excess) };
      for (const [name, sum] of contributed) (closed.contributed ??= {})[name] = { ...sum, size: sum.size.toString() };
      if (bought.size > 0) closed.bought = inText(bought);
      sums.pools[key] = closed;
    }
    for (const [key, counts] of this.committed) {
      const dated = counts.flatMap((count, day) => [[this.days.dates[this.firstDay + day], count] as const]);
      sums.committed[key] = Object.fromEntries(dated);
    }
    for (const [key, subscriptions] of this.atZero) (sums.atZero ??= {})[key] = subscriptions;
    for (const [unit, subscriptions] of this.active) overviewOf(sums, unit).subscriptions = subscriptions;
    for (const usage of this.usages.values()) this.closeUsage(sums, usage);
    for (const [key, { subscriptions, size, carried, left, moved }] of this.held) {
      const figures = { size: `${size}`, carried: `${carried}`, left: `${left}`, moved: `${moved}` };
      (sums.held ??= {})[key] = { subscriptions, ...figures };
    }
    if (this.told > 0) sums.told = this.told;
    return sums;
  }

  private closePresence(present: OpenPool['present']): PoolSum['present'] {
    const closed: PoolSum['present'] = {};
    for (const [terms, units] of present) {
      const days = (closed[terms] ??= {});
      for (const [unit, members] of units) {
        for (const [day, count] of members.entries()) {
          if (count > 0) (days[this.days.dates[this.firstDay + day] as string] ??= {})[unit] = count;
        }
      }
    }
    return closed;
  }

  private closeUsage(sums: PartialSums, usage: UsageSum): void {
    const { of, totals, byDay, covered, late, tiers, pooled, beyondCap } = usage;
    if (late > 0) (sums.late ??= {})[of.key] = late.toString();
    for (const [tier, sum] of tiers.entries()) {
      if (sum === undefined) continue;
      const { amounts, quantity, entered, subscriptions } = sum;
      const priced = { quantity: quantity.toString(), entered, subscriptions };
      const inText = amounts && [...amounts].map(([key, each]) => [key, each.toString()]);
      sums.priced[sumKey(of.key, tier)] = inText ? { ...priced, amounts: Object.fromEntries(inText) } : priced;
    }
    const overview = overviewOf(sums, of.businessUnit);
    const service = sumKey(of.charge.match.services[0] ?? '', of.zone, of.terms.zoneNames.get(of.zone) ?? '');
    if (totals.records > 0) addTotals((overview.services[service] ??= noTotals()) as Totals, totals);
    for (const [day, octets] of byDay.entries()) {
      const date = this.days.dates[this.firstDay + day] as string;
      if (octets > 0) overview.bytesByDay[date] = (overview.bytesByDay[date] ?? 0) + octets;
    }
    if (covered > 0n) {
      const key = sumKey(of.terms.plan, of.charge.id);
      overview.covered[key] = plus(overview.covered[key] ?? '0', covered);
    }
    if (pooled.length > 0) this.closePooled((sums.pools[of.route.pool] as PoolSum).usage, of, pooled);
    if (beyondCap.length > 0) this.closePooled((sums.pools[of.route.pool] as PoolSum).beyondCap, of, beyondCap);
  }

  private closePooled(usage: Record<string, DailyUsage>, of: ChargeUsage, pooled: readonly bigint[]): void {
    const { key, order, route } = of;
    const behind = route.told === undefined ? route.behind : route.told.slice(1);
    const daily = (usage[comingKey({ line: key, order }, behind)] ??= {});
    for (const [dayAt, quantity] of pooled.entries()) {
      if (quantity === undefined) continue;
      const units = (daily[this.days.dates[dayAt] as string] ??= {});
      units[of.businessUnit] = plus(units[of.businessUnit] ?? '0', quantity);
    }
  }
}

/** What one subscription adds to a pool and draws on it, in one business unit; `before`: keys of the pools it draws on before. */
interface PoolShare {
  size: bigint;
  drawn: bigint;
  before: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

function openPool(): OpenPool {
  const maps = { excess: new Map(), contributed: new Map(), bought: new Map(), present: new Map() };
  return { size: 0n, members: 0, ...maps };
}

/** Pools behind the first are drawn on too, as far as is known here: by what the pools before them may leave. */
function drawBehind(shareOf: (pool: string, unit: string) => PoolShare, of: ChargeUsage, quantity: bigint): void {
  const { route, businessUnit } = of;
  const before = [route.pool];
  for (const name of route.behind) {
    const key = keyOfPool(of.terms, name, businessUnit);
    const share = shareOf(key, businessUnit);
    share.drawn += quantity;
    share.before = new Set([...share.before, ...before]);
    before.push(key);
  }
}

function inText(quantities: ReadonlyMap<string, bigint>): Record<string, string> {
  return Object.fromEntries([...quantities].map(([key, quantity]) => [key, quantity.toString()]));
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
