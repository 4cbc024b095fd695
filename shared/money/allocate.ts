import { type Amount, amount, ZERO } from './amount.ts';

/** One of those who share a whole: `id` breaks ties, `weight` (≥ 0) says how much of it is theirs. */
export interface Share {
  readonly id: string;
  readonly weight: Amount | bigint;
}

/**
 * Divides a whole into parts of `step` by largest remainders (pricing rules §4): every part is a multiple of the step, the parts add up
 * to the whole exactly, ties go to the smaller id. Works for negative wholes. With no weight at all, the smallest id takes everything.
 * Example: 20.00 over weights 500 and 2,500, step 0.01 → 3.33 and 16.67.
 * @throws RangeError when there is nobody to share with, an id comes twice, a weight is negative, or the whole is no multiple of the step.
 */
export function allocate(whole: Amount, shares: readonly Share[], step: Amount): Map<string, Amount> {
  const sorted = checked(shares);
  const steps = whole.abs().div(step);
  if (!steps.isInteger()) throw new RangeError(`${whole} is not a multiple of ${step}`);
  const units = BigInt(steps.toFixed());
  const total = sorted.reduce((sum, share) => sum + share.weight, 0n);
  if (total === 0n) return new Map(sorted.map((share, place) => [share.id, place === 0 ? whole : ZERO]));
  const parts = sorted.map(({ id, weight }) => ({
    id,
    units: (units * weight) / total,
    rest: (units * weight) % total,
  }));
  const left = Number(parts.reduce((rest, part) => rest - part.units, units));
  const byRest = [...parts].sort((a, b) => (a.rest === b.rest ? 0 : a.rest > b.rest ? -1 : 1));
  for (const part of byRest.slice(0, left)) part.units += 1n;
  const signed = whole.isNegative() ? step.negated() : step;
  return new Map(parts.map((part) => [part.id, part.units === 0n ? ZERO : signed.times(amount(part.units))]));
}

/** The shares by id, their weights as whole numbers in one scale. */
function checked(shares: readonly Share[]): { id: string; weight: bigint }[] {
  if (shares.length === 0) throw new RangeError('an amount cannot be shared among nobody');
  if (new Set(shares.map((share) => share.id)).size < shares.length) {
    throw new RangeError('an amount is shared among distinct ids; add the weights of one id first');
  }
  const places = shares.map(({ weight }) => (typeof weight === 'bigint' ? 0 : weight.decimalPlaces()));
  const scale = places.reduce((most, some) => Math.max(most, some), 0);
  const sorted = [...shares].sort((a, b) => compareIds(a.id, b.id));
  return sorted.map(({ id, weight }) => {
    const scaled =
      typeof weight === 'bigint' ? weight * 10n ** BigInt(scale) : BigInt(weight.times(`1e${scale}`).toFixed());
    if (scaled < 0n) throw new RangeError(`the weight of ${id} is negative: ${weight}`);
    return { id, weight: scaled };
  });
}

/** Orders ids by code unit, the same on every machine and in every locale. */
export function compareIds(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
