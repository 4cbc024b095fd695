import { type Decisions, withPrefix } from '#shared/commit-log/ports.ts';
import { NEXT_STATES, type RunRequest, type RunState, type RunStateName, runKeys } from '../../run.ts';

/** The states a run went through, the last one last. */
export async function runStates(decisions: Decisions, run: string): Promise<RunState[]> {
  return (await decisions.query<RunState>(runKeys.run(run), withPrefix('state#'))).map((decision) => decision.value);
}

/** The state a run is in; opened is also one whose opener died before it was written. */
export async function stateOf(decisions: Decisions, run: string): Promise<RunStateName> {
  return (await runStates(decisions, run)).at(-1)?.state ?? 'opened';
}

/** What a run was asked for. @throws Error when there is no such run. */
export async function runRequest(decisions: Decisions, run: string): Promise<RunRequest> {
  const request = await decisions.get<RunRequest>(runKeys.opened(run));
  if (request === undefined) throw new Error(`there is no run ${run}; \`billing run list\` shows those there are`);
  return request;
}

/** What came of asking a run into a state. */
export type StateChange =
  | { readonly outcome: 'done' | 'was so already'; readonly state: RunState }
  | { readonly outcome: 'refused'; readonly state: RunStateName };

/** Brings a run into a state, if that may follow the one it is in; of two who race, one decides and the other is told. */
export async function enterState(decisions: Decisions, run: string, next: RunState): Promise<StateChange> {
  const states = await runStates(decisions, run);
  const last = states.at(-1);
  if (last?.state === next.state) return { outcome: 'was so already', state: last };
  if (last === undefined || !NEXT_STATES[last.state].includes(next.state))
    return { outcome: 'refused', state: last?.state ?? 'opened' };
  const put = await decisions.putIfAbsent<RunState>(runKeys.state(run, states.length), next);
  if (put.won) return { outcome: 'done', state: put.value };
  return enterState(decisions, run, next);
}
