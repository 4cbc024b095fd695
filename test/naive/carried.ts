import type { Allowance, Catalog, PlanVersion } from '#shared/catalog/catalog.ts';
import { addDays, type LocalDate } from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';
import { bordersLater } from './account-calendar.ts';
import { sourceOf } from './allowances.ts';
import type { Day } from './days.ts';
import type { World } from './world.ts';

/** A part of what an allowance or pool has: the rest of an earlier period's size, a purchase, or ('' ) the period's own. */
export interface Stock {
  /** First day of the period whose size it was, or the order it was bought by. */
  readonly since: string;
  /** Of a purchase, the first day on which it counts. */
  readonly from?: LocalDate;
  /** First day on which it counts no more, as far as that is known. */
  readonly until: LocalDate;
  /** What is counted in periods ends so many after a border: moves of the account that come in between count. */
  readonly counted?: { readonly after: LocalDate; readonly periods: number };
  readonly quantity: bigint;
}

/** By source, oldest first. */
export type Stocks = ReadonlyMap<string, readonly Stock[]>;

/** What is carried into a period: a subscription's own only where it still has the allowance on some day. */
export function stillThere(carried: Stocks, days: readonly Day[]): Stocks {
  const has = new Set(
    days
      .flatMap((day) => [day, ...day.addOns.map((addOn): Day => ({ ...day, ...addOn }))])
      .flatMap((day) => day.version.allowances.map((allowance) => sourceOf(allowance, day))),
  );
  return new Map([...carried].filter(([source]) => JSON.parse(source)[0] !== 'own' || has.has(source)));
}

/** What there is in a period, with the ends that are known while it lasts. */
export function asKnownIn(world: World, period: Period, carried: Stocks): Stocks {
  const known = (stock: Stock): Stock =>
    stock.counted === undefined
      ? stock
      : { ...stock, until: bordersLater(world, stock.counted.after, stock.counted.periods, period) };
  return new Map([...carried].map(([source, stocks]) => [source, stocks.map(known)]));
}

/** What unused stock moves into the next period (pricing rules §4). */
export function carriedOn(world: World, period: Period, left: Stocks): Stocks {
  const moved = [...left].map(([source, stocks]): [string, Stock[]] => {
    if (JSON.parse(source)[0] === 'bought') return [source, stocks.filter((stock) => stock.until > period.until)];
    const rule = ruleOf(world.catalog, source, addDays(period.until, -1));
    const bought = stocks.filter(({ from, until }) => from !== undefined && until > period.until);
    if (rule === undefined) return [source, bought];
    const counted = { after: period.until, periods: rule.periods };
    const until = bordersLater(world, counted.after, counted.periods, period);
    const kept = stocks
      .filter(({ from }) => from === undefined)
      .map((stock) => (stock.since === '' ? { ...stock, since: period.from, until, counted } : stock))
      .filter((stock) => stock.until > period.until);
    return [source, [...bought, ...(rule.cap === '' ? kept : youngest(kept, BigInt(rule.cap)))]];
  });
  return new Map(moved);
}

/** At most so much, and of that what was carried last. */
function youngest(stocks: readonly Stock[], cap: bigint): Stock[] {
  let above = stocks.reduce((sum, { quantity }) => sum + quantity, 0n) - cap;
  return stocks.map((stock) => {
    const lost = above <= 0n ? 0n : above < stock.quantity ? above : stock.quantity;
    above -= lost;
    return { ...stock, quantity: stock.quantity - lost };
  });
}

/** What the plan says that is in force on a period's last day; of a pool any that names it. */
function ruleOf({ plans }: Catalog, source: string, lastDay: LocalDate): Allowance['carryOver'] {
  const parts = JSON.parse(source) as string[];
  const isInForce = ({ from, until }: PlanVersion) => from <= lastDay && (until === '' || lastDay < until);
  const found = plans.flatMap(({ id, versions }) =>
    versions
      .filter(isInForce)
      .flatMap(({ allowances }) => allowances)
      .filter((allowance) =>
        parts[0] === 'own' ? id === parts[2] && allowance.id === parts[3] : allowance.pool === parts[1],
      ),
  );
  return found.find(({ carryOver }) => carryOver !== undefined)?.carryOver;
}
