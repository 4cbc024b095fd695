import type { UnitPrice } from '#shared/catalog/catalog.ts';
import { type Amount, amount, ZERO } from '#shared/money/amount.ts';
import type { PricePart } from './price-part.ts';

/** So much a unit (pricing rules §5): quantity × price. */
export function unitPriceParts(price: UnitPrice, before: Amount, after: Amount): PricePart[] {
  if (after.equals(before)) return [];
  const quantity = after.minus(before);
  const amountPerUnit = amount(price.amount);
  return [
    {
      tier: 0,
      from: before,
      to: after,
      quantity,
      amountPerUnit,
      flat: ZERO,
      amount: quantity.times(amountPerUnit),
    },
  ];
}
