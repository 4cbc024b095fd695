import { Temporal } from 'temporal-polyfill';
import { daysBetween, type Instant, type LocalDate, localDateOf, startOfDay, type TimeZones } from './local-date.ts';

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

/** The billing day of a payer: one, or, of who moved, one after the other. */
export type BillingDays = BillingDay | MovedBillingDay;

/**
 * Billing days one after the other: the first, and the others each from a billing date of its own on, earliest first, so that a move makes one short
 * period (pricing rules §1). `cuts` are days periods also end on: those on which the payer became the customer of another seller.
 */
export interface MovedBillingDay {
  readonly first: BillingDay;
  readonly moves: readonly { readonly from: LocalDate; readonly billingDay: BillingDay }[];
  readonly cuts: readonly LocalDate[];
  /** What was taken to hold until the last of it was said, on a day; absent = as long as it is known. */
  readonly earlier?: { readonly until: LocalDate; readonly days: BillingDays };
}

/** The billing day that a period which begins on a local day goes by. */
export function billingDayOn(date: LocalDate, days: BillingDays): BillingDay {
  if (typeof days === 'number') return days;
  return days.moves.findLast(({ from }) => from <= date)?.billingDay ?? days.first;
}

/**
 * Billing days as they become when another, or the same, is said from a local day on: what has not begun behind that day never does, and the one that
 * holds then does so until the first date of the other. `isCut`: periods end on the day itself too.
 */
export function billingDaysFrom(
  days: BillingDays,
  day: LocalDate,
  billingDay: BillingDay,
  isCut: boolean,
): BillingDays {
  const { first, moves, cuts } = typeof days === 'number' ? { first: days, moves: [], cuts: [] } : days;
  const begun = moves.filter(({ from }) => from <= day);
  const isOther = billingDay !== (begun.at(-1)?.billingDay ?? first);
  return {
    first,
    moves: isOther ? [...begun, { from: billingDateFrom(day, billingDay), billingDay }] : begun,
    cuts: isCut ? [...cuts, day] : cuts,
    earlier: { until: day, days },
  };
}

/** Billing days as they were taken to hold when a local day began: by what was said before it. */
export function billingDaysBy(days: BillingDays, day: LocalDate): BillingDays {
  if (typeof days === 'number' || days.earlier === undefined || days.earlier.until < day) return days;
  return billingDaysBy(days.earlier.days, day);
}

/** The billing day's date in a month: 31 in April is 30 April; the next period returns to the day. @throws RangeError unless 1–31. */
export function billingDate(year: number, month: number, billingDay: BillingDay): LocalDate {
  if (!Number.isInteger(billingDay) || billingDay < 1 || billingDay > 31) {
    throw new RangeError(`${billingDay} is no billing day: 1 to 31`);
  }
  return Temporal.PlainDate.from({ year, month, day: billingDay }, { overflow: 'constrain' }).toString();
}

/** The period a local day falls into. */
export function periodOf(date: LocalDate, days: BillingDays): Period {
  if (typeof days !== 'number') return movedPeriodOf(date, days);
  const billingDay = days;
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

/** The period between the borders next to a day: billing dates, the days of moves, and cuts. */
function movedPeriodOf(date: LocalDate, days: MovedBillingDay): Period {
  const whole = periodOf(date, billingDayOn(date, days));
  const borders = [...days.moves.map(({ from }) => from), ...days.cuts];
  return {
    from: borders.reduce((last, day) => (last < day && day <= date ? day : last), whole.from),
    until: borders.reduce((next, day) => (date < day && day < next ? day : next), whole.until),
  };
}

/** The period that a short one is a part of, by whose days it is prorated (pricing rules §1); of any other, itself. */
export function wholePeriod(period: Period, days: BillingDays): Period {
  return typeof days === 'number' ? period : periodOf(period.from, billingDayOn(period.from, days));
}

/** The period that begins on a border of periods. */
export function periodFrom(from: LocalDate, days: BillingDays): Period {
  return typeof days === 'number' ? { from, until: monthsLater(from, 1, days) } : movedPeriodOf(from, days);
}

/** The border of periods so many periods after another. */
export function periodsLater(border: LocalDate, periods: number, days: BillingDays): LocalDate {
  if (typeof days === 'number') return monthsLater(border, periods, days);
  let later = border;
  for (let n = 0; n < periods; n++) later = periodFrom(later, days).until;
  return later;
}

/** The first billing date at or after a local day. */
function billingDateFrom(date: LocalDate, billingDay: BillingDay): LocalDate {
  const { from, until } = periodOf(date, billingDay);
  return from === date ? from : until;
}

/** The periods that begin in a month "2026-10", in order: one, or several where one is short. */
export function periodsOfMonth(month: string, days: BillingDays): Period[] {
  const found: Period[] = [];
  let period = periodOf(`${month}-01`, days);
  for (; period.from.slice(0, 7) <= month; period = periodFrom(period.until, days)) {
    if (period.from.startsWith(month)) found.push(period);
  }
  return found;
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
export function periodInstants(period: Period, zones: TimeZones): { from: Instant; until: Instant } {
  return { from: startOfDay(period.from, zones), until: startOfDay(period.until, zones) };
}

/** All periods from the one that holds `first` to the last that begins at or before `last`, in order. */
export function periodsThrough(first: Instant, last: Instant, zones: TimeZones, days: BillingDays): Period[] {
  const periods: Period[] = [];
  for (let period = periodOf(localDateOf(first, zones), days); startOfDay(period.from, zones) <= last; ) {
    periods.push(period);
    period = periodFrom(period.until, days);
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

/** Whether instants [from, until) touch a UTC month "2026-10". */
export function touchesUtcMonth(month: string, from: Instant, until: Instant): boolean {
  const start = utcMonthStart(month);
  return from < until && start < until && utcMonthStart(monthsLater(`${month}-01`, 1, 1).slice(0, 7)) > from;
}
