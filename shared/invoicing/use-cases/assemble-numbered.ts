import { documentAmendment } from '#shared/billing/amendment-request.ts';
import { type DocumentIdentity, isSameDocument } from '#shared/billing/document-identity.ts';
import { type Draft, type DraftDocument, type RecordedLine, referenceOf } from '#shared/billing/draft.ts';
import { linkAt, postedDraft } from '#shared/billing/use-cases/runs/chain.ts';
import type { Decisions, Objects } from '#shared/commit-log/ports.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import { assembleInvoice, type DocumentContext } from '../assemble-invoice.ts';
import type { Invoice } from '../invoice.ts';
import { documentKeys, type PostedDocument } from '../posted-document.ts';
import { readSeller } from './read-seller.ts';

/** What assembling documents needs of the world. */
export interface AssemblePorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
}

/**
 * A document of a draft under its number and date, with what it amends and the net of the one before it.
 * @throws Error while a document it amends has no number yet: its run is still being posted.
 */
export async function assembleNumbered(
  ports: AssemblePorts,
  draft: Draft,
  document: DraftDocument,
  issued: { readonly number: string; readonly issueDate: LocalDate },
): Promise<Invoice> {
  const seller = await readSeller(ports, draft);
  const amended = await amendedDocuments(ports, draft, document);
  for (const [run, posted] of amended)
    if (posted === undefined) throw new Error(`the document of run ${run} that this one amends has no number yet`);
  const previousNet = await previousNetOf(ports, draft, document);
  return assembleInvoice(draft, document, { ...issued, seller, amendedOf: amendedIn(amended), previousNet });
}

/** What lines amend, by number and date, of the documents that are posted. */
export function amendedIn(found: ReadonlyMap<string, PostedDocument | undefined>): DocumentContext['amendedOf'] {
  return (line) => {
    const posted = found.get(nameOf(line));
    return posted && { number: posted.number, issueDate: posted.issueDate };
  };
}

/** Which document a line refers to: its run, and, where it does nothing but amend another, the run of that. */
function nameOf(line: RecordedLine): string {
  return [referenceOf(line), correctsOf(line) ?? []].flat().join('#');
}

/** Goodwill may be given on a document that only amends another; what is owed refers to those that bill. */
function correctsOf({ arithmetic }: RecordedLine): string | undefined {
  return arithmetic.kind === 'adjustment' ? arithmetic.corrects : undefined;
}

/** The posted documents that lines of one of a draft amend, by the lines' names for them; nothing for one that is still being posted. */
export async function amendedDocuments(
  ports: Pick<AssemblePorts, 'decisions'>,
  draft: Draft,
  { lines }: DraftDocument,
): Promise<Map<string, PostedDocument | undefined>> {
  const amends = documentAmendment(draft.amendment);
  const byName = new Map(lines.map(({ line }) => [nameOf(line), line]));
  const found = new Map<string, PostedDocument | undefined>();
  for (const [name, line] of byName) {
    const run = referenceOf(line);
    if (run === draft.run) continue;
    const key = run === amends?.run && documentKeys.document(draft.seller, draft.payer, run, amends);
    const posted = key ? ports.decisions.get<PostedDocument>(key) : documentOfLine(ports, draft, run, line);
    found.set(name, await posted);
  }
  return found;
}

/** The posted document of a run that a line stands on. What is outside the scope of tax stands on one of its own, or on the unit's only one. */
export async function documentOfLine(
  { decisions }: Pick<AssemblePorts, 'decisions'>,
  { seller, payer }: Draft,
  run: string,
  line: RecordedLine,
): Promise<PostedDocument | undefined> {
  const corrects = correctsOf(line);
  const main = { businessUnit: line.businessUnit, ...(corrects && { corrects }) };
  const get = (of: DocumentIdentity) => decisions.get<PostedDocument>(documentKeys.document(seller, payer, run, of));
  const apart = line.tax.category === 'O' ? await get({ ...main, apart: 'outside scope' }) : undefined;
  return apart ?? get(main);
}

/**
 * Net of the document before one of a draft, of the same buyer and unit; '' when the run before billed it nothing, and for what corrects another.
 * What bills no period (ad-hoc invoices, goodwill, cancellations) is no measure of the months around it: it has none before it, and is before none; and so is a document
 * that was cancelled.
 */
export async function previousNetOf(ports: AssemblePorts, draft: Draft, document: DocumentIdentity): Promise<string> {
  if (document.corrects !== undefined || draft.amendment !== null) return '';
  let before: Draft = draft;
  do {
    if (before.predecessor === 0) return '';
    const link = await linkAt(ports.decisions, before.seller, before.payer, before.predecessor);
    before = await postedDraft(ports.objects, link);
  } while (before.amendment !== null || isCancelled(draft, before.run, document));
  return before.documents.find((each) => isSameDocument(each, document))?.net ?? '';
}

/** Whether a draft knows a document of a run as cancelled. */
function isCancelled({ cancellations }: Draft, run: string, document: DocumentIdentity): boolean {
  return cancellations.some((each) => each.run === run && isSameDocument(each, document));
}
