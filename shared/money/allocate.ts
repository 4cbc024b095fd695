import { Amount, amount, ZERO } from './amount.ts';

/** One of those who share a whole: `id` breaks ties, `weight` (≥ 0) says how much of it is theirs. */
export interface Share {
  readonly id: string;
  readonly weight: Amount | bigint;
}

/**
 * Divides a whole into parts of `step` by largest remainders (pricing rules §4): every part is a multiple of the step, the parts add up
 * to the whole exactly, ties go to the smaller id. Works for negative wholes. With no weight at all, the smallest id takes everything.
 * Example: 20.00 over weights 500 and 2,500, step 0.01 → 3.33 and 16.67.
 * @throws RangeError when there is nobody to share with or the whole is no multiple of the step.
 */
export function allocate(whole: Amount, shares: readonly Share[], step: Amount): Map<string, Amount> {
  if (shares.length === 0) throw new RangeError('an amount cannot be shared among nobody');
  const units = whole.abs().div(step);
  if (!units.isInteger()) throw new RangeError(`${whole} is not a multiple of ${step}`);
  const sign = whole.isNegative() ? -1 : 1;
  const sorted = [...shares].sort((a, b) => compareIds(a.id, b.id)).map((s) => ({ id: s.id, weight: amount(s.weight) }));
  const total = sorted.reduce((sum, s) => sum.plus(s.weight), ZERO);
  if (total.isZero()) return new Map(sorted.map((s, i) => [s.id, i === 0 ? whole : ZERO]));
  const parts = sorted.map((s) => floorAndRest(units, s.weight, total, s.id));
  let left = parts.reduce((rest, p) => rest.minus(p.floor), units);
  const byRest = [...parts].sort((a, b) => b.rest.comparedTo(a.rest) || compareIds(a.id, b.id));
  for (const part of byRest) {
    if (left.isZero()) break;
    part.floor = part.floor.plus(1);
    left = left.minus(1);
  }
  return new Map(parts.map((p) => [p.id, p.floor.times(step).times(sign)]));
}

/** Floor and remainder of units × weight ÷ total, exact: the product is taken in a precision no input can exceed. */
function floorAndRest(units: Amount, weight: Amount, total: Amount, id: string) {
  const Wide = Amount.clone({ precision: 120 });
  const product = new Wide(units).times(weight);
  const floor = product.divToInt(total);
  return { id, floor: amount(floor.toFixed()), rest: product.minus(floor.times(total)) };
}

/** Orders ids by code unit, the same on every machine and in every locale. */
export function compareIds(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
