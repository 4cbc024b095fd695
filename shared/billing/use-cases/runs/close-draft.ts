import type { Decisions, Objects } from '#shared/commit-log/ports.ts';
import { type Amount, amount } from '#shared/money/amount.ts';
import type { Instant } from '#shared/time/local-date.ts';
import type { Clock } from '#shared/time/ports.ts';
import { type ApprovalSettings, approverOf } from '../../approval.ts';
import { type DraftCheck, draftChecks, isUnremarkable, postedOf } from '../../draft-checks.ts';
import type { UsageOfDraft } from '../../draft-usage.ts';
import type { Events } from '../../ports.ts';
import { type DraftSummary, failuresPrefix, type LeftOut, type PlannedPayer, usageKey } from '../../run.ts';
import { leftByPosting, withoutLeft } from './left-by-posting.ts';
import type { ReckonedUsage } from './reckon-usage.ts';
import { keepPayers, runDrafts } from './run-drafts.ts';
import { enterState, runRequest } from './run-state.ts';
import { readPlan } from './stored-plan.ts';

/** What closing a draft needs of the world. */
export interface CloseDraftPorts extends ApprovalSettings {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly events: Events;
  readonly clock: Clock;
  /** Adds up the usage of a run: `reckonUsage`, up to so many records. */
  readonly reckon: (run: string) => Promise<ReckonedUsage | null>;
}

/** Where the accounts of a run are cut off, the first and the last of them: usage that started before, charges due by then. */
export interface BilledUpTo {
  readonly usage: readonly [first: Instant, last: Instant];
  readonly charges: readonly [first: Instant, last: Instant];
}

/** What a draft shows before anyone approves. */
export interface DraftReport {
  readonly run: string;
  readonly payers: number;
  /** null where it bills no period. */
  readonly billedUpTo: BilledUpTo | null;
  readonly documents: number;
  readonly nothingToBill: number;
  /** Payers that are not posted, since what they owe is below the least; the next run bills it. */
  readonly waiting: readonly string[];
  readonly belowZero: number;
  /** Currency → net of all documents that are posted; once it is posted, without those of accounts its posting has left. */
  readonly totals: Readonly<Record<string, string>>;
  /** Payers of the cycle that are not billed by this run, and why. */
  readonly leftOut: readonly LeftOut[];
  /** Payers that could not be drafted: they can be run alone once the cause is mended. */
  readonly inError: readonly LeftOut[];
  /** Payers with lines that moved though no fact did: they are looked at before approval. */
  readonly unexplained: readonly string[];
  /** How its usage adds up; null where that was not asked for, since it is much, or it measures none. */
  readonly usage: UsageOfDraft | null;
  readonly drafts: readonly DraftSummary[];
  readonly checks: readonly DraftCheck[];
}

/** A failure of a child of the run, as recorded by it or for it. */
export interface RecordedFailure {
  readonly payers: readonly string[];
  readonly error: string;
}

/**
 * Closes a draft: reads what became of every payer, and decides whose drafts are shown, approved and posted. A run none of whose payers could be drafted has failed.
 */
export async function closeDraft(ports: CloseDraftPorts, run: string): Promise<DraftReport> {
  await keepUsage(ports, run, await ports.reckon(run));
  const at = ports.clock.now();
  const found = await draftReport(ports, run);
  const { inError, drafts } = found;
  const note = inError.length === 0 ? '' : `${inError.length} accounts in error`;
  const payers = await keepPayers(ports.objects, run, drafts);
  const state = hasFailed(found) ? 'failed' : 'drafted';
  const entered = await enterState(ports.decisions, run, { state, by: 'draft-run', at, note, payers });
  // Another that closed it may have seen other drafts: what was decided is told.
  const report = entered.outcome === 'done' ? found : await draftReport(ports, run);
  await approveByRule(ports, report, at);
  const type = hasFailed(report) ? 'BillRunFailed' : 'BillRunDrafted';
  await ports.events.publish([{ id: `${run} drafted`, type, detail: toldOf(report) }]);
  return report;
}

function hasFailed({ inError, drafts }: DraftReport): boolean {
  return inError.length > 0 && drafts.length === 0;
}

/** Accounts an event names of each list; how many there are is told beside them. */
const NAMED = 50;
const LONGEST_REASON = 1000;

/** The first accounts of a list and why, as an event has room for them. */
export function namedInEvent(accounts: readonly LeftOut[]): LeftOut[] {
  return accounts.slice(0, NAMED).map(({ payer, reason }) => ({ payer, reason: reason.slice(0, LONGEST_REASON) }));
}

/** What an event says of a draft: it has room for 256 KB, so that of many accounts the first are named and all are counted. */
function toldOf({ drafts: _, usage: __, waiting, leftOut, inError, unexplained, checks, ...figures }: DraftReport) {
  return {
    ...figures,
    waiting: waiting.slice(0, NAMED),
    leftOut: leftOut.slice(0, NAMED),
    inError: namedInEvent(inError),
    unexplained: unexplained.slice(0, NAMED),
    checks: checks.map((check) => ({ ...check, payers: check.payers.slice(0, NAMED), accounts: check.payers.length })),
    accounts: {
      waiting: waiting.length,
      leftOut: leftOut.length,
      inError: inError.length,
      unexplained: unexplained.length,
    },
  };
}

/** Keeps with a run how its usage adds up and which files it is without; asked for again, as it does then. */
export async function keepUsage(
  { objects }: Pick<CloseDraftPorts, 'objects'>,
  run: string,
  reckoned: ReckonedUsage | null,
): Promise<void> {
  if (reckoned !== null) await objects.put('work', usageKey(run), JSON.stringify(reckoned), 'application/json');
}

async function keptUsage(objects: Objects, run: string): Promise<ReckonedUsage | null> {
  const body = await objects.get('work', usageKey(run));
  return body === undefined ? null : (JSON.parse(new TextDecoder().decode(body)) as ReckonedUsage);
}

/** A bill run that a rule may approve, where nothing is remarkable; amendments are a person's to decide. */
async function approveByRule(ports: CloseDraftPorts, { run, checks }: DraftReport, at: Instant): Promise<void> {
  const { decisions } = ports;
  const request = await runRequest(decisions, run);
  if (approverOf(request, ports) !== 'rule' || !isUnremarkable(checks)) return;
  const note = 'nothing red, every total within 10 % of the median';
  await enterState(decisions, run, { state: 'approved', by: 'rule', at, note });
}

/** What a draft shows: drafts, totals, who is left out and why. */
export async function draftReport(
  ports: Pick<CloseDraftPorts, 'decisions' | 'objects'>,
  run: string,
): Promise<DraftReport> {
  const { amendment } = await runRequest(ports.decisions, run);
  const plan = await readPlan(ports, run);
  const drafts = await runDrafts(ports, run);
  const drafted = new Set(drafts.map((draft) => draft.payer));
  const failures = await readFailures(ports.objects, run);
  const missing = plan.payers.filter((each) => !drafted.has(each.payer));
  const inError = missing.map(({ payer }) => ({ payer, reason: failures.get(payer) ?? 'has not been drafted' }));
  const reckoned = await keptUsage(ports.objects, run);
  const usage = reckoned === null || 'tooMuch' in reckoned.usage ? null : reckoned.usage;
  const accounts = plan.accounts ?? plan.payers.length + plan.leftOut.length;
  const posted = withoutLeft(postedOf(drafts), await leftByPosting(ports.decisions, run));
  return {
    run,
    payers: plan.payers.length,
    billedUpTo: amendment === null ? billedUpTo(plan.payers) : null,
    documents: posted.reduce((sum, draft) => sum + draft.documents, 0),
    waiting: drafts.flatMap(({ payer, isWaiting }) => (isWaiting === true ? [payer] : [])),
    nothingToBill: drafts.filter((draft) => draft.documents === 0).length,
    belowZero: drafts.reduce((sum, draft) => sum + draft.belowZero, 0),
    totals: netsOf(posted),
    leftOut: plan.leftOut,
    inError,
    unexplained: drafts.filter((draft) => draft.unexplained > 0).map((draft) => draft.payer),
    usage,
    drafts,
    checks: draftChecks({
      accounts,
      drafts,
      inError,
      leftOut: plan.leftOut,
      usage: reckoned === null ? undefined : usage,
      files: reckoned?.files,
    }),
  };
}

function billedUpTo(payers: readonly PlannedPayer[]): BilledUpTo | null {
  const [one] = payers;
  if (one === undefined) return null;
  const span = (at: (payer: PlannedPayer) => Instant) =>
    payers.reduce<readonly [Instant, Instant]>(
      ([first, last], each) => [Math.min(first, at(each)), Math.max(last, at(each))],
      [at(one), at(one)],
    );
  return { usage: span(({ usageCutOff }) => usageCutOff), charges: span(({ chargeCutOff }) => chargeCutOff) };
}

/** Currency → net of drafts, decimal text. */
export function netsOf(drafts: readonly DraftSummary[]): Readonly<Record<string, string>> {
  const totals = new Map<string, Amount>();
  for (const { currency, net } of drafts) totals.set(currency, (totals.get(currency) ?? amount(0)).plus(net));
  return Object.fromEntries([...totals].map(([currency, total]) => [currency, total.toFixed()]));
}

async function readFailures(objects: Objects, run: string): Promise<Map<string, string>> {
  const failures = new Map<string, string>();
  for await (const { key } of objects.list('work', failuresPrefix(run))) {
    const body = await objects.get('work', key);
    if (body === undefined) continue;
    const { payers, error } = JSON.parse(new TextDecoder().decode(body)) as RecordedFailure;
    for (const payer of payers) failures.set(payer, error);
  }
  return failures;
}

/** Notes why a child of a run failed, for the payers it had in hand. */
export async function recordFailure(
  objects: Objects,
  run: string,
  name: string,
  failure: RecordedFailure,
): Promise<void> {
  await objects.put('work', `${failuresPrefix(run)}${name}.json`, JSON.stringify(failure), 'application/json');
}
