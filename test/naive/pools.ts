import type { Allowance } from '#shared/catalog/catalog.ts';
import { type Amount, amount } from '#shared/money/amount.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';
import { daysThrough, isCustomerOn, midnight, wholeDays } from './account-calendar.ts';
import { ownVersion } from './agreed.ts';
import { mayDraw, type Rest, sourceOf } from './allowances.ts';
import { type Day, isChargeable } from './days.ts';
import { lineIn, sharesOf } from './lines.ts';
import { partsOf, priced } from './prices.ts';
import type { NaiveLine, World } from './world.ts';

/** A day on which a static or adaptive pool stands, and on which terms. */
interface StandingDay {
  readonly date: LocalDate;
  readonly plan: string;
  readonly version: string;
  readonly allowance: Allowance;
}

/** A static or adaptive pool in a period. */
export interface NaivePool {
  readonly source: string;
  readonly name: string;
  readonly businessUnit: string;
  readonly standing: readonly StandingDay[];
  /** Business unit → days of its members. */
  readonly memberDays: ReadonlyMap<string, number>;
}

const isPriced = ({ kind }: Allowance) => kind === 'static' || kind === 'adaptive';

/** The static and adaptive pools that stand on some day: those the account names, else those that have members. */
export function pricedPools(world: World, period: Period, days: readonly Day[]): NaivePool[] {
  const memberships = days
    .filter(isChargeable)
    .flatMap((day) => day.version.allowances.filter(isPriced).map((allowance) => ({ day, allowance })))
    .filter(({ day, allowance }) => mayDraw(world, allowance, day.date));
  const bySource = Map.groupBy(memberships, ({ day, allowance }) => sourceOf(allowance, day));
  const named = world.pools.map(({ pool }) => JSON.stringify(['pool', pool]));
  return [...new Set([...bySource.keys(), ...named])].flatMap((source): NaivePool[] => {
    const [, name, businessUnit = ''] = JSON.parse(source) as string[];
    const members = bySource.get(source) ?? [];
    const standing = daysThrough(world, period).flatMap(({ date }): StandingDay[] => {
      if (world.pools.some(({ pool }) => pool === name)) {
        const own = ownTerms(world, name!, date);
        const isShared = JSON.parse(source).length === 2;
        return own !== undefined && (!isShared || own.allowance.scope === 'account') ? [own] : [];
      }
      const on = members.filter(({ day }) => day.date === date);
      const first = on.sort((a, b) =>
        `${a.day.plan}|${a.day.version.from}` < `${b.day.plan}|${b.day.version.from}` ? -1 : 1,
      )[0];
      return first === undefined
        ? []
        : [{ date, plan: first.day.plan, version: first.day.version.from, allowance: first.allowance }];
    });
    const memberDays = new Map<string, number>();
    for (const { day } of members) memberDays.set(day.businessUnit, (memberDays.get(day.businessUnit) ?? 0) + 1);
    return standing.length === 0 ? [] : [{ source, name: name!, businessUnit, standing, memberDays }];
  });
}

/** The terms on which the account itself has a pool on a day. */
function ownTerms(world: World, name: string, date: LocalDate): StandingDay | undefined {
  const { pools, catalog } = world;
  if (!isCustomerOn(world, date)) return undefined;
  const holds = ({ from, until }: { from: string; until: string }) => from <= date && (until === '' || date < until);
  const named = pools.find((each) => each.pool === name && holds(each));
  const listed = catalog.plans.find(({ id }) => id === named?.plan)?.versions.find(holds);
  if (named === undefined || listed === undefined) return undefined;
  const version = ownVersion(world, named.plan, listed, date);
  const allowance = version.allowances.find((each) => isPriced(each) && each.pool === name);
  return allowance && { date, plan: named.plan, version: version.from, allowance };
}

/** How much there is of a static pool: whole, or of each of its days a part, rounded down. */
export function sizeOfPool(world: World, period: Period, { standing }: NaivePool): bigint {
  const last = standing.at(-1)!.allowance;
  if (last.proration === 'whole') return BigInt(last.size);
  return standing.reduce((sum, { allowance }) => sum + BigInt(allowance.size), 0n) / BigInt(wholeDays(world, period));
}

/** The size of an adaptive pool, from 1, whose price and overage cost least. `restsOf`: what is left of usage when it has such a size. */
export function cheapestSize({ source, standing }: NaivePool, restsOf: (size: bigint) => readonly Rest[]): number {
  const costs = standing.at(-1)!.allowance.sizes.map(({ size, price }): Amount => {
    const over = restsOf(BigInt(size)).filter(({ pool }) => pool === source);
    const parts = partsOf(over, true, () => false).filter(({ paid }) => paid === '');
    const lines = Map.groupBy(parts, ({ rest: { piece }, tier }) =>
      JSON.stringify([piece.plan, piece.version.from, piece.charge.id, piece.season, piece.zone, tier]),
    );
    return [...lines.values()].reduce((sum, parts) => sum.plus(priced(parts).exact), amount(price));
  });
  const least = costs.reduce((best, cost) => (cost.lessThan(best) ? cost : best));
  return costs.findIndex((cost) => cost.equals(least)) + 1;
}

/** What a pool costs by being there: at the end of the period, shared over business units by member-days. */
export function poolPrices(world: World, period: Period, pool: NaivePool, chosen: number): NaiveLine[] {
  const last = pool.standing.at(-1)!;
  if (midnight(world, period.until) > world.chargeCutOff) return [];
  const length = wholeDays(world, period);
  if (last.allowance.kind === 'adaptive') {
    const size = last.allowance.sizes[chosen - 1];
    return size === undefined ? [] : shared(world, length, period, pool, last, length, size.price, chosen);
  }
  if (last.allowance.proration === 'whole')
    return shared(world, length, period, pool, last, length, last.allowance.price, 0);
  const byTerms = Map.groupBy(pool.standing, ({ plan, version }) => `${plan}|${version}`);
  return [...byTerms.values()].flatMap((days) => {
    const end = days.at(-1)!;
    return shared(world, length, period, pool, end, days.length, end.allowance.price, 0);
  });
}

function shared(
  world: World,
  length: number,
  period: Period,
  { name, businessUnit, memberDays }: NaivePool,
  { plan, version }: StandingDay,
  days: number,
  price: string,
  tier: number,
): NaiveLine[] {
  const exact = amount(price).times(days).div(length);
  const weights = memberDays.size === 0 ? new Map([[businessUnit, 1]]) : memberDays;
  const all = [...weights.values()].reduce((sum, each) => sum + each, 0);
  const money = sharesOf(
    world,
    exact,
    [...weights].map(([id, weight]) => ({ id, weight: amount(weight) })),
  );
  return [...weights].map(([unit, its]) => {
    const head = { businessUnit: unit, plan, version, charge: `pool:${name}`, zone: '', tier, period: period.from };
    const line = lineIn(world, head, amount(days).times(its).div(all).div(length), money.get(unit)!);
    return { ...line, isPoolOfWhole: days === length };
  });
}
