import { baseUnitsPer } from '#shared/catalog/unit.ts';
import { amount } from '#shared/money/amount.ts';
import { formatMinor, minorUnit, roundToMinorUnit } from '#shared/money/currency.ts';

import { poolIn } from '#shared/rating/pools/account-pools.ts';
import type { PartialSums } from '#shared/rating/pools/partial-sums.ts';
import { type PoolShare, sharePool } from '#shared/rating/pools/pool-shares.ts';
import { tierAmount, tierPrice } from '#shared/rating/tier-parts.ts';

import { atZeroLines } from './at-zero-lines.ts';
import type { ChargeLine, PoolArithmetic } from './charge-line.ts';
import { incrementText, lineHead, type PricingScope, shownQuantity } from './line-head.ts';
import { poolPriceLines } from './pool-price-lines.ts';
import { type Overage, overages, type PoolUsage, type SettledPool, usageKey } from './settle-pools.ts';
import { totalOf } from './share-whole.ts';

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
    ...over.flatMap((each) => sharedLines(scope, byKey.get(each.pool) as SettledPool, each, pools)),
    ...atZeroLines(scope, sums, pools, over),
  ];
}

/** One line per business unit that used any of it; they add up to the pool's own, rounded, amount. */
function sharedLines(scope: PricingScope, pool: SettledPool, over: Overage, all: readonly SettledPool[]): ChargeLine[] {
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
  const before = takenBefore(pool, over, all);
  const leftOver = totalOf(
    pool.left.flatMap((each) => (usageKey(each.of) === usageKey(over.of) ? [each.quantity] : [])),
  );
  const arithmetic: PoolArithmetic = {
    kind: 'pool',
    pool: name,
    members: sum.members,
    size: size.toString(),
    ...(carried > 0n ? { carried: carried.toString() } : {}),
    ...(bought > 0n ? { bought: bought.toString() } : {}),
    used: used.toString(),
    ...(before.length > 0 ? { before } : {}),
    ...(leftOver === over.quantity ? {} : { left: leftOver.toString() }),
    over: over.quantity.toString(),
    model: charge.price.model,
    baseUnits: baseUnitsPer(charge.unit).toString(),
    ...tierPrice(charge, over.tier),
    entered: over.entered,
    increment: incrementText(charge),
    exact: exact.toFixed(),
    rounded: formatMinor(whole, scope.currency),
    sharedBy: by,
    shares: users.map(({ id, usage, excess }) => {
      const { quantity, amount: money } = shares.get(id) as PoolShare;
      const [its, share] = [quantity.toString(), formatMinor(money, scope.currency)];
      const above = by === 'byExcess' ? { excess: excess.toString() } : {};
      return { businessUnit: id, used: usage.toString(), over: its, ...above, amount: share };
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

/** What the pools in front of a pool took of the usage it is over of: those that were drawn on before, and that its business unit shares. */
function takenBefore(
  { name, businessUnit: unit }: SettledPool,
  { of }: Overage,
  all: readonly SettledPool[],
): NonNullable<PoolArithmetic['before']> {
  const key = usageKey(of);
  return all
    .slice(
      0,
      all.findIndex((each) => each.name === name),
    )
    .flatMap(({ name: pool, businessUnit, taken }) => {
      const units = taken.get(key);
      if (units === undefined || (unit !== '' && businessUnit !== '' && unit !== businessUnit)) return [];
      const took = totalOf([...units].flatMap(([id, quantity]) => (unit === '' || id === unit ? [quantity] : [])));
      return [{ pool, businessUnit, took: took.toString() }];
    });
}

/** All usage of the overage's charge, version and zone that came to the pool. */
function usageOf({ usages }: SettledPool, { of }: Overage): PoolUsage {
  const key = usageKey(of);
  return usages.find((each) => usageKey(each) === key) ?? of;
}
