import type { Draft } from '#shared/billing/draft.ts';
import { type PreviewPorts, previewAccount } from '#shared/billing/use-cases/runs/preview-account.ts';
import { assembleInvoice } from '../assemble-invoice.ts';
import type { Invoice } from '../invoice.ts';
import { documentKeys, type PostedDocument } from '../posted-document.ts';
import { previousNetOf } from './assemble-numbered.ts';
import { readSeller } from './read-seller.ts';

/** Number of documents that are not posted. */
const PREVIEW_NUMBER = 'PREVIEW';

/** An account's month so far, as the documents it would get now. Nothing is decided or written by it. */
export interface AccountPreview {
  readonly draft: Draft;
  readonly invoices: readonly Invoice[];
}

/** What an account would be billed now, by the computation of a bill run. @throws Error when the account is unknown. */
export async function previewInvoices(ports: PreviewPorts, account: string): Promise<AccountPreview> {
  const draft = await previewAccount(ports, account);
  const seller = await readSeller(ports, draft);
  const invoices: Invoice[] = [];
  for (const document of draft.documents) {
    const numbers = new Map<string, string>();
    for (const { line } of document.lines) {
      if (line.billedBy === draft.run || numbers.has(line.billedBy)) continue;
      const key = documentKeys.document(draft.seller, draft.payer, line.billedBy, document.businessUnit);
      numbers.set(line.billedBy, (await ports.decisions.get<PostedDocument>(key))?.number ?? '');
    }
    const previousNet = await previousNetOf(ports, draft, document.businessUnit);
    const numberOf = (run: string) => numbers.get(run) ?? '';
    const issued = { number: PREVIEW_NUMBER, issueDate: draft.invoiceDate };
    invoices.push(assembleInvoice(draft, document, { seller, ...issued, numberOf, previousNet }));
  }
  return { draft, invoices };
}
