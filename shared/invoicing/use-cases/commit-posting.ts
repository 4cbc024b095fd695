import type { Events } from '#shared/billing/ports.ts';
import { type DoneDocuments, runKeys } from '#shared/billing/run.ts';
import type { PostingDates, PostingPorts } from '#shared/billing/use-cases/runs/prepare-posting.ts';
import { enterState, runRequest } from '#shared/billing/use-cases/runs/run-state.ts';
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
 * everyone is told, at least once; told twice has the same id. @throws Error when a document is not written yet.
 */
export async function commitPosting(ports: CommitPorts, run: string): Promise<PostedDocument[]> {
  const { decisions, objects, clock } = ports;
  const { seller } = await runRequest(decisions, run);
  const documents = await allDocuments(ports, run);
  const manifest = await writeContent(objects, `runs/${run}/posted`, documents);
  const dates = await decisions.get<PostingDates>(runKeys.posting(run));
  if (dates === undefined) throw new Error(`the posting of run ${run} has not been prepared`);
  const body = { kind: 'run posted', run, manifest } as const;
  const entry = { id: `run posted ${run}`, at: clock.now(), by: 'post-run', body };
  const position = await append(decisions, entry, dates.tailBefore);
  await enterState(decisions, run, { state: 'posted', by: 'post-run', at: clock.now(), note: `position ${position}` });
  await tell(ports, run, seller, documents, position);
  return documents;
}

async function tell(
  { decisions, events }: CommitPorts,
  run: string,
  seller: string,
  documents: readonly PostedDocument[],
  position: Position,
): Promise<void> {
  if ((await decisions.get(runKeys.told(run))) !== undefined) return;
  await events.publish(
    documents.map((document) => ({
      id: `${seller} ${document.number}`,
      type: 'InvoicePosted',
      detail: { ...document, position },
    })),
  );
  await decisions.putIfAbsent<DoneDocuments>(runKeys.told(run), { documents: documents.length });
}
