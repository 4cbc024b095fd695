import type { GraduatedPrice } from '#shared/catalog/catalog.ts';
import { Amount, amount, ZERO } from '#shared/money/amount.ts';
import type { PricePart } from './price-part.ts';

/**
 * Graduated tiers (pricing rules §5): each part of the count at its own tier's price, plus the tier's flat fee once, when the count
 * first passes the tier's lower bound. Upper bounds belong to their tier. Nothing is entered by a count that stays at zero.
 */
export function graduatedPriceParts(price: GraduatedPrice, before: Amount, after: Amount): PricePart[] {
  const parts: PricePart[] = [];
  let lower = ZERO;
  for (const [index, tier] of price.tiers.entries()) {
    const upper = tier.upTo === '' ? after : amount(tier.upTo);
    const from = Amount.max(before, lower);
    const to = Amount.min(after, upper);
    if (to.greaterThan(from)) {
      const quantity = to.minus(from);
      const amountPerUnit = amount(tier.amount);
      const flat = from.equals(lower) ? amount(tier.flat) : ZERO;
      const total = quantity.times(amountPerUnit).plus(flat);
      parts.push({ tier: index + 1, from, to, quantity, amountPerUnit, flat, amount: total });
    }
    lower = upper;
  }
  return parts;
}
