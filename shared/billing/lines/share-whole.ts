import { allocate } from '#shared/money/allocate.ts';
import type { Amount } from '#shared/money/amount.ts';
import { type Currency, formatMinor, minorUnit, roundToMinorUnit } from '#shared/money/currency.ts';

/** An amount priced as a whole, and what of it is whose: together exactly the whole. */
export interface SharedWhole {
  readonly rounded: string;
  /** By business unit, in order of their ids. */
  readonly parts: ReadonlyMap<string, string>;
}

/**
 * Rounds what is priced as a whole once, and shares it over business units by their weights (days, or quantities), in minor units of the currency it is
 * told in, by largest remainders (pricing rules §4, §7). Example: 1000.00 over three units with 31 days each → 333.34, 333.33, 333.33.
 */
export function shareWhole(exact: Amount, weights: ReadonlyMap<string, bigint>, currency: Currency): SharedWhole {
  const whole = roundToMinorUnit(exact, currency);
  const shares = [...weights].map(([id, weight]) => ({ id, weight }));
  const parts = [...allocate(whole, shares, minorUnit(currency))].map(
    ([id, part]) => [id, formatMinor(part, currency)] as const,
  );
  return { rounded: formatMinor(whole, currency), parts: new Map(parts) };
}

/** What weights of business units come to. */
export function totalOf(weights: Iterable<bigint>): bigint {
  let total = 0n;
  for (const weight of weights) total += weight;
  return total;
}
