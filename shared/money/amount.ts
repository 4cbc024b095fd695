import { Decimal } from 'decimal.js';

/**
 * Exact decimal arithmetic for money and prices: 34 significant digits, half away from zero where a digit must fall.
 * Nothing in this product adds, multiplies or rounds money in floating point.
 */
export const Amount = Decimal.clone({ precision: 34, rounding: Decimal.ROUND_HALF_UP, toExpNeg: -40, toExpPos: 40 });

/** An exact amount of money or quantity; a currency stands beside it, never in it. */
export type Amount = Decimal;

/** The amount nothing is owed at. */
export const ZERO: Amount = new Amount(0);

/**
 * Reads an amount from decimal text, an integer or a bigint.
 * A JavaScript number must be a safe integer: fractions come as text ("0.02"), so that no binary fraction enters.
 * @throws RangeError for text that is no finite decimal number and for fractional or unsafe numbers.
 */
export function amount(value: string | number | bigint | Amount): Amount {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new RangeError(`an amount of ${value} must be written as decimal text, e.g. "${value}"`);
  }
  if (typeof value === 'string' && !/^[+-]?\d+(\.\d+)?([eE][+-]?\d{1,3})?$/.test(value)) {
    throw new RangeError(`"${value}" is not a decimal number, e.g. "12.50"`);
  }
  return new Amount(value);
}

/** Adds exactly; the sum of nothing is zero. */
export function sum(amounts: Iterable<Amount>): Amount {
  let total = ZERO;
  for (const each of amounts) total = total.plus(each);
  return total;
}
