import type { Allowance, UsageCharge } from '#shared/catalog/catalog.ts';
import { baseUnitsPer } from '#shared/catalog/unit.ts';
import { compareIds } from '#shared/money/allocate.ts';
import { amount } from '#shared/money/amount.ts';
import { formatMinor, minorDigits, roundToMinorUnit } from '#shared/money/currency.ts';
import { consume, inOrderOfConsumption, type UsageBucket } from '#shared/rating/allowance.ts';
import type { DailyUsage, PartialSums, PoolSum } from '#shared/rating/partial-sums.ts';
import type { PlanTerms } from '#shared/rating/plan-terms.ts';
import { sharePool } from '#shared/rating/pool-shares.ts';
import { idInPlan } from '#shared/rating/seasonal-charge.ts';
import { type Counted, countedParts, tierAmount, tierPrice } from '#shared/rating/tier-parts.ts';
import type { ChargeLine } from './charge-line.ts';
import { chargeOf, incrementText, lineHead, type PricingScope, shownQuantity, termsOf } from './line-head.ts';

/** Usage of a pool under one charge, version and zone, over all days and by business unit. */
interface PoolUsage {
  readonly terms: PlanTerms;
  readonly charge: UsageCharge;
  readonly order: number;
  readonly zone: string;
  readonly daily: DailyUsage;
  /** In order of the units' ids. */
  readonly byUnit: ReadonlyMap<string, bigint>;
}

/** A pool as it stands: for the document's overview. Base units as text. */
export interface PoolStatus {
  readonly name: string;
  readonly unit: Allowance['unit'];
  /** Business unit that shares it, '' = the whole account. */
  readonly businessUnit: string;
  readonly members: number;
  readonly size: string;
  readonly used: string;
  readonly over: string;
  readonly usedBy: Readonly<Record<string, string>>;
}

/** Usage a pool did not cover. */
interface LeftUsage extends Counted {
  readonly pool: string;
  readonly of: PoolUsage;
  readonly bucket: UsageBucket;
}

interface Overage {
  readonly pool: string;
  readonly of: PoolUsage;
  readonly tier: number;
  quantity: bigint;
  entered: number;
}

/**
 * What the pools of a payer owe for a period (pricing rules §4): each pool's usage draws on its size day by day, what is left over is priced
 * as a whole and rounded once, and shared back to business units in whole minor units.
 */
export function poolLines(scope: PricingScope, sums: PartialSums): ChargeLine[] {
  const left = Object.keys(sums.pools)
    .sort()
    .flatMap((key) => {
      const sum = sums.pools[key] as PoolSum;
      return leftOf(key, BigInt(sum.size), poolUsages(scope, sum));
    })
    .sort((a, b) => inOrderOfConsumption(a.bucket, b.bucket));
  return overages(left, scope.isOver).flatMap((over) => sharedLines(scope, sums.pools[over.pool] as PoolSum, over));
}

/** How the pools of a payer stand in a period, by key. */
export function poolStatus(scope: PricingScope, sums: PartialSums): PoolStatus[] {
  return Object.entries(sums.pools).flatMap(([key, sum]) => {
    const [name = '', businessUnit = ''] = key.split('|');
    if (name === '') return [];
    const usages = poolUsages(scope, sum);
    const allowance = allowanceOf(scope, name);
    const used = usages.flatMap((usage) => [...usage.byUnit.values()]).reduce((a, b) => a + b, 0n);
    const size = BigInt(sum.size);
    const usedBy: Record<string, string> = {};
    for (const { byUnit } of usages) {
      for (const [unit, quantity] of byUnit) usedBy[unit] = (BigInt(usedBy[unit] ?? '0') + quantity).toString();
    }
    const over = used > size ? used - size : 0n;
    const [shown, inUnits] = [allowance?.name ?? name, allowance?.unit ?? 'B'];
    return [
      {
        name: shown,
        unit: inUnits,
        businessUnit,
        members: sum.members,
        size: sum.size,
        used: used.toString(),
        over: over.toString(),
        usedBy,
      },
    ];
  });
}

/** The allowance that names a pool, in whichever plan comes first by id. */
function allowanceOf(scope: PricingScope, pool: string): Allowance | undefined {
  for (const plan of [...scope.plans.keys()].sort()) {
    for (const terms of scope.plans.get(plan) ?? []) {
      const found = terms.version.allowances.find(
        (allowance) => allowance.kind === 'flexible' && allowance.pool === pool,
      );
      if (found) return found;
    }
  }
  return undefined;
}

function poolUsages(scope: PricingScope, sum: PoolSum): PoolUsage[] {
  return Object.entries(sum.usage).map(([key, daily]) => {
    const [plan = '', version = '', id = '', order = '0', zone = ''] = key.split('|');
    const terms = termsOf(scope, plan, version);
    const byUnit = new Map<string, bigint>();
    for (const units of Object.values(daily)) {
      for (const [unit, quantity] of Object.entries(units))
        byUnit.set(unit, (byUnit.get(unit) ?? 0n) + BigInt(quantity));
    }
    const inOrder = new Map([...byUnit].sort(([a], [b]) => compareIds(a, b)));
    return { terms, charge: chargeOf(terms, id, 'usage'), order: Number(order), zone, daily, byUnit: inOrder };
  });
}

/** What is left of a pool's usage when it has drawn on the pool, in order of consumption. */
function leftOf(pool: string, size: bigint, usages: readonly PoolUsage[]): LeftUsage[] {
  const [, businessUnit = ''] = pool.split('|');
  const buckets = usages.flatMap((of) =>
    Object.entries(of.daily).map(([day, units]) => bucketOf(of, day, units, businessUnit)),
  );
  return consume(new Map([[pool, size]]), () => [pool], buckets).map(({ bucket, over }) => {
    const { of } = bucket;
    const counter = `${of.charge.count === 'account' ? '' : pool}/${bucket.plan}/${idInPlan(bucket.charge)}`;
    return { pool, of, bucket, charge: of.charge, counter, quantity: over };
  });
}

/** What is left, priced alike: by pool, charge, version, zone and tier. */
function overages(left: readonly LeftUsage[], isOver: boolean): Overage[] {
  const found = new Map<string, Overage>();
  for (const { of: each, parts } of countedParts(left, isOver)) {
    const { pool, of } = each;
    for (const part of parts) {
      const key = [pool, of.terms.plan, of.terms.version.from, of.charge.id, of.zone, part.tier].join('|');
      const there = found.get(key) ?? { pool, of, tier: part.tier, quantity: 0n, entered: 0 };
      there.quantity += part.quantity;
      there.entered += part.entered;
      found.set(key, there);
    }
  }
  return [...found.values()];
}

function bucketOf(
  of: PoolUsage,
  day: string,
  units: Readonly<Record<string, string>>,
  businessUnit: string,
): UsageBucket & { of: PoolUsage } {
  const quantity = Object.values(units).reduce((sum, each) => sum + BigInt(each), 0n);
  const { terms, charge, order, zone } = of;
  const { plan, version } = terms;
  return {
    of,
    day,
    chargeOrder: order,
    version: version.from,
    plan,
    charge: charge.id,
    zone,
    businessUnit,
    quantity,
  };
}

/** One line per business unit that used any of it; they add up to the pool's own, rounded, amount. */
function sharedLines(scope: PricingScope, sum: PoolSum, over: Overage): ChargeLine[] {
  const [name = ''] = over.pool.split('|');
  const { terms, charge, zone, byUnit } = over.of;
  const by =
    terms.version.allowances.find((each) => each.kind === 'flexible' && each.pool === name)?.share ?? 'byUsage';
  const exact = tierAmount(charge, over.tier, over.quantity, over.entered);
  const whole = roundToMinorUnit(exact, scope.currency);
  const step = amount(1).div(amount(10).pow(minorDigits(scope.currency)));
  const users = [...byUnit].map(([id, usage]) => ({
    id,
    usage,
    excess: usage > 0n ? BigInt(sum.excess[id] ?? '0') : 0n,
  }));
  const shares = sharePool(by, users, over.quantity, whole, step);
  const used = [...byUnit.values()].reduce((a, b) => a + b, 0n);
  const arithmetic = {
    kind: 'pool' as const,
    pool: name,
    members: sum.members,
    size: sum.size,
    used: used.toString(),
    over: over.quantity.toString(),
    model: charge.price.model,
    baseUnits: baseUnitsPer(charge.unit).toString(),
    ...tierPrice(charge, over.tier),
    entered: over.entered,
    increment: incrementText(charge),
    exact: exact.toFixed(),
    rounded: formatMinor(whole, scope.currency),
    sharedBy: by,
    shares: users.map(({ id, usage }) => {
      const share = formatMinor(shares.get(id)?.amount ?? amount(0), scope.currency);
      return { businessUnit: id, used: usage.toString(), amount: share };
    }),
  };
  return [...shares].map(([unit, share]) => ({
    ...lineHead(terms, charge, unit, zone, over.tier, scope.period),
    ...shownQuantity(charge, over.tier, share.quantity, amount(over.entered).times(share.quantity).div(over.quantity)),
    amount: formatMinor(share.amount, scope.currency),
    refund: 'day' as const,
    arithmetic,
  }));
}
