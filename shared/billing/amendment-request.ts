import type { TaxCategory } from '#shared/catalog/tax-profile.ts';
import type { DocumentIdentity } from './document-identity.ts';

/** A posted document that is amended: by its number, and by the run whose it is and which of its documents. */
interface AmendedDocument extends DocumentIdentity {
  readonly number: string;
  readonly run: string;
  /** Why, in words: it stands in the log, and on a goodwill line. */
  readonly reason: string;
}

/** A whole document is taken back: a credit note says so, and what it billed counts as never billed, so that the next run bills it again. */
export interface CancellationRequest extends AmendedDocument {
  readonly kind: 'cancellation';
}

/** Something is given back out of goodwill (pricing rules §10): so much of one line, or of the whole document. */
export interface AdjustmentRequest extends AmendedDocument {
  readonly kind: 'adjustment';
  /** Place of the line on the document, from 1; 0 = the whole document, shared over its lines by what is left of them. */
  readonly line: number;
  /** As the document's prices are (net, or with the tax in it), above zero, in its currency's minor unit; decimal text. */
  readonly amount: string;
}

/** What is open of an invoice or debit note, or a part of it, is written off: no document comes of it, and nothing is billed again. */
export interface WriteOffRequest extends AmendedDocument {
  readonly kind: 'writeOff';
  /** With tax, above zero, in the document's currency; decimal text. */
  readonly amount: string;
}

/** All that was written off of a document is expected to be paid again. */
interface WriteOffEnded extends AmendedDocument {
  readonly kind: 'writeOff taken back';
}

/** What a run does that amends one posted document, or what is open of it. */
export type DocumentAmendment = CancellationRequest | AdjustmentRequest | WriteOffRequest | WriteOffEnded;

/** What an ad-hoc invoice bills: so many of something at a price, in the account's currency, without tax. */
export interface InvoiceItem {
  /** As the invoice says it. */
  readonly text: string;
  /** Decimal text, not 0; below zero gives back. */
  readonly quantity: string;
  /** Of one, decimal text, 0 or more (EN 16931, BR-27). */
  readonly price: string;
  readonly taxCategory: TaxCategory;
  /** '' = the account itself. */
  readonly businessUnit: string;
  /** The customer's order reference; absent = none. */
  readonly reference?: string;
}

/** Lines are billed as they are named, without a cycle and whatever is owed: no run ever bills them again or takes them back. */
export interface AdHocInvoiceRequest {
  readonly kind: 'ad-hoc invoice';
  /** Why, in words: it stands in the log. */
  readonly reason: string;
  readonly items: readonly InvoiceItem[];
}

/** What a run does that bills no period: amends a posted document, or bills what it is told. */
export type Amendment = DocumentAmendment | AdHocInvoiceRequest;

/** What amends a posted document; nothing for what a run does besides. */
export function documentAmendment(amendment: Amendment | null): DocumentAmendment | undefined {
  return amendment === null || amendment.kind === 'ad-hoc invoice' ? undefined : amendment;
}
