import { type AccountView, isCustomerOn } from '#shared/inventory/account-history.ts';
import { addDays, type Instant, startOfDay } from '#shared/time/local-date.ts';
import { billingDayOn, type Period, periodOf, periodOfMonth, periodsOfMonth } from '#shared/time/period.ts';
import type { Link } from './draft.ts';
import type { RunRequest } from './run.ts';

/**
 * Whether a chain that ends so has billed a period to its `end`: unless it is the last one, and was cut off before, or a document of it was
 * cancelled.
 */
export function hasBilled(link: Link, period: Period, end: Instant): boolean {
  const { from } = link.period;
  if (from !== period.from) return from > period.from;
  return link.unsettledFrom === '' && Math.min(link.usageCutOff, link.chargeCutOff) >= end;
}

/**
 * The period of an account that a run is for. A run of a cycle bills what ends with the cycle's own period, a short one too, of who is billed on its
 * day from then on. A run of one account, or of a group of them, bills a period that begins in the month: of several the first that is not billed; where that is billed, and of it or
 * since a document was cancelled and is not billed again, the last period that was: a chain only goes forwards, so that what waits is billed there. Who became the customer of another seller is billed up to that day first; later runs carry what has become known since. Nothing for an account of another cycle.
 */
export function runPeriod(
  view: AccountView,
  { cycle, month }: Pick<RunRequest, 'cycle' | 'month'>,
  last: Link | undefined,
): Period | undefined {
  const { billingDay } = view;
  const isBilled = (period: Period) =>
    last !== undefined && hasBilled(last, period, startOfDay(period.until, view.timeZone));
  if (cycle === 0) {
    const periods = periodsOfMonth(month, billingDay);
    const asked = periods.find((period) => !isBilled(period)) ?? periods.at(-1);
    return asked !== undefined && waitsAgain(last, asked) ? periodOf(last.period.from, billingDay) : asked;
  }
  const end = periodOfMonth(month, cycle).until;
  if (billingDayOn(end, billingDay) !== cycle) return undefined;
  const period = periodOf(addDays(end, -1), billingDay);
  const left = view.isCustomer.at(-1)?.until ?? '';
  if (left === '' || isCustomerOn(view, period.from) || left > period.from) return period;
  const own = periodOf(addDays(left, -1), billingDay);
  return isBilled(own) ? period : own;
}

/** Whether a period that is asked for is not the last one billed, and lines of a cancelled document wait that are of it or of one before it. */
function waitsAgain(last: Link | undefined, { from, until }: Period): last is Link {
  if (last === undefined || last.unsettledFrom === '') return false;
  return from < last.period.from && last.unsettledFrom < until;
}

/** Whether a run of an account or group only bills again what was cancelled, since later periods than that of its month are billed: up to where they are. */
export function onlyBillsAgain({ cycle, month }: Pick<RunRequest, 'cycle' | 'month'>, period: Period): boolean {
  return cycle === 0 && month < period.from.slice(0, 7);
}
