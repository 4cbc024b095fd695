import type { Decisions, Objects, Projections } from '#shared/commit-log/ports.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { accountFacts, accountsInCycle } from '#shared/commit-log/use-cases/read-inventory.ts';
import { catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { accountAt } from '#shared/inventory/account-history.ts';
import { isoInstant, type LocalDate, localDateOf, startOfDay } from '#shared/time/local-date.ts';
import { periodOfMonth } from '#shared/time/period.ts';
import type { Clock, Identifiers } from '#shared/time/ports.ts';
import type { Workflows } from '../../ports.ts';
import { runScope } from '../../run.ts';
import { chainEnd, hasBilled } from './chain.ts';
import { besideAnother, enterSequence, lastInSequence, type OpenRunResult, type RunBefore } from './run-sequence.ts';
import { runStates } from './run-state.ts';

/** What opening a run needs of the world. */
export interface OpenRunPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly projections: Projections;
  readonly workflows: Workflows;
  readonly clock: Clock;
  readonly identifiers: Identifiers;
}

/** What an operator asks for: a cycle by its billing day, or (cycle 0) one account. `invoiceDate` '' = today, in the seller's time zone. */
export interface OpenRunCommand {
  readonly seller: string;
  readonly cycle: number;
  readonly account: string;
  readonly month: string;
  readonly invoiceDate: LocalDate | '';
  /** Whether a period that has not ended may be billed. */
  readonly beforeEnd: boolean;
  readonly by: string;
}

/** Where a day begins first (UTC+14): before that, a period has ended nowhere. */
const EARLIEST_ZONE = 'Etc/GMT-14';

const refused = (reason: string): OpenRunResult => ({ outcome: 'refused', reason });

/**
 * Opens a run and starts its draft. Refused are: an unknown seller or account, a cycle with nobody in it, a period that has not ended, one
 * that is posted already or being posted, and a second run beside one that is not posted or discarded yet.
 */
export async function openRun(ports: OpenRunPorts, command: OpenRunCommand): Promise<OpenRunResult> {
  const { seller, cycle, account, month, by } = command;
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) return refused(`"${month}" is no month; write it like 2026-10`);
  const position = await tail(ports.decisions, 0);
  const { catalog } = await catalogOf(ports, await worldAt(ports, position, () => false));
  const selling = catalog.sellers.find((each) => each.id === seller);
  if (selling === undefined)
    return refused(`there is no seller ${seller}; the catalogue has ${catalog.sellers.map((s) => s.id).join(', ')}`);
  const obstacle =
    account === '' ? await cycleObstacle(ports, command) : await accountObstacle(ports, command, position);
  if (obstacle !== '') return refused(obstacle);
  const now = ports.clock.now();
  const invoiceDate = command.invoiceDate || localDateOf(now, selling.timeZone);
  const scope = runScope(cycle, account);
  const last = await lastInSequence(ports, seller, scope, month);
  const beside = last === undefined ? '' : await besideLast(ports, last, command);
  if (beside !== '') return refused(beside);
  const request = {
    seller,
    cycle,
    account,
    month,
    invoiceDate,
    beforeEnd: command.beforeEnd,
    amendment: null,
    by,
    at: now,
    command: ports.identifiers.next(),
  };
  return enterSequence(ports, request, scope, (last?.n ?? 0) + 1);
}

/**
 * Why no run follows the last one of its sequence; '' = one may. Of a single account, its chain says whether the month is billed: a run that had
 * nothing to bill, or whose documents were cancelled, is followed by another.
 */
async function besideLast(ports: OpenRunPorts, last: RunBefore, { account, month }: OpenRunCommand): Promise<string> {
  const { state, request } = last;
  if (state === 'discarded' || (state === 'posted' && account !== '')) return '';
  if (state === 'posted' || state === 'posting') return billedAlready(ports, month, request.run);
  return besideAnother(last);
}

async function cycleObstacle(
  ports: OpenRunPorts,
  { seller, cycle, month, beforeEnd }: OpenRunCommand,
): Promise<string> {
  if (!(cycle >= 1 && cycle <= 31)) return `there is no cycle ${cycle}; a cycle is a billing day, 1 to 31`;
  const accounts = await accountsInCycle(ports.projections, seller, cycle);
  if (accounts.length === 0) return `no account of ${seller} has billing day ${cycle}`;
  const end = periodOfMonth(month, cycle).until;
  if (!beforeEnd && ports.clock.now() < startOfDay(end, EARLIEST_ZONE)) return notEnded(month, end);
  return '';
}

async function accountObstacle(
  ports: OpenRunPorts,
  { seller, account, month, beforeEnd }: OpenRunCommand,
  position: number,
): Promise<string> {
  const known = { position, cutOff: Number.MAX_SAFE_INTEGER };
  const now = ports.clock.now();
  const view = accountAt(await accountFacts(ports.projections, account), known, now);
  if (view === undefined) return `there is no account ${account}; load it with \`billing inventory load\``;
  if (view.account.seller !== seller)
    return `account ${account} is a customer of ${view.account.seller}, not of ${seller}`;
  const period = periodOfMonth(month, view.account.billingDay);
  const end = startOfDay(period.until, view.account.timeZone);
  const last = await chainEnd(ports.decisions, seller, account);
  if (last !== undefined && hasBilled(last.link, period)) {
    return billedAlready(ports, `${month} for ${account}`, last.link.run);
  }
  if (!beforeEnd && now < end) return notEnded(month, `${period.until} (${isoInstant(end)})`);
  return '';
}

/** Why what a run has posted, or has begun to post, is not billed again. */
async function billedAlready({ decisions }: OpenRunPorts, what: string, run: string): Promise<string> {
  const state = (await runStates(decisions, run)).at(-1)?.state;
  return state === 'posted'
    ? `${what} is posted already, by run ${run}; what became known since comes with the next period's run`
    : `${what} is being posted, by run ${run}; see how far it is with \`billing run show ${run}\``;
}

function notEnded(month: string, end: string): string {
  return `the period of ${month} ends on ${end}, which is still to come; say --before-end to bill it all the same`;
}
