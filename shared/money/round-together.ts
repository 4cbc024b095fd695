import { Amount } from './amount.ts';

/**
 * Rounds amounts to multiples of a step so that they add up to a given total: each is rounded down, and what is missing goes, a step each, to
 * those that lost most; on a tie to the one that stands first. None ends more than a step from where it began. Amounts may be negative.
 * Example: 2.521, 2.521, 2.521 to 7.56, step 0.01 → 2.52 each; to 7.57 → 2.53, 2.52, 2.52.
 * @throws RangeError when the total is no multiple of the step, or no rounding of the amounts adds up to it.
 */
export function roundTogether(exact: readonly Amount[], total: Amount, step: Amount): Amount[] {
  const parts = exact.map((value, place) => {
    const down = value.div(step).toDecimalPlaces(0, Amount.ROUND_FLOOR).times(step);
    return { place, down, lost: value.minus(down) };
  });
  const missing = parts.reduce((left, { down }) => left.minus(down), total).div(step);
  if (!missing.isInteger() || missing.lt(0) || missing.gt(parts.length)) {
    throw new RangeError(`no rounding of ${exact.length} amounts to steps of ${step} adds up to ${total}`);
  }
  const byLoss = [...parts].sort((a, b) => b.lost.comparedTo(a.lost));
  const raised = new Set(byLoss.filter((_, rank) => missing.gt(rank)).map(({ place }) => place));
  return parts.map(({ place, down }) => (raised.has(place) ? down.plus(step) : down));
}
