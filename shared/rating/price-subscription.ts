import { type AllowanceSize, type ConsumedBucket, consume, type UsageBucket } from './allowance.ts';
import type { DayTable } from './day-table.ts';
import { type MeasuredPeriod, quantitiesIn, totalIn } from './measure-subscription.ts';
import { type ChargeUsage, hasRecords } from './measure-usage.ts';
import { poolKey } from './pool-key.ts';
import type { AllowanceShare } from './standing-charges.ts';
import { tierParts } from './tier-parts.ts';

/** Usage of one charge on one day, with the measured usage it is part of. */
export interface MeasuredBucket extends UsageBucket {
  readonly of: ChargeUsage;
  /** Place of its day in the table. */
  readonly dayAt: number;
}

/** What of a subscription's usage falls into a tier: so many base units, and how often the tier was entered. */
export interface PricedUsage {
  readonly of: ChargeUsage;
  readonly tier: number;
  readonly quantity: bigint;
  readonly entered: number;
}

/** What a subscription adds to a pool, by business unit, in base units. */
export interface PoolContribution {
  readonly pool: string;
  readonly businessUnit: string;
  readonly size: bigint;
}

/** What a subscription draws on the pool of a charge on one day, in base units. */
export interface PoolDraw {
  readonly of: ChargeUsage;
  /** Place of the day in the table. */
  readonly dayAt: number;
  readonly quantity: bigint;
}

/** What one subscription owes by itself in a period, and what it hands on to pools. */
export interface PricedPeriod {
  /** Usage that its own allowances or its own count decide about, in order of consumption. */
  readonly covered: readonly ConsumedBucket<MeasuredBucket>[];
  readonly priced: readonly PricedUsage[];
  readonly contributions: readonly PoolContribution[];
  readonly drawn: readonly PoolDraw[];
}

/**
 * Applies a subscription's own allowances to its usage, and prices what tiers count by subscription (pricing rules §4 and §5). What draws on a
 * pool, or is counted over the account, is handed on.
 */
export function pricePeriod(measured: MeasuredPeriod, days: DayTable): PricedPeriod {
  const { place, usage } = measured;
  const { stack, contributions } = stackOf(measured.standing.allowances);
  const usages = usage.filter((each) => hasRecords(each, place));
  const buckets: MeasuredBucket[] = [];
  const drawn: PoolDraw[] = [];
  for (const each of usages) {
    if (each.pool !== '' && !stack.some(({ covers }) => covers.has(each.name))) {
      for (const { dayAt, quantity } of quantitiesIn(days, place, each)) drawn.push({ of: each, dayAt, quantity });
    } else addBuckets(buckets, each, days, place, isAlone(each, usages, stack));
  }
  const covered = consume(stack, buckets);
  const counted: ConsumedBucket<MeasuredBucket>[] = [];
  for (const each of covered) {
    const { bucket, over } = each;
    if (over === 0n) continue;
    if (bucket.of.pool === '') counted.push(each);
    else drawn.push({ of: bucket.of, dayAt: bucket.dayAt, quantity: over });
  }
  return { covered, priced: priceCounted(counted), contributions, drawn };
}

/**
 * Whether nothing else competes with a usage for an allowance, a tier or a pool: then the order of its days changes nothing, and the period
 * can be drawn at once.
 */
function isAlone(usage: ChargeUsage, usages: readonly ChargeUsage[], stack: readonly AllowanceSize[]): boolean {
  if (usage.pool !== '') return false;
  for (const { name } of usages) {
    if (name !== usage.name && stack.some(({ covers }) => covers.has(usage.name) && covers.has(name))) return false;
  }
  return !usages.some((other) => other !== usage && other.name === usage.name);
}

function addBuckets(to: MeasuredBucket[], of: ChargeUsage, days: DayTable, place: number, atOnce: boolean): void {
  const { terms, businessUnit, charge, order, zone } = of;
  const { plan, version } = terms;
  const daily = atOnce ? totalIn(days, place, of) : quantitiesIn(days, place, of);
  for (const { dayAt, quantity } of daily) {
    const day = days.dates[dayAt] as string;
    const what = { version: version.from, plan, charge: charge.id, zone, businessUnit };
    to.push({ of, dayAt, day, chargeOrder: order, ...what, quantity });
  }
}

/** What allowances come to in a period: the stack of a subscription's own, and what it adds to pools. */
interface Stack {
  readonly stack: readonly AllowanceSize[];
  readonly contributions: readonly PoolContribution[];
}

const stacks = new WeakMap<readonly AllowanceShare[], Stack>();

/** The stack of some shares: worked out once, since subscriptions that do not change share them. */
function stackOf(shares: readonly AllowanceShare[]): Stack {
  const known = stacks.get(shares);
  if (known !== undefined) return known;
  const contributions = shares
    .filter((share) => share.allowance.kind === 'flexible')
    .map(({ allowance, businessUnit, size }) => ({ pool: poolKey(allowance, businessUnit), businessUnit, size }));
  const made = { stack: individualStack(shares), contributions };
  stacks.set(shares, made);
  return made;
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

/** Puts buckets into tiers in order of consumption; one count over all versions and zones of a charge id. */
function priceCounted(counted: readonly ConsumedBucket<MeasuredBucket>[]): PricedUsage[] {
  const counts = new Map<string, bigint>();
  const priced: { of: ChargeUsage; tier: number; quantity: bigint; entered: number }[] = [];
  for (const { bucket, over } of counted) {
    const { of } = bucket;
    const before = counts.get(of.name) ?? 0n;
    counts.set(of.name, before + over);
    for (const { tier, quantity, entered } of tierParts(of.charge, before, before + over)) {
      const sum = priced.find((each) => each.of === of && each.tier === tier);
      if (sum === undefined) priced.push({ of, tier, quantity, entered });
      else {
        sum.quantity += quantity;
        sum.entered += entered;
      }
    }
  }
  return priced;
}
