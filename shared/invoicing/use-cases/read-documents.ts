import { runKeys } from '#shared/billing/run.ts';
import type { PostingPorts } from '#shared/billing/use-cases/runs/prepare-posting.ts';
import { runRequest } from '#shared/billing/use-cases/runs/run-state.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { documentKeys, type FrozenDocument, type PostedDocument } from '../posted-document.ts';
import type { DocumentBatch, FrozenList } from './number-documents.ts';

/** What reading the documents of a run needs of the world. */
export type ReadPorts = Pick<PostingPorts, 'decisions' | 'objects'>;

/** The frozen list of a run: where it lies, and its series. @throws Error when it is not frozen yet. */
export async function frozenList({ decisions }: Pick<ReadPorts, 'decisions'>, run: string): Promise<FrozenList> {
  const frozen = await decisions.get<FrozenList>(runKeys.documents(run));
  if (frozen === undefined) throw new Error(`the documents of run ${run} are not listed yet`);
  return frozen;
}

/** The documents of a batch, as they stand on the frozen list of their run. */
export async function documentsOf(
  ports: ReadPorts,
  run: string,
  { from, count, documents }: DocumentBatch,
): Promise<readonly FrozenDocument[]> {
  return documents ?? (await wholeList(ports, run)).slice(from, from + count);
}

async function wholeList(ports: ReadPorts, run: string): Promise<readonly FrozenDocument[]> {
  return (await readContent(ports.objects, (await frozenList(ports, run)).list)) as FrozenDocument[];
}

/** Documents read at the same time. */
const READS_AT_ONCE = 16;

/** Documents of the frozen list of a run as written, in the order given. @throws Error when one is missing. */
export async function postedDocuments(
  ports: ReadPorts,
  run: string,
  documents: readonly FrozenDocument[],
): Promise<PostedDocument[]> {
  const { seller } = await runRequest(ports.decisions, run);
  const posted = new Map<FrozenDocument, PostedDocument>();
  await inParallel(documents, READS_AT_ONCE, async (document) => {
    const { payer, businessUnit } = document;
    const found = await ports.decisions.get<PostedDocument>(documentKeys.document(seller, payer, run, document));
    if (found === undefined)
      throw new Error(`the document of ${payer} ${businessUnit} in run ${run} is not written yet`);
    posted.set(document, found);
  });
  return documents.map((document) => posted.get(document) as PostedDocument);
}

/** All documents of a run as written, in the order of its frozen list. @throws Error when one is missing. */
export async function allDocuments(ports: ReadPorts, run: string): Promise<PostedDocument[]> {
  return postedDocuments(ports, run, await wholeList(ports, run));
}
