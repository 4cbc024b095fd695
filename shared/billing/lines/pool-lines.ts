import type { Allowance } from '#shared/catalog/catalog.ts';
import { baseUnitsPer } from '#shared/catalog/unit.ts';
import { amount } from '#shared/money/amount.ts';
import { formatMinor, minorUnit, roundToMinorUnit } from '#shared/money/currency.ts';

import { totalHeld } from '#shared/rating/holdings/holdings.ts';
import { poolIn } from '#shared/rating/pools/account-pools.ts';
import type { PartialSums } from '#shared/rating/pools/partial-sums.ts';
import { type PoolShare, sharePool } from '#shared/rating/pools/pool-shares.ts';
import { tierAmount, tierPrice } from '#shared/rating/tier-parts.ts';

import { atZeroLines } from './at-zero-lines.ts';
import type { ChargeLine } from './charge-line.ts';
import { incrementText, lineHead, type PricingScope, shownQuantity } from './line-head.ts';
import { poolPriceLines } from './pool-price-lines.ts';
import { type Overage, overages, type PoolUsage, type SettledPool, usageKey } from './settle-pools.ts';

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
  /** Top-ups that were bought for it and could be drawn on; not there where there were none. */
  readonly bought?: string;
  /** What was carried into the period, and what of all is left; not there where nothing was carried and nothing may be. */
  readonly carried?: string;
  readonly left?: string;
}

/**
 * What the pools of a payer owe for a period (pricing rules §4): the price of those that have one, and what is left over when usage has drawn on
 * them, priced as a whole, rounded once, and shared back to business units in whole minor units.
 */
export function poolLines(scope: PricingScope, sums: PartialSums, pools: readonly SettledPool[]): ChargeLine[] {
  const byKey = new Map(pools.map((pool) => [pool.key, pool]));
  const over = overages(
    pools.flatMap((pool) => pool.left),
    scope.isOver,
  );
  return [
    ...pools.flatMap((pool) => poolPriceLines(scope, pool)),
    ...over.flatMap((each) => sharedLines(scope, byKey.get(each.pool) as SettledPool, each)),
    ...atZeroLines(scope, sums, pools, over),
  ];
}

/** How the pools of a payer stand in a period, by key. */
export function poolStatus(scope: PricingScope, pools: readonly SettledPool[]): PoolStatus[] {
  return pools.flatMap(({ name, businessUnit, sum, size, carried, bought, rest, usages, left }) => {
    if (name === '') return [];
    const allowance = allowanceOf(scope, name);
    const usedBy: Record<string, string> = {};
    for (const { byUnit } of usages) {
      for (const [unit, quantity] of byUnit) usedBy[unit] = (BigInt(usedBy[unit] ?? '0') + quantity).toString();
    }
    const used = total(usages.flatMap(({ byUnit }) => [...byUnit.values()]));
    return [
      {
        name: allowance?.name ?? name,
        unit: allowance?.unit ?? 'B',
        businessUnit,
        members: sum.members,
        size: size.toString(),
        used: used.toString(),
        over: total(left.map(({ quantity }) => quantity)).toString(),
        usedBy,
        ...(bought > 0n ? { bought: bought.toString() } : {}),
        ...(carried > 0n || bought > 0n || allowance?.carryOver !== undefined
          ? { carried: carried.toString(), left: totalHeld(rest).toString() }
          : {}),
      },
    ];
  });
}

function total(quantities: readonly bigint[]): bigint {
  return quantities.reduce((sum, each) => sum + each, 0n);
}

/** The allowance that names a pool, in whichever plan comes first by id. */
function allowanceOf(scope: PricingScope, pool: string): Allowance | undefined {
  for (const plan of [...scope.plans.keys()].sort()) {
    for (const terms of scope.plans.get(plan) ?? []) {
      const found = poolIn(terms, pool);
      if (found) return found;
    }
  }
  return undefined;
}

/** One line per business unit that used any of it; they add up to the pool's own, rounded, amount. */
function sharedLines(scope: PricingScope, pool: SettledPool, over: Overage): ChargeLine[] {
  const { name, sum, size, carried, bought } = pool;
  const { terms, charge, zone, byUnit } = usageOf(pool, over);
  if (charge.hidden) return [];
  const by = poolIn(terms, name)?.share ?? 'byUsage';
  const exact = tierAmount(charge, over.tier, over.quantity, over.entered);
  const whole = roundToMinorUnit(exact, scope.currency);
  const users = [...byUnit].map(([id, usage]) => ({
    id,
    usage,
    excess: usage > 0n ? BigInt(sum.excess[id] ?? '0') : 0n,
  }));
  const shares = sharePool(by, users, over.quantity, whole, minorUnit(scope.currency));
  const used = [...byUnit.values()].reduce((a, b) => a + b, 0n);
  const arithmetic = {
    kind: 'pool' as const,
    pool: name,
    members: sum.members,
    size: size.toString(),
    ...(carried > 0n ? { carried: carried.toString() } : {}),
    ...(bought > 0n ? { bought: bought.toString() } : {}),
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
      const { quantity, amount: money } = shares.get(id) as PoolShare;
      const [its, share] = [quantity.toString(), formatMinor(money, scope.currency)];
      return { businessUnit: id, used: usage.toString(), over: its, amount: share };
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

/** All usage of the overage's charge, version and zone that came to the pool. */
function usageOf({ usages }: SettledPool, { of }: Overage): PoolUsage {
  const key = usageKey(of);
  return usages.find((each) => usageKey(each) === key) ?? of;
}
