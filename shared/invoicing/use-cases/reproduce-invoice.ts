import { hash } from 'node:crypto';
import { isSameDocument } from '#shared/billing/document-identity.ts';
import { billedPeriod } from '#shared/billing/payer-scope.ts';
import { knownUntil } from '#shared/billing/run.ts';
import { amendmentInput } from '#shared/billing/use-cases/runs/amendment-input.ts';
import { type ComputePorts, computeDraft } from '#shared/billing/use-cases/runs/compute-draft.ts';
import { accountOf } from '#shared/billing/use-cases/runs/measure-slice.ts';
import { runRequest } from '#shared/billing/use-cases/runs/run-state.ts';
import { plannedPayer, readPlanOf } from '#shared/billing/use-cases/runs/stored-plan.ts';
import { keptTaxedAmendment } from '#shared/billing/use-cases/runs/tax-answers.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { Invoice } from '../invoice.ts';
import { invoiceLinesCsv } from '../invoice-lines-csv.ts';
import { documentFolder, type PostedDocument } from '../posted-document.ts';
import { assembleNumbered } from './assemble-numbered.ts';
import { readInvoice } from './explain-line.ts';

/** What making an invoice again needs of the world. */
export interface ReproducePorts extends ComputePorts {
  readonly pdfOf: (invoice: Invoice) => Promise<Uint8Array>;
}

/** A file of a posted document beside the one made again: SHA-256 of each; '' = it is not there. */
export interface ReproducedFile {
  readonly name: string;
  readonly posted: string;
  readonly again: string;
}

/** A value of the invoice that came out otherwise: its place ("lines.3.net"), and both values; undefined = it is not there. */
export interface ReproducedValue {
  readonly place: string;
  readonly posted: unknown;
  readonly again: unknown;
}

/** A posted document made again from its position, cut-offs, release and predecessor. */
export interface Reproduction {
  readonly document: PostedDocument;
  /** Whether every file is the same, byte for byte. */
  readonly isSame: boolean;
  readonly files: readonly ReproducedFile[];
  /** What differs in the invoice itself. */
  readonly values: readonly ReproducedValue[];
}

/**
 * Computes a posted document anew, from the commit log and the usage up to its run's position and nothing of what the run wrote but its plan and
 * its number, and compares byte for byte: the document, its CSV of lines and its PDF. A PDF that is not rendered yet counts as different.
 * @throws Error when the run's plan or its predecessor is gone, or the account owes no such document any more.
 */
export async function reproduceInvoice(ports: ReproducePorts, document: PostedDocument): Promise<Reproduction> {
  const posted = await readInvoice(ports, document);
  const again = await invoiceAgain(ports, document);
  const folder = documentFolder(document.seller, document.number);
  const rendered = `${folder}/${document.number}`;
  const files = [
    await compare(ports, 'invoice.json', document.key, canonicalJson(again)),
    await compare(ports, 'lines.csv', `${rendered}-lines.csv`, invoiceLinesCsv(again)),
    await compare(ports, 'PDF', `${rendered}.pdf`, await ports.pdfOf(again)),
  ];
  const isSame = files.every((file) => file.posted === file.again);
  return { document, isSame, files, values: [...differences('', posted, again)] };
}

async function invoiceAgain(ports: ReproducePorts, document: PostedDocument) {
  const { run, payer, businessUnit, number, issueDate } = document;
  const request = await runRequest(ports.decisions, run);
  const plan = await readPlanOf(ports, run, [payer]);
  const planned = plannedPayer(plan, payer);
  const view = await accountOf(ports.projections, payer, plan.position, knownUntil(planned), request.seller);
  const { position, catalog } = plan;
  const { predecessor } = planned;
  const draft =
    request.amendment === null
      ? await computeDraft(ports, { request, planned, position, view, period: billedPeriod(view, planned, request) })
      : await keptTaxedAmendment(
          ports,
          await amendmentInput(ports, { request, catalog, payer, predecessor, position, view }),
        );
  const content = draft.documents.find((each) => isSameDocument(each, document));
  if (content === undefined)
    throw new Error(`computed anew, ${payer} ${businessUnit} has nothing to bill in run ${run}: ${number} is no more`);
  return assembleNumbered(ports, draft, content, { number, issueDate });
}

async function compare(
  { objects }: ReproducePorts,
  name: string,
  key: string,
  again: string | Uint8Array,
): Promise<ReproducedFile> {
  const body = await objects.get('invoices', key);
  return { name, posted: body === undefined ? '' : hash('sha256', body), again: hash('sha256', again) };
}

/** Places two plain values differ at, in the order of the first. */
function* differences(place: string, posted: unknown, again: unknown): Generator<ReproducedValue> {
  if (Object.is(posted, again)) return;
  if (!isBranch(posted) || !isBranch(again) || Array.isArray(posted) !== Array.isArray(again)) {
    yield { place, posted, again };
    return;
  }
  for (const name of new Set([...Object.keys(posted), ...Object.keys(again)])) {
    yield* differences(place === '' ? name : `${place}.${name}`, posted[name], again[name]);
  }
}

function isBranch(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
