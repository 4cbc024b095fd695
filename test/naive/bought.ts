import type { TopUp } from '#shared/catalog/catalog.ts';
import type { RecordedFact, TopUpFact } from '#shared/inventory/fact.ts';
import { amount } from '#shared/money/amount.ts';
import { addDays, type LocalDate } from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';
import { bordersLater, dayAt } from './account-calendar.ts';
import { sourceOf } from './allowances.ts';
import type { Stock, Stocks } from './carried.ts';
import { type AddOnTerms, termsAt } from './life.ts';
import { lineOf } from './lines.ts';
import type { Piece } from './usage.ts';
import { inOrderOf, type NaiveLine, type World } from './world.ts';

/** A top-up that was bought in a period. */
interface Bought {
  readonly source: string;
  readonly stock: Stock;
  readonly at: number;
  readonly businessUnit: string;
  readonly offered: { readonly terms: AddOnTerms; readonly topUp: TopUp };
}

/** Whose top-up it is, and which purchase. */
const sourceOfTopUp = (subscription: string, plan: string, id: string, order: string) =>
  JSON.stringify(['bought', subscription, plan, id, order]);

/** The last that was said of each order, if it was not taken back: what the terms then offered (pricing rules §4). */
function boughtIn(world: World, facts: readonly RecordedFact[], period: Period): Bought[] {
  const orders = facts.filter((each): each is RecordedFact<TopUpFact> => each.fact.kind === 'topUp');
  const byOrder = Map.groupBy(orders, ({ fact }) => JSON.stringify([fact.subscription, fact.order]));
  return [...byOrder.values()].flatMap((said): Bought[] => {
    const { fact } = [...said]
      .sort(
        inOrderOf(
          (each) => each.position,
          (each) => each.index,
        ),
      )
      .at(-1)!;
    const { subscription, order, effectiveFrom: at } = fact;
    const date = dayAt(world, at);
    const terms = termsAt(world, facts, subscription, at, date);
    if (!fact.has || terms === undefined || date < period.from || date >= period.until) return [];
    const offered = [...terms.addOns, terms].flatMap((each) =>
      (each.version.topUps ?? []).filter(({ id }) => id === fact.topUp).map((topUp) => ({ terms: each, topUp })),
    )[0];
    if (offered === undefined) return [];
    const { topUp } = offered;
    const from = topUp.from === 'period' ? period.from : date;
    const since = topUp.pool === undefined ? order : `top-up ${order}`;
    const ends = endOf(world, topUp, date, period);
    const stock = { since, from, ...ends, quantity: BigInt(topUp.size) };
    const pool = offered.terms.version.allowances.find(
      ({ kind, pool: name }) => kind !== 'individual' && name === topUp.pool,
    );
    const source =
      pool === undefined
        ? sourceOfTopUp(subscription, offered.terms.plan, topUp.id, order)
        : sourceOf(pool, { subscription, plan: offered.terms.plan, businessUnit: terms.businessUnit });
    return [{ source, stock, at, businessUnit: terms.businessUnit, offered }];
  });
}

function endOf(
  world: World,
  { days, periods, until }: TopUp,
  date: LocalDate,
  period: Period,
): Pick<Stock, 'until' | 'counted'> {
  if (days > 0) return { until: addDays(date, days) };
  if (periods === 0) return { until };
  const counted = { after: period.from, periods };
  return { until: bordersLater(world, counted.after, periods, period), counted };
}

/** What is carried into a period, and what is bought in it: what ends first comes first, and before what a pool carries on. */
export function withBought(world: World, facts: readonly RecordedFact[], period: Period, carried: Stocks): Stocks {
  const stocks = new Map(carried);
  for (const { source, stock } of boughtIn(world, facts, period)) {
    const all = [stock, ...(stocks.get(source) ?? [])];
    const bought = all.filter(({ from }) => from !== undefined);
    const inOrder = bought.sort(
      inOrderOf(
        ({ until }) => until,
        ({ from = '' }) => from,
        ({ since }) => since,
      ),
    );
    stocks.set(source, [...inOrder, ...all.filter(({ from }) => from === undefined)]);
  }
  return stocks;
}

/** The top-ups a piece may draw on, the one that ends first first. */
export function topUpsFor(left: ReadonlyMap<string, readonly Stock[]>, piece: Piece): string[] {
  const covering = [...piece.addOns, piece].flatMap(({ plan, version }) =>
    (version.topUps ?? [])
      .filter(({ covers }) => covers.includes(piece.charge.id))
      .map(({ id }) => JSON.stringify([plan, id])),
  );
  const mine = [...left].flatMap(([source, [stock]]) => {
    const [kind, subscription, plan, id, order] = JSON.parse(source) as string[];
    const isMine = kind === 'bought' && subscription === piece.subscription;
    if (!isMine || stock === undefined || !covering.includes(JSON.stringify([plan, id]))) return [];
    const isThere = (stock.from ?? '') <= piece.date && piece.date < stock.until;
    return isThere ? [{ source, stock, name: `${plan}/${id}#${order}` }] : [];
  });
  const inOrder = mine.sort(
    inOrderOf(
      ({ stock }) => stock.until,
      ({ stock }) => stock.from ?? '',
      ({ name }) => name,
    ),
  );
  return inOrder.map(({ source }) => source);
}

/** What is paid for top-ups, in the period they are bought in. */
export function topUpLines(world: World, facts: readonly RecordedFact[], period: Period): NaiveLine[] {
  const due = boughtIn(world, facts, period).filter(({ at }) => at <= world.chargeCutOff);
  const lines = Map.groupBy(due, ({ businessUnit, offered: { terms, topUp } }) =>
    JSON.stringify([businessUnit, terms.plan, terms.version.from, topUp.id]),
  );
  return [...lines.values()].map((of) => {
    const { businessUnit, offered } = of[0]!;
    const { terms, topUp } = offered;
    const head = { businessUnit, plan: terms.plan, version: terms.version.from, charge: `top-up:${topUp.id}` };
    const times = amount(of.length);
    return lineOf(world, { ...head, zone: '', tier: 0, period: period.from }, times, times.times(topUp.price));
  });
}
