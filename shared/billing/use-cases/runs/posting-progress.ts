import { type Decisions, withPrefix } from '#shared/commit-log/ports.ts';
import { type DoneDocuments, runKeys } from '../../run.ts';

/** How far a run is with what follows from its entry `run posted`. */
export interface PostingProgress {
  /** Documents of the run, of which everybody was told; null until then. */
  readonly documents: number | null;
  /** Of them, those that have their PDF and CSVs. */
  readonly rendered: number;
}

/** Looks how far a posting is. */
export async function postingProgress(decisions: Decisions, run: string): Promise<PostingProgress> {
  const told = await decisions.get<DoneDocuments>(runKeys.told(run));
  const batches = await decisions.query<DoneDocuments>(runKeys.run(run), withPrefix('rendered#'));
  const rendered = batches.reduce((sum, { value }) => sum + value.documents, 0);
  return { documents: told?.documents ?? null, rendered };
}

/** Whether nothing of a posting is left to do. */
export function isFinished({ documents, rendered }: PostingProgress): boolean {
  return documents !== null && rendered >= documents;
}
