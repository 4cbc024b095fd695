import type { Events } from '#shared/billing/ports.ts';
import { runKeys } from '#shared/billing/run.ts';
import type { PostingDates, PostingPorts } from '#shared/billing/use-cases/prepare-posting.ts';
import { enterState, runRequest } from '#shared/billing/use-cases/run-state.ts';
import { append } from '#shared/commit-log/use-cases/commit-log.ts';
import { writeContent } from '#shared/commit-log/use-cases/content.ts';
import type { PostedDocument } from '../posted-document.ts';
import { allDocuments } from './read-documents.ts';

/**
 * Steps 5 (manifest) and 6 of posting: the commit-log entry `run posted`, naming the manifest of all documents; then the run is posted, and
 * everyone is told. Told twice has the same id. @throws Error when a document is not written yet.
 */
export async function commitPosting(
  ports: PostingPorts & { readonly events: Events },
  run: string,
): Promise<PostedDocument[]> {
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
  await ports.events.publish(
    documents.map((document) => ({
      id: `${seller} ${document.number}`,
      type: 'InvoicePosted',
      detail: { ...document, position },
    })),
  );
  return documents;
}
