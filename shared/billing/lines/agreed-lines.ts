import { amount } from '#shared/money/amount.ts';
import type { PartialSums } from '#shared/rating/pools/partial-sums.ts';
import type { ChargeLine } from './charge-line.ts';
import { commitmentLines } from './commitment-lines.ts';
import { discountLines } from './discount-lines.ts';
import type { PricingScope } from './line-head.ts';

/**
 * What follows from the lines of a service period (pricing rules §6), by what is owed for it and not by the document it stands on: commitments
 * of plans, then of the account, then discounts. All in rounded lines, so that agreed amounts are met to the cent.
 */
export function agreedLines(scope: PricingScope, priced: readonly ChargeLine[], sums: PartialSums): ChargeLine[] {
  const left = priced.map((line) => ({ line, left: amount(line.amount) }));
  return [...commitmentLines(scope, left, sums), ...discountLines(scope, left)];
}
