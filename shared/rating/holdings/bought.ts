import type { TopUp } from '#shared/catalog/catalog.ts';
import type { BoughtTopUp } from '#shared/inventory/subscription-history.ts';
import { addDays, type Instant, type LocalDate } from '#shared/time/local-date.ts';
import type { BillingDays, Period } from '#shared/time/period.ts';
import type { Holding } from '../allowance.ts';
import { type DayTable, dayAt } from '../day-table.ts';
import type { PlanTerms } from '../plan-terms.ts';
import { sumKey } from '../pools/partial-sums.ts';
import { keyOfPool } from '../pools/pool-key.ts';
import type { OneTimeDue } from '../recurring/one-time.ts';
import { type Segment, termsOf } from '../segments.ts';
import type { Holdings } from './holdings.ts';
import { endOf } from './lasting.ts';

/** A top-up a subscription was given in a period: what it holds, and under which name. */
export interface BoughtHolding {
  /** plan/top-up#order. */
  readonly name: string;
  readonly holding: Holding;
}

/** What was bought for a subscription in one period: what can be drawn on, and what is due for it. */
export interface BoughtInPeriod {
  readonly holdings: readonly BoughtHolding[];
  readonly due: readonly OneTimeDue[];
  readonly forPools: readonly BoughtForPool[];
}

/** A top-up that was bought for a pool, in base units. */
export interface BoughtForPool {
  /** Key of the pool. */
  readonly pool: string;
  /** plan/top-up|from|until, and of one that lasts so many periods, since which and how many: what is alike adds up. */
  readonly name: string;
  readonly quantity: bigint;
}

/** What buying is looked at by. */
interface BoughtScope {
  readonly payer: string;
  readonly days: DayTable;
  readonly billingDay: BillingDays;
  readonly chargeCutOff: Instant;
}

/**
 * What was bought for a subscription while the payer paid, by place of the period (pricing rules §4): at the size, price and validity of the terms it
 * had at that instant. What its terms did not offer then is nothing: recording refuses it (decision 58); nor do add-ons offer anything beside a plan that is no longer sold.
 */
export function boughtIn(
  scope: BoughtScope,
  segments: readonly Segment[],
  topUps: readonly BoughtTopUp[],
): ReadonlyMap<number, BoughtInPeriod> {
  const found = new Map<number, { holdings: BoughtHolding[]; due: OneTimeDue[]; forPools: BoughtForPool[] }>();
  for (const { order, topUp: id, at } of topUps) {
    const day = dayAt(scope.days.starts, at);
    const segment = segments.find((each) => each.from <= at && at < each.until);
    if (day < 0 || segment?.payer !== scope.payer) continue;
    const offered = offeredIn(segment, id);
    if (offered === undefined) continue;
    const { terms, topUp } = offered;
    const place = scope.days.periodOfDay[day] as number;
    const bought = found.get(place) ?? { holdings: [], due: [], forPools: [] };
    found.set(place, bought);
    const period = scope.days.periods[place] as Period;
    const span = validityOf(topUp, scope.days.dates[day] as LocalDate, period, scope.billingDay);
    const [offer, quantity] = [`${terms.plan}/${topUp.id}`, BigInt(topUp.size)];
    if (topUp.pool !== undefined) {
      const pool = keyOfPool(terms, topUp.pool, segment.businessUnit);
      const lasts = span.lasts === undefined ? [] : [span.lasts.since, span.lasts.periods];
      bought.forPools.push({ pool, name: sumKey(offer, span.from, span.until, ...lasts), quantity });
    } else bought.holdings.push({ name: `${offer}#${order}`, holding: { origin: order, quantity, ...span } });
    if (at <= scope.chargeCutOff)
      bought.due.push(dueFor(terms, segment.businessUnit, topUp, scope.days.dates[day] as LocalDate));
  }
  return found;
}

/** The top-up of an id that a segment's terms offer, and which of them: an add-on's before the plan's. */
export function offeredIn(segment: Segment, id: string): { terms: PlanTerms; topUp: TopUp } | undefined {
  const [own, ...addOns] = termsOf(segment);
  for (const terms of own === undefined ? [] : [...addOns, own]) {
    const topUp = terms.version.topUps?.find((each) => each.id === id);
    if (topUp !== undefined) return { terms, topUp };
  }
  return undefined;
}

/** The days a top-up covers that is bought on a day of a period, as far as they are known then; none where it has ended by then. */
export function validityOf(
  { from, days, periods, until }: TopUp,
  day: LocalDate,
  period: Period,
  billingDay: BillingDays,
): Pick<Holding, 'from' | 'until' | 'lasts'> {
  const begins = from === 'period' ? period.from : day;
  if (days > 0) return { from: begins, until: addDays(day, days) };
  if (periods === 0) return { from: begins, until };
  const lasts = { since: period.from, periods };
  return { from: begins, until: endOf(lasts, period, billingDay), lasts };
}

/** What a top-up's charge is called in lines. */
const CHARGE_PREFIX = 'top-up:';

function dueFor({ plan, version }: PlanTerms, businessUnit: string, { id }: TopUp, date: LocalDate): OneTimeDue {
  const line = sumKey(businessUnit, plan, version.from, `${CHARGE_PREFIX}${id}`);
  return { key: sumKey(line, 0), line, tier: 0, quantity: 1n, entered: 0, date };
}

/** The top-up a line's charge is for; nothing where it is for none. */
export function topUpOf({ version }: PlanTerms, charge: string): TopUp | undefined {
  if (!charge.startsWith(CHARGE_PREFIX)) return undefined;
  return version.topUps?.find(({ id }) => id === charge.slice(CHARGE_PREFIX.length));
}

/** Whether a name of a holding is that of a top-up. */
export function isBought(name: string): boolean {
  return name.includes('#');
}

/** "plan/top-up" of a top-up's name. */
export function offerOf(name: string): string {
  return name.slice(0, name.indexOf('#'));
}

/** Names of top-ups in the order they are drawn on: the one that ends first first, of several the one that began first. */
export function inOrderOfExpiry(holdings: Holdings): string[] {
  const bought = [...holdings].filter(([name]) => isBought(name));
  const keyOf = ([name, [holding]]: (typeof bought)[number]) => `${holding?.until} ${holding?.from} ${name}`;
  return bought.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)).map(([name]) => name);
}

/** Before what a part of a pool's holdings comes from, if it was bought: no date begins so. */
const BOUGHT = '#';

/** What was bought for a pool, as it is added up: the one that ends first first, of several the one that began first. */
export function boughtForPool(bought: Readonly<Record<string, string>>): Holding[] {
  const holdings = Object.entries(bought).map(([name, quantity]): Holding => {
    const [offer = '', from = '', until = '', since, periods] = name.split('|');
    const lasts = since === undefined ? {} : { lasts: { since, periods: Number(periods) } };
    return { origin: `${BOUGHT}${offer}`, quantity: BigInt(quantity), from, until, ...lasts };
  });
  return byExpiry(holdings);
}

/** Bought parts in the order they are drawn on. */
export function byExpiry(holdings: readonly Holding[]): Holding[] {
  const keyOf = ({ origin, from, until }: Holding) => `${until} ${from} ${origin}`;
  return [...holdings].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** Whether a part of a pool's holdings was bought. */
export function isBoughtPart({ origin }: Holding): boolean {
  return origin.startsWith(BOUGHT);
}
