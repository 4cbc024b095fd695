import type { DocumentIdentity } from '#shared/billing/document-identity.ts';
import { type DocumentKind, type NumberingSeries, restartsEachYear } from '#shared/catalog/numbering.ts';
import type { DecisionKey } from '#shared/commit-log/ports.ts';
import type { Invoice } from './invoice.ts';

/** A document of a run, in the frozen list: numbered by its place among those of its series. */
export interface FrozenDocument extends DocumentIdentity {
  readonly payer: string;
  readonly kind: DocumentKind;
  /** Place among the run's documents of its kind, from 0. */
  readonly place: number;
  /** Usage records that stand in its itemised usage, about; absent = none. */
  readonly records?: number;
}

/** A posted document, as looked up by payer or number. */
export interface PostedDocument extends DocumentIdentity {
  readonly seller: string;
  readonly payer: string;
  readonly run: string;
  readonly number: string;
  readonly kind: Invoice['kind'];
  readonly issueDate: string;
  /** Absent on documents from before it was noted. */
  readonly dueDate?: string;
  /** Numbers of the documents it amends; absent = none, or from before they were noted. */
  readonly amends?: readonly string[];
  /**
   * With tax, what it takes back of each document it amends: of a credit note the shares of its gross, by its lines; of any other what its own gross is
   * lower by. Absent = none, or from before it was noted.
   */
  readonly takesBack?: Readonly<Record<string, string>>;
  readonly period: { readonly from: string; readonly to: string };
  readonly currency: string;
  readonly net: string;
  readonly gross: string;
  /** The canonical JSON in the store of documents; its siblings have the same folder. */
  readonly key: string;
  readonly sha256: string;
}

/** A block of document numbers: `count` numbers from `from` on, taken by a run. */
export interface NumberBlock {
  readonly from: number;
  readonly count: number;
  readonly run: string;
  /** Date of its documents. Dates never go back within a series: it is never before that of the block before. */
  readonly invoiceDate: string;
}

/** Where posted documents are looked up. */
export const documentKeys = {
  ofPayer: (seller: string, payer: string) => `documents#${seller}#${payer}`,
  /** One document of a payer: by run and business unit, and why it stands apart and what it corrects, if it does. */
  document: (
    seller: string,
    payer: string,
    run: string,
    { businessUnit, apart, corrects }: DocumentIdentity,
  ): DecisionKey => ({
    partition: `documents#${seller}#${payer}`,
    sort: [run, businessUnit, apart ?? [], corrects ?? []].flat().join('#'),
  }),
  number: (seller: string, number: string): DecisionKey => ({ partition: `numbers#${seller}`, sort: number }),
  numbers: (seller: string) => `numbers#${seller}`,
} as const;

/** Name of a series: legal entity, kind of document, and the year of the documents' date if its counter begins again each year ("all" if not). */
export function seriesName(seller: string, kind: DocumentKind, series: NumberingSeries, date: string): string {
  return `${seller}#${kind}#${restartsEachYear(series) ? date.slice(0, 4) : 'all'}`;
}

/** The folder a document and its renderings lie in. */
export function documentFolder(seller: string, number: string): string {
  return `documents/${seller}/${number}`;
}

/** Name of a file of a document's itemised usage, the first (place 1) to the last: all but the first say their place. */
export function usageFileName(number: string, place: number): string {
  return `${number}-usage${place === 1 ? '' : `-${place}`}.csv`;
}
