import type { Decisions, Objects, Projections } from '#shared/commit-log/ports.ts';
import { LAST_SORT } from '#shared/commit-log/ports.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { accountFacts, accountsInCycle } from '#shared/commit-log/use-cases/read-inventory.ts';
import { catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { accountAt } from '#shared/inventory/account-history.ts';
import { isoInstant, type LocalDate, localDateOf, startOfDay } from '#shared/time/local-date.ts';
import { periodOfMonth } from '#shared/time/period.ts';
import type { Clock, Identifiers } from '#shared/time/ports.ts';
import type { Workflows } from '../ports.ts';
import { type RunRequest, runId, runKeys, runScope } from '../run.ts';
import { chainEnd } from './chain.ts';
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

/** The run that was opened, or why none was. */
export type OpenRunResult =
  | { readonly outcome: 'opened'; readonly run: string }
  | { readonly outcome: 'refused'; readonly reason: string };

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
  const next = await nextInSequence(ports, command);
  if (typeof next === 'string') return refused(next);
  const run = runId(seller, cycle, account, month, next);
  const request: RunRequest = {
    run,
    seller,
    cycle,
    account,
    month,
    invoiceDate,
    beforeEnd: command.beforeEnd,
    by,
    at: now,
    command: ports.identifiers.next(),
  };
  const sequence = {
    partition: runKeys.sequence(seller, runScope(cycle, account), month),
    sort: `${next}`.padStart(4, '0'),
  };
  const { value } = await ports.decisions.putIfAbsent(sequence, request);
  if (value.command !== request.command)
    return refused(`run ${run} was opened already by ${value.by}, at ${isoInstant(value.at)}`);
  await begin(ports, request);
  return { outcome: 'opened', run };
}

/** A draft that has been under way for so long may have died: asked for again, it is started under a new name. Seconds. */
const DRAFT_PATIENCE = 900;

/**
 * Brings a run that has its place in the sequence into its first state and starts its draft; again when whoever opened it died on the way, and
 * again under another name when the draft itself has. Two drafts of one run at a time make the same.
 */
async function begin(ports: OpenRunPorts, request: RunRequest): Promise<void> {
  const { run, seller, month, by, at } = request;
  await ports.decisions.putIfAbsent(runKeys.opened(run), request);
  await ports.decisions.putIfAbsent(runKeys.state(run, 0), { state: 'opened', by, at, note: '' });
  await ports.decisions.putIfAbsent({ partition: runKeys.months(seller), sort: `${month}#${run}` }, { run });
  const attempt = 1 + Math.floor((ports.clock.now() - at) / DRAFT_PATIENCE);
  await ports.workflows.start('draft-run', `${run}-draft-${attempt}`, { runId: run });
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
  if (last !== undefined && last.link.period.from >= period.from) {
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

/** Number of the next run of a cycle or account for a month: it follows one that was discarded. Text = why there can be none. */
async function nextInSequence(
  ports: OpenRunPorts,
  { seller, cycle, account, month }: OpenRunCommand,
): Promise<number | string> {
  const partition = runKeys.sequence(seller, runScope(cycle, account), month);
  const range = { from: '', until: LAST_SORT, descending: true, limit: 1 };
  const [last] = await ports.decisions.query<RunRequest>(partition, range);
  if (last === undefined) return 1;
  const { run } = last.value;
  const state = (await runStates(ports.decisions, run)).at(-1)?.state ?? 'opened';
  if (state === 'opened') await begin(ports, last.value);
  if (state === 'discarded') return Number.parseInt(last.sort, 10) + 1;
  if (state === 'posted' || state === 'posting') return billedAlready(ports, month, run);
  return `run ${run} for ${month} is ${state}; post it, or discard it with \`billing run discard ${run} --reason …\`, before another is opened`;
}
