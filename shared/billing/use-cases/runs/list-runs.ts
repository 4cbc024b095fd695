import type { Decisions, Objects } from '#shared/commit-log/ports.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { type RunRequest, type RunState, runKeys } from '../../run.ts';
import { runRequest, runStates } from './run-state.ts';

/** A run as listed: what was asked for, and the states it went through. */
export interface ListedRun {
  readonly request: RunRequest;
  readonly states: readonly RunState[];
}

const LOOKUPS_AT_ONCE = 32;

/** Every run of every seller, by month and id. */
export async function listRuns(ports: { decisions: Decisions; objects: Objects }): Promise<ListedRun[]> {
  const { decisions } = ports;
  const { catalog } = await catalogOf(ports, await worldAt(ports, await tail(decisions, 0), () => false));
  const rows = [];
  for (const { id } of catalog.sellers)
    rows.push(...(await decisions.query<{ run: string }>(runKeys.months(id), withPrefix(''))));
  const runs = rows.sort((a, b) => (a.sort < b.sort ? -1 : 1)).map((row) => row.value.run);
  const found = new Map<string, ListedRun>();
  await inParallel(runs, LOOKUPS_AT_ONCE, async (run) => {
    found.set(run, { request: await runRequest(decisions, run), states: await runStates(decisions, run) });
  });
  return runs.map((run) => found.get(run) as ListedRun);
}
