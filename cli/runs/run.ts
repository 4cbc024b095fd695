import type { DocumentIdentity } from '#shared/billing/document-identity.ts';
import type { RunStateName, RunTerms } from '#shared/billing/run.ts';
import { keepUsage } from '#shared/billing/use-cases/runs/close-draft.ts';
import { approveRun, discardRun, type RunDecision } from '#shared/billing/use-cases/runs/decide-run.ts';
import { listRuns } from '#shared/billing/use-cases/runs/list-runs.ts';
import { openRun } from '#shared/billing/use-cases/runs/open-run.ts';
import { isFinished, type PostingProgress } from '#shared/billing/use-cases/runs/posting-progress.ts';
import { reckonUsage } from '#shared/billing/use-cases/runs/reckon-usage.ts';
import { runRequest } from '#shared/billing/use-cases/runs/run-state.ts';
import { type RunProgress, runProgress, type ShownRun, showRun } from '#shared/billing/use-cases/runs/show-run.ts';
import { currentCatalog } from '#shared/commit-log/use-cases/current-catalog.ts';
import { listInvoices } from '#shared/invoicing/use-cases/list-invoices.ts';
import { postDatedRun } from '#shared/invoicing/use-cases/post-run.ts';
import type { MissingOrOverdue } from '#shared/mediation/use-cases/missing-or-overdue.ts';
import type { Session } from '../session.ts';
import { failure } from '../terminal/failure.ts';
import { grouped } from '../terminal/figures.ts';
import { follow } from '../terminal/follow.ts';
import type { Output } from '../terminal/output.ts';
import { saveFile } from '../terminal/save-file.ts';
import { indented } from '../terminal/table.ts';
import { hintAtMissing, missing, missingText } from '../usage/missing.ts';
import { remedyOf } from './run-head.ts';
import { runHtml } from './run-html.ts';
import { type NumberedDocument, renderedText, runListText, runText } from './run-text.ts';

/** What `run open` is asked for; '' = not said. Of cycle (0 = none), account and group exactly one is. */
export interface OpenOptions {
  readonly cycle: number;
  readonly account: string;
  readonly group?: string;
  readonly month: string;
  readonly invoiceDate: string;
  readonly seller: string;
  readonly beforeEnd: boolean;
  /** What of the run is not as usual. */
  readonly terms?: Partial<RunTerms>;
  readonly wait: boolean;
}

/** Payers whose documents `run show` lists unless all are asked for. */
const PAYERS_SHOWN = 50;

/** `run open`: opens a bill run and starts its draft. */
export async function open(session: Session, options: OpenOptions, output: Output): Promise<void> {
  const { wait, ...asked } = options;
  const seller = asked.seller || ((await currentCatalog(session.world)).catalog.sellers[0]?.id ?? '');
  const result = await openRun(session.world, { ...asked, seller, by: session.by });
  if (result.outcome === 'refused') throw failure(result.reason, '');
  const { run } = result;
  if (!wait) {
    output.result(result, `Opened run ${run}; it is being drafted.`);
    hintAtMissing(await missing(session, ''), output);
    return output.next(`billing run show ${run}`);
  }
  await followDraft(session, run, output);
}

/** Follows a run until it is drafted, and shows it. @throws a failure when nothing of it could be drafted. */
export async function followDraft(session: Session, run: string, output: Output): Promise<void> {
  const state = await followRun(session, run, ['drafted', 'failed', 'discarded'], output);
  await show(session, run, SHORT, output);
  if (state === 'failed')
    throw failure(
      `run ${run} has failed: none of its accounts could be drafted`,
      `mend the cause, then discard it with \`billing run discard ${run} --reason …\` and open it again`,
    );
}

/** `run list`: every run and the state it is in. */
export async function list(session: Session, output: Output): Promise<void> {
  const runs = await listRuns(session.world);
  output.result(runs, runs.length === 0 ? 'There is no run yet.' : runListText(runs));
  if (runs.length === 0) output.next('billing run open --cycle 1 --month 2026-10');
}

const SHORT: ShowOptions = { all: false, usage: false };
const NOTHING_MISSING: MissingOrOverdue = { byNumber: [], bySchedule: [] };

/** How much `run show` shows: the documents of all accounts; its usage added up anew, however much it is. */
export interface ShowOptions {
  readonly all: boolean;
  readonly usage: boolean;
}

async function addUpUsage({ world }: Session, run: string, output: Output): Promise<void> {
  if ((await runProgress(world, run)).state?.state === 'opened') return;
  output.progress(`adding up the usage of run ${run}`);
  await keepUsage(world, run, await reckonUsage(world, run, Number.MAX_SAFE_INTEGER));
}

/** `run show RUN`: its states, totals, who is left out or in error, its documents; before it is approved, which usage files are missing. */
export async function show(session: Session, run: string, options: ShowOptions, output: Output): Promise<void> {
  const { all, usage } = options;
  if (usage) await addUpUsage(session, run, output);
  const shown = await showRun(session.world, run, all ? Number.MAX_SAFE_INTEGER : PAYERS_SHOWN);
  const state = shown.states.at(-1)?.state ?? 'opened';
  const documents = await numbered(session, shown);
  const isOpen = state === 'drafted' || state === 'opened';
  const lacking = isOpen ? await missing(session, '') : NOTHING_MISSING;
  const text = missingText(lacking);
  const parts = [
    runText({ ...shown, documents }),
    text === '' ? '' : `usage files that are missing\n${indented(text, 2)}`,
  ];
  output.result({ ...shown, documents, missing: lacking }, parts.filter((part) => part !== '').join('\n\n'));
  hintAtMissing(lacking, output);
  const isUnderWay = shown.posting !== null && !isFinished(shown.posting);
  const hasLeft = shown.overtaken.length + shown.untaxed.length > 0;
  const hint = isUnderWay ? UNDER_WAY : hasLeft ? remedyOf(shown.request) : NEXT[state];
  if (hint !== '') output.next(hint.replaceAll('RUN', run));
}

/** The documents of a run with their numbers, once it is posted. */
async function numbered({ world }: Session, { request, states, documents }: ShownRun): Promise<NumberedDocument[]> {
  const { run, account, month } = request;
  const posted = states.at(-1)?.state === 'posted' ? await listInvoices(world, { account, month }) : [];
  const numbers = new Map(posted.filter((each) => each.run === run).map((each) => [nameOf(each), each.number]));
  return documents.map((each) => ({ ...each, number: numbers.get(nameOf(each)) ?? '' }));
}

/** A document among those of a run. */
function nameOf({ payer, businessUnit, apart, corrects }: DocumentIdentity & { readonly payer: string }): string {
  return `${payer}|${businessUnit}|${apart ?? ''}|${corrects ?? ''}`;
}

const UNDER_WAY =
  'wait for it with `billing run show RUN`; if it stands still, `billing run post RUN` takes it up again';

/** `run report RUN --html FILE`: a draft as a page for whoever approves it; `usage`: its usage is added up anew, however much it is. */
export async function report(
  session: Session,
  run: string,
  { html: file, usage }: { readonly html: string; readonly usage: boolean },
  output: Output,
): Promise<void> {
  if (usage) await addUpUsage(session, run, output);
  const shown = await showRun(session.world, run, Number.MAX_SAFE_INTEGER);
  const documents = await numbered(session, shown);
  const page = runHtml({ ...shown, documents }, missingText(await missing(session, '')));
  await saveFile(file, page);
  output.result({ run, saved: file, checks: shown.report?.checks ?? [] }, `Saved ${file}.`);
}

/** What one does with a run in a state. */
const NEXT: Readonly<Record<RunStateName, string>> = {
  opened: 'wait for it with `billing run show RUN`',
  drafted: 'billing run approve RUN',
  failed: 'billing run discard RUN --reason TEXT, when the cause is mended',
  approved: 'billing run post RUN --wait',
  posting: UNDER_WAY,
  posted: 'billing invoice list',
  lapsed: '',
  discarded: '',
};

/** `run approve RUN`: its drafts may be posted. */
export async function approve(
  session: Session,
  run: string,
  acceptUnexplained: boolean,
  output: Output,
): Promise<void> {
  tell(await approveRun(deciding(session), run, session.by, acceptUnexplained), run, 'approved', output);
  output.next(`billing run post ${run} --wait`);
}

/** `run discard RUN --reason TEXT`: it leaves no trace in what is owed. */
export async function discard(session: Session, run: string, reason: string, output: Output): Promise<void> {
  tell(await discardRun(deciding(session), run, session.by, reason), run, 'discarded', output);
}

/** `run post RUN`: links, numbers, documents. */
export async function post(session: Session, run: string, wait: boolean, output: Output): Promise<void> {
  const decision = await postDatedRun(deciding(session), run);
  if (decision.outcome === 'was so already') {
    tell(decision, run, 'posted', output);
    return output.next('billing invoice list');
  }
  if (decision.outcome === 'refused') throw failure(decision.reason, '');
  if (!wait) {
    tell(decision, run, decision.outcome === 'done' ? 'being posted' : 'taken up again where it stood still', output);
    return output.next(`billing run show ${run}`);
  }
  const state = await followRun(session, run, ['posted', 'lapsed'], output);
  await show(session, run, SHORT, output);
  if (state === 'lapsed')
    throw failure(
      `run ${run} has lapsed: none of its accounts was posted`,
      `give the command again that opened it: ${remedyOf(await runRequest(session.world.decisions, run))}`,
    );
}

function deciding({ world }: Session) {
  return { ...world, fourEyes: world.settings.fourEyes };
}

function tell(decision: RunDecision, run: string, what: string, output: Output): void {
  if (decision.outcome === 'refused') throw failure(decision.reason, '');
  const already = decision.outcome === 'was so already' ? ' already; there is nothing to do' : '';
  output.result({ run, ...decision }, `Run ${run} is ${what}${already}.`);
}

/** A posting of which nothing is known yet. */
const NOTHING_DONE: PostingProgress = { documents: null, rendered: 0 };

/** Follows a run until it comes into one of the states (posted: with all its documents rendered), or nothing has changed for a long time. */
function followRun(
  session: Session,
  run: string,
  ends: readonly RunStateName[],
  output: Output,
): Promise<RunStateName> {
  const look = async () => {
    const progress = await runProgress(session.world, run);
    const state = progress.state?.state ?? 'opened';
    const hasEnded = ends.includes(state) && (state !== 'posted' || isFinished(progress.posting ?? NOTHING_DONE));
    return { progress: progressText(run, progress), ended: hasEnded ? state : undefined };
  };
  return follow(session, output, look, `look at its state machine, and again with \`billing run show ${run}\``);
}

function progressText(run: string, { state, payers, drafted, posting }: RunProgress): string {
  const how = payers === 0 ? '' : `, ${grouped(drafted)} of ${grouped(payers)} accounts drafted`;
  const rendered = posting?.documents ? `, ${renderedText(posting)} rendered` : '';
  return `run ${run} is ${state?.state ?? 'opened'}${how}${rendered}`;
}
