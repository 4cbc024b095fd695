import type { Amendment } from '#shared/billing/amendment-request.ts';
import { identityOf } from '#shared/billing/document-identity.ts';
import { openAmendment } from '#shared/billing/use-cases/runs/open-amendment.ts';
import type { OpenRunResult } from '#shared/billing/use-cases/runs/run-sequence.ts';
import { openWriteOff } from '#shared/invoicing/use-cases/balances/write-off.ts';
import { followDraft } from '../runs/run.ts';
import type { Session } from '../session.ts';
import { failure } from '../terminal/failure.ts';
import type { Output } from '../terminal/output.ts';
import { documentOf } from './invoice.ts';

/** What `invoice cancel` and `invoice adjust` are asked for beside what they amend; '' = today, in the seller's time zone. */
export interface AmendOptions {
  readonly reason: string;
  readonly invoiceDate: string;
  readonly wait: boolean;
}

/** `invoice cancel NUMBER --reason TEXT`: drafts the credit note of a whole document; what it billed is billed again by the next run. */
export function cancel(session: Session, number: string, options: AmendOptions, output: Output): Promise<void> {
  return amend(session, number, { kind: 'cancellation' }, options, output);
}

/** `invoice adjust NUMBER --amount NET [--line K] --reason TEXT`: drafts a credit note out of goodwill. */
export function adjust(
  session: Session,
  number: string,
  of: { readonly line: number; readonly amount: string },
  options: AmendOptions,
  output: Output,
): Promise<void> {
  return amend(session, number, { kind: 'adjustment', ...of }, options, output);
}

/** What `invoice write-off` is asked for; '' = all that is open, today. */
export interface WriteOffOptions {
  readonly amount: string;
  readonly reason: string;
  readonly date: string;
  readonly takeBack: boolean;
  readonly wait: boolean;
}

/** `invoice write-off NUMBER --reason TEXT`: drafts that what is open of a document is written off, or expected again. */
export async function writeOff(
  session: Session,
  number: string,
  { amount, reason, date, takeBack, wait }: WriteOffOptions,
  output: Output,
): Promise<void> {
  if (takeBack)
    return amend(session, number, { kind: 'writeOff taken back' }, { reason, invoiceDate: date, wait }, output);
  const document = await documentOf(session, number);
  const command = { document, amount, reason, date, by: session.by };
  await opened(session, await openWriteOff(session.world, command), wait, output);
}

type What = { kind: 'cancellation' | 'writeOff taken back' } | { kind: 'adjustment'; line: number; amount: string };

async function amend(
  session: Session,
  number: string,
  what: What,
  { reason, invoiceDate, wait }: AmendOptions,
  output: Output,
): Promise<void> {
  const document = await documentOf(session, number);
  const { seller, payer, run, issueDate: issued } = document;
  const amendment: Amendment = { ...what, number, run, ...identityOf(document), reason };
  const command = { seller, account: payer, amendment, invoiceDate, issued, by: session.by };
  const result = await openAmendment(session.world, command);
  await opened(session, result, wait, output);
}

/** Tells of a run that was opened, or shows its draft; a refusal is a failure. */
export async function opened(session: Session, result: OpenRunResult, wait: boolean, output: Output): Promise<void> {
  if (result.outcome === 'refused') throw failure(result.reason, '');
  if (wait) return followDraft(session, result.run, output);
  output.result(result, `Opened run ${result.run}; it is being drafted.`);
  output.next(`billing run show ${result.run}`);
}
