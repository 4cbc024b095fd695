import { hash } from 'node:crypto';
import { identityOf, isSameDocument } from '#shared/billing/document-identity.ts';
import { draftOfRun } from '#shared/billing/use-cases/runs/chain.ts';
import type { PostingPorts } from '#shared/billing/use-cases/runs/prepare-posting.ts';
import { runRequest } from '#shared/billing/use-cases/runs/run-state.ts';
import { takenBackOf } from '../balances/taken-back.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { Invoice } from '../invoice.ts';
import { documentNumber } from '../numbering.ts';
import {
  documentFolder,
  documentKeys,
  type FrozenDocument,
  type PostedDocument,
  seriesName,
} from '../posted-document.ts';
import { assembleNumbered } from './assemble-numbered.ts';
import { blockOf, type DocumentBatch, type FrozenList } from './number-documents.ts';
import { documentsOf, frozenList } from './read-documents.ts';
import { readSeller } from './read-seller.ts';

/**
 * Step 5 of posting: the canonical JSON of each document, under its number, and where to look it up. Number and content follow from the frozen
 * list, the blocks and the drafts, so that a repeat writes the same bytes.
 * @throws Error while a document it amends has no number yet: its run is still being posted; the step is tried again.
 */
export async function writeDocuments(
  ports: PostingPorts,
  run: string,
  batch: DocumentBatch,
): Promise<PostedDocument[]> {
  const { seller } = await runRequest(ports.decisions, run);
  const frozen = await frozenList(ports, run);
  const written: PostedDocument[] = [];
  for (const document of await documentsOf(ports, run, batch)) {
    const invoice = await invoiceOf(ports, run, seller, frozen, document);
    written.push(await writeInvoice(ports, seller, run, document, invoice));
  }
  return written;
}

async function writeInvoice(
  ports: PostingPorts,
  seller: string,
  run: string,
  document: FrozenDocument,
  invoice: Invoice,
): Promise<PostedDocument> {
  const body = canonicalJson(invoice);
  const sha256 = hash('sha256', body);
  const key = `${documentFolder(seller, invoice.number)}/invoice-${sha256.slice(0, 16)}.json`;
  await ports.objects.putIfAbsent('invoices', key, body, 'application/json');
  const posted: PostedDocument = {
    seller,
    payer: document.payer,
    ...identityOf(document),
    run,
    number: invoice.number,
    kind: invoice.kind,
    issueDate: invoice.issueDate,
    dueDate: invoice.dueDate,
    ...(invoice.amends.length > 0 && {
      amends: invoice.amends.map((each) => each.number),
      takesBack: takenBackOf(invoice),
    }),
    period: invoice.period,
    currency: invoice.currency,
    net: invoice.totals.net,
    gross: invoice.totals.gross,
    key,
    sha256,
  };
  const { decisions } = ports;
  const numbered = await decisions.putIfAbsent(documentKeys.number(seller, invoice.number), posted);
  refuseTaken(posted, numbered.value);
  const known = await decisions.putIfAbsent(documentKeys.document(seller, document.payer, run, document), posted);
  if (known.value.sha256 !== sha256)
    throw new Error(`document ${invoice.number} was written before with other content`);
  return posted;
}

/** @throws Error when the number is another document's: nothing is written over it, and the posting goes no further. */
function refuseTaken(posted: PostedDocument, known: PostedDocument): void {
  const { seller, number, payer, run } = posted;
  if (known.sha256 === posted.sha256) return;
  const isOwn = known.run === run && known.payer === payer && isSameDocument(known, posted);
  throw new Error(
    isOwn
      ? `document ${number} was written before with other content`
      : `number ${number} of ${seller} is that of a document of ${known.payer} in run ${known.run} and is not given again to ${payer} in run ${run}: two series of ${seller} have given the same number, so look at numbering of the two releases`,
  );
}

async function invoiceOf(
  ports: PostingPorts,
  run: string,
  sellerId: string,
  frozen: FrozenList,
  document: FrozenDocument,
): Promise<Invoice> {
  const draft = await draftOfRun(ports, run, document.payer);
  const { numbering } = await readSeller(ports, draft);
  const content = draft.documents.find((each) => isSameDocument(each, document));
  if (content === undefined)
    throw new Error(`run ${run} has no document for ${document.payer} ${document.businessUnit}`);
  const series = numbering[document.kind];
  if (series === undefined) throw new Error(`${sellerId} has no series of numbers for a ${document.kind}`);
  const name = seriesName(sellerId, document.kind, series, frozen.date ?? draft.invoiceDate);
  const tail = frozen.series[name];
  if (tail === undefined) throw new Error(`run ${run} wants no numbers of ${name}`);
  const { from, invoiceDate } = await blockOf(ports.decisions, name, run, tail.next);
  const number = documentNumber(series, Number.parseInt(invoiceDate.slice(0, 4), 10), from + document.place);
  return assembleNumbered(ports, draft, content, { number, issueDate: invoiceDate });
}
