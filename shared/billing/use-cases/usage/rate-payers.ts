import type { Catalog } from '#shared/catalog/catalog.ts';
import type { Position } from '#shared/commit-log/entry.ts';
import { shardOf } from '#shared/commit-log/inventory-rows.ts';
import { type ProjectionRow, withPrefix } from '#shared/commit-log/ports.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { shardsOf } from '#shared/commit-log/use-cases/read-inventory.ts';
import type { WorldState } from '#shared/commit-log/visibility.ts';
import type { AccountView } from '#shared/inventory/account-history.ts';
import type { RecordedFact } from '#shared/inventory/fact.ts';
import { type Amount, amount } from '#shared/money/amount.ts';
import type { Holdings } from '#shared/rating/holdings/holdings.ts';
import { joinSums } from '#shared/rating/join-sums.ts';
import { OtherMembers } from '#shared/rating/pools/left-parts.ts';
import type { PartialSums } from '#shared/rating/pools/partial-sums.ts';
import { openSums } from '#shared/rating/sum-slice.ts';
import { type MeasuredSubscription, measureFacts, measureShards } from '#shared/rating/use-cases/measure-shards.ts';
import { usageReader } from '#shared/rating/use-cases/read-usage.ts';
import { addDays, localDateOf, startOfDay } from '#shared/time/local-date.ts';
import { type Period, periodOf } from '#shared/time/period.ts';
import { agreementsOf } from '../../agreement-of.ts';
import { isDueFrom } from '../../lines/charge-line.ts';
import type { PricingScope } from '../../lines/line-head.ts';
import { linesInTurn } from '../../lines/owed-lines.ts';
import { poolStatus } from '../../lines/pool-status.ts';
import { settlePools } from '../../lines/settle-pools.ts';
import { type MembersTelling, openTelling } from '../../lines/tell-members.ts';
import { payerScope } from '../../payer-scope.ts';
import { type RatedSubscription, type RunningMonth, ratedKeys } from '../../rated-rows.ts';
import { carriedInLast } from '../runs/closings.ts';
import { withLateUsage } from '../runs/late-scope.ts';
import type { KnownAccount } from './owner-views.ts';
import type { RatingPorts } from './rating-ports.ts';

/** Payers whose usage was touched, and by which of their subscriptions. */
export type RatingWork = Map<
  string,
  { readonly seller: string; readonly payer: string; readonly subscriptions: Map<string, readonly RecordedFact[]> }
>;

/** Payers rated at the same time, shards of one, and rows written of one shard. */
const PAYERS_AT_ONCE = 8;
const SHARDS_AT_ONCE = 4;
const ROWS_AT_ONCE = 8;
/** Payers of whom no more shards were touched are summed as they are rated. */
const SHARDS_OF_SMALL = 8;

/** Rates subscriptions of a shard, as they are measured. */
type RateShard = (
  shard: string,
  measureEach: (write: (measured: MeasuredSubscription) => Promise<void>) => Promise<void>,
) => Promise<void>;

/** Large payers of whose shards something was rated: how their sums, and the running month they come to, are made anew. */
export type RatedSums = Map<string, SumsOfPayer>;

/** What of a payer is to be summed, and what sums it: the shards it is given, and then the payer. */
interface SumsOfPayer {
  readonly shards: ReadonlySet<string>;
  readonly sum: (shards: ReadonlySet<string>) => Promise<void>;
}

/**
 * Keeps the running month of payers: their touched subscriptions are rated anew, or all of them the first time in a period, after a release or after the account changed. It goes shard by shard, so
 * that memory is bounded by shards; one that died half way through a large payer is taken up behind the shards that are summed. What was touched
 * of a large payer is not summed yet: whoever rates more of it sums it once at the end. Small ones are, so that nothing of them stays in memory.
 */
export async function ratePayers(
  ports: RatingPorts,
  world: WorldState,
  catalog: Catalog,
  work: RatingWork,
  accountOf: (account: string) => Promise<KnownAccount | undefined>,
): Promise<RatedSums> {
  const sums: RatedSums = new Map();
  await inParallel(work, PAYERS_AT_ONCE, async ([key, { seller, payer, subscriptions }]) => {
    const account = await accountOf(payer);
    if (account === undefined) return;
    const its = await ratePayer(ports, world, catalog, account, seller, subscriptions);
    if (its.shards.size > SHARDS_OF_SMALL) sums.set(key, its);
    else await its.sum(its.shards);
  });
  return sums;
}

async function ratePayer(
  ports: RatingPorts,
  world: WorldState,
  catalog: Catalog,
  { view, saidAt }: KnownAccount,
  seller: string,
  subscriptions: ReadonlyMap<string, readonly RecordedFact[]>,
): Promise<SumsOfPayer> {
  const { account: payer } = view.account;
  const period = periodOf(localDateOf(ports.clock.now(), view.timeZone), view.billingDay);
  const end = startOfDay(period.until, view.timeZone);
  const stretch = { payer, measureFrom: period.from, measureThrough: period.from, usageCutOff: end, chargeCutOff: end };
  const running = payerScope(view, catalog, world.position, stretch);
  const scope = await withLateUsage(ports.decisions, running, view, world);
  const read = usageReader(ports.usage, world);
  const terms = Math.max(world.catalog?.position ?? 0, saidAt);
  const rated = ratedKeys.payer(seller, payer, period.from, terms);
  const key = { partition: ratedKeys.running(seller, payer), sort: period.from };
  const { pools, opening } = await carriedInLast(ports, seller, payer, period.from, scope.plans);
  const rate: RateShard = async (shard, measureEach) => {
    const rows: ProjectionRow<RatedSubscription>[] = [];
    await measureEach(async ({ subscription, addTo, members: [member] }) => {
      const open = openSums(scope.days, 0);
      addTo([open]);
      const partition = ratedKeys.shard(rated, shard);
      const value = { sums: open.close(), ...(member && { member }) };
      rows.push({ partition, sort: subscription, position: world.position, value });
    });
    await inParallel(rows, ROWS_AT_ONCE, async (row) => {
      await ports.projections.putNewer(row);
    });
  };
  const asOf = (await ports.projections.get<RunningMonth>(key))?.value.asOf ?? -1;
  const whole = new Set(asOf < terms ? await unratedShards(ports, seller, payer, rated) : []);
  await inParallel(whole, SHARDS_AT_ONCE, async (shard) => {
    await rate(shard, async (write) => {
      await measureShards(ports.projections, read, scope, [shard], opening, write);
    });
    await sumShard(ports, rated, shard);
  });
  const touched = Map.groupBy(subscriptions, ([subscription]) => shardOf(subscription));
  for (const shard of whole) touched.delete(shard);
  await inParallel(touched, SHARDS_AT_ONCE, ([shard, of]) =>
    rate(shard, async (write) => measureFacts(read, scope, new Map(of), await opening(shard), write)),
  );
  const sum = async (shards: ReadonlySet<string>) => {
    await inParallel(shards, SHARDS_AT_ONCE, (shard) => sumShard(ports, rated, shard));
    const pricing = pricingOf(scope, catalog, view, period);
    const { sums, stamp } = await sumPayer(ports, rated, { its: pricing, opening: pools });
    await ports.projections.putNewer({
      ...key,
      position: stamp,
      value: runningMonth(pricing, sums, pools, world.position),
    });
  };
  return { shards: new Set(touched.keys()), sum };
}

/** How often the rows of a payer are summed anew, when others rate its members while they are told apart. */
const READINGS = 5;

/**
 * What a payer's subscriptions come to in all, and the stamp of that; with what members come to, where what their pools leave is told apart by member:
 * their rows are read shard by shard, and summed anew where others have rated them since. @throws OtherMembers when they do all the time.
 */
async function sumPayer(
  ports: RatingPorts,
  rated: string,
  { its, opening }: { readonly its: PricingScope; readonly opening: Holdings },
): Promise<{ readonly sums: PartialSums; readonly stamp: number }> {
  for (let reading = 1; ; reading++) {
    const rows = await ports.projections.query<PartialSums>(rated, withPrefix(''));
    const of = joinSums(rows.map((row) => row.value));
    const stamp = stampOf(rows);
    if (of.told === undefined) return { sums: of, stamp };
    try {
      const told = await tellShards(ports, rated, openTelling([{ its, of }], opening), rows);
      return { sums: joinSums([of, ...told]), stamp };
    } catch (error) {
      if (!(error instanceof OtherMembers) || reading === READINGS) throw error;
      await inParallel(rows, SHARDS_AT_ONCE, ({ sort }) => sumShard(ports, rated, sort));
    }
  }
}

async function tellShards(
  { projections }: RatingPorts,
  rated: string,
  telling: MembersTelling,
  shards: readonly ProjectionRow<unknown>[],
): Promise<readonly PartialSums[]> {
  while (telling.next() !== undefined) {
    for (const { sort } of shards) {
      const partition = ratedKeys.shard(rated, sort);
      for (const { value } of await projections.query<RatedSubscription>(partition, withPrefix('')))
        if (value.member !== undefined) telling.read(value.member);
    }
    telling.endReading();
  }
  return telling.sums();
}

/** How what a payer owes for its running month is priced: as if all of it were due. */
function pricingOf(
  { plans, pools }: Pick<PricingScope, 'plans' | 'pools'>,
  catalog: Catalog,
  view: AccountView,
  period: Period,
): PricingScope {
  return {
    period,
    plans,
    currency: view.account.currency,
    isOver: true,
    isDue: true,
    pools,
    agreementOn: agreementsOf(catalog, view),
    billingDay: view.billingDay,
    exchange: {
      rates: catalog.exchangeRates,
      by: 'invoiceDate',
      invoiceDate: addDays(period.until, -1),
      kept: () => undefined,
    },
  };
}

/** Shards of a payer that are not summed yet. */
async function unratedShards(ports: RatingPorts, seller: string, payer: string, rated: string): Promise<string[]> {
  const summed = await ports.projections.query(rated, withPrefix(''));
  const done = new Set(summed.map((row) => row.sort));
  return (await shardsOf(ports.projections, seller, payer)).filter((shard) => !done.has(shard));
}

/**
 * The stamp of what adds up rows: it grows with every row that joins them or is rated anew. Of raters who race, whoever has seen all rows has
 * the greatest, and stands, whichever is written last.
 */
function stampOf(rows: readonly ProjectionRow<unknown>[]): number {
  return rows.reduce((stamp, row) => stamp + row.position, 0);
}

async function sumShard({ projections }: RatingPorts, rated: string, shard: string): Promise<void> {
  const rows = await projections.query<RatedSubscription>(ratedKeys.shard(rated, shard), withPrefix(''));
  const value = joinSums(rows.map((row) => row.value.sums));
  await projections.putNewer({ partition: rated, sort: shard, position: stampOf(rows), value });
}

function runningMonth(scope: PricingScope, sums: PartialSums, carried: Holdings, asOf: Position): RunningMonth {
  const { period, currency } = scope;
  const settled = settlePools(scope, sums, carried);
  const net = new Map<string, Amount>();
  for (const line of linesInTurn([{ its: scope, of: sums, pools: settled, orders: [] }])) {
    if (!isDueFrom(line, period.from)) continue;
    net.set(line.businessUnit, (net.get(line.businessUnit) ?? amount(0)).plus(line.amount));
  }
  return {
    asOf,
    period,
    currency,
    net: Object.fromEntries([...net].map(([unit, total]) => [unit, total.toFixed()])),
    subscriptions: Object.values(sums.overview).reduce((count, overview) => count + overview.subscriptions, 0),
    pools: poolStatus(scope, settled),
  };
}
