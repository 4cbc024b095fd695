import { Amount, amount, ZERO } from './amount.ts';

/** One of those who share a whole: `id` breaks ties, `weight` (≥ 0) says how much of it is theirs. */
export interface Share {
  readonly id: string;
  readonly weight: Amount | bigint;
}

/** Digits enough that no sum or product of two amounts below is ever cut. */
const Wide = Amount.clone({ precision: 120 });

/**
 * Divides a whole into parts of `step` by largest remainders (pricing rules §4): every part is a multiple of the step, the parts add up
 * to the whole exactly, ties go to the smaller id. Works for negative wholes. With no weight at all, the smallest id takes everything.
 * Example: 20.00 over weights 500 and 2,500, step 0.01 → 3.33 and 16.67.
 * @throws RangeError when there is nobody to share with, an id comes twice, a weight is negative, or the whole is no multiple of the step.
 */
export function allocate(whole: Amount, shares: readonly Share[], step: Amount): Map<string, Amount> {
  const sorted = checked(shares);
  const units = new Wide(whole.abs()).div(step);
  if (!units.isInteger()) throw new RangeError(`${whole} is not a multiple of ${step}`);
  const total = sorted.reduce((sum, share) => sum.plus(share.weight), new Wide(0));
  if (total.isZero()) return new Map(sorted.map((share, place) => [share.id, place === 0 ? whole : ZERO]));
  const parts = sorted.map(({ id, weight }) => {
    const product = units.times(weight);
    const floor = product.divToInt(total);
    return { id, units: floor, rest: product.minus(floor.times(total)) };
  });
  const left = parts.reduce((rest, part) => rest.minus(part.units), units).toNumber();
  const byRest = [...parts].sort((a, b) => b.rest.comparedTo(a.rest) || compareIds(a.id, b.id));
  for (const part of byRest.slice(0, left)) part.units = part.units.plus(1);
  const signed = whole.isNegative() ? step.negated() : step;
  return new Map(parts.map((part) => [part.id, part.units.isZero() ? ZERO : new Amount(part.units.times(signed))]));
}

/** The shares by id, with weights as wide amounts. */
function checked(shares: readonly Share[]) {
  if (shares.length === 0) throw new RangeError('an amount cannot be shared among nobody');
  if (new Set(shares.map((share) => share.id)).size < shares.length) {
    throw new RangeError('an amount is shared among distinct ids; add the weights of one id first');
  }
  const sorted = [...shares].sort((a, b) => compareIds(a.id, b.id));
  return sorted.map(({ id, weight }) => {
    const wide = new Wide(amount(weight));
    if (wide.lessThan(0)) throw new RangeError(`the weight of ${id} is negative: ${wide}`);
    return { id, weight: wide };
  });
}

/** Orders ids by code unit, the same on every machine and in every locale. */
export function compareIds(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
