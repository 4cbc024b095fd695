import { startOfDay } from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';
import { agreedLines } from './agreed.ts';
import { contributionsOf, draw } from './allowances.ts';
import { daysIn } from './days.ts';
import { factsIn } from './life.ts';
import { type LineHead, lineOf } from './lines.ts';
import { oneTimeLines } from './one-time.ts';
import { cheapestSize, type NaivePool, poolPrices, pricedPools, sizeOfPool } from './pools.ts';
import { type Part, partsOf, priced } from './prices.ts';
import { recurringLines } from './recurring.ts';
import { sharedLines } from './shares.ts';
import { piecesIn } from './usage.ts';
import { type NaiveLine, periodsOf, type World } from './world.ts';

/**
 * What payer "p" owes, by the pricing rules alone: one record at a time, one day at a time. It shares nothing with rating and billing, so that
 * the two may be held against each other.
 */
export function naivelyOwed(world: World): NaiveLine[] {
  const facts = factsIn(world);
  const pieces = periodsOf(world).flatMap((period) => piecesIn(world, facts, period));
  const recurring = recurringLines(world, pieces);
  const ofPeriods = periodsOf(world).flatMap((period) => {
    const usage = owedIn(world, period);
    const names = [period.from, `${period.from}..${period.until}`];
    const days = world.sims.flatMap(({ id }) => daysIn(world, facts, id, period));
    return [
      ...usage,
      ...agreedLines(world, period, days, [...recurring.filter((line) => names.includes(line.period)), ...usage]),
    ];
  });
  return [...ofPeriods, ...recurring];
}

function owedIn(world: World, period: Period): NaiveLine[] {
  const facts = factsIn(world);
  const days = world.sims.flatMap(({ id }) => daysIn(world, facts, id, period));
  const contributions = contributionsOf(world, period, days);
  const pieces = piecesIn(world, facts, period);
  const isOver = startOfDay(period.until, world.zone) <= world.usageCutOff;
  const pools = pricedPools(world, period, days);
  const isAdaptive = ({ standing }: NaivePool) => standing.at(-1)!.allowance.kind === 'adaptive';
  const sizes = new Map(
    pools.filter((pool) => !isAdaptive(pool)).map((pool) => [pool.source, sizeOfPool(period, pool)]),
  );
  const chosen = new Map<string, number>();
  for (const pool of isOver ? pools.filter(isAdaptive) : []) {
    const withSize = (size: bigint) =>
      draw(world, new Map([...sizes, [pool.source, size]]), contributions, pieces).rests;
    const place = cheapestSize(pool, withSize);
    chosen.set(pool.source, place);
    sizes.set(pool.source, BigInt(pool.standing.at(-1)!.allowance.sizes[place - 1]!.size));
  }
  const { rests, uses } = draw(world, sizes, contributions, pieces);
  const owed = isOver
    ? rests
    : rests.filter(({ pool }) => !pools.some((each) => isAdaptive(each) && each.source === pool));
  const parts = partsOf(owed, isOver);
  const ofUsage = [...Map.groupBy(parts, lineKey).values()].flatMap((of) => {
    const head = headOf(of[0]!, period);
    if (of[0]!.rest.pool !== '') return sharedLines(head, of, uses, contributions);
    const { quantity, exact } = priced(of);
    return [lineOf(head, quantity, exact)];
  });
  const prices = pools.flatMap((pool) => poolPrices(world, period, pool, chosen.get(pool.source) ?? 0));
  return [...ofUsage, ...prices, ...oneTimeLines(world, period)];
}

/** What is summed before it is rounded: a unit's usage of a charge, or a whole pool's. */
function lineKey({ rest: { piece, pool }, tier }: Part): string {
  const whose = pool === '' ? piece.businessUnit : pool;
  return JSON.stringify([
    pool === '',
    whose,
    piece.plan,
    piece.version.from,
    piece.charge.id,
    piece.season,
    piece.zone,
    tier,
  ]);
}

function headOf({ rest: { piece }, tier }: Part, period: Period): LineHead {
  const { businessUnit, plan, version, charge, season, zone } = piece;
  const name = season === '' ? charge.id : `${charge.id}@${season}`;
  return { businessUnit, plan, version: version.from, charge: name, zone, tier, period: period.from };
}
