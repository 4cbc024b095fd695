import type { GraduatedPrice, UsageCharge } from '#shared/catalog/catalog.ts';
import { baseUnitsPer } from '#shared/catalog/unit.ts';
import { type Amount, amount } from '#shared/money/amount.ts';

/** A stretch of a running count that falls into one tier: whole base units, and 1 if the stretch enters the tier. */
export interface TierPart {
  /** Place of the tier in its table, from 1; 0 for a price without tiers. */
  readonly tier: number;
  readonly quantity: bigint;
  readonly entered: number;
}

/**
 * Cuts the stretch (before, after] of a running count of base units at the tiers of a charge's price. Tiers are cut in whole base units and
 * priced later, once, over the sum of all subscriptions: so the sum is exact whatever the unit, thirds of a minute too.
 */
export function tierParts({ price, unit }: UsageCharge, before: bigint, after: bigint): TierPart[] {
  if (after === before) return [];
  if (price.model === 'unit') return [{ tier: 0, quantity: after - before, entered: 0 }];
  const parts: TierPart[] = [];
  let lower = 0n;
  for (const [index, bound] of boundsOf(price, unit).entries()) {
    const upper = bound === OPEN ? after : bound;
    const from = before > lower ? before : lower;
    const to = after < upper ? after : upper;
    if (to > from) parts.push({ tier: index + 1, quantity: to - from, entered: from === lower ? 1 : 0 });
    lower = upper;
  }
  return parts;
}

const OPEN = -1n;
const bounds = new WeakMap<GraduatedPrice, readonly bigint[]>();

/** Upper bounds of a price's tiers in whole base units, OPEN for the last: worked out once a price. */
function boundsOf(price: GraduatedPrice, unit: UsageCharge['unit']): readonly bigint[] {
  const known = bounds.get(price);
  if (known !== undefined) return known;
  const base = baseUnitsPer(unit).toString();
  const made = price.tiers.map(({ upTo }) =>
    upTo === '' ? OPEN : BigInt(amount(upTo).times(base).floor().toFixed(0)),
  );
  bounds.set(price, made);
  return made;
}

/** What so much in a tier costs, exactly but for one division: quantity × price ÷ base units a unit + the tier's fee each time it was entered. */
export function tierAmount(charge: UsageCharge, tier: number, quantity: bigint, entered: number): Amount {
  const { price, unit } = charge;
  const base = baseUnitsPer(unit).toString();
  const terms = price.model === 'unit' ? { amount: price.amount, flat: '0' } : price.tiers[tier - 1];
  if (terms === undefined) throw new RangeError(`charge ${charge.id} has no tier ${tier}`);
  return amount(quantity).times(terms.amount).div(base).plus(amount(terms.flat).times(entered));
}
