import { type Draft, type RecordedLine, referenceOf } from '#shared/billing/draft.ts';
import type { Seller } from '#shared/catalog/catalog.ts';
import { assembleInvoice } from '../assemble-invoice.ts';
import type { Invoice } from '../invoice.ts';
import type { UnprintableText } from '../pdf/printable.ts';
import { type DocumentFonts, renderPdf, textsWithoutGlyph } from './render-pdf.ts';

/**
 * Tries all that could fail after the draft, with a dummy number: every document is made and rendered, and each of its texts can be read.
 * @throws whatever goes wrong: the payer is then left out of the run, with the reason.
 */
export async function proveDraft(draft: Draft, seller: Seller, fonts: DocumentFonts): Promise<void> {
  for (const document of draft.documents) {
    const issueDate = draft.invoiceDate;
    const issued = { number: 'DRAFT-0000', issueDate };
    const amendedOf = (line: RecordedLine) => (referenceOf(line) === draft.run ? undefined : issued);
    const context = { seller, ...issued, amendedOf, previousNet: '' };
    const invoice = assembleInvoice(draft, document, context);
    refuseUnreadable(invoice, fonts);
    await renderPdf(invoice, fonts);
  }
}

/** Texts named at most. */
const MOST_TEXTS = 5;
const MOST_CHARACTERS = 60;

function refuseUnreadable(invoice: Invoice, fonts: DocumentFonts): void {
  const texts = textsWithoutGlyph(invoice, fonts);
  if (texts.length === 0) return;
  const more = texts.length > MOST_TEXTS ? `; and ${texts.length - MOST_TEXTS} more texts` : '';
  const named = texts.slice(0, MOST_TEXTS).map(textOf).join('; ');
  throw new Error(`the fonts of documents lack ${named}${more}. Write it in Latin, Greek or Cyrillic characters`);
}

/** 日 (U+65E5) of buyer.name "日 GmbH" */
function textOf({ place, text, characters }: UnprintableText): string {
  const named = characters.slice(0, MOST_CHARACTERS).map((character) => `${character} (${codeOf(character)})`);
  return `${named.join(', ')} of ${place} "${text.slice(0, MOST_CHARACTERS)}"`;
}

function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
