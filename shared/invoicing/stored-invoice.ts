import type { Invoice } from './invoice.ts';

/** A document as it was stored; one from before the dates of the documents it amends were named has their numbers alone. */
interface StoredInvoice extends Omit<Invoice, 'amends'> {
  readonly amends: readonly (Invoice['amends'][number] | string)[];
}

/** Reads a stored document. */
export function storedInvoice(body: Uint8Array): Invoice {
  const stored = JSON.parse(new TextDecoder().decode(body)) as StoredInvoice;
  const amends = stored.amends.map((each) =>
    typeof each === 'string' ? { number: each, issueDate: '' as const } : each,
  );
  return { ...stored, amends };
}
