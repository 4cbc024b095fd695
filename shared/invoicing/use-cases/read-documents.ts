import { runKeys } from '#shared/billing/run.ts';
import type { PostingPorts } from '#shared/billing/use-cases/runs/prepare-posting.ts';
import { runRequest } from '#shared/billing/use-cases/runs/run-state.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { documentKeys, type FrozenDocument, type PostedDocument } from '../posted-document.ts';
import type { FrozenList } from './number-documents.ts';

/** What reading the documents of a run needs of the world. */
export type ReadPorts = Pick<PostingPorts, 'decisions' | 'objects'>;

/** The frozen list of a run and what is on it. @throws Error when it is not frozen yet. */
export async function readFrozen(
  { decisions, objects }: ReadPorts,
  run: string,
): Promise<{ frozen: FrozenList; documents: readonly FrozenDocument[] }> {
  const frozen = await decisions.get<FrozenList>(runKeys.documents(run));
  if (frozen === undefined) throw new Error(`the documents of run ${run} are not listed yet`);
  return { frozen, documents: (await readContent(objects, frozen.list)) as FrozenDocument[] };
}

/** Documents read at the same time. */
const READS_AT_ONCE = 16;

/** Documents of a run as written: `count` of its frozen list from place `from` on, in its order. @throws Error when one is missing. */
export async function postedDocuments(
  ports: ReadPorts,
  run: string,
  from: number,
  count: number,
): Promise<PostedDocument[]> {
  const { seller } = await runRequest(ports.decisions, run);
  const documents = (await readFrozen(ports, run)).documents.slice(from, from + count);
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
  return postedDocuments(ports, run, 0, Number.MAX_SAFE_INTEGER);
}
