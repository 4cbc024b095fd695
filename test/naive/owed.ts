import { amount, sum } from '#shared/money/amount.ts';
import { addDays } from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';
import { midnight } from './account-calendar.ts';
import { agreedLines, intervalDiscounts, ownVersion } from './agreed.ts';
import { contributionsOf, draw, type Rest } from './allowances.ts';
import { atZero } from './at-zero.ts';
import { topUpLines, withBought } from './bought.ts';
import { asKnownIn, carriedOn, type Stocks, stillThere } from './carried.ts';
import { daysIn } from './days.ts';
import { lineKey, type PostedLine, standing } from './kept.ts';
import { factsIn } from './life.ts';
import { holdsOn } from './limits.ts';
import { digitsOf, type LineHead, lineIn, lineOf } from './lines.ts';
import { oneTimeLines } from './one-time.ts';
import { orderLines } from './orders.ts';
import { cheapestSize, type NaivePool, poolPrices, pricedPools, sizeOfPool } from './pools.ts';
import { type Part, partsOf, priced } from './prices.ts';
import { recurringLines } from './recurring.ts';
import { sharedLines } from './shares.ts';
import { piecesIn } from './usage.ts';
import { type NaiveLine, periodsOf, type World } from './world.ts';

/**
 * What payer "p" owes, by the pricing rules alone: one record at a time, one day at a time. It shares nothing with rating and billing, so that
 * the two may be held against each other. `posted`: what runs before left, of which what is kept counts for what was agreed (decision 62).
 */
export function naivelyOwed(world: World, posted: readonly PostedLine[] = []): NaiveLine[] {
  const facts = factsIn(world);
  const periods = periodsOf(world);
  const pieces = periods.flatMap((period) => piecesIn(world, facts, period));
  const recurring = recurringLines(world, pieces);
  const stand = standing(world.catalog, recurring, posted);
  const nameOf = ({ from, until }: Period) => `${from}..${until}`;
  const isOfPeriods = (line: NaiveLine) => !isOfInterval(line) || periods.some((each) => nameOf(each) === line.period);
  const periodOf = ({ period }: NaiveLine) => periods.findLast(({ from }) => from <= period.slice(0, 10)) ?? periods[0];
  const fees = stand.filter((line) => !isOfPeriods(line)).map((line) => withKept(world, line, recurring));
  let carried: Stocks = new Map();
  const ofPeriods = periods.flatMap((period) => {
    const { lines: priced, left } = owedIn(world, period, carried);
    const usage = [...priced, ...orderLines(world, period)];
    carried = left;
    const days = world.sims.flatMap(({ id }) => daysIn(world, facts, id, period));
    const own = stand.filter((line) => isOfPeriods(line) && periodOf(line) === period);
    const feesIn = (its: Period) => fees.flatMap((line) => feeIn(world, line, its));
    return [...usage, ...agreedLines(world, period, days, [...own, ...usage], feesIn)];
  });
  const ofIntervals = Map.groupBy(
    stand.filter((line) => !isOfPeriods(line)),
    ({ period }) => period,
  );
  const letOff = [...ofIntervals].flatMap(([interval, lines]) => intervalDiscounts(world, interval, lines));
  return [...ofPeriods, ...recurring, ...letOff];
}

const isOfInterval = ({ period }: NaiveLine) => period.includes('..');

/**
 * A fee for an interval of its own with what is kept of it: that is over the days of its version on which fewer count than on others, unless the fee is known of the
 * interval as a whole.
 */
function withKept(world: World, line: PostedLine, owed: readonly NaiveLine[]): NaiveLine {
  const now = owed.find((each) => lineKey(each) === lineKey(line));
  if (line.kept.quantity.isZero() || (now !== undefined && now.before === undefined))
    return { ...line, ...now, amount: line.amount };
  const [from = '', until = ''] = line.period.split('..');
  const all: string[] = [];
  for (let date = from; date < until; date = addDays(date, 1)) all.push(date);
  const plan = world.catalog.plans.find(({ id }) => id === line.plan);
  const ofVersion = all.filter((date) => {
    const listed = plan?.versions.find((version) => holdsOn(version, date));
    return listed !== undefined && ownVersion(world, line.plan, listed, date).from === line.version;
  });
  const dates = ofVersion.length === 0 ? all : ofVersion;
  const counts = dates.map((date) => now?.countOn?.(date) ?? 0);
  const missing = dates.flatMap((date, place) => Array<string>(Math.max(...counts) - counts[place]!).fill(date));
  const over = missing.length === 0 ? dates : missing;
  const before = (date: string) => {
    const part = line.kept.amount.times(over.filter((each) => each < date).length).div(over.length);
    const owedBefore = now?.before?.(date) ?? '0';
    return amount(lineIn(world, line, amount(1), part).amount)
      .plus(owedBefore)
      .toFixed(digitsOf(world));
  };
  return { ...line, before };
}

/** What of a fee for an interval of its own counts in a period, or some days of it: its days there, or all of it where the interval ends (pricing rules §6). */
function feeIn(world: World, line: NaiveLine, { from, until }: Period): NaiveLine[] {
  const [first = '', end = ''] = line.period.split('..');
  if (end <= from || until <= first) return [];
  if (line.before !== undefined)
    return [{ ...line, amount: amount(line.before(until)).minus(line.before(from)).toFixed(digitsOf(world)) }];
  return end <= until ? [line] : [];
}

/** What is owed for a period, and what it leaves for the next. */
function owedIn(world: World, period: Period, before: Stocks): { lines: NaiveLine[]; left: Stocks } {
  const facts = factsIn(world);
  const days = world.sims.flatMap(({ id }) => daysIn(world, facts, id, period));
  const contributions = contributionsOf(world, period, days);
  const carried = withBought(world, facts, period, stillThere(asKnownIn(world, period, before), days));
  const pieces = piecesIn(world, facts, period);
  const isOver = midnight(world, period.until) <= world.usageCutOff;
  const pools = pricedPools(world, period, days);
  const isAdaptive = ({ standing }: NaivePool) => standing.at(-1)!.allowance.kind === 'adaptive';
  const sizes = new Map(
    pools.filter((pool) => !isAdaptive(pool)).map((pool) => [pool.source, sizeOfPool(world, period, pool)]),
  );
  const chosen = new Map<string, number>();
  for (const pool of isOver ? pools.filter(isAdaptive) : []) {
    const withSize = (size: bigint) =>
      draw(world, new Map([...sizes, [pool.source, size]]), contributions, carried, pieces).rests;
    const place = cheapestSize(pool, withSize);
    chosen.set(pool.source, place);
    sizes.set(pool.source, BigInt(pool.standing.at(-1)!.allowance.sizes[place - 1]!.size));
  }
  const { rests, uses, left } = draw(world, sizes, contributions, carried, pieces);
  const isOpen = ({ pool }: Rest) => !isOver && pools.some((each) => isAdaptive(each) && each.source === pool);
  const parts = partsOf(rests, isOver, isOpen);
  const byLine = (of: readonly Part[]) => [...Map.groupBy(of, partKey).values()];
  const ofPools = byLine(parts.filter(isOfPool)).flatMap((of) =>
    sharedLines(world, headOf(of[0]!, period), of, uses, contributions),
  );
  const ofUsage = byLine(parts.filter((part) => !isOfPool(part))).map((of) => ({
    head: headOf(of[0]!, period),
    ...priced(of),
  }));
  const own = Map.groupBy(
    [
      ...ofUsage,
      ...atZero(
        world,
        facts,
        period,
        parts,
        rests.filter((rest) => rest.quantity > 0n && isOpen(rest)),
      ),
    ],
    ({ head }) => JSON.stringify(head),
  );
  const owned = [...own.values()].map((of) =>
    lineOf(world, of[0]!.head, sum(of.map((each) => each.quantity)), sum(of.map((each) => each.exact))),
  );
  const prices = pools.flatMap((pool) => poolPrices(world, period, pool, chosen.get(pool.source) ?? 0));
  const lines = [...ofPools, ...owned, ...prices, ...oneTimeLines(world, period), ...topUpLines(world, facts, period)];
  return { lines, left: isOver ? carriedOn(world, period, left) : new Map() };
}

/** What is summed before it is rounded: a unit's usage of a charge, or a whole pool's. */
function partKey(part: Part): string {
  const { piece, pool } = part.rest;
  const whose = isOfPool(part) ? pool : piece.businessUnit;
  return JSON.stringify([isOfPool(part), whose, piece.plan, piece.version.from, nameOf(part), piece.zone, part.tier]);
}

/** A pool's overage; what is paid by the record is the business unit's own. */
function isOfPool({ rest: { pool }, paid }: Part): boolean {
  return pool !== '' && paid === '';
}

/** The charge in its season, or what of it is paid by the record. */
function nameOf({ rest: { piece }, paid }: Part): string {
  if (paid !== '') return `${piece.charge.id}#${paid}`;
  return piece.season === '' ? piece.charge.id : `${piece.charge.id}@${piece.season}`;
}

function headOf(part: Part, period: Period): LineHead {
  const { businessUnit, plan, version, zone } = part.rest.piece;
  const { tier } = part;
  return { businessUnit, plan, version: version.from, charge: nameOf(part), zone, tier, period: period.from };
}
