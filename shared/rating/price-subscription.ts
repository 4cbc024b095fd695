import type { Allowance } from '#shared/catalog/catalog.ts';
import { kindOfMeasure } from '#shared/catalog/unit.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import { type AllowanceSize, type ConsumedBucket, consume, type UsageBucket } from './allowance.ts';
import type { DayTable } from './day-table.ts';
import { type AllowanceShare, type MeasuredPeriod, quantitiesIn, totalIn } from './measure-subscription.ts';
import type { ChargeUsage } from './measure-usage.ts';
import { tierParts } from './tier-parts.ts';

/** Usage of one charge on one day, with the measured usage it is part of. */
export interface MeasuredBucket extends UsageBucket {
  readonly of: ChargeUsage;
}

/** What of a subscription's usage falls into a tier: so many base units, and how often the tier was entered. */
export interface PricedUsage {
  readonly of: ChargeUsage;
  readonly tier: number;
  readonly quantity: bigint;
  readonly entered: number;
}

/** A subscription's use of a pool: what it adds to it by business unit, and what it draws, day by day. */
export interface PoolUse {
  readonly contributions: ReadonlyMap<string, bigint>;
  readonly drawn: readonly { readonly of: ChargeUsage; readonly day: LocalDate; readonly quantity: bigint }[];
}

/** Key of a pool: its name, and the business unit that shares it ('' = the whole account does). */
function poolKey(name: string, businessUnit: string): string {
  return `${name}|${businessUnit}`;
}

/** The pool without a name and without size: usage that nothing covers, but that is counted over the whole account. */
const ACCOUNT_COUNT = poolKey('', '');

/** What one subscription owes by itself in a period, and what it hands on to pools, by their keys. */
export interface PricedPeriod {
  readonly covered: readonly ConsumedBucket<MeasuredBucket>[];
  readonly priced: readonly PricedUsage[];
  readonly pools: ReadonlyMap<string, PoolUse>;
}

/**
 * Applies a subscription's own allowances to its usage, and prices what tiers count by subscription (pricing rules §4 and §5). What draws on a
 * pool, or is counted over the account, is handed on.
 */
export function pricePeriod(measured: MeasuredPeriod, days: DayTable, place: number): PricedPeriod {
  const stack = individualStack(measured.allowances);
  const pools = poolsOf(measured.allowances);
  const usages = measured.usage.filter((usage) => (usage.totals[place]?.records ?? 0) > 0);
  const covered = consume(
    stack,
    usages.flatMap((usage) => bucketsOf(usage, days, place, isAlone(usage, usages, stack))),
  );
  const left = covered.filter((each) => each.over > 0n);
  const counted: ConsumedBucket<MeasuredBucket>[] = [];
  for (const each of left) {
    const { bucket, over } = each;
    const pool = poolFor(pools, bucket);
    if (pool === undefined) counted.push(each);
    else pool.drawn.push({ of: bucket.of, day: bucket.day, quantity: over });
  }
  return { covered, priced: priceCounted(counted), pools };
}

/**
 * Whether nothing else competes with a usage for an allowance, a tier or a pool: then the order of its days changes nothing, and the period
 * can be drawn at once.
 */
function isAlone(usage: ChargeUsage, usages: readonly ChargeUsage[], stack: readonly AllowanceSize[]): boolean {
  if (usage.charge.count !== 'subscription' || poolAllowance(usage) !== undefined) return false;
  const name = `${usage.terms.plan}/${usage.charge.id}`;
  return usages.every((other) => {
    if (other === usage) return true;
    const rival = `${other.terms.plan}/${other.charge.id}`;
    return rival !== name && !stack.some(({ covers }) => covers.has(name) && covers.has(rival));
  });
}

function bucketsOf(of: ChargeUsage, days: DayTable, place: number, atOnce: boolean): MeasuredBucket[] {
  const { terms, businessUnit, charge, order, zone } = of;
  const { plan, version } = terms;
  const bucket = { of, chargeOrder: order, version: version.from, plan, charge: charge.id, zone, businessUnit };
  const daily = atOnce ? [totalIn(days, place, of)] : quantitiesIn(days, place, of);
  return daily.filter((each) => each.quantity > 0n).map(({ date, quantity }) => ({ ...bucket, day: date, quantity }));
}

/** A subscription's individual allowances; one that several versions or units share days of is one. */
function individualStack(shares: readonly AllowanceShare[]): AllowanceSize[] {
  const stack = new Map<string, { id: string; size: bigint; covers: Set<string> }>();
  const individual = shares.filter((share) => share.allowance.kind === 'individual').sort((a, b) => a.order - b.order);
  for (const { terms, allowance, size } of individual) {
    const id = `${terms.plan}/${allowance.id}`;
    const there = stack.get(id) ?? { id, size: 0n, covers: new Set<string>() };
    there.size += size;
    for (const charge of allowance.covers) there.covers.add(`${terms.plan}/${charge}`);
    stack.set(id, there);
  }
  return [...stack.values()];
}

interface OpenPoolUse extends PoolUse {
  readonly contributions: Map<string, bigint>;
  readonly drawn: { of: ChargeUsage; day: LocalDate; quantity: bigint }[];
}

function poolsOf(shares: readonly AllowanceShare[]): Map<string, OpenPoolUse> {
  const pools = new Map<string, OpenPoolUse>();
  for (const { allowance, businessUnit, size } of shares.filter((each) => each.allowance.kind === 'flexible')) {
    const { contributions } = openPool(pools, poolKeyOf(allowance, businessUnit));
    contributions.set(businessUnit, (contributions.get(businessUnit) ?? 0n) + size);
  }
  return pools;
}

function openPool(pools: Map<string, OpenPoolUse>, key: string): OpenPoolUse {
  const pool = pools.get(key) ?? { contributions: new Map<string, bigint>(), drawn: [] };
  pools.set(key, pool);
  return pool;
}

function poolKeyOf(allowance: Allowance, businessUnit: string): string {
  return poolKey(allowance.pool, allowance.scope === 'businessUnit' ? businessUnit : '');
}

/** The flexible allowance of its own terms that covers a usage's charge. */
function poolAllowance({ terms, charge }: ChargeUsage): Allowance | undefined {
  return terms.version.allowances.find((each) => each.kind === 'flexible' && each.covers.includes(charge.id));
}

/** The pool a bucket draws on: that of the allowance that covers its charge, else the account's count if it counts there. */
function poolFor(pools: Map<string, OpenPoolUse>, { of, businessUnit }: MeasuredBucket): OpenPoolUse | undefined {
  const allowance = poolAllowance(of);
  if (allowance !== undefined) return openPool(pools, poolKeyOf(allowance, businessUnit));
  return of.charge.count === 'subscription' ? undefined : openPool(pools, ACCOUNT_COUNT);
}

/** Puts buckets into tiers in order of consumption; one count over all versions and zones of a charge id. */
function priceCounted(counted: readonly ConsumedBucket<MeasuredBucket>[]): PricedUsage[] {
  const counts = new Map<string, bigint>();
  const priced: { of: ChargeUsage; tier: number; quantity: bigint; entered: number }[] = [];
  for (const { bucket, over } of counted) {
    const id = `${bucket.plan}/${bucket.charge}`;
    const before = counts.get(id) ?? 0n;
    counts.set(id, before + over);
    for (const { tier, quantity, entered } of tierParts(bucket.of.charge, before, before + over)) {
      const sum = priced.find((each) => each.of === bucket.of && each.tier === tier);
      if (sum === undefined) priced.push({ of: bucket.of, tier, quantity, entered });
      else {
        sum.quantity += quantity;
        sum.entered += entered;
      }
    }
  }
  return priced;
}

/** Whether a charge counts octets: its days make up the picture of data by day. */
export function countsOctets(usage: ChargeUsage): boolean {
  return kindOfMeasure(usage.charge.measure) === 'octets';
}
