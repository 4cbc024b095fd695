import { Temporal } from 'temporal-polyfill';
import { daysBetween, type Instant, type LocalDate, localDateOf, startOfDay, type TimeZone } from './local-date.ts';

/** A half-open span of local days [from, until) in the payer's time zone, from billing day to billing day (pricing rules §1). */
export interface Period {
  readonly from: LocalDate;
  readonly until: LocalDate;
}

/** How many dates and periods that were worked out are kept: the accounts of a cycle ask for the same few again and again. */
const MOST_DATES = 1000;
const known = new Map<string, LocalDate>();
const knownPeriods = new Map<string, Period>();

/** Day of the month a payer's periods begin on, 1 to 31; a month that lacks it begins on its last day. */
export type BillingDay = number;

/** The billing day's date in a month: 31 in April is 30 April; the next period returns to the day. @throws RangeError unless 1–31. */
export function billingDate(year: number, month: number, billingDay: BillingDay): LocalDate {
  if (!Number.isInteger(billingDay) || billingDay < 1 || billingDay > 31) {
    throw new RangeError(`${billingDay} is no billing day: 1 to 31`);
  }
  return Temporal.PlainDate.from({ year, month, day: billingDay }, { overflow: 'constrain' }).toString();
}

/** The period a local day falls into. */
export function periodOf(date: LocalDate, billingDay: BillingDay): Period {
  const key = `${date} ${billingDay}`;
  const there = knownPeriods.get(key);
  if (there !== undefined) return there;
  const period = periodAround(date, billingDay);
  if (knownPeriods.size >= MOST_DATES) knownPeriods.clear();
  knownPeriods.set(key, period);
  return period;
}

function periodAround(date: LocalDate, billingDay: BillingDay): Period {
  const day = Temporal.PlainDate.from(date);
  const here = billingDate(day.year, day.month, billingDay);
  return date >= here ? periodFrom(here, billingDay) : { from: monthsLater(here, -1, billingDay), until: here };
}

/** The period that begins on a billing date. */
export function periodFrom(from: LocalDate, billingDay: BillingDay): Period {
  return { from, until: monthsLater(from, 1, billingDay) };
}

/** The billing date so many months later; negative goes back. */
export function monthsLater(date: LocalDate, months: number, billingDay: BillingDay): LocalDate {
  const key = `${date} ${months} ${billingDay}`;
  const there = known.get(key);
  if (there !== undefined) return there;
  const month = Temporal.PlainDate.from(date).toPlainYearMonth().add({ months });
  const later = billingDate(month.year, month.month, billingDay);
  if (known.size >= MOST_DATES) known.clear();
  known.set(key, later);
  return later;
}

/** Calendar months from the month of one date to that of another; the days do not matter. */
export function monthsBetween(from: LocalDate, until: LocalDate): number {
  const month = (date: LocalDate) => Temporal.PlainDate.from(date).toPlainYearMonth();
  return month(from).until(month(until), { largestUnit: 'month' }).months;
}

/** The period a run for a month means: the one that begins on the billing day in that month, "2026-10" → from 2026-10-<billing day>. */
export function periodOfMonth(month: string, billingDay: BillingDay): Period {
  const parsed = Temporal.PlainYearMonth.from(month);
  return periodFrom(billingDate(parsed.year, parsed.month, billingDay), billingDay);
}

/** Calendar days of a period. */
export function daysInPeriod(period: Period): number {
  return daysBetween(period.from, period.until);
}

/** The instants a period begins and ends at, half-open. */
export function periodInstants(period: Period, zone: TimeZone): { from: Instant; until: Instant } {
  return { from: startOfDay(period.from, zone), until: startOfDay(period.until, zone) };
}

/** All periods from the one that holds `first` to the last that begins at or before `last`, in order. */
export function periodsThrough(first: Instant, last: Instant, zone: TimeZone, billingDay: BillingDay): Period[] {
  const periods: Period[] = [];
  for (let period = periodOf(localDateOf(first, zone), billingDay); startOfDay(period.from, zone) <= last; ) {
    periods.push(period);
    period = periodFrom(period.until, billingDay);
  }
  return periods;
}

/** The UTC months "2026-10" that instants [from, until) touch: usage is stored by the UTC month of its start. */
export function utcMonths(from: Instant, until: Instant): string[] {
  const months: string[] = [];
  if (from >= until) return months;
  let month = Temporal.Instant.fromEpochMilliseconds(from * 1000)
    .toZonedDateTimeISO('UTC')
    .toPlainDate()
    .toPlainYearMonth();
  const last = Temporal.Instant.fromEpochMilliseconds((until - 1) * 1000)
    .toZonedDateTimeISO('UTC')
    .toPlainDate()
    .toPlainYearMonth();
  for (; Temporal.PlainYearMonth.compare(month, last) <= 0; month = month.add({ months: 1 }))
    months.push(month.toString());
  return months;
}

/** The instant a UTC month "2026-10" begins at. */
export function utcMonthStart(month: string): Instant {
  return startOfDay(`${month}-01`, 'UTC');
}
