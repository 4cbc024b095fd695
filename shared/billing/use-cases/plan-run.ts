import type { ContentReference } from '#shared/commit-log/entry.ts';
import type { Decisions, Objects, Projections } from '#shared/commit-log/ports.ts';
import { readEntries, tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { readContent, writeContent } from '#shared/commit-log/use-cases/content.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { accountFacts, accountsInCycle, shardFacts, shardsOf } from '#shared/commit-log/use-cases/read-inventory.ts';
import { catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { type AccountView, accountAt } from '#shared/inventory/account-history.ts';
import { localDateOf, startOfDay } from '#shared/time/local-date.ts';
import { type Period, periodFrom, periodInstants, periodOf, periodOfMonth } from '#shared/time/period.ts';
import type { Link } from '../draft.ts';
import { newsOf, touches } from '../reason.ts';
import {
  type LeftOut,
  type PayerBatch,
  type PlannedPayer,
  type RunPlan,
  type RunRequest,
  runKeys,
  type Slice,
} from '../run.ts';
import { chainEnd } from './chain.ts';
import { runRequest } from './run-state.ts';

/** What planning needs of the world. */
export interface PlanPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly projections: Projections;
  /** About how many subscriptions one child measures. */
  readonly sliceSubscriptions: number;
}

/** What the workflow goes on with: keys, and the work itself when one child can do it. */
export interface PlannedRun {
  readonly runId: string;
  readonly sliceCount: number;
  readonly slicesKey: string;
  readonly slice: Slice | null;
  readonly payerBatchCount: number;
  readonly payersKey: string;
  readonly payers: PayerBatch | null;
}

const LOOKUPS_AT_ONCE = 32;
/** Payers one child invoices. */
const PAYERS_A_BATCH = 50;

/** Plans a run, once: W, who is billed how, and the batches for the maps. A repeat finds the plan and hands out the same. */
export async function planRun(ports: PlanPorts, run: string): Promise<PlannedRun> {
  const request = await runRequest(ports.decisions, run);
  let reference = await ports.decisions.get<ContentReference>(runKeys.plan(run));
  if (reference === undefined) {
    const written = await writeContent(ports.objects, `runs/${run}/plan`, await makePlan(ports, request));
    reference = (await ports.decisions.putIfAbsent(runKeys.plan(run), written)).value;
  }
  const plan = (await readContent(ports.objects, reference)) as RunPlan;
  const batches = payerBatches(plan.payers.map((each) => each.payer));
  const slicesKey = `runs/${run}/slices.json`;
  const payersKey = `runs/${run}/payers.json`;
  await ports.objects.putIfAbsent('work', slicesKey, JSON.stringify(plan.slices), 'application/json');
  await ports.objects.putIfAbsent('work', payersKey, JSON.stringify(batches), 'application/json');
  return {
    runId: run,
    sliceCount: plan.slices.length,
    slicesKey,
    slice: plan.slices.length === 1 ? (plan.slices[0] ?? null) : null,
    payerBatchCount: batches.length,
    payersKey,
    payers: batches.length === 1 ? (batches[0] ?? null) : null,
  };
}

/** Some payers for each child, in order. */
export function payerBatches(payers: readonly string[]): PayerBatch[] {
  const batches: PayerBatch[] = [];
  for (let at = 0; at < payers.length; at += PAYERS_A_BATCH) {
    batches.push({ batch: batches.length, payers: payers.slice(at, at + PAYERS_A_BATCH) });
  }
  return batches;
}

/** The plan a run was given. @throws Error when it has none yet. */
export async function readPlan(ports: { decisions: Decisions; objects: Objects }, run: string): Promise<RunPlan> {
  const reference = await ports.decisions.get<ContentReference>(runKeys.plan(run));
  if (reference === undefined) throw new Error(`run ${run} has not been planned yet`);
  return (await readContent(ports.objects, reference)) as RunPlan;
}

async function makePlan(ports: PlanPorts, request: RunRequest): Promise<RunPlan> {
  const position = await tail(ports.decisions, 0);
  await projectFacts(ports, position);
  const { release } = await catalogOf(ports, await worldAt(ports, position, () => false));
  const { seller, cycle, account } = request;
  const accounts = account === '' ? await accountsInCycle(ports.projections, seller, cycle) : [account];
  const found = new Map<string, PayerWork | LeftOut>();
  await inParallel(accounts, LOOKUPS_AT_ONCE, async (payer) => {
    found.set(payer, await planPayer(ports, request, position, payer));
  });
  const work = accounts.map((payer) => found.get(payer) as PayerWork | LeftOut);
  const slices = cutSlices(
    work.filter((each) => 'shards' in each),
    ports.sliceSubscriptions,
  );
  const payers = work.flatMap((each) => {
    if (!('shards' in each)) return [];
    const numbers = slices
      .filter((slice) => slice.parts.some((part) => part.payer === each.payer))
      .map((slice) => slice.slice);
    const { shards: _, load: __, ...planned } = each;
    return [{ ...planned, slices: numbers }];
  });
  return { position, catalog: release, payers, leftOut: work.filter((each) => 'reason' in each), slices };
}

interface PayerWork extends Omit<PlannedPayer, 'slices'> {
  readonly shards: readonly string[];
  /** Subscriptions a shard holds, about. */
  readonly load: number;
}

async function planPayer(
  ports: PlanPorts,
  request: RunRequest,
  position: number,
  payer: string,
): Promise<PayerWork | LeftOut> {
  const facts = await accountFacts(ports.projections, payer);
  const view = accountAt(facts, { position, cutOff: Number.MAX_SAFE_INTEGER }, request.at);
  if (view === undefined) return { payer, reason: 'no account is known by this position' };
  const { timeZone, billingDay, seller } = view.account;
  if (seller !== request.seller) return { payer, reason: `is a customer of ${seller}` };
  if (request.account === '' && billingDay !== request.cycle)
    return { payer, reason: `is billed on day ${billingDay}` };
  const period = periodOfMonth(request.month, billingDay);
  const end = startOfDay(period.until, timeZone);
  if (!request.beforeEnd && request.at < end)
    return { payer, reason: `its period ends on ${period.until}, ${timeZone}` };
  if (view.since >= end) return { payer, reason: 'begins after the period' };
  const last = await chainEnd(ports.decisions, seller, payer);
  if (last !== undefined && last.link.period.from >= period.from) {
    return { payer, reason: `${request.month} is posted already, by run ${last.link.run}` };
  }
  const shards = await shardsOf(ports.projections, seller, payer);
  const load = shards[0] === undefined ? 0 : (await shardFacts(ports.projections, seller, payer, shards[0])).size;
  const measured = await periodsToMeasure(ports, view, period, position, last?.link);
  return { payer, predecessor: last?.n ?? 0, usageCutOff: end, chargeCutOff: end, ...measured, shards, load };
}

/**
 * The stretch of periods that is measured: from the first one something may have moved since the last link, through the one that begins at the
 * cut-off (charges in advance). What nothing has touched is taken over as posted.
 */
async function periodsToMeasure(
  ports: PlanPorts,
  view: AccountView,
  period: Period,
  position: number,
  last: Link | undefined,
) {
  const { timeZone, billingDay } = view.account;
  let first = periodOf(localDateOf(view.since, timeZone), billingDay);
  if (last !== undefined) {
    if (last.frozenUntil > first.from) first = periodFrom(last.frozenUntil, billingDay);
    const news = newsOf(await readEntries(ports.decisions, last.position, position));
    const settled = (each: Period) =>
      periodInstants(each, timeZone).until <= Math.min(last.usageCutOff, last.chargeCutOff);
    while (settled(first) && !touches(news, first, timeZone)) first = periodFrom(first.until, billingDay);
  }
  return { measureFrom: first.from, measureThrough: period.until };
}

/** Cuts the work into slices of about so many subscriptions; small payers share one, large ones are spread over several. */
function cutSlices(work: readonly PayerWork[], size: number): Slice[] {
  const slices: { slice: number; parts: { payer: string; shards: string[] }[] }[] = [];
  let room = 0;
  for (const { payer, shards, load } of work) {
    for (const shard of shards) {
      if (room <= 0) {
        slices.push({ slice: slices.length, parts: [] });
        room = size;
      }
      const parts = slices.at(-1)?.parts ?? [];
      const part = parts.at(-1);
      if (part?.payer === payer) part.shards.push(shard);
      else parts.push({ payer, shards: [shard] });
      room -= Math.max(load, 1);
    }
  }
  return slices;
}
