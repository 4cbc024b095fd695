import type { Decisions, Objects } from '#shared/commit-log/ports.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { type DocumentIdentity, identityOf } from '../../document-identity.ts';
import type { Draft } from '../../draft.ts';
import { type RunRequest, type RunState, runKeys } from '../../run.ts';
import { draftOfRun } from './chain.ts';
import { type DraftReport, draftReport } from './close-draft.ts';
import { type LeftByPosting, leftByPosting, withoutLeft } from './left-by-posting.ts';
import { type PostingProgress, postingProgress } from './posting-progress.ts';
import { runRequest, runStates } from './run-state.ts';
import { readPlanHead } from './stored-plan.ts';

/** A document of a run's draft. */
export interface DraftedDocument extends DocumentIdentity {
  readonly payer: string;
  readonly currency: string;
  readonly net: string;
  readonly lines: number;
  /** Lines that correct what was posted before, by reason. */
  readonly reasons: Readonly<Record<string, number>>;
}

/** All there is to see of a run, also which accounts were approved and are not posted by it. */
export interface ShownRun extends LeftByPosting {
  readonly request: RunRequest;
  readonly states: readonly RunState[];
  /** W; 0 until it is planned. */
  readonly position: number;
  /** null until it is planned. */
  readonly report: DraftReport | null;
  /** null until it is being posted. */
  readonly posting: PostingProgress | null;
  /** Of the first payers asked for, without those that posting has left. */
  readonly documents: readonly DraftedDocument[];
}

const READS_AT_ONCE = 32;

/** A run with the documents of its first `most` payers. @throws Error when there is no such run. */
export async function showRun(
  ports: { decisions: Decisions; objects: Objects },
  run: string,
  most: number,
): Promise<ShownRun> {
  const request = await runRequest(ports.decisions, run);
  const states = await runStates(ports.decisions, run);
  if ((await ports.decisions.get(runKeys.plan(run))) === undefined) {
    return { request, states, position: 0, report: null, posting: null, overtaken: [], untaxed: [], documents: [] };
  }
  const report = await draftReport(ports, run);
  const documents = new Map<string, DraftedDocument[]>();
  const left = await leftByPosting(ports.decisions, run);
  const shown = withoutLeft(report.drafts, left).slice(0, most);
  await inParallel(shown, READS_AT_ONCE, async ({ payer }) => {
    documents.set(payer, documentsOf(await draftOfRun(ports, run, payer)));
  });
  const { position } = await readPlanHead(ports, run);
  const posting = await progressOf(ports.decisions, run, states.at(-1));
  return {
    request,
    states,
    position,
    report,
    posting,
    ...left,
    documents: shown.flatMap(({ payer }) => documents.get(payer) ?? []),
  };
}

function documentsOf({ payer, account, documents }: Draft): DraftedDocument[] {
  return documents.map((document) => {
    const { net, lines } = document;
    const reasons: Record<string, number> = {};
    for (const { reason } of lines) if (reason !== '') reasons[reason] = (reasons[reason] ?? 0) + 1;
    return { payer, ...identityOf(document), currency: account.currency, net, lines: lines.length, reasons };
  });
}

async function progressOf(decisions: Decisions, run: string, state: RunState | undefined) {
  const isPosting = state !== undefined && ['posting', 'posted', 'lapsed'].includes(state.state);
  return isPosting ? postingProgress(decisions, run) : null;
}

/** How far a run is: its state, how many of its payers are drafted, how far its posting is. */
export interface RunProgress {
  readonly state: RunState | undefined;
  /** 0 until it is planned. */
  readonly payers: number;
  readonly drafted: number;
  /** null until it is being posted. */
  readonly posting: PostingProgress | null;
}

/** Looks how far a run is; cheap enough to be asked every second. */
export async function runProgress(
  ports: { decisions: Decisions; objects: Objects },
  run: string,
): Promise<RunProgress> {
  const state = (await runStates(ports.decisions, run)).at(-1);
  const planned = (await ports.decisions.get(runKeys.plan(run))) !== undefined;
  const posting = await progressOf(ports.decisions, run, state);
  if (!planned || state?.state !== 'opened') return { state, payers: 0, drafted: 0, posting };
  const drafts = await ports.decisions.query(runKeys.run(run), withPrefix('draft#'));
  return { state, payers: (await readPlanHead(ports, run)).payerCount, drafted: drafts.length, posting };
}
