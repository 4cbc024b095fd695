import type { BusinessEvent, Events } from '#shared/billing/ports.ts';
import { type DoneDocuments, runKeys } from '#shared/billing/run.ts';
import { namedInEvent, netsOf } from '#shared/billing/use-cases/runs/close-draft.ts';
import { isPosted, leftByPosting, withoutLeft } from '#shared/billing/use-cases/runs/left-by-posting.ts';
import type { PostingDates, PostingPorts } from '#shared/billing/use-cases/runs/prepare-posting.ts';
import { runDrafts } from '#shared/billing/use-cases/runs/run-drafts.ts';
import { enterState } from '#shared/billing/use-cases/runs/run-state.ts';
import type { Position } from '#shared/commit-log/entry.ts';
import { append } from '#shared/commit-log/use-cases/commit-log.ts';
import { writeContent } from '#shared/commit-log/use-cases/content.ts';
import type { PostedDocument } from '../posted-document.ts';
import { allDocuments } from './read-documents.ts';

/** What the end of posting needs of the world. */
export interface CommitPorts extends PostingPorts {
  readonly events: Events;
}

/**
 * Steps 5 (manifest) and 6 of posting: the commit-log entry `run posted`, naming the manifest of all documents; then the run is posted, and
 * everyone is told, at least once; told twice has the same id. Where none of its accounts got a link, nothing came of it: it lapses, without an entry.
 * @throws Error when a document is not written yet.
 */
export async function commitPosting(ports: CommitPorts, run: string): Promise<PostedDocument[]> {
  const { decisions, objects, clock } = ports;
  const documents = await allDocuments(ports, run);
  const outcome = await outcomeOf(ports, run);
  if (outcome.isLapsed) {
    const note = 'none of its accounts was posted';
    await enterState(decisions, run, { state: 'lapsed', by: 'post-run', at: clock.now(), note });
    await tell(ports, run, [], { id: `${run} posted`, type: 'BillRunLapsed', detail: outcome.told });
    return documents;
  }
  const manifest = await writeContent(objects, `runs/${run}/posted`, documents);
  const dates = await decisions.get<PostingDates>(runKeys.posting(run));
  if (dates === undefined) throw new Error(`the posting of run ${run} has not been prepared`);
  const body = { kind: 'run posted', run, manifest } as const;
  const entry = { id: `run posted ${run}`, at: clock.now(), by: 'post-run', body };
  const position = await append(decisions, entry, dates.tailBefore);
  await enterState(decisions, run, { state: 'posted', by: 'post-run', at: clock.now(), note: `position ${position}` });
  const detail = { ...outcome.told, position };
  const posted = documents.map((document) => eventOf(document, position));
  await tell(ports, run, posted, { id: `${run} posted`, type: 'BillRunPosted', detail });
  return documents;
}

/** What came of a posting: what others are told of it, and whether it is nothing, since nobody who was to be posted got a link. */
async function outcomeOf(ports: CommitPorts, run: string) {
  const left = await leftByPosting(ports.decisions, run);
  const wanted = (await runDrafts(ports, run)).filter(isPosted);
  const posted = withoutLeft(wanted, left);
  const { overtaken, untaxed } = left;
  const told = {
    run,
    payers: posted.length,
    documents: posted.reduce((sum, { documents }) => sum + documents, 0),
    totals: netsOf(posted),
    overtaken: namedInEvent(overtaken),
    untaxed: namedInEvent(untaxed),
    accounts: { overtaken: overtaken.length, untaxed: untaxed.length },
  };
  return { told, isLapsed: wanted.length > 0 && posted.length === 0 };
}

function eventOf(document: PostedDocument, position: Position): BusinessEvent {
  return {
    id: `${document.seller} ${document.number}`,
    type: 'InvoicePosted',
    detail: { ...document, position },
  };
}

async function tell(
  { decisions, events }: CommitPorts,
  run: string,
  documents: readonly BusinessEvent[],
  ofRun: BusinessEvent,
): Promise<void> {
  if ((await decisions.get(runKeys.told(run))) !== undefined) return;
  await events.publish([...documents, ofRun]);
  await decisions.putIfAbsent<DoneDocuments>(runKeys.told(run), { documents: documents.length });
}
