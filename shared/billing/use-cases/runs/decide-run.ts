import type { Catalog } from '#shared/catalog/catalog.ts';
import type { Decisions, Objects } from '#shared/commit-log/ports.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import { noteSeries } from '#shared/commit-log/use-cases/issued-series.ts';
import type { Clock } from '#shared/time/ports.ts';
import { isSamePerson } from '../../approval.ts';
import { obstacleIn } from '../../draft-checks.ts';
import type { Workflows } from '../../ports.ts';
import type { RunState, RunStateName } from '../../run.ts';
import { sellerOf } from '../../seller-of.ts';
import { closedPeriod } from '../books/closed-books.ts';
import { draftReport } from './close-draft.ts';
import { isFinished, postingProgress } from './posting-progress.ts';
import { enterState, runRequest, stateOf } from './run-state.ts';
import { readPlanHead } from './stored-plan.ts';

/** What decisions about a run need of the world. */
export interface DecideRunPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly workflows: Workflows;
  readonly clock: Clock;
  /** Whether a run is approved by someone other than who opened it. */
  readonly fourEyes: boolean;
}

/** What came of a decision about a run. */
export type RunDecision =
  | { readonly outcome: 'done' | 'was so already' | 'taken up again' }
  | { readonly outcome: 'refused'; readonly reason: string };

/**
 * Approves a drafted run. Refused: one whose documents are dated into closed books, a run that is not drafted or has failed, the opener under four eyes, and one of
 * which a check is red, but for accounts in error, unless that is accepted by `acceptUnexplained`.
 */
export async function approveRun(
  ports: DecideRunPorts,
  run: string,
  by: string,
  acceptUnexplained: boolean,
): Promise<RunDecision> {
  const request = await runRequest(ports.decisions, run);
  const state = await stateOf(ports.decisions, run);
  const approved: RunState = { state: 'approved', by, at: ports.clock.now(), note: '' };
  // It may have been discarded before it was planned: then there is nothing to look at.
  if (state === 'discarded') return change(ports, run, approved);
  if (state === 'failed') {
    return {
      outcome: 'refused',
      reason: `run ${run} has failed; \`billing run show ${run}\` says why. Discard it, mend the cause, open it again`,
    };
  }
  if (state === 'opened')
    return {
      outcome: 'refused',
      reason: `run ${run} is still being drafted; wait for it with \`billing run show ${run}\``,
    };
  if (ports.fourEyes && isSamePerson(request.by, by)) {
    return {
      outcome: 'refused',
      reason: `run ${run} was opened by ${by}; four eyes are asked for, so another must approve it`,
    };
  }
  const closed = await closedPeriod(ports.decisions, request.seller, request.invoiceDate);
  if (closed !== '') return { outcome: 'refused', reason: `${closed}. ${openAgain(run)}` };
  const obstacle = obstacleIn(run, (await draftReport(ports, run)).checks);
  if (obstacle !== '' && !acceptUnexplained) return { outcome: 'refused', reason: obstacle };
  return change(ports, run, approved);
}

function openAgain(run: string): string {
  return `Discard it with \`billing run discard ${run} --reason …\` and open it again`;
}

/** Discards a run that is not being posted: it leaves no trace in what is owed. */
export async function discardRun(ports: DecideRunPorts, run: string, by: string, reason: string): Promise<RunDecision> {
  await runRequest(ports.decisions, run);
  return change(ports, run, { state: 'discarded', by, at: ports.clock.now(), note: reason });
}

/**
 * Starts posting an approved run, or takes it up again when it died half way, even after it was posted: the same numbers and bytes come of it,
 * documents that were not rendered are, and whoever was not told is. Refused unless the run is approved, when the books were closed over its date, and
 * when a number it gives could be one a document has: its catalogue was followed by another, with which others were posted since.
 */
export async function postRun(ports: DecideRunPorts, run: string): Promise<RunDecision> {
  const { seller, invoiceDate } = await runRequest(ports.decisions, run);
  const state = await stateOf(ports.decisions, run);
  const closed = state === 'approved' ? await closedPeriod(ports.decisions, seller, invoiceDate) : '';
  if (closed !== '') return { outcome: 'refused', reason: `${closed}. ${openAgain(run)}` };
  if (state === 'posted' && isFinished(await postingProgress(ports.decisions, run)))
    return { outcome: 'was so already' };
  const isTold = state !== 'lapsed' || isFinished(await postingProgress(ports.decisions, run));
  if (state !== 'approved' && state !== 'posting' && state !== 'posted' && isTold) {
    const remedy = POST_REMEDIES[state]?.(run) ?? '';
    return { outcome: 'refused', reason: `run ${run} is ${state}, only an approved run can be posted${remedy}` };
  }
  const met = state === 'approved' ? await notedNumbering(ports, run, seller) : '';
  if (met !== '') return { outcome: 'refused', reason: `${met} ${openAgain(run)}` };
  const attempt = ports.clock.now();
  await ports.workflows.start('post-run', `${run}-post-${attempt}`, { runId: run });
  return { outcome: state === 'approved' ? 'done' : 'taken up again' };
}

/** What to do with a run in a state in which it cannot be posted. */
const POST_REMEDIES: Partial<Readonly<Record<RunStateName, (run: string) => string>>> = {
  drafted: (run) => `; approve it with \`billing run approve ${run}\``,
  lapsed: (run) => `; \`billing run show ${run}\` says why none of its accounts was posted, and what to do`,
};

/** Notes by which series the documents of a run are numbered; '' = none can meet a number that was given. */
async function notedNumbering(ports: DecideRunPorts, run: string, seller: string): Promise<string> {
  const catalog = (await readContent(ports.objects, (await readPlanHead(ports, run)).catalog)) as Catalog;
  return noteSeries(ports.decisions, seller, sellerOf(catalog, seller).numbering, run);
}

async function change(ports: DecideRunPorts, run: string, next: RunState): Promise<RunDecision> {
  const changed = await enterState(ports.decisions, run, next);
  if (changed.outcome === 'refused')
    return { outcome: 'refused', reason: `run ${run} is ${changed.state}; it cannot become ${next.state}` };
  return { outcome: changed.outcome };
}
