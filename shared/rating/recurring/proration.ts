import type { RecurringCharge } from '#shared/catalog/catalog.ts';
import type { Amount } from '#shared/money/amount.ts';
import { addDays, daysBetween, type LocalDate } from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';

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

/**
 * How many days of proration a local day is: one, or where months count 30 days what 30E/360 (ISDA 2006 §4.16(h)) puts between it and the next:
 * the last day of a month is its thirtieth, so that the day before it may be none or, in February, two or three.
 */
export function dayWeight(date: LocalDate, days: RecurringCharge['days']): number {
  if (days === 'calendar') return 1;
  return thirtiethsOf(addDays(date, 1)) - thirtiethsOf(date);
}

/** Days of proration of an interval. */
export function intervalDays({ from, until }: Period, days: RecurringCharge['days']): number {
  return days === 'calendar' ? daysBetween(from, until) : thirtiethsOf(until) - thirtiethsOf(from);
}

/** Days since year 0 where every month has 30. */
function thirtiethsOf(date: LocalDate): number {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const isLast = addDays(date, 1).endsWith('-01');
  return (year * 12 + month) * 30 + (isLast ? 30 : day);
}
