import {
  addDays,
  type Instant,
  type LocalDate,
  localDateOf,
  startOfDay,
  type TimeZone,
} from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';

/** How an account stands from a local day on. */
export interface Move {
  readonly on: LocalDate;
  readonly zone: TimeZone;
  readonly billingDay: number;
  /** Whether it is our seller's customer, or another's. */
  readonly isCustomer: boolean;
}

/** What an account's days and periods follow from: how it began, as our seller's customer, and its moves in order (decision 42). */
export interface Calendar {
  readonly zone: TimeZone;
  readonly billingDay: number;
  readonly moves: readonly Move[];
}

/** How the account stands on a local day. */
function standingOn({ zone, billingDay, moves }: Calendar, date: LocalDate): Omit<Move, 'on'> {
  return moves.findLast(({ on }) => on <= date) ?? { zone, billingDay, isCustomer: true };
}

/** The time zone a local day goes by. */
export const zoneOn = (of: Calendar, date: LocalDate): TimeZone => standingOn(of, date).zone;

/** Whether the account is our seller's customer on a local day. */
export const isCustomerOn = (of: Calendar, date: LocalDate): boolean => standingOn(of, date).isCustomer;

/** When a local day begins: at the midnight of the zone it goes by, wherever the day before it was. */
export function midnight(of: Calendar, date: LocalDate): Instant {
  return startOfDay(date, zoneOn(of, date));
}

/** The local day that has begun last at an instant. */
export function dayAt(of: Calendar, at: Instant): LocalDate {
  let date = localDateOf(at, of.zone);
  while (midnight(of, date) > at) date = addDays(date, -1);
  while (midnight(of, addDays(date, 1)) <= at) date = addDays(date, 1);
  return date;
}

/** The local days of a period, each with the instants it begins and ends at. */
export function daysThrough(of: Calendar, { from, until }: Period) {
  const days: { readonly date: LocalDate; readonly from: Instant; readonly until: Instant }[] = [];
  for (let date = from; date < until; date = addDays(date, 1))
    days.push({ date, from: midnight(of, date), until: midnight(of, addDays(date, 1)) });
  return days;
}

/** The instants a period begins and ends at. */
export function instantsOf(of: Calendar, { from, until }: Period): { from: Instant; until: Instant } {
  return { from: midnight(of, from), until: midnight(of, until) };
}

/** The billing day that counts on a local day: the one before holds until the first date of the new one at or after the move. */
export function billingDayOn(of: Calendar, date: LocalDate): number {
  return newBillingDays(of).findLast(({ first }) => first <= date)?.billingDay ?? of.billingDay;
}

const known = new WeakMap<readonly Move[], { readonly first: LocalDate; readonly billingDay: number }[]>();

/** The billing days an account moved to, each with its first date; one that another was said before it began never counts. */
function newBillingDays({ billingDay, moves }: Calendar) {
  const there = known.get(moves);
  if (there !== undefined) return there;
  const others = moves.filter((move, place) => move.billingDay !== (moves[place - 1]?.billingDay ?? billingDay));
  const all = others.map((move) => {
    let first = move.on;
    while (!isBillingDate(first, move.billingDay)) first = addDays(first, 1);
    return { first, billingDay: move.billingDay };
  });
  const isOvertaken = (first: LocalDate, place: number) => others.slice(place + 1).some(({ on }) => on < first);
  const found = all.filter(({ first }, place) => !isOvertaken(first, place));
  known.set(moves, found);
  return found;
}

/** Whether a date is the billing day in its month, or its last where it lacks that day. */
function isBillingDate(date: LocalDate, billingDay: number): boolean {
  const day = Number(date.slice(8));
  return day === billingDay || (day < billingDay && addDays(date, 1).endsWith('-01'));
}

/** Whether a period begins on a local day: on a billing date, and where a seller hands the account over to another. */
function isBorder(of: Calendar, date: LocalDate): boolean {
  if (isBillingDate(date, billingDayOn(of, date))) return true;
  return isCustomerOn(of, date) !== isCustomerOn(of, addDays(date, -1));
}

function around(date: LocalDate, begins: (date: LocalDate) => boolean): Period {
  let [from, until] = [date, addDays(date, 1)];
  while (!begins(from)) from = addDays(from, -1);
  while (!begins(until)) until = addDays(until, 1);
  return { from, until };
}

/** The period a local day is in. */
export function periodAround(of: Calendar, date: LocalDate): Period {
  return around(date, (each) => isBorder(of, each));
}

/** The periods that begin in a month "2026-03": one, or several where one is short. */
export function periodsBeginningIn(of: Calendar, month: string): Period[] {
  const found: Period[] = [];
  for (let date = `${month}-01`; date.startsWith(month); date = addDays(date, 1))
    if (isBorder(of, date)) found.push(periodAround(of, date));
  return found;
}

/**
 * The border so many periods after one, as it was known when a period came to its end: nobody knew of moves from the next day on, but where that
 * period ended, whatever ended it.
 */
export function bordersLater(of: Calendar, border: LocalDate, periods: number, { until }: Period): LocalDate {
  const known = { ...of, moves: of.moves.filter(({ on }) => on < until) };
  let later = border;
  for (let n = 0; n < periods; n++) later = around(later, (date) => date === until || isBorder(known, date)).until;
  return later;
}

/** The whole period that a short one is cut from: what the billing day it began by would have made. */
export function wholeOf(of: Calendar, { from }: Period): Period {
  const billingDay = billingDayOn(of, from);
  return around(from, (each) => isBillingDate(each, billingDay));
}

/** Days of the whole period, by which a short one is prorated. */
export function wholeDays(of: Calendar, period: Period): number {
  const { from, until } = wholeOf(of, period);
  return daysThrough(of, { from, until }).length;
}
