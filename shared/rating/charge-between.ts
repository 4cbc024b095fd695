import type { UsagePrice } from '#shared/catalog/catalog.ts';
import { type Amount, sum } from '#shared/money/amount.ts';
import { graduatedPriceParts } from './graduated-price.ts';
import type { PricePart } from './price-part.ts';
import { unitPriceParts } from './unit-price.ts';

/**
 * How a running count that goes from `before` to `after` (both in the price's unit, 0 ≤ before ≤ after) is priced, step by step, in the
 * order of the count. Nothing when the count stands still.
 * @throws RangeError when the count is negative or goes back: usage is taken back by pricing the period anew, not by a negative stretch.
 */
export function priceParts(price: UsagePrice, before: Amount, after: Amount): PricePart[] {
  if (before.isNegative() && !before.isZero()) throw new RangeError(`a count cannot begin below zero: ${before}`);
  if (after.lessThan(before)) throw new RangeError(`a count cannot go back from ${before} to ${after}`);
  switch (price.model) {
    case 'unit':
      return unitPriceParts(price, before, after);
    case 'graduated':
      return graduatedPriceParts(price, before, after);
  }
}

/**
 * What a running count that goes from `before` to `after` costs, exactly: the sum of its parts. Pricing in steps equals pricing at once:
 * chargeBetween(a, c) = chargeBetween(a, b) + chargeBetween(b, c) for any b between. Example (pricing rules §5): 0–10 at 10 + 2, to 20
 * at 5 + 3, beyond at 5 + 3: 0 → 21 costs 163.
 */
export function chargeBetween(price: UsagePrice, before: Amount, after: Amount): Amount {
  return sum(priceParts(price, before, after).map((part) => part.amount));
}
