import type { ContentReference } from '#shared/commit-log/entry.ts';
import { type Decisions, type Objects, withPrefix } from '#shared/commit-log/ports.ts';
import { readContent, writeContent } from '#shared/commit-log/use-cases/content.ts';
import { type DraftSummary, runKeys } from '../../run.ts';
import { runStates } from './run-state.ts';

/** What asking for drafts needs of the world. */
interface DraftsPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
}

/**
 * The drafts of a run, in order of their payers: while it is drafted those that are there, and from then on those that were there when it was closed.
 * A draft that comes later, of a child that was taken for dead and is not, nobody has seen: it is not posted.
 */
export async function runDrafts({ decisions, objects }: DraftsPorts, run: string): Promise<DraftSummary[]> {
  // Asked first: what the closing counted is there by then.
  const closed = (await runStates(decisions, run)).find(({ payers }) => payers !== undefined);
  const found = await decisions.query<DraftSummary>(runKeys.run(run), withPrefix('draft#'));
  const drafts = found.map(({ value }) => value);
  if (closed?.payers === undefined) return drafts;
  const counted = new Set((await readContent(objects, closed.payers)) as string[]);
  return drafts.filter(({ payer }) => counted.has(payer));
}

/** Keeps which payers have a draft, for the state in which the run is closed. */
export function keepPayers(objects: Objects, run: string, drafts: readonly DraftSummary[]): Promise<ContentReference> {
  return writeContent(
    objects,
    `runs/${run}/drafted`,
    drafts.map(({ payer }) => payer),
  );
}
