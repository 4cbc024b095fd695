import { cutBy } from '#shared/billing/cut-by.ts';
import { type DoneDocuments, itemisedPrefix, runKeys } from '#shared/billing/run.ts';
import { draftOfRun } from '#shared/billing/use-cases/runs/chain.ts';
import type { PostingPorts } from '#shared/billing/use-cases/runs/prepare-posting.ts';
import { readParts, rowParts } from '#shared/billing/use-cases/runs/row-parts.ts';
import type { ObjectSummary, Objects } from '#shared/commit-log/ports.ts';
import type { TimeZone } from '#shared/time/local-date.ts';
import type { Invoice } from '../invoice.ts';
import { invoiceLinesCsv } from '../invoice-lines-csv.ts';
import { type ItemisedRecord, itemisedHeader, itemisedRow } from '../itemised-csv.ts';
import { documentFolder, type PostedDocument, usageFileName } from '../posted-document.ts';
import { storedInvoice } from '../stored-invoice.ts';
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
  const invoice = storedInvoice(body);
  const folder = documentFolder(document.seller, document.number);
  await objects.putIfAbsent('invoices', `${folder}/${document.number}.pdf`, await pdfOf(invoice), 'application/pdf');
  await objects.putIfAbsent('invoices', `${folder}/${document.number}-lines.csv`, invoiceLinesCsv(invoice), 'text/csv');
  const draft = await draftOfRun(ports, document.run, document.payer);
  const files = await itemisedFiles(objects, document, BYTES_A_FILE);
  for (const [at, parts] of files.entries()) {
    const key = `${folder}/${usageFileName(document.number, at + 1)}`;
    // Whoever did not come to the end of many goes on behind those that are there.
    if (files.length > 1 && (await objects.describe('invoices', key, '')) !== undefined) continue;
    const csv = await itemisedCsv(objects, parts, draft.account.timeZone);
    await objects.putIfAbsent('invoices', key, csv, 'text/csv');
  }
}

/**
 * Octets of itemised usage, as it is kept, that a file is made of: they are in memory at a time. Some 400,000 records, and never the million a
 * spreadsheet shows at most.
 */
const BYTES_A_FILE = 120_000_000;

/**
 * The itemised usage of a document's business unit in the run's own period, as the parts of each of its CSV files: one file at least, which may be
 * without any. None for what only corrects another document.
 */
export async function itemisedFiles(
  objects: Objects,
  { run, payer, businessUnit, corrects }: Pick<PostedDocument, 'run' | 'payer' | 'businessUnit' | 'corrects'>,
  bytesAFile: number,
): Promise<ObjectSummary[][]> {
  const kept = corrects === undefined ? await rowParts(objects, itemisedPrefix(run, payer, businessUnit)) : [];
  return kept.length === 0 ? [[]] : cutBy(kept, [[bytesAFile, ({ bytes }) => bytes]]);
}

/** One of these files, by the payer's clocks. */
export async function itemisedCsv(
  objects: Objects,
  parts: readonly ObjectSummary[],
  timeZone: TimeZone,
): Promise<string> {
  const rows = [itemisedHeader()];
  for await (const each of readParts(objects, parts)) rows.push(itemisedRow(each as ItemisedRecord, timeZone));
  return rows.join('');
}
