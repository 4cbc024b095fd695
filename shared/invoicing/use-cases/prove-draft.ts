import type { Draft } from '#shared/billing/draft.ts';
import type { Seller } from '#shared/catalog/catalog.ts';
import { assembleInvoice } from '../assemble-invoice.ts';
import { type DocumentFonts, renderPdf } from './render-pdf.ts';

/**
 * Tries all that could fail after the draft, with a dummy number: every document is made and rendered. @throws whatever goes wrong: the payer
 * is then left out of the run, with the reason.
 */
export async function proveDraft(draft: Draft, seller: Seller, fonts: DocumentFonts): Promise<void> {
  for (const document of draft.documents) {
    const context = { seller, number: 'DRAFT-0000', numberOf: () => 'DRAFT-0000', previousNet: '' };
    await renderPdf(assembleInvoice(draft, document, context), fonts);
  }
}
