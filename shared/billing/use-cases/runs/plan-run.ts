import type { ContentReference, Position } from '#shared/commit-log/entry.ts';
import type { Decisions, Objects, Projections } from '#shared/commit-log/ports.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import {
  accountFacts,
  accountsInCycle,
  accountsInGroup,
  shardFacts,
  shardsOf,
} from '#shared/commit-log/use-cases/read-inventory.ts';
import { catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { type AccountView, accountAt, accountOfSeller } from '#shared/inventory/account-history.ts';
import { countsLateSomewhere } from '#shared/rating/late-usage.ts';
import { type Instant, type LocalDate, localDateOf, startOfDay } from '#shared/time/local-date.ts';
import { billingDayOn, type Period, periodFrom, periodInstants, periodOf, periodOfMonth } from '#shared/time/period.ts';
import { cutBy } from '../../cut-by.ts';
import { type CutOffs, cutOffsOf } from '../../cut-offs.ts';
import { ENGINE_VERSION, type Link } from '../../draft.ts';
import { datedBefore } from '../../invoice-dates.ts';
import { type LogNews, NO_NEWS, reachesBefore, touches } from '../../lines/reason.ts';
import {
  amendmentCutOff,
  knownUntil,
  type LeftOut,
  type PayerBatch,
  type PlannedPayer,
  type RunPlan,
  type RunRequest,
  runKeys,
  type Slice,
  type SliceReference,
} from '../../run.ts';
import { hasBilled, onlyBillsAgain, runPeriod } from '../../run-period.ts';
import { cutSlices, type Measurable } from '../../slices.ts';
import { unbilled } from '../../unbilled.ts';
import { billingRun, type ChainEnd, chainEnd } from './chain.ts';
import { accountOf } from './measure-slice.ts';
import { newsSince, type PricesSince, pricesSince } from './news-since.ts';
import { runRequest } from './run-state.ts';
import { readPlan, readPlanHead, writePlan } from './stored-plan.ts';

/** What planning needs of the world. */
export interface PlanPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly projections: Projections;
  /** About how many subscriptions one child measures, a payer counted as five more. */
  readonly sliceSubscriptions: number;
}

/** What the workflow goes on with: keys, and the work itself when one child can do it. */
export interface PlannedRun {
  readonly runId: string;
  readonly sliceCount: number;
  readonly slicesKey: string;
  readonly slice: SliceReference | Slice | null;
  readonly payerBatchCount: number;
  readonly payersKey: string;
  readonly payers: PayerBatch | null;
}

const LOOKUPS_AT_ONCE = 32;
/** Payers one child invoices at most, and slices behind them: what a payer comes to is told to its subscriptions, so that it takes longer the more it has. */
const PAYERS_A_BATCH = 50;
const SLICES_A_BATCH = 50;

/** Plans a run, once: W, who is billed how, and the batches for the maps. A repeat finds the plan and hands out the same. */
export async function planRun(ports: PlanPorts, run: string): Promise<PlannedRun> {
  const request = await runRequest(ports.decisions, run);
  if ((await ports.decisions.get<ContentReference>(runKeys.plan(run))) === undefined)
    await ports.decisions.putIfAbsent(runKeys.plan(run), await writePlan(ports, run, await makePlan(ports, request)));
  const { slices } = await readPlanHead(ports, run);
  const batches = payerBatches((await readPlan(ports, run)).payers);
  const slicesKey = `runs/${run}/slices.json`;
  const payersKey = `runs/${run}/payers.json`;
  await ports.objects.putIfAbsent('work', slicesKey, JSON.stringify(slices), 'application/json');
  await ports.objects.putIfAbsent('work', payersKey, JSON.stringify(batches), 'application/json');
  return {
    runId: run,
    sliceCount: slices.length,
    slicesKey,
    slice: slices.length === 1 ? (slices[0] ?? null) : null,
    payerBatchCount: batches.length,
    payersKey,
    payers: batches.length === 1 ? (batches[0] ?? null) : null,
  };
}

/** Some payers for each child, in order. */
export function payerBatches(payers: readonly Pick<PlannedPayer, 'payer' | 'slices'>[]): PayerBatch[] {
  const cuts = cutBy(payers, [
    [PAYERS_A_BATCH, () => 1],
    [SLICES_A_BATCH, ({ slices }) => slices.length],
  ]);
  return cuts.map((its, batch) => ({ batch, payers: its.map(({ payer }) => payer) }));
}

async function makePlan(ports: PlanPorts, request: RunRequest): Promise<RunPlan> {
  const position = await tail(ports.decisions, 0);
  await projectFacts(ports, position);
  const { catalog, release } = await catalogOf(ports, await worldAt(ports, position, () => false));
  if (request.amendment !== null) return amendmentPlan(ports, request, position, release);
  const accounts = await accountsOf(ports, request);
  const found = new Map<string, Candidate | LeftOut>();
  await inParallel(accounts, LOOKUPS_AT_ONCE, async (payer) => {
    found.set(payer, await lookUp(ports, request, position, payer));
  });
  const looked = accounts.map((payer) => found.get(payer) as Candidate | LeftOut);
  const candidates = looked.filter((each) => 'view' in each);
  const links = candidates.flatMap(({ last }) => (last === undefined ? [] : [last.link.position]));
  const news = await newsSince(ports.decisions, links, position);
  const prices = await pricesSince(ports, news, { catalog, release });
  const slices = cutSlices(candidates, ports.sliceSubscriptions);
  const numbers = slicesOf(slices);
  const isLateCurrent = countsLateSomewhere(catalog);
  const payers = candidates.map((each) =>
    planPayer(each, { news, prices, isLateCurrent }, numbers.get(each.payer) ?? []),
  );
  const leftOut = looked.filter((each) => 'reason' in each);
  return { position, catalog: release, accounts: accounts.length, payers, leftOut, slices };
}

/** Who may be billed by a run: by their billing day, by their group, or the one that was asked for. */
async function accountsOf(
  { projections }: PlanPorts,
  { seller, cycle, account, group }: RunRequest,
): Promise<string[]> {
  if (group !== undefined) return accountsInGroup(projections, seller, group);
  return account === '' ? accountsInCycle(projections, seller, cycle) : [account];
}

/** The plan of an amendment: one payer, behind the link it follows; nothing is measured. */
async function amendmentPlan(
  { decisions, projections }: PlanPorts,
  request: RunRequest,
  position: Position,
  catalog: ContentReference,
): Promise<RunPlan> {
  const { seller, account } = request;
  const last = await chainEnd(decisions, seller, account);
  const chargeCutOff = amendmentCutOff(last?.link, request);
  const { period, usageCutOff } = last?.link ?? (await unbilledUpTo(projections, request, position, chargeCutOff));
  const stretch = { measureFrom: period.from, measureThrough: period.from, slices: [] };
  const payers = [{ payer: account, predecessor: last?.n ?? 0, usageCutOff, chargeCutOff, ...stretch }];
  return { position, catalog, payers, leftOut: [], slices: [] };
}

/** Where the chain of an account begins that was never billed. */
async function unbilledUpTo(
  projections: Projections,
  { account, seller }: RunRequest,
  position: Position,
  cutOff: Instant,
): Promise<Pick<Link, 'period' | 'usageCutOff'>> {
  const { period, cutOff: usageCutOff } = unbilled(await accountOf(projections, account, position, cutOff, seller));
  return { period, usageCutOff };
}

/** A payer the run bills, and what was looked up of it. */
interface Candidate extends Measurable {
  readonly view: AccountView;
  readonly period: Period;
  readonly cutOffs: CutOffs;
  readonly last: ChainEnd | undefined;
}

async function lookUp(
  ports: PlanPorts,
  request: RunRequest,
  position: number,
  payer: string,
): Promise<Candidate | LeftOut> {
  const facts = await accountFacts(ports.projections, payer);
  const known = { position, cutOff: Number.MAX_SAFE_INTEGER };
  const { seller } = request;
  const view = accountOfSeller(facts, known, request.at, seller);
  if (view === undefined) {
    const other = accountAt(facts, known, request.at)?.account.seller;
    return {
      payer,
      reason: other === undefined ? 'no account is known by this position' : `is a customer of ${other}`,
    };
  }
  const { timeZone, billingDay } = view;
  const { group } = view.account;
  if (request.group !== undefined && group !== request.group)
    return { payer, reason: group === undefined ? 'is in no group any more' : `is in the group ${group} now` };
  const last = await chainEnd(ports.decisions, seller, payer);
  const period = runPeriod(view, request, last?.link);
  if (period === undefined) {
    const { until } = periodOfMonth(request.month, request.cycle);
    return { payer, reason: `is billed on day ${billingDayOn(until, billingDay)}` };
  }
  const end = startOfDay(period.until, timeZone);
  if (view.since >= end) return { payer, reason: 'begins after the period' };
  if (last !== undefined && hasBilled(last.link, period, end)) {
    const by = await billingRun(ports.decisions, { seller, payer }, last, period);
    return { payer, reason: `${request.month} is billed already, by run ${by}` };
  }
  const early = datedBefore(request.invoiceDate, period);
  if (early !== '') return { payer, reason: early };
  const onlyAgain = onlyBillsAgain(request, period);
  const cutOffs = cutOffsOf(request, { zone: timeZone, period, last: last?.link, onlyAgain });
  if ('reason' in cutOffs) return { payer, reason: cutOffs.reason };
  const shards = await shardsOf(ports.projections, seller, payer);
  const load = shards[0] === undefined ? 0 : (await shardFacts(ports.projections, seller, payer, shards[0])).size;
  return { payer, view, period, cutOffs, last, shards, load };
}

/** What became known since the links of a run's payers. */
interface KnownSince {
  readonly news: ReadonlyMap<Position, LogNews>;
  readonly prices: PricesSince;
  readonly isLateCurrent: boolean;
}

/** A payer's part of the plan. What is measured goes through the period of the charge cut-off: one that begins there has charges in advance. */
function planPayer(
  { payer, view, period, cutOffs, last }: Candidate,
  known: KnownSince,
  slices: readonly number[],
): PlannedPayer {
  const measureFrom = last ? firstTouched(view, last.link, known) : firstOf(view).from;
  const { timeZone, billingDay } = view;
  const measureThrough = periodOf(localDateOf(knownUntil(cutOffs), timeZone), billingDay).from;
  const follows = last === undefined ? { predecessor: 0 } : { predecessor: last.n, since: last.link.position };
  return { payer, ...follows, ...cutOffs, period, measureFrom, measureThrough, slices };
}

/**
 * Where the stretch of periods that is measured begins: with the first in which something may have moved since the last link. What nothing has
 * touched is taken over as posted, unless the computation is another by now. Where late usage counts in the period that is open then, usage of a month
 * that is frozen by now may stand in any period since.
 */
function firstTouched(view: AccountView, last: Link, { isLateCurrent, ...known }: KnownSince): LocalDate {
  const news = known.news.get(last.position) ?? NO_NEWS;
  const prices = known.prices(last.position, view.account.account);
  const { timeZone, billingDay } = view;
  let first = firstOf(view);
  if (last.frozenUntil > first.from) first = periodFrom(last.frozenUntil, billingDay);
  if (last.engineVersion !== ENGINE_VERSION) return first.from;
  if (isLateCurrent && reachesBefore(news, first, timeZone)) return first.from;
  const settled = (each: Period) =>
    periodInstants(each, timeZone).until <= Math.min(last.usageCutOff, last.chargeCutOff);
  const isOpen = (each: Period) => last.unsettledFrom !== '' && each.until > last.unsettledFrom;
  const moved = movedUnder(view, last);
  while (settled(first) && !isOpen(first) && !touches(news, prices, first, timeZone) && first.from !== moved)
    first = periodFrom(first.until, billingDay);
  return first.from;
}

/** Where the posted period begins that ends on another day by now, or before what was billed of it, since a move became known too late to hold it up; '' = it does not. */
function movedUnder({ timeZone, billingDay }: AccountView, { period, usageCutOff }: Link): LocalDate | '' {
  const now = periodOf(period.from, billingDay);
  return now.until === period.until && startOfDay(now.until, timeZone) >= usageCutOff ? '' : now.from;
}

/** The period an account begins in. */
function firstOf({ since, timeZone, billingDay }: AccountView): Period {
  return periodOf(localDateOf(since, timeZone), billingDay);
}

/** Numbers of the slices that measure a payer, by payer. */
function slicesOf(slices: readonly Slice[]): Map<string, number[]> {
  const numbers = new Map<string, number[]>();
  for (const { slice, parts } of slices) {
    for (const { payer } of parts) numbers.set(payer, [...(numbers.get(payer) ?? []), slice]);
  }
  return numbers;
}
