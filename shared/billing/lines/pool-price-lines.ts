import { baseUnitsPer } from '#shared/catalog/unit.ts';
import { compareIds } from '#shared/money/allocate.ts';
import { amount } from '#shared/money/amount.ts';
import { prorated } from '#shared/rating/recurring/proration.ts';
import { daysInPeriod, wholePeriod } from '#shared/time/period.ts';
import type { ChargeLine, PoolPriceArithmetic } from './charge-line.ts';
import { lineHead, type PricingScope, QUANTITY_DIGITS } from './line-head.ts';
import type { PoolDay, SettledPool } from './settle-pools.ts';
import { shareWhole, totalOf } from './share-whole.ts';

/** A part of a pool's price: so many days on the terms of one plan version. */
interface PricedDays {
  readonly last: PoolDay;
  readonly days: number;
  readonly price: string;
}

/**
 * What a pool costs for being there (pricing rules §4): a static pool's price, whole or for the days it stands, at the period's end; an adaptive
 * pool's price of the size it came to, once the period is over. Each part is rounded once and shared over business units by member-days.
 */
export function poolPriceLines(scope: PricingScope, pool: SettledPool): ChargeLine[] {
  const last = pool.standing.at(-1);
  if (last === undefined || !scope.isDue) return [];
  return partsOf(scope, pool, last).flatMap((part) => sharedPrice(scope, pool, part));
}

function partsOf(scope: PricingScope, { standing, chosen }: SettledPool, last: PoolDay): PricedDays[] {
  const { allowance } = last;
  const whole = daysInPeriod(wholePeriod(scope.period, scope.billingDay));
  if (allowance.kind === 'adaptive') {
    const size = allowance.sizes[chosen - 1];
    return size === undefined ? [] : [{ last, days: whole, price: size.price }];
  }
  if (allowance.proration === 'whole') return [{ last, days: whole, price: allowance.price }];
  const byTerms = Map.groupBy(standing, ({ terms }) => terms);
  return [...byTerms.values()].map((days) => {
    const end = days.at(-1) as PoolDay;
    return { last: end, days: days.length, price: end.allowance.price };
  });
}

function sharedPrice(scope: PricingScope, pool: SettledPool, { last, days, price }: PricedDays): ChargeLine[] {
  const { terms, allowance } = last;
  const length = daysInPeriod(wholePeriod(scope.period, scope.billingDay));
  const exact = prorated(amount(price), days, length);
  const members = memberDays(pool);
  const weights = new Map([...members].map(([unit, its]) => [unit, BigInt(its)]));
  const total = totalOf(weights.values());
  const { rounded, parts } = shareWhole(exact, weights, scope.currency);
  const arithmetic: PoolPriceArithmetic = {
    kind: 'poolPrice',
    pool: pool.name,
    size: pool.size.toString(),
    baseUnits: baseUnitsPer(allowance.unit).toString(),
    sizeUnit: allowance.unit,
    days,
    daysInPeriod: length,
    price,
    exact: exact.toFixed(),
    rounded,
    shares: [...members].map(([businessUnit, its]) => {
      return { businessUnit, memberDays: its, amount: parts.get(businessUnit) as string };
    }),
  };
  const charge = {
    kind: 'pool' as const,
    id: `pool:${pool.name}`,
    name: allowance.name,
    taxCategory: 'telecom' as const,
  };
  return [...members].map(([unit, its]) => ({
    ...lineHead(terms, charge, unit, '', pool.chosen, scope.period),
    quantity: amount(days).times(its).div(amount(total).times(length)).toDecimalPlaces(QUANTITY_DIGITS).toFixed(),
    unit: 'pool',
    unitPrice: price,
    amount: parts.get(unit) as string,
    refund: 'day' as const,
    arithmetic,
  }));
}

/** Days of members by business unit, in order; of a pool without members, one for whoever has it. */
function memberDays({ sum, businessUnit }: SettledPool): Map<string, number> {
  const days = new Map<string, number>();
  for (const byDay of Object.values(sum.present)) {
    for (const units of Object.values(byDay)) {
      for (const [unit, members] of Object.entries(units)) days.set(unit, (days.get(unit) ?? 0) + members);
    }
  }
  return days.size === 0 ? new Map([[businessUnit, 1]]) : new Map([...days].sort(([a], [b]) => compareIds(a, b)));
}
