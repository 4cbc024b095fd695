import type { Draft } from '#shared/billing/draft.ts';
import { type PreviewPorts, previewAccount } from '#shared/billing/use-cases/runs/preview-account.ts';
import type { Instant } from '#shared/time/local-date.ts';
import { assembleInvoice } from '../assemble-invoice.ts';
import type { Invoice } from '../invoice.ts';
import { amendedRuns, documentOfLine, previousNetOf } from './assemble-numbered.ts';
import { readSeller } from './read-seller.ts';

/** Number of documents that are not posted. */
const PREVIEW_NUMBER = 'PREVIEW';

/** An account's month so far, as the documents it would get now. Nothing is decided or written by it. */
export interface AccountPreview {
  readonly draft: Draft;
  readonly invoices: readonly Invoice[];
}

/** What an account would be billed at an instant, by the computation of a bill run. @throws Error when the account is unknown. */
export async function previewInvoices(ports: PreviewPorts, account: string, at: Instant): Promise<AccountPreview> {
  const draft = await previewAccount(ports, account, at);
  const seller = await readSeller(ports, draft);
  const invoices: Invoice[] = [];
  for (const document of draft.documents) {
    const numbers = new Map<string, string>();
    for (const [run, line] of amendedRuns(draft, document))
      numbers.set(run, (await documentOfLine(ports, draft, run, line))?.number ?? '');
    const previousNet = await previousNetOf(ports, draft, document);
    const numberOf = (run: string) => numbers.get(run) ?? '';
    const issued = { number: PREVIEW_NUMBER, issueDate: draft.invoiceDate };
    invoices.push(assembleInvoice(draft, document, { seller, ...issued, numberOf, previousNet }));
  }
  return { draft, invoices };
}
