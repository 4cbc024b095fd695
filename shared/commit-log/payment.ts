import type { LocalDate } from '#shared/time/local-date.ts';
import type { Position } from './entry.ts';
import { padded } from './entry.ts';
import type { ProjectionRow } from './ports.ts';

/** Money that came from an account, or went back to it, as a bank or another system tells it: a fact from its date on, however late it is told. */
export interface Payment {
  /** What it is known by where it comes from, unique for an account: told twice, it counts once. */
  readonly id: string;
  readonly seller: string;
  readonly account: string;
  /** The day it counts from. */
  readonly date: LocalDate;
  /** `payment`: to the seller. `repayment`: to the account, such as a direct debit that was returned, or too much that is paid back. */
  readonly kind: 'payment' | 'repayment';
  /** Above zero, in the account's currency; decimal text. */
  readonly amount: string;
  /** Number of the document it is for; '' = whatever is due first. */
  readonly document: string;
  /** What was written with it, for people. */
  readonly reference: string;
}

/** A payment as recorded: where its entry stands, and its place within the entry. */
export interface RecordedPayment extends Payment {
  readonly position: Position;
  readonly index: number;
}

/** Where payments of an account of a seller are looked up. */
export function paymentsKey(seller: string, account: string): string {
  return `payments#${seller}#${account}`;
}

/** Row of a payment: its key carries its position, so writing it again changes nothing. */
export function paymentRow(payment: RecordedPayment): ProjectionRow<RecordedPayment> {
  const { seller, account, position, index } = payment;
  const sort = `${padded(position, 12)}#${padded(index, 9)}`;
  return { partition: paymentsKey(seller, account), sort, position, value: payment };
}
