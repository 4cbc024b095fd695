import { allocate } from '#shared/money/allocate.ts';
import { type Amount, amount } from '#shared/money/amount.ts';

/** One of those a pool's overage is shared back to: a business unit, or in the detail step a subscription. In base units. */
export interface PoolUser {
  readonly id: string;
  /** What it used of the pool. */
  readonly usage: bigint;
  /** Σ over its members of what each used above its own contribution (see `excessOf`). */
  readonly excess: bigint;
}

/** A user's part of the overage. */
export interface PoolShare {
  /** In base units. */
  readonly quantity: bigint;
  readonly amount: Amount;
}

/** What a member used above its contribution, never below zero. */
export function excessOf(usage: bigint, contribution: bigint): bigint {
  return usage > contribution ? usage - contribution : 0n;
}

/**
 * Shares a pool's overage (pricing rules §4): first the quantity, in whole base units, then the rounded amount in multiples of `step` (the
 * minor unit, 0.01) by the quantities so found; largest remainders, ties to the smaller id. `byUsage` weighs by usage, `byExcess` by usage
 * above contribution; where nobody exceeds a contribution, by usage. Both wholes are met exactly.
 * Example: pool 2,000 MB of two, usage 500 and 2,500, 1,000 MB over for 20.00 → byUsage 3.33 / 16.67, byExcess 0 / 20.00.
 * @throws RangeError when there is nobody to share with.
 */
export function sharePool(
  by: 'byUsage' | 'byExcess',
  users: readonly PoolUser[],
  over: bigint,
  money: Amount,
  step: Amount,
): Map<string, PoolShare> {
  const byExcess = by === 'byExcess' && users.some((user) => user.excess > 0n);
  const weights = users.map((user) => ({ id: user.id, weight: byExcess ? user.excess : user.usage }));
  const quantities = allocate(amount(over), weights, amount(1));
  const moneyWeights = over === 0n ? weights : [...quantities].map(([id, weight]) => ({ id, weight }));
  const amounts = allocate(money, moneyWeights, step);
  return new Map(
    [...quantities].map(([id, quantity]) => [
      id,
      { quantity: BigInt(quantity.toFixed(0)), amount: amounts.get(id) ?? amount(0) },
    ]),
  );
}
