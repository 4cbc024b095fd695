import { type AccountView, isCustomerOn } from '#shared/inventory/account-history.ts';
import { addDays, type Instant, localDateOf, startOfDay } from '#shared/time/local-date.ts';
import { billingDayOn, type Period, periodOf, periodOfMonth, periodsOfMonth } from '#shared/time/period.ts';
import { outsidePeriod } from './cut-offs.ts';
import type { Link } from './draft.ts';
import { type RunRequest, termsOf } from './run.ts';

/**
 * Whether a chain that ends so has billed a period to its `end`: unless it is the last one, and was cut off before, or a document of it was
 * cancelled.
 */
export function hasBilled(link: Link, period: Period, end: Instant): boolean {
  const { from } = link.period;
  if (from !== period.from) return from > period.from;
  return link.unsettledFrom === '' && Math.min(link.usageCutOff, link.chargeCutOff) >= end;
}

/** What the period a run is for follows from. */
type AskedPeriod = Pick<RunRequest, 'cycle' | 'month' | 'beforeEnd' | 'at' | 'terms'>;

/**
 * The period of an account that a run is for (decision 42). A run of a cycle bills what ends with the cycle's own period, a short one too, of who is billed
 * on its day from then on; of who became the customer of another seller in it, what ends with that day. Later runs carry what has become known
 * since. Of a run of one account, or of a group of them, where its period is billed, and of it or since a document was cancelled and is not billed again, it is
 * the last that was: a chain only goes forwards, so that what waits is billed there. Nothing for an account of another cycle.
 */
export function runPeriod(view: AccountView, asked: AskedPeriod, last: Link | undefined): Period | undefined {
  const { billingDay } = view;
  const { cycle, month } = asked;
  const isBilled = (period: Period) =>
    last !== undefined && hasBilled(last, period, startOfDay(period.until, view.timeZone));
  if (cycle === 0) {
    const alone = periodAlone(view, asked, isBilled);
    return alone !== undefined && waitsAgain(last, alone) ? periodOf(last.period.from, billingDay) : alone;
  }
  const whole = periodOfMonth(month, cycle);
  const end = whole.until;
  if (billingDayOn(end, billingDay) !== cycle) return undefined;
  const period = periodOf(addDays(end, -1), billingDay);
  const left = view.isCustomer.at(-1)?.until ?? '';
  if (left === '' || isCustomerOn(view, period.from) || left > period.from || left <= whole.from) return period;
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

/**
 * The period of a run of one account, or of a group of them: one that begins in the month and in which it is the seller's customer, if there is one. Of
 * several that are not billed it is the last that has ended, or before the end the last that has begun: those before it are billed with it, and one with
 * nothing to bill holds none up. Where days are asked for up to which it bills, it is the first that has them.
 */
function periodAlone(view: AccountView, asked: AskedPeriod, isBilled: (period: Period) => boolean): Period | undefined {
  const all = periodsOfMonth(asked.month, view.billingDay);
  const own = all.filter(({ from }) => isCustomerOn(view, from));
  const its = own.length === 0 ? all : own;
  const open = its.filter((period) => !isBilled(period));
  const { usageCutOff, chargeCutOff } = termsOf(asked);
  const today = localDateOf(asked.at, view.timeZone);
  const found =
    usageCutOff === '' && chargeCutOff === ''
      ? open.findLast(({ from, until }) => (asked.beforeEnd ? from < today : until <= today))
      : open.find((period) => outsidePeriod(asked, period) === '');
  return found ?? open[0] ?? its.at(-1);
}
