import type { Draft } from '#shared/billing/draft.ts';
import { type DoneDocuments, itemisedPrefix, runKeys } from '#shared/billing/run.ts';
import { draftOfRun } from '#shared/billing/use-cases/runs/chain.ts';
import type { PostingPorts } from '#shared/billing/use-cases/runs/prepare-posting.ts';
import { readRows } from '#shared/billing/use-cases/runs/row-parts.ts';
import type { Objects } from '#shared/commit-log/ports.ts';
import type { Invoice } from '../invoice.ts';
import { invoiceLinesCsv } from '../invoice-lines-csv.ts';
import { type ItemisedRecord, itemisedHeader, itemisedRow } from '../itemised-csv.ts';
import { documentFolder, type PostedDocument, usageFileName } from '../posted-document.ts';
import type { DocumentBatch } from './number-documents.ts';
import { documentsOf, postedDocuments } from './read-documents.ts';

/** What rendering needs of the world. */
export interface RenderPorts extends Pick<PostingPorts, 'decisions' | 'objects'> {
  readonly pdfOf: (invoice: Invoice) => Promise<Uint8Array>;
}

/**
 * Step 7 of posting: PDF, CSV of lines and CSV of itemised usage, in several files where it is long, beside each posted document, from what was posted. It follows from the
 * entry, and cannot hold it up; a repeat writes the same. That it is done is noted, batch by batch.
 */
export async function renderDocuments(ports: RenderPorts, run: string, batch: DocumentBatch): Promise<void> {
  const key = runKeys.rendered(run, batch.batch);
  if ((await ports.decisions.get(key)) !== undefined) return;
  const documents = await postedDocuments(ports, run, await documentsOf(ports, run, batch));
  for (const document of documents) await renderDocument(ports, document);
  await ports.decisions.putIfAbsent<DoneDocuments>(key, { documents: documents.length });
}

async function renderDocument(ports: RenderPorts, document: PostedDocument): Promise<void> {
  const { objects, pdfOf } = ports;
  const body = await objects.get('invoices', document.key);
  if (body === undefined) throw new Error(`document ${document.number} is missing from the store of documents`);
  const invoice = JSON.parse(new TextDecoder().decode(body)) as Invoice;
  const folder = documentFolder(document.seller, document.number);
  await objects.putIfAbsent('invoices', `${folder}/${document.number}.pdf`, await pdfOf(invoice), 'application/pdf');
  await objects.putIfAbsent('invoices', `${folder}/${document.number}-lines.csv`, invoiceLinesCsv(invoice), 'text/csv');
  const draft = await draftOfRun(ports, document.run, document.payer);
  let place = 0;
  for await (const csv of itemisedFiles(objects, draft, document, ROWS_A_FILE)) {
    place++;
    await objects.putIfAbsent('invoices', `${folder}/${usageFileName(document.number, place)}`, csv, 'text/csv');
  }
}

/** Rows of itemised usage a file holds: a spreadsheet shows a million, and they are in memory at a time. */
const ROWS_A_FILE = 500_000;

/**
 * The itemised usage of a business unit in the run's own period, by the payer's clocks, as CSV files of so many rows each: one at least. None for what
 * only corrects another document.
 */
export async function* itemisedFiles(
  objects: Objects,
  draft: Pick<Draft, 'run' | 'payer' | 'account'>,
  { businessUnit, corrects }: Pick<PostedDocument, 'businessUnit' | 'corrects'>,
  rowsAFile: number,
): AsyncGenerator<string> {
  let rows: string[] = [];
  let files = 0;
  const kept = corrects === undefined ? readRows(objects, itemisedPrefix(draft.run, draft.payer, businessUnit)) : [];
  for await (const each of kept) {
    if (rows.length === rowsAFile) {
      yield itemisedHeader() + rows.join('');
      files++;
      rows = [];
    }
    rows.push(itemisedRow(each as ItemisedRecord, draft.account.timeZone));
  }
  if (files === 0 || rows.length > 0) yield itemisedHeader() + rows.join('');
}
