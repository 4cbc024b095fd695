import type { Seller } from '#shared/catalog/catalog.ts';
import { amount } from '#shared/money/amount.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import { type BillingDay, monthsLater } from '#shared/time/period.ts';
import { type Draft, netOf } from './draft.ts';
import type { RunTerms } from './run.ts';

/** Months behind the end of the billed period up to which an account must have been billed, or what it owes waits no longer. */
const MOST_MONTHS_WAITING = 3;

/**
 * The amounts below which a run posts nothing: those of its seller, but for currencies the run says others of; 0 = none. A run of one account, which
 * somebody asks for, has only what it says.
 */
export function leastOfRun(
  { minimumInvoice = [] }: Pick<Seller, 'minimumInvoice'>,
  account: string,
  said: RunTerms['minimum'],
): RunTerms['minimum'] {
  const own = account === '' ? minimumInvoice.map((each) => [each.currency, each.amount] as const) : [];
  const all = Object.entries({ ...Object.fromEntries(own), ...said });
  return Object.fromEntries(all.filter(([, least]) => !amount(least).isZero()));
}

/** What of an account says how long it may wait. */
export interface WaitingScope {
  readonly minimum: RunTerms['minimum'];
  /** The local day up to which it was billed, or since when it is a customer. */
  readonly billedUntil: LocalDate;
  readonly billingDay: BillingDay;
  /** Whether it has another seller when the billed period has ended. */
  readonly isLeaving: boolean;
}

/**
 * Whether what a draft bills is so little that it is not posted and waits for the next run: its net, over all documents of the payer, is below the
 * least of its currency. What gives money back (a document below zero) never waits, nor does the last invoice of an account (nobody of it is active
 * when the next period begins, or it has another seller by then), nor who has not been billed for three months.
 */
export function isWaiting(draft: Draft, { minimum, billedUntil, billingDay, isLeaving }: WaitingScope): boolean {
  const { documents, amendment, account, period } = draft;
  const least = minimum[account.currency];
  if (least === undefined || amendment !== null || documents.length === 0) return false;
  if (documents.some(({ net }) => amount(net).isNegative() && !amount(net).isZero())) return false;
  if (!netOf(draft).lessThan(least)) return false;
  const hasWaited = billedUntil <= monthsLater(period.until, -MOST_MONTHS_WAITING, billingDay);
  return !hasWaited && !isLeaving && !isLast(draft);
}

/** Whether the period behind the billed one is measured, and nobody is active in it. */
function isLast({ measured, period }: Draft): boolean {
  const next = measured.find((each) => each.period.from === period.until);
  return next !== undefined && Object.values(next.overview).every(({ subscriptions }) => subscriptions === 0);
}
