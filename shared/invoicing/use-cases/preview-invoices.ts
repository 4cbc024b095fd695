import type { Draft } from '#shared/billing/draft.ts';
import { type PreviewPorts, previewAccount } from '#shared/billing/use-cases/runs/preview-account.ts';
import type { Instant } from '#shared/time/local-date.ts';
import { assembleInvoice } from '../assemble-invoice.ts';
import type { Invoice } from '../invoice.ts';
import { amendedDocuments, amendedIn, previousNetOf } from './assemble-numbered.ts';
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
    const amendedOf = amendedIn(await amendedDocuments(ports, draft, document));
    const previousNet = await previousNetOf(ports, draft, document);
    const issued = { number: PREVIEW_NUMBER, issueDate: draft.invoiceDate };
    invoices.push(assembleInvoice(draft, document, { seller, ...issued, amendedOf, previousNet }));
  }
  return { draft, invoices };
}
