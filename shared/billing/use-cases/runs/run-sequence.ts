import { padded } from '#shared/commit-log/entry.ts';
import type { Decisions } from '#shared/commit-log/ports.ts';
import { LAST_SORT } from '#shared/commit-log/ports.ts';
import { isoInstant } from '#shared/time/local-date.ts';
import type { Clock } from '#shared/time/ports.ts';
import type { Workflows } from '../../ports.ts';
import { type RunRequest, type RunStateName, runId, runKeys } from '../../run.ts';
import { stateOf } from './run-state.ts';

/** What beginning a run needs of the world. */
export interface SequencePorts {
  readonly decisions: Decisions;
  readonly workflows: Workflows;
  readonly clock: Clock;
}

/** The run that was opened, or why none was. */
export type OpenRunResult =
  | { readonly outcome: 'opened'; readonly run: string }
  | { readonly outcome: 'refused'; readonly reason: string };

/** A run of a sequence, and where it has got to. */
export interface RunBefore {
  readonly n: number;
  readonly request: RunRequest;
  readonly state: RunStateName;
}

/** The last run of a scope for a month; nothing when there is none. One that was opened and never began is begun. */
export async function lastInSequence(
  ports: SequencePorts,
  seller: string,
  scope: string,
  month: string,
): Promise<RunBefore | undefined> {
  const range = { from: '', until: LAST_SORT, descending: true, limit: 1 };
  const [last] = await ports.decisions.query<RunRequest>(runKeys.sequence(seller, scope, month), range);
  if (last === undefined) return undefined;
  const state = await stateOf(ports.decisions, last.value.run);
  if (state === 'opened') await begin(ports, last.value);
  return { n: Number.parseInt(last.sort, 10), request: last.value, state };
}

/** Why no run is opened beside one that is neither posted nor discarded. */
export function besideAnother({ request: { run, month }, state }: RunBefore): string {
  return `run ${run} for ${month} is ${state}; post it, or discard it with \`billing run discard ${run} --reason …\`, before another is opened`;
}

/** Takes the n-th place of a sequence and starts the draft; of two who race, one gets it and the other is told. */
export async function enterSequence(
  ports: SequencePorts,
  asked: Omit<RunRequest, 'run'>,
  scope: string,
  n: number,
): Promise<OpenRunResult> {
  const { seller, month } = asked;
  const request: RunRequest = { ...asked, run: runId(seller, scope, month, n) };
  const key = { partition: runKeys.sequence(seller, scope, month), sort: padded(n, 4) };
  const { value } = await ports.decisions.putIfAbsent(key, request);
  if (value.command !== request.command) {
    const reason = `run ${request.run} was opened already by ${value.by}, at ${isoInstant(value.at)}`;
    return { outcome: 'refused', reason };
  }
  await begin(ports, request);
  return { outcome: 'opened', run: request.run };
}

/** A draft that has been under way for so long may have died: asked for again, it is started under a new name. Seconds. */
const DRAFT_PATIENCE = 900;

/**
 * Brings a run that has its place in the sequence into its first state and starts its draft; again when whoever opened it died on the way, and
 * again under another name when the draft itself has. Two drafts of one run at a time make the same.
 */
async function begin(ports: SequencePorts, request: RunRequest): Promise<void> {
  const { run, seller, month, by, at } = request;
  await ports.decisions.putIfAbsent(runKeys.opened(run), request);
  await ports.decisions.putIfAbsent(runKeys.state(run, 0), { state: 'opened', by, at, note: '' });
  await ports.decisions.putIfAbsent({ partition: runKeys.months(seller), sort: `${month}#${run}` }, { run });
  const attempt = 1 + Math.floor((ports.clock.now() - at) / DRAFT_PATIENCE);
  await ports.workflows.start('draft-run', `${run}-draft-${attempt}`, { runId: run });
}
