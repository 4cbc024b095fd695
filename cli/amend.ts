import type { Amendment } from '#shared/billing/amendment.ts';
import { identityOf } from '#shared/billing/draft.ts';
import { openAmendment } from '#shared/billing/use-cases/runs/open-amendment.ts';
import { failure } from './failure.ts';
import { documentOf } from './invoice.ts';
import type { Output } from './output.ts';
import { followDraft } from './run.ts';
import type { Session } from './session.ts';

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

type What = { kind: 'cancellation' } | { kind: 'adjustment'; line: number; amount: string };

async function amend(
  session: Session,
  number: string,
  what: What,
  { reason, invoiceDate, wait }: AmendOptions,
  output: Output,
): Promise<void> {
  const document = await documentOf(session, number);
  const { seller, payer, run } = document;
  const amendment: Amendment = { ...what, number, run, ...identityOf(document), reason };
  const command = { seller, account: payer, amendment, invoiceDate, by: session.by };
  const result = await openAmendment(session.world, command);
  if (result.outcome === 'refused') throw failure(result.reason, '');
  if (wait) return followDraft(session, result.run, output);
  output.result(result, `Opened run ${result.run}; its document is being drafted.`);
  output.next(`billing run show ${result.run}`);
}
