import { allocate } from '#shared/money/allocate.ts';
import { type Amount, amount } from '#shared/money/amount.ts';
import { roundToMinorUnit } from '#shared/money/currency.ts';
import type { Contribution, PoolUse } from './allowances.ts';
import { type LineHead, lineOf } from './lines.ts';
import { type Part, priced } from './prices.ts';
import type { NaiveLine } from './world.ts';

const CENT = amount('0.01');

/** A pool's line, rounded once and shared over the business units of its members: quantity first, then money (pricing rules §4). */
export function sharedLines(
  head: LineHead,
  parts: readonly Part[],
  uses: readonly PoolUse[],
  contributions: readonly Contribution[],
): NaiveLine[] {
  const { pool, share } = parts[0]!.rest;
  const weights = weightsOf(pool, share, uses, contributions);
  const over = parts.reduce((sum, part) => sum + part.quantity, 0n);
  const { quantity, exact } = priced(parts);
  const shares = byWeight(amount(over), weights, amount(1n));
  const money = byWeight(roundToMinorUnit(exact, 'EUR'), shares, CENT);
  return [...weights.keys()].map((businessUnit) => {
    const part = shares.get(businessUnit)!;
    return lineOf({ ...head, businessUnit }, quantity.times(part).div(amount(over)), money.get(businessUnit)!);
  });
}

function byWeight(whole: Amount, weights: ReadonlyMap<string, Amount>, step: Amount): Map<string, Amount> {
  return allocate(
    whole,
    [...weights].map(([id, weight]) => ({ id, weight })),
    step,
  );
}

/** By usage: what a unit's members brought to the pool to be covered; by excess: what each member used beyond its contribution. */
function weightsOf(
  pool: string,
  share: 'byUsage' | 'byExcess',
  uses: readonly PoolUse[],
  contributions: readonly Contribution[],
): Map<string, Amount> {
  const used = uses.filter((use) => use.pool === pool);
  const byUsage = new Map<string, Amount>();
  const byExcess = new Map<string, Amount>();
  for (const [, of] of Map.groupBy(used, (use) => JSON.stringify([use.subscription, use.businessUnit]))) {
    const { subscription, businessUnit } = of[0]!;
    const usage = of.reduce((sum, { quantity }) => sum + quantity, 0n);
    const brought = contributions
      .filter((each) => each.source === pool)
      .filter((each) => each.subscription === subscription && each.businessUnit === businessUnit)
      .reduce((sum, { size }) => sum + size, 0n);
    const excess = usage > brought ? usage - brought : 0n;
    byUsage.set(businessUnit, (byUsage.get(businessUnit) ?? amount(0)).plus(amount(usage)));
    byExcess.set(businessUnit, (byExcess.get(businessUnit) ?? amount(0)).plus(amount(excess)));
  }
  const nobody = [...byExcess.values()].every((excess) => excess.isZero());
  return share === 'byUsage' || nobody ? byUsage : byExcess;
}
