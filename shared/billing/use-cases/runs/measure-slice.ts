import { type Position, padded } from '#shared/commit-log/entry.ts';
import type { Decisions, Objects, Projections } from '#shared/commit-log/ports.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { accountFacts } from '#shared/commit-log/use-cases/read-inventory.ts';
import { ALL_MONTHS, catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { type AccountView, accountOfSeller } from '#shared/inventory/account-history.ts';
import type { RecordedFact } from '#shared/inventory/fact.ts';
import type { DayTable } from '#shared/rating/day-table.ts';
import { type MeasuredSubscription, measureShards } from '#shared/rating/use-cases/measure-shards.ts';
import { usageReader } from '#shared/rating/use-cases/read-usage.ts';
import type { Instant, LocalDate } from '#shared/time/local-date.ts';
import { utcMonths } from '#shared/time/period.ts';
import type { UsageStore } from '#shared/usage/ports.ts';
import type { MeasuredSlice } from '../../draft-of.ts';
import { type OpenNews, openNews } from '../../lines/payer-news.ts';
import { NO_NEWS } from '../../lines/reason.ts';
import { billedPeriod, payerScope } from '../../payer-scope.ts';
import {
  detailsPrefix,
  itemisedPrefix,
  knownUntil,
  membersPrefix,
  type PlannedPayer,
  type Slice,
  type SliceReference,
  sumsKey,
} from '../../run.ts';
import { linkAt } from './chain.ts';
import { closingWriter, openingOf } from './closings.ts';
import { withLateUsage } from './late-scope.ts';
import { newsSince } from './news-since.ts';
import { rowWriter } from './row-parts.ts';
import { runRequest } from './run-state.ts';
import { plannedPayer, readPlanOf, readSlice } from './stored-plan.ts';

/** What measuring needs of the world. */
export interface MeasurePorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly projections: Projections;
  readonly usage: UsageStore;
}

/** Payers of a slice measured at the same time: of small ones, most of the time goes into waiting for what each reads and writes. Each has a reader of its own: what it folds is valid until its next fold. */
const PAYERS_AT_ONCE = 16;

/**
 * Measures one slice of a run: for each payer's shards, the sums of every period to the work store, and beside them what each subscription
 * came to. Everything follows from the plan, so a repeat writes the same.
 */
export async function measureSlice(ports: MeasurePorts, run: string, told: SliceReference | Slice): Promise<void> {
  const request = await runRequest(ports.decisions, run);
  const slice = await readSlice(ports.objects, told);
  const payers = slice.parts.map((part) => part.payer);
  const plan = await readPlanOf(ports, run, payers);
  const world = await worldAt(ports, plan.position, ALL_MONTHS);
  const { catalog } = await catalogOf(ports, world);
  const since = await positionsBehind(
    ports,
    request.seller,
    payers.map((payer) => plannedPayer(plan, payer)),
  );
  const news = await newsSince(ports.decisions, since.values(), plan.position);
  const filesSince = (position = 0) => news.get(position) ?? NO_NEWS;
  await inParallel(slice.parts, PAYERS_AT_ONCE, async ({ payer, shards }) => {
    const planned = plannedPayer(plan, payer);
    const view = await accountOf(ports.projections, payer, plan.position, knownUntil(planned), request.seller);
    const stretch = payerScope(view, catalog, plan.position, planned);
    const scope = await withLateUsage(ports.decisions, stretch, view, world);
    const periods = scope.days.periods.map((period) => period.from);
    const own = billedPeriod(view, planned, request).from;
    const keep = detailWriter(ports.objects, run, payer, slice.slice, periods, own);
    const closings = closingWriter(ports.objects, run, payer, scope.days.periods);
    const opening = await openingOf(ports, request.seller, planned, scope.plans);
    const known = since.get(payer);
    const heard = openNews({
      seller: request.seller,
      payer,
      since: known ?? plan.position,
      world,
      files: filesSince(known),
    });
    if (scope.late !== undefined) heard.readsFrom(firstMonthOf(scope.late.days));
    const read = usageReader(heardUsage(ports.usage, heard), world);
    const sums = await measureShards(ports.projections, read, scope, shards, opening, async (measured) => {
      heard.addFacts(measured.facts);
      closings.add(measured);
      await keep.add(measured);
    });
    await keep.close();
    await closings.close();
    const kept: MeasuredSlice = known === undefined ? { sums } : { sums, news: heard.close() };
    await ports.objects.put('work', sumsKey(run, payer, slice.slice), JSON.stringify(kept), 'application/json');
  });
}

/** Positions of the links that payers follow, of those who have one. */
async function positionsBehind(
  { decisions }: MeasurePorts,
  seller: string,
  payers: readonly Omit<PlannedPayer, 'slices'>[],
): Promise<Map<string, Position>> {
  const found = new Map<string, Position>();
  await inParallel(payers, PAYERS_AT_ONCE, async ({ payer, predecessor, since }) => {
    if (predecessor === 0) return;
    found.set(payer, since ?? (await linkAt(decisions, seller, payer, predecessor)).position);
  });
  return found;
}

/** The UTC month the first day of some is in. */
export function firstMonthOf({ starts: [first = 0] }: Pick<DayTable, 'starts'>): string {
  return utcMonths(first, first + 1)[0] as string;
}

/** The usage store, with somebody who hears of all that is read. */
export function heardUsage(usage: UsageStore, heard: Omit<OpenNews, 'close'>): UsageStore {
  return {
    put: (items, expiresAt) => usage.put(items, expiresAt),
    async read(identifier, from, until) {
      const items = await usage.read(identifier, from, until);
      heard.addItems(items);
      return items;
    },
  };
}

/** A seller's account as a run sees it: what is known at W, as it stands at the cut-off. @throws Error when it was never its customer. */
export async function accountOf(
  projections: Projections,
  payer: string,
  position: number,
  cutOff: number,
  seller: string,
): Promise<AccountView> {
  return viewOf(await accountFacts(projections, payer), { payer, position, cutOff, seller });
}

/** The same, of facts about the account. @throws Error when it was never the seller's customer. */
export function viewOf(
  facts: readonly RecordedFact[],
  { payer, position, cutOff, seller }: { payer: string; position: Position; cutOff: Instant; seller: string },
): AccountView {
  const view = accountOfSeller(facts, { position, cutOff }, cutOff, seller);
  if (view === undefined) throw new Error(`no account ${payer} of ${seller} is known at position ${position}`);
  return view;
}

/** Writes details and members to be told apart by period, and itemised usage of the run's own period, part by part, as subscriptions come in. */
function detailWriter(
  objects: Objects,
  run: string,
  payer: string,
  slice: number,
  periods: readonly string[],
  ownFrom: LocalDate,
) {
  const { write, close } = rowWriter(objects, padded(slice, 6));
  const own = periods.indexOf(ownFrom);
  const add = async ({ subscription, details, itemised, members }: MeasuredSubscription) => {
    for (const [place, rows] of details().entries()) {
      for (const row of rows) await write(`${detailsPrefix(run, payer)}${periods[place]}/`, row);
    }
    for (const [place, member] of members.entries()) {
      if (member !== undefined) await write(`${membersPrefix(run, payer)}${periods[place]}/`, member);
    }
    for (const row of itemised()) {
      if (row.period === own) await write(itemisedPrefix(run, payer, row.businessUnit), { subscription, ...row });
    }
  };
  return { add, close };
}
