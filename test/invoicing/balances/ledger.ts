import type { WriteOff } from '#shared/billing/draft.ts';
import type { Payment } from '#shared/commit-log/payment.ts';
import type { PostedDocument } from '#shared/invoicing/posted-document.ts';

/** A posted document that is due on the day its number ends in: "I7" on the seventh. */
export function document(
  number: string,
  kind: PostedDocument['kind'],
  gross: string,
  amends: readonly string[],
  takesBack?: Readonly<Record<string, string>>,
): PostedDocument {
  const dueDate = `2026-02-${number.slice(1).padStart(2, '0')}`;
  const of = { seller: 's', payer: 'p', businessUnit: '', run: 'r', issueDate: '2026-01-31', currency: 'EUR' };
  const period = { from: '2026-01-01', to: '2026-01-31' };
  return {
    ...of,
    ...(takesBack && { takesBack }),
    number,
    kind,
    gross,
    net: gross,
    dueDate,
    amends,
    period,
    key: number,
    sha256: number,
  };
}

/** A payment; below zero: a repayment. */
export function payment(id: string, number: string, paid: string): Payment {
  const isBack = paid.startsWith('-');
  const kind = isBack ? 'repayment' : 'payment';
  const amount = isBack ? paid.slice(1) : paid;
  return { id, seller: 's', account: 'p', date: '2026-02-10', kind, amount, document: number, reference: '' };
}

/** A write-off of a document. */
export function writeOff(number: string, amount: string): WriteOff {
  return { number, amount, date: '2026-03-01', reason: 'r', run: `x ${amount}` };
}
