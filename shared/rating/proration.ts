import type { Amount } from '#shared/money/amount.ts';

/**
 * The part of an amount that falls on so many of an interval's days (pricing rules §2): amount × days ÷ daysInInterval, multiplied before
 * it is divided, so that what comes out even is exact. 12.00 for 10 days of March → 3.870967….
 * `days` may be the sum over many subscriptions: add their days first and prorate once, so that 31 SIMs for 10 days each owe 10 whole fees.
 * @throws RangeError unless days is a whole number ≥ 0 and daysInInterval one ≥ 1.
 */
export function prorated(amount: Amount, days: number, daysInInterval: number): Amount {
  checkDays(days, daysInInterval);
  return amount.times(days).div(daysInInterval);
}

/**
 * The part of a quantity of base units that falls on so many of an interval's days, rounded down to the base unit (pricing rules §4):
 * 100 MB for 10 of 30 days → 33,333,333 octets.
 * @throws RangeError unless days is a whole number ≥ 0 and daysInInterval one ≥ 1.
 */
export function proratedQuantity(size: bigint, days: number, daysInInterval: number): bigint {
  checkDays(days, daysInInterval);
  return (size * BigInt(days)) / BigInt(daysInInterval);
}

function checkDays(days: number, daysInInterval: number): void {
  if (!Number.isSafeInteger(days) || days < 0) throw new RangeError(`${days} is no number of days`);
  if (!Number.isSafeInteger(daysInInterval) || daysInInterval < 1) {
    throw new RangeError(`${daysInInterval} is no length of an interval in days`);
  }
}
