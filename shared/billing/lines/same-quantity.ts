import { type Amount, amount, ZERO } from '#shared/money/amount.ts';
import { idInPlan } from '#shared/rating/charge-variant.ts';
import type { ChargeLine } from './charge-line.ts';

/**
 * Of lines that are priced by what was used, whether as much is owed of their charge as was posted, in its business unit, zone and period: over its versions, seasons and
 * tiers, since a new price takes usage from one line to another. Of lines that count something else (packages, flat amounts, discounts) their quantity tells nothing.
 */
export function sameQuantity(
  owed: readonly ChargeLine[],
  posted: readonly ChargeLine[],
): (line: ChargeLine) => boolean {
  const moved = new Map<string, Amount>();
  const add = (line: ChargeLine, quantity: Amount) =>
    moved.set(keyOf(line), quantity.plus(moved.get(keyOf(line)) ?? ZERO));
  for (const line of owed) if (countsUsage(line)) add(line, amount(line.quantity));
  for (const line of posted) if (countsUsage(line)) add(line, amount(line.quantity).negated());
  return (line) => countsUsage(line) && moved.get(keyOf(line))?.isZero() === true;
}

/** Models that price every unit used; the others price packages or the whole. */
const BY_UNIT: ReadonlySet<string> = new Set(['unit', 'graduated', 'volume']);

function countsUsage({ arithmetic }: ChargeLine): boolean {
  return (arithmetic.kind === 'usage' || arithmetic.kind === 'pool') && BY_UNIT.has(arithmetic.model);
}

function keyOf({ businessUnit, plan, charge, zone, unit, period }: ChargeLine): string {
  return JSON.stringify([businessUnit, plan, idInPlan(charge), zone, unit, period.from, period.until]);
}
