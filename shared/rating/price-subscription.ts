import { consume, type UsageBucket } from './allowance.ts';
import { type ChargeUsage, hasRecords } from './charge-usage.ts';
import type { DayTable } from './day-table.ts';
import { type MeasuredPeriod, quantitiesIn, totalIn } from './measure-subscription.ts';
import { poolKey } from './pool-key.ts';
import type { AllowanceShare } from './standing-charges.ts';
import { type Counted, countedParts, NOT_OVER, tierParts } from './tier-parts.ts';

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

/** What a subscription's own allowances took of a usage, in base units. */
export interface CoveredUsage {
  readonly of: ChargeUsage;
  readonly quantity: bigint;
}

/** What one subscription owes by itself in a period, and what it hands on to pools. */
export interface PricedPeriod {
  readonly covered: readonly CoveredUsage[];
  readonly priced: readonly PricedUsage[];
  readonly contributions: readonly PoolContribution[];
  readonly drawn: readonly PoolDraw[];
}

/** The same, while it is worked out. */
interface OpenPeriod {
  readonly covered: CoveredUsage[];
  readonly priced: PricedUsage[];
  readonly drawn: PoolDraw[];
}

/**
 * Applies a subscription's own allowances to its usage, and prices what tiers count by subscription (pricing rules §4 and §5). What draws on a
 * pool, or is counted over the account, is handed on.
 */
export function pricePeriod(measured: MeasuredPeriod, days: DayTable): PricedPeriod {
  const { place, usage, standing, isOver } = measured;
  const { sizes, contributions } = ownAllowances(standing.allowances);
  const period: OpenPeriod = { covered: [], priced: [], drawn: [] };
  const competing: ChargeUsage[] = [];
  for (const each of usage) {
    if (!hasRecords(each, place)) continue;
    if (each.pool !== '' && each.stack.length === 0) {
      for (const { dayAt, quantity } of quantitiesIn(days, place, each))
        period.drawn.push({ of: each, dayAt, quantity });
    } else if (isAlone(each, usage, place)) {
      priceAlone(period, each, totalIn(days, place, each), sizes, isOver);
    } else competing.push(each);
  }
  if (competing.length > 0) priceCompeting(period, competing, days, measured, sizes);
  return { contributions, ...period };
}

/**
 * Whether nothing else competes with a usage for an allowance, a tier or a pool: then the order of its days changes nothing, and the period
 * can be drawn at once.
 */
function isAlone(usage: ChargeUsage, usages: readonly ChargeUsage[], place: number): boolean {
  if (usage.pool !== '') return false;
  for (const other of usages) {
    if (other === usage || !hasRecords(other, place)) continue;
    if (other.name === usage.name) return false;
    for (const allowance of usage.stack) if (other.stack.includes(allowance)) return false;
  }
  return true;
}

function priceAlone(
  period: OpenPeriod,
  of: ChargeUsage,
  total: number,
  sizes: ReadonlyMap<string, bigint>,
  isOver: boolean,
): void {
  let over = BigInt(total);
  for (const allowance of of.stack) {
    if (over === 0n) return;
    const size = sizes.get(allowance) ?? 0n;
    const quantity = size < over ? size : over;
    over -= quantity;
    if (quantity > 0n) period.covered.push({ of, quantity });
  }
  for (const { tier, quantity, entered } of tierParts(of.charge, 0n, over, isOver ? over : NOT_OVER)) {
    period.priced.push({ of, tier, quantity, entered });
  }
}

/** Usages that draw on the same allowances or tiers do so day by day. */
function priceCompeting(
  period: OpenPeriod,
  usages: readonly ChargeUsage[],
  days: DayTable,
  { place, isOver }: MeasuredPeriod,
  sizes: ReadonlyMap<string, bigint>,
): void {
  const counted: CountedUsage[] = [];
  const buckets = usages.flatMap((usage) => bucketsOf(usage, days, place));
  for (const each of consume(sizes, (bucket) => bucket.of.stack, buckets)) {
    const { bucket, covered, over } = each;
    const { of } = bucket;
    for (const { quantity } of covered) period.covered.push({ of, quantity });
    if (over === 0n) continue;
    if (of.pool === '') counted.push({ of, charge: of.charge, counter: of.name, quantity: over });
    else period.drawn.push({ of, dayAt: bucket.dayAt, quantity: over });
  }
  period.priced.push(...priceCounted(counted, isOver));
}

function bucketsOf(of: ChargeUsage, days: DayTable, place: number): MeasuredBucket[] {
  const { terms, businessUnit, charge, order, zone } = of;
  const { plan, version } = terms;
  const bucket = { of, chargeOrder: order, version: version.from, plan, charge: charge.id, zone, businessUnit };
  return quantitiesIn(days, place, of).map(({ dayAt, quantity }) => {
    return { ...bucket, dayAt, day: days.dates[dayAt] as string, quantity };
  });
}

/** What allowances come to in a period: how much there is of a subscription's own, and what it adds to pools. */
interface OwnAllowances {
  readonly sizes: ReadonlyMap<string, bigint>;
  readonly contributions: readonly PoolContribution[];
}

const known = new WeakMap<readonly AllowanceShare[], OwnAllowances>();

/** The allowances of some shares: worked out once, since subscriptions that do not change share them. */
function ownAllowances(shares: readonly AllowanceShare[]): OwnAllowances {
  const there = known.get(shares);
  if (there !== undefined) return there;
  const contributions: PoolContribution[] = [];
  const sizes = new Map<string, bigint>();
  for (const { terms, allowance, businessUnit, size } of shares) {
    const id = `${terms.plan}/${allowance.id}`;
    if (allowance.kind === 'individual') sizes.set(id, (sizes.get(id) ?? 0n) + size);
    else contributions.push({ pool: poolKey(allowance, businessUnit), businessUnit, size });
  }
  const made = { sizes, contributions };
  known.set(shares, made);
  return made;
}

/** Usage that is left when the allowances have taken theirs. */
interface CountedUsage extends Counted {
  readonly of: ChargeUsage;
}

/** Puts usage into tiers in order of consumption; one count over all versions and zones of a charge id. */
function priceCounted(counted: readonly CountedUsage[], isOver: boolean): PricedUsage[] {
  const priced: { of: ChargeUsage; tier: number; quantity: bigint; entered: number }[] = [];
  for (const { of: each, parts } of countedParts(counted, isOver)) {
    for (const { tier, quantity, entered } of parts) {
      const sum = priced.find((one) => one.of === each.of && one.tier === tier);
      if (sum === undefined) priced.push({ of: each.of, tier, quantity, entered });
      else {
        sum.quantity += quantity;
        sum.entered += entered;
      }
    }
  }
  return priced;
}
