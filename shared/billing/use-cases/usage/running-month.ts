import type { Position } from '#shared/commit-log/entry.ts';
import type { Decisions, Objects, Projections } from '#shared/commit-log/ports.ts';
import { LAST_SORT } from '#shared/commit-log/ports.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { accountFacts } from '#shared/commit-log/use-cases/read-inventory.ts';
import { type AccountView, accountAt } from '#shared/inventory/account-history.ts';
import type { AccountFact, BusinessUnitFact } from '#shared/inventory/fact.ts';
import type { Clock } from '#shared/time/ports.ts';
import { type RunningMonth, ratedKeys } from '../../rated-rows.ts';

/** What asking for the running month needs of the world. */
export interface RunningMonthPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly projections: Projections;
  readonly clock: Clock;
}

/** An account as it stands, and its running month as rating last found it. */
export interface AccountStatus {
  readonly account: AccountFact;
  readonly businessUnits: readonly BusinessUnitFact[];
  /** null = nothing was rated yet. */
  readonly running: RunningMonth | null;
  /** Position the running month is as of, 0 when there is none. */
  readonly asOf: Position;
  /**
   * Tail of the commit log: what stands between it and `asOf` is still to be rated, or touches no usage of the account. What is said of the account
   * itself, and another catalogue, count here from its next usage on: then all of it is rated anew.
   */
  readonly tail: Position;
}

/** An account and its running month; undefined when there is no such account. */
export async function runningMonth(ports: RunningMonthPorts, account: string): Promise<AccountStatus | undefined> {
  const position = await tail(ports.decisions, 0);
  await projectFacts(ports, position);
  const known = { position, cutOff: Number.MAX_SAFE_INTEGER };
  const view: AccountView | undefined = accountAt(
    await accountFacts(ports.projections, account),
    known,
    ports.clock.now(),
  );
  if (view === undefined) return undefined;
  const range = { from: '', until: LAST_SORT, descending: true, limit: 1 };
  const [last] = await ports.projections.query<RunningMonth>(ratedKeys.running(view.account.seller, account), range);
  return {
    account: view.account,
    businessUnits: [...view.businessUnits.values()],
    running: last?.value ?? null,
    asOf: last?.value.asOf ?? 0,
    tail: position,
  };
}
