import type { Allowance, UsageCharge } from '#shared/catalog/catalog.ts';
import { compareIds } from '#shared/money/allocate.ts';
import { type Amount, amount } from '#shared/money/amount.ts';
import {
  type ConsumedBucket,
  consume,
  type Holding,
  inOrderOfConsumption,
  sizeOf,
  type UsageBucket,
} from '#shared/rating/allowance.ts';
import { idInPlan } from '#shared/rating/charge-variant.ts';
import { boughtForPool, byExpiry, isBoughtPart } from '#shared/rating/holdings/bought.ts';
import { carriedOver, carryOverOfPool } from '#shared/rating/holdings/carry-over.ts';
import { type Holdings, NOTHING_HELD, totalHeld } from '#shared/rating/holdings/holdings.ts';
import { holdingsIn } from '#shared/rating/holdings/lasting.ts';
import type { PlanTerms } from '#shared/rating/plan-terms.ts';
import { mayStand, ownTerms, poolIn } from '#shared/rating/pools/account-pools.ts';
import type { DailyUsage, PartialSums, PoolSum } from '#shared/rating/pools/partial-sums.ts';
import { keyOfPool } from '#shared/rating/pools/pool-key.ts';
import { inStackOrder, isOwn } from '#shared/rating/pools/stack-levels.ts';
import type { LeftByPool } from '#shared/rating/pools/told-apart.ts';
import { type Counted, countedParts, tierAmount } from '#shared/rating/tier-parts.ts';
import { addDays, type LocalDate } from '#shared/time/local-date.ts';
import { daysInPeriod, wholePeriod } from '#shared/time/period.ts';
import { chargeOf, type PricingScope, termsOf } from './line-head.ts';
import { type DryDay, dryDayOf, type TakenByPool, takenByPool } from './pool-draws.ts';

/** Usage of a pool under one charge, version and zone, as it came to the pool: over all days and by business unit. */
export interface PoolUsage {
  readonly terms: PlanTerms;
  readonly charge: UsageCharge;
  readonly order: number;
  readonly zone: string;
  /** In order of the units' ids. */
  readonly byUnit: Map<string, bigint>;
}

/** Usage a pool did not cover, and no pool behind it either. */
export interface LeftUsage extends Counted {
  readonly pool: string;
  readonly of: PoolUsage;
  readonly bucket: UsageBucket;
}

/** What is left and priced alike: of one pool, charge, version, zone and tier. */
export interface Overage {
  readonly pool: string;
  readonly of: PoolUsage;
  readonly tier: number;
  quantity: bigint;
  entered: number;
}

/** A local day on which a static or adaptive pool stands, and the terms it stands on. */
export interface PoolDay {
  readonly day: LocalDate;
  readonly terms: PlanTerms;
  readonly allowance: Allowance;
}

/** A pool in a period, when all its usage has drawn on it. */
export interface SettledPool {
  readonly key: string;
  readonly name: string;
  readonly businessUnit: string;
  readonly sum: PoolSum;
  /** Its own for the period. */
  readonly size: bigint;
  /** What was carried into the period. */
  readonly carried: bigint;
  /** What was bought for it, then or before, and could be drawn on. */
  readonly bought: bigint;
  /** What it has left of all of it. */
  readonly rest: readonly Holding[];
  /** Of a static or adaptive pool; none of others. */
  readonly standing: readonly PoolDay[];
  /** Place of the size an adaptive pool came to, from 1; 0 for others, and while the period is not over. */
  readonly chosen: number;
  readonly usages: readonly PoolUsage[];
  /** What it took of each usage. */
  readonly taken: TakenByPool;
  /** When it ran dry; nothing while it did not. */
  readonly dry: DryDay | undefined;
  /** What is above what one subscription may draw on it. */
  readonly beyondCap: bigint;
  readonly left: readonly LeftUsage[];
  /** What it left of usage that own allowances stand behind. */
  readonly toOwn: readonly LeftByPool[];
}

/** What pools are settled by. */
export type SettlingScope = Pick<PricingScope, 'period' | 'plans' | 'isOver' | 'pools' | 'billingDay'>;

const NO_POOL: PoolSum = { size: '0', members: 0, usage: {}, beyondCap: {}, present: {}, excess: {} };

/** The pools of a period, and what moves into the next. */
export interface SettledPeriod {
  readonly pools: readonly SettledPool[];
  /** Nothing while the period is not over. */
  readonly left: Holdings;
}

/** Settles the pools of periods that follow one another, each with what the one before left; `opening` is what the first begins with. */
export function settleInTurn(
  periods: readonly { readonly its: SettlingScope; readonly of: PartialSums }[],
  opening: Holdings,
): SettledPeriod[] {
  let held = opening;
  return periods.map(({ its, of }) => {
    const pools = settlePools(its, of, held);
    held = its.isOver ? movingOn(its, pools, held) : NOTHING_HELD;
    return { pools, left: held };
  });
}

/** What pools leave for the next period: those too that nothing drew on. What was bought for them lasts until it ends. */
function movingOn({ plans, period, billingDay }: SettlingScope, pools: readonly SettledPool[], opening: Holdings) {
  const left = new Map<string, readonly Holding[]>(holdingsIn(opening, period, billingDay));
  for (const { key, name, rest } of pools) if (name !== '') left.set(key, rest);
  const moving = new Map<string, readonly Holding[]>();
  for (const [key, rest] of left) {
    const terms = carryOverOfPool(plans, key.slice(0, key.indexOf('|')), period, billingDay);
    const bought = rest.filter((each) => isBoughtPart(each) && each.quantity > 0n && each.until > period.until);
    const own = rest.filter((each) => !isBoughtPart(each));
    const moved = [...bought, ...(terms === undefined ? [] : carriedOver(own, terms))];
    if (moved.length > 0) moving.set(key, moved);
  }
  return moving;
}

/**
 * Lets the usage of a payer's pools draw on them, day by day, pool after pool in the order of the stacks: what one leaves goes to the pool behind
 * it, and what the last leaves is its overage (pricing rules §4). In the order the pools were drawn on. `opening`: what was carried into them.
 */
export function settlePools(scope: SettlingScope, sums: PartialSums, opening: Holdings): SettledPool[] {
  const arrivals = new Arrivals(scope);
  const held = holdingsIn(opening, scope.period, scope.billingDay);
  for (const [key, sum] of Object.entries(sums.pools)) arrivals.addAll(key, sum.usage);
  const settled: SettledPool[] = [];
  for (const name of inStackOrder([...arrivals.routes(), ...namedPools(scope, sums)])) {
    const keys = new Set([
      ...Object.keys(sums.pools),
      ...arrivals.keys(),
      ...(scope.pools.has(name) ? [`${name}|`] : []),
    ]);
    for (const key of [...keys].filter((each) => each.startsWith(`${name}|`)).sort()) {
      const pool = settle(scope, key, sums.pools[key] ?? NO_POOL, arrivals, held.get(key) ?? []);
      if (pool !== undefined) settled.push(pool);
    }
  }
  return settled;
}

function namedPools(scope: SettlingScope, sums: PartialSums): string[][] {
  const names = [...Object.keys(sums.pools).map((key) => key.slice(0, key.indexOf('|'))), ...scope.pools.keys()];
  return [...new Set(names)].map((name) => [name]);
}

/** Usage on its way: pool → usage → day → business unit → quantity. */
interface Arriving {
  readonly of: PoolUsage;
  readonly behind: readonly string[];
  readonly daily: Map<LocalDate, Map<string, bigint>>;
}

class Arrivals {
  private readonly scope: SettlingScope;
  private readonly pools = new Map<string, Map<string, Arriving>>();

  constructor(scope: SettlingScope) {
    this.scope = scope;
  }

  keys(): string[] {
    return [...this.pools.keys()];
  }

  /** The names of pools each usage goes through. */
  routes(): string[][] {
    return [...this.pools].flatMap(([key, of]) =>
      [...of.values()].map(({ behind }) => [key.slice(0, key.indexOf('|')), ...behind]),
    );
  }

  of(pool: string): readonly Arriving[] {
    return [...(this.pools.get(pool)?.values() ?? [])];
  }

  addAll(pool: string, usage: Readonly<Record<string, DailyUsage>>): void {
    for (const [key, daily] of Object.entries(usage)) {
      const [plan = '', version = '', id = '', order = '0', zone = '', ...behind] = key.split('|');
      const terms = termsOf(this.scope, plan, version);
      const of = { terms, charge: chargeOf(terms, id, 'usage'), order: Number(order), zone };
      for (const [day, units] of Object.entries(daily)) {
        for (const [unit, quantity] of Object.entries(units)) this.add(pool, of, behind, day, unit, BigInt(quantity));
      }
    }
  }

  add(
    pool: string,
    of: Omit<PoolUsage, 'byUnit'>,
    behind: readonly string[],
    day: LocalDate,
    unit: string,
    quantity: bigint,
  ): void {
    const usages = this.pools.get(pool) ?? new Map<string, Arriving>();
    this.pools.set(pool, usages);
    const key = [of.terms.plan, of.terms.version.from, of.charge.id, of.zone, ...behind].join('|');
    const there = usages.get(key) ?? { of: { ...of, byUnit: new Map() }, behind, daily: new Map() };
    usages.set(key, there);
    const units = there.daily.get(day) ?? new Map<string, bigint>();
    there.daily.set(day, units.set(unit, (units.get(unit) ?? 0n) + quantity));
    there.of.byUnit.set(unit, (there.of.byUnit.get(unit) ?? 0n) + quantity);
  }
}

/** A bucket of usage at a pool, and where what the pool leaves of it goes. */
interface PoolBucket extends UsageBucket {
  readonly of: PoolUsage;
  readonly behind: readonly string[];
}

function settle(
  scope: SettlingScope,
  key: string,
  sum: PoolSum,
  arrivals: Arrivals,
  opening: readonly Holding[],
): SettledPool | undefined {
  const [name = '', businessUnit = ''] = key.split('|');
  const standing = name === '' ? [] : standingDays(scope, name, sum);
  const arriving = arrivals.of(key);
  const beyond = new Arrivals(scope);
  beyond.addAll(key, sum.beyondCap);
  if (sum === NO_POOL && standing.length === 0 && arriving.length === 0) return undefined;
  const buckets = arriving.flatMap(bucketsOf);
  const capped = beyond.of(key).flatMap(bucketsOf);
  const last = standing.at(-1)?.allowance;
  const bought = byExpiry([...opening.filter(isBoughtPart), ...boughtForPool(sum.bought ?? {})]);
  const carried = opening.filter((each) => !isBoughtPart(each));
  const standsOn = (day: LocalDate) => name !== '' && mayStand(scope.pools, name, day);
  const draw = (size: bigint) => {
    const { buckets: within, left } = consume(
      new Map([[key, [...bought, ...carried, ...sizeOf(size)]]]),
      (bucket) => (standsOn(bucket.day) ? [key] : []),
      buckets,
    );
    const all = [...within, ...capped.map((bucket) => ({ bucket, covered: [], over: bucket.quantity }))];
    return { within, all, rest: left.get(key) ?? [] };
  };
  const chosen = last?.kind === 'adaptive' && scope.isOver ? cheapest(last, key, (size) => draw(size).all) : 0;
  const size = last === undefined ? BigInt(sum.size) : sizeIn(scope, standing, chosen);
  const { within, all: consumed, rest } = draw(size);
  for (const { bucket, over } of consumed) {
    const [next, ...behind] = bucket.behind;
    if (over === 0n || next === undefined || isOwn(next)) continue;
    const to = keyOfPool(bucket.of.terms, next, bucket.businessUnit);
    arrivals.add(to, bucket.of, behind, bucket.day, bucket.businessUnit, over);
  }
  const left = last?.kind === 'adaptive' && !scope.isOver ? [] : leftOf(key, consumed);
  const usages = united([...arriving, ...beyond.of(key)].map(({ of }) => of));
  const held = { size, carried: totalHeld(carried), bought: totalHeld(bought), rest };
  const beyondCap = capped.reduce((all, { quantity }) => all + quantity, 0n);
  const drawn = { taken: takenByPool(consumed), dry: dryDayOf(within, standsOn), beyondCap };
  const toOwn = toOwnOf(key, consumed);
  return { key, name, businessUnit, sum, ...held, standing, chosen, usages, ...drawn, left, toOwn };
}

/** What a pool left of usage that it is told apart of whose that is: own allowances stand behind it, next to it or further on. */
function toOwnOf(key: string, consumed: readonly ConsumedBucket<PoolBucket>[]): LeftByPool[] {
  return consumed.flatMap(({ bucket: { of, behind, ...bucket }, over }) => {
    if (!behind.some(isOwn)) return [];
    const keys = behind.map((name) => (isOwn(name) ? name : keyOfPool(of.terms, name, bucket.businessUnit)));
    return [{ bucket: { ...bucket, stack: [key, ...keys] }, over }];
  });
}

function bucketsOf({ of, behind, daily }: Arriving): PoolBucket[] {
  const { terms, charge, order, zone } = of;
  const { plan, version } = terms;
  const bucket = { of, behind, chargeOrder: order, version: version.from, plan, charge: charge.id, zone };
  return [...daily].flatMap(([day, units]) =>
    [...units].map(([businessUnit, quantity]) => ({ ...bucket, day, businessUnit, quantity })),
  );
}

/** What is no pool's any more, in order of consumption; of one charge, version and zone however it came to the pool. */
function leftOf(pool: string, consumed: readonly ConsumedBucket<PoolBucket>[]): LeftUsage[] {
  return consumed.flatMap(({ bucket, over }) => {
    const { of, behind } = bucket;
    if (behind.length > 0) return [];
    const counter = `${of.charge.count === 'account' ? '' : pool}/${bucket.plan}/${idInPlan(bucket.charge)}`;
    return [{ pool, of, bucket, charge: of.charge, counter, quantity: over }];
  });
}

/** What usage of a pool is one: of one charge, version and zone, however it came to it. */
export function usageKey({ terms, charge, zone }: PoolUsage): string {
  return [terms.plan, terms.version.from, charge.id, zone].join('|');
}

/** The same usage, wherever it came from, as one; its units in order. */
function united(usages: readonly PoolUsage[]): PoolUsage[] {
  const byKey = Map.groupBy(usages, usageKey);
  return [...byKey.values()].map((of) => {
    const units = new Map<string, bigint>();
    for (const { byUnit } of of) for (const [unit, used] of byUnit) units.set(unit, (units.get(unit) ?? 0n) + used);
    return { ...(of[0] as PoolUsage), byUnit: new Map([...units].sort(([a], [b]) => compareIds(a, b))) };
  });
}

/**
 * The days of the period on which a static or adaptive pool stands: those on which the account has it, or if it does not name it, those on which
 * it has members, on the terms of the first plan by id.
 */
function standingDays(scope: SettlingScope, name: string, sum: PoolSum): PoolDay[] {
  const found: PoolDay[] = [];
  for (let day = scope.period.from; day < scope.period.until; day = addDays(day, 1)) {
    const its = scope.pools.has(name)
      ? ownTerms(scope.pools, scope.plans, name, day)
      : memberTerms(scope, name, sum, day);
    if (its !== undefined && its.allowance.kind !== 'flexible') found.push({ day, ...its });
  }
  const isOfUnits = found.at(-1)?.allowance.scope === 'businessUnit';
  return isOfUnits && Object.keys(sum.present).length === 0 ? [] : found;
}

function memberTerms(scope: SettlingScope, name: string, sum: PoolSum, day: LocalDate) {
  const having = Object.keys(sum.present).filter((terms) => sum.present[terms]?.[day] !== undefined);
  const [plan = '', version = ''] = having.sort()[0]?.split('|') ?? [];
  if (plan === '') return undefined;
  const terms = termsOf(scope, plan, version);
  const allowance = poolIn(terms, name);
  return allowance && { terms, allowance };
}

/** Size of a static or adaptive pool: whole, or of each day it stands its part, rounded down once to the base unit. */
function sizeIn(scope: SettlingScope, standing: readonly PoolDay[], chosen: number): bigint {
  const { allowance } = standing.at(-1) as PoolDay;
  if (allowance.kind === 'adaptive') return BigInt(allowance.sizes[chosen - 1]?.size ?? '0');
  if (allowance.proration === 'whole') return BigInt(allowance.size);
  const total = standing.reduce((sum, each) => sum + BigInt(each.allowance.size), 0n);
  return total / BigInt(daysInPeriod(wholePeriod(scope.period, scope.billingDay)));
}

/** Place, from 1, of the size whose price and overage cost least; of two that cost the same the smaller. */
function cheapest(
  { sizes }: Allowance,
  key: string,
  draw: (size: bigint) => readonly ConsumedBucket<PoolBucket>[],
): number {
  let best = { place: 0, cost: amount(0) as Amount };
  for (const [index, { size, price }] of sizes.entries()) {
    const over = overages(leftOf(key, draw(BigInt(size))), true);
    const cost = over.reduce(
      (sum, { of, tier, quantity, entered }) => sum.plus(tierAmount(of.charge, tier, quantity, entered)),
      amount(price),
    );
    if (best.place === 0 || cost.lessThan(best.cost)) best = { place: index + 1, cost };
  }
  return best.place;
}

/** What is left, priced alike: by pool, charge, version, zone and tier. */
export function overages(left: readonly LeftUsage[], isOver: boolean): Overage[] {
  const found = new Map<string, Overage>();
  const inOrder = [...left].sort((a, b) => inOrderOfConsumption(a.bucket, b.bucket));
  for (const { of: each, parts } of countedParts(inOrder, isOver)) {
    const { pool, of } = each;
    for (const part of parts) {
      const key = [pool, usageKey(of), part.tier].join('|');
      const there = found.get(key) ?? { pool, of, tier: part.tier, quantity: 0n, entered: 0 };
      there.quantity += part.quantity;
      there.entered += part.entered;
      found.set(key, there);
    }
  }
  return [...found.values()];
}
