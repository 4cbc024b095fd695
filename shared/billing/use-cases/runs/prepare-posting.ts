import { type ContentReference, type Position, padded } from '#shared/commit-log/entry.ts';
import type { Decisions, Objects } from '#shared/commit-log/ports.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import type { Clock } from '#shared/time/ports.ts';
import { type Draft, type Link, linkOf } from '../../draft.ts';
import { type DraftSummary, type Overtaken, type PayerBatch, runKeys, type TaxedAtPosting } from '../../run.ts';
import { isPosted } from './left-by-posting.ts';
import { payerBatches } from './plan-run.ts';
import { runDrafts } from './run-drafts.ts';
import { enterState, runRequest } from './run-state.ts';

/** What posting needs of the world. */
export interface PostingPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly clock: Clock;
}

/** Step 1, decided once: the tail of the log before the first try of the run's entry. The drafts carry dates and taxes. */
export interface PostingDates {
  readonly tailBefore: Position;
}

/** What the workflow goes on with. */
export interface PreparedPosting {
  readonly runId: string;
  readonly payerBatchCount: number;
  readonly payersKey: string;
  readonly payers: PayerBatch | null;
}

/**
 * Step 1 of posting: the run enters `posting`, from where it only goes forwards; one that has come to its end stays so, and what is left is done.
 * @throws Error when it is not approved.
 */
export async function preparePosting(ports: PostingPorts, run: string): Promise<PreparedPosting> {
  await runRequest(ports.decisions, run);
  const posting = { state: 'posting', by: 'post-run', at: ports.clock.now(), note: '' } as const;
  const entered = await enterState(ports.decisions, run, posting);
  if (entered.outcome === 'refused' && entered.state !== 'posted' && entered.state !== 'lapsed')
    throw new Error(`run ${run} is ${entered.state}; only an approved run can be posted`);
  await ports.decisions.putIfAbsent<PostingDates>(runKeys.posting(run), { tailBefore: await tail(ports.decisions, 0) });
  const payersKey = `runs/${run}/posting-payers.json`;
  const batches = await payersOnce(ports, run, payersKey);
  return {
    runId: run,
    payerBatchCount: batches.length,
    payersKey,
    payers: batches.length === 1 ? (batches[0] ?? null) : null,
  };
}

/** The payers of the posting, decided once. */
async function payersOnce(ports: PostingPorts, run: string, key: string): Promise<PayerBatch[]> {
  const drafts = await runDrafts(ports, run);
  // A large payer is linked as fast as a small one.
  const payers = drafts.filter(isPosted).map(({ payer }) => ({ payer, slices: [] }));
  await ports.objects.putIfAbsent('work', key, JSON.stringify(payerBatches(payers)), 'application/json');
  return JSON.parse(new TextDecoder().decode(await ports.objects.get('work', key))) as PayerBatch[];
}

/** What became of a payer at the link: posted by this run, or overtaken by another, then drafted and approved anew; or left without its tax. */
export interface LinkedPayer {
  readonly payer: string;
  readonly linked: boolean;
}

/** Where the outcome of a batch of links lies. */
export function linkedKey(run: string, batch: number): string {
  return `runs/${run}/linked/${padded(batch, 6)}.json`;
}

/**
 * Step 2 of posting: a link per payer, naming its draft's hash, put right behind the link the draft was made from. The link is the decision:
 * where another run was first, this one leaves the payer out, and says whose it is.
 */
export async function linkPayers(ports: PostingPorts, run: string, batch: PayerBatch): Promise<LinkedPayer[]> {
  const { seller } = await runRequest(ports.decisions, run);
  const outcome: LinkedPayer[] = [];
  for (const payer of batch.payers) {
    const summary = await ports.decisions.get<DraftSummary>(runKeys.draft(run, payer));
    if (summary === undefined) throw new Error(`account ${payer} has no draft in run ${run}`);
    const reference = await draftToPost(ports, run, summary);
    if (reference === undefined) {
      outcome.push({ payer, linked: false });
      continue;
    }
    const draft = (await readContent(ports.objects, reference)) as Draft;
    const key = runKeys.link(seller, payer, draft.predecessor + 1);
    const put = await ports.decisions.putIfAbsent<Link>(key, linkOf(draft, reference));
    const by = put.value.run;
    if (by !== run) await ports.decisions.putIfAbsent<Overtaken>(runKeys.overtaken(run, payer), { by });
    outcome.push({ payer, linked: by === run });
  }
  await ports.objects.put('work', linkedKey(run, batch.batch), JSON.stringify(outcome), 'application/json');
  return outcome;
}

/** What a link names: the draft that was approved, or where taxes are decided at posting, the one with them; nothing when it has none and is left out. */
async function draftToPost(
  { decisions }: PostingPorts,
  run: string,
  { payer, draft, isUntaxed }: DraftSummary,
): Promise<ContentReference | undefined> {
  if (isUntaxed !== true) return draft;
  const taxed = await decisions.get<TaxedAtPosting>(runKeys.taxed(run, payer));
  if (taxed === undefined) throw new Error(`the taxes of account ${payer} in run ${run} are not decided yet`);
  return 'draft' in taxed ? taxed.draft : undefined;
}
