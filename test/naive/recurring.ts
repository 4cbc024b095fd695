import type { RecurringCharge } from '#shared/catalog/catalog.ts';
import type { CountPrice } from '#shared/catalog/price.ts';
import { type Amount, amount } from '#shared/money/amount.ts';
import { addDays, type LocalDate } from '#shared/time/local-date.ts';
import { billingDate, type Period } from '#shared/time/period.ts';
import { billingDayOn, dayAt, midnight, wholeOf } from './account-calendar.ts';
import { isInSeason } from './calendar.ts';
import { countedLines } from './counted.ts';
import { counts, type Day, daysIn, statesOn, terminatedAt } from './days.ts';
import { factsIn, hasProperties, propertyAt, stateAt, termsAt, termsUnder } from './life.ts';
import { lineOf } from './lines.ts';
import type { Piece } from './usage.ts';
import { type NaiveLine, periodsOf, type World } from './world.ts';

/** A day of a subscription on which a recurring charge counts, and how much: of a whole interval, so many days. */
export interface ChargedDay {
  readonly day: Day;
  /** The season whose price holds on the day, '' = that of the rest of the year. */
  readonly season: string;
  readonly charge: RecurringCharge;
  readonly interval: Period;
  /** What the interval is a part of where it is a short period: by its days it is prorated. */
  readonly whole: Period;
  readonly days: number;
}

/** What is owed for being there (pricing rules §2), in all intervals that have a day in the periods asked for. */
export function recurringLines(world: World, pieces: readonly Piece[]): NaiveLine[] {
  const facts = factsIn(world);
  const charged = world.sims.flatMap(({ id }) => {
    const known = new Map<string, Day[]>();
    return intervalsOf(world, id).flatMap(({ plan, charge, interval }) => {
      const key = JSON.stringify(interval);
      const days = known.get(key) ?? daysIn(world, facts, id, interval);
      known.set(key, days);
      return chargedIn(
        world,
        days.flatMap((day) => termsUnder(day, plan) ?? []),
        charge,
        interval,
        pieces,
      );
    });
  });
  const together = Map.groupBy(charged, ({ day, charge, interval }) => JSON.stringify([day.plan, charge.id, interval]));
  return [...together.values()].flatMap((of) => (of.every(isPlain) ? plainLines(world, of) : countedLines(world, of)));
}

function isPlain({ charge: { price, quantity } }: ChargedDay): boolean {
  return price.model === 'unit' && quantity.minimum === 0 && !['peak', 'number'].includes(quantity.of);
}

function plainLines(world: World, of: readonly ChargedDay[]): NaiveLine[] {
  const byLine = Map.groupBy(of, ({ day, season }) => JSON.stringify([day.businessUnit, day.version.from, season]));
  return [...byLine.values()].map((those) => {
    const { day, charge, interval } = those[0]!;
    const length = partOfWhole(those[0]!).of;
    const counted = amount(those.reduce((sum, { days }) => sum + days, 0));
    const head = {
      ...day,
      version: day.version.from,
      charge: nameOf(those[0]!),
      zone: '',
      tier: 0,
      period: toldPeriod(charge, interval),
    };
    const price = priceOf(those[0]!);
    const costOf = (days: Amount) => (price.model === 'unit' ? days.times(price.amount).div(length) : amount(0));
    const fee = { until: interval.until, length, unit: 'subscription', price: JSON.stringify(price), due: charge.due };
    const line = { ...lineOf(world, head, counted.div(length), costOf(counted)), fee };
    if (!of.every(isSpread)) return line;
    const before = (date: LocalDate) => {
      const early = those.filter((each) => each.day.date < date);
      const part = amount(early.reduce((sum, { days }) => sum + days, 0));
      return lineOf(world, head, part.div(length), costOf(part)).amount;
    };
    const countOn = (date: LocalDate) => those.filter((each) => each.day.date === date).length;
    return { ...line, before, countOn };
  });
}

/** The charge in its season. */
export function nameOf({ charge, season }: ChargedDay): string {
  return season === '' ? charge.id : `${charge.id}@${season}`;
}

/** The price of the day: in a season that has one its own, else that of the charge, times the season's factor (pricing rules §5). */
export function priceOf({ charge: { price, seasons = [] }, season }: ChargedDay): CountPrice {
  const said = seasons.find((each) => each.season === season);
  if (said === undefined) return price;
  if ('price' in said) return said.price;
  const times = (text: string) => amount(text).times(said.factor).toFixed();
  if (!('tiers' in price)) return { ...price, amount: times(price.amount) };
  const tiers = price.tiers.map((tier) => ({ ...tier, amount: times(tier.amount), flat: times(tier.flat) }));
  return { ...price, tiers };
}

/** Whether what later days bring changes nothing in what earlier ones cost. */
function isSpread({ charge: { due, proration, quantity, price } }: ChargedDay): boolean {
  const isByDay = proration === 'day' && quantity.of === 'subscriptions' && quantity.minimum === 0;
  return due === 'advance' && isByDay && price.model === 'unit';
}

/** How a period stands in the name of a line. */
export function toldPeriod(charge: RecurringCharge, { from, until }: Period): string {
  return isOwn(charge) ? `${from}..${until}` : from;
}

/** Whether it is for intervals of its own: they go on as they began, whatever becomes of the account's periods. */
function isOwn({ interval }: RecurringCharge): boolean {
  return interval.months > 1 || interval.from === 'anniversary';
}

/** What is paid of what all days of an interval cost: of a short period its part of the whole, unless nothing is prorated. */
export function partOfWhole({ charge, interval, whole }: ChargedDay): { readonly days: number; readonly of: number } {
  const paid = charge.proration === 'none' ? interval : whole;
  return { days: lengthOf(charge, interval), of: lengthOf(charge, paid) };
}

/** The intervals of each charge of a subscription: the payer's periods, or so many months from its own start on. */
function intervalsOf(world: World, subscription: string): { plan: string; charge: string; interval: Period }[] {
  const periods = periodsOf(world);
  return world.catalog.plans.flatMap(({ id: plan, versions }) => {
    const charges = versions.flatMap((version) => version.charges).filter((each) => each.kind === 'recurring');
    return [...new Map(charges.map((each) => [each.id, each])).values()].flatMap(
      ({ id: charge, interval: { months, from } }) => {
        if (months === 1 && from === 'billingDay') return periods.map((interval) => ({ plan, charge, interval }));
        const start = startOf(world, subscription, plan, charge);
        if (start === undefined) return [];
        const first = from === 'anniversary' ? start : billingDayBefore(start, billingDayOn(world, start));
        const day = from === 'anniversary' ? Number(start.slice(8)) : billingDayOn(world, start);
        return [...Array(200).keys()]
          .map((n) => ({ from: monthsAfter(first, n * months, day), until: monthsAfter(first, (n + 1) * months, day) }))
          .filter((each) => each.from < periods.at(-1)!.until && each.until > periods[0]!.from)
          .map((interval) => ({ plan, charge, interval }));
      },
    );
  });
}

function billingDayBefore(date: LocalDate, billingDay: number): LocalDate {
  const here = monthsAfter(date, 0, billingDay);
  return here <= date ? here : monthsAfter(date, -1, billingDay);
}

function monthsAfter(date: LocalDate, months: number, day: number): LocalDate {
  const month = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 + months;
  return billingDate(Math.floor(month / 12), (month % 12) + 1, day);
}

/** The day on which a subscription first was on a plan, in a state and with properties that a charge of it lists. */
function startOf(world: World, subscription: string, plan: string, id: string): LocalDate | undefined {
  const facts = factsIn(world);
  const edges = world.catalog.plans.flatMap(({ versions }) => versions.map(({ from }) => midnight(world, from)));
  const instants = [...facts.map(({ fact }) => fact.effectiveFrom), ...edges].sort((a, b) => a - b);
  const first = instants.find((at) => {
    const there = termsAt(world, facts, subscription, at, dayAt(world, at));
    const terms = there && termsUnder(there, plan);
    if (terms === undefined) return false;
    const charge = terms.version.charges.find((each) => each.id === id);
    if (charge?.kind !== 'recurring' || !charge.states.includes(stateAt(facts, subscription, at))) return false;
    return hasProperties(facts, subscription, at, charge.properties);
  });
  return first === undefined ? undefined : dayAt(world, first);
}

/** The days on which a charge counts, if it is due. */
function chargedIn(
  world: World,
  days: readonly Day[],
  id: string,
  interval: Period,
  pieces: readonly Piece[],
): ChargedDay[] {
  const charged = days.flatMap((day): ChargedDay[] => {
    const charge = day.version.charges.find((each) => each.id === id);
    if (charge?.kind !== 'recurring' || !isDue(world, charge, interval) || !isCharged(world, day, charge)) return [];
    const weight = countsOnce(charge) ? 1 : weightOf(charge, day.date);
    const whole = isOwn(charge) ? interval : wholeOf(world, interval);
    const season = charge.seasons?.find((each) =>
      isInSeason(world.catalog.seasons.find((one) => one.id === each.season)!, day.date),
    );
    return [{ day, season: season?.season ?? '', charge, interval, whole, days: weight * timesOf(world, charge, day) }];
  });
  const whole = charged.filter(({ charge }) => countsWhole(charge));
  const byDay = charged.filter(({ charge, days }) => !countsWhole(charge) && days > 0);
  const last = whole.at(-1);
  if (last === undefined) return byDay;
  const { charge, day } = last;
  const { of } = charge.quantity;
  const isLast = of !== 'atEnd' || addDays(day.date, 1) === interval.until;
  const isUsed = of !== 'used' || pieces.some((piece) => isUsedBy(piece, day, interval));
  const once = { ...last, days: lengthOf(charge, interval) * timesOf(world, charge, day) };
  return [...byDay, ...(isLast && isUsed && once.days > 0 ? [once] : [])];
}

function isUsedBy({ subscription, plan, date }: Piece, day: Day, { from, until }: Period): boolean {
  return subscription === day.subscription && plan === day.plan && from <= date && date < until;
}

function isDue(world: World, charge: RecurringCharge, { from, until }: Period) {
  const { billedFrom, chargeCutOff, usageCutOff } = world;
  const { due, price, quantity } = charge;
  if (isOwn(charge) && due === 'advance' && from < billedFrom) return false;
  if (midnight(world, due === 'advance' ? from : until) > chargeCutOff) return false;
  const isKnownAtEnd = ['peak', 'atEnd', 'used'].includes(quantity.of) || ['volume', 'stairStep'].includes(price.model);
  return !isKnownAtEnd || midnight(world, until) <= usageCutOff;
}

function isCharged(world: World, day: Day, { states, dayRule, lastDay, properties }: RecurringCharge): boolean {
  const facts = factsIn(world);
  const end = midnight(world, addDays(day.date, 1)) - 1;
  if (!hasProperties(facts, day.subscription, end, properties)) return false;
  if (counts(day, states)) return true;
  const ended = terminatedAt(world, facts, day.subscription, day.date);
  const ofTermination = ended === undefined ? [] : [stateAt(facts, day.subscription, ended - 1)];
  if (ended !== undefined && lastDay === 'free') return false;
  const moments = dayRule === 'anyTime' ? statesOn(world, facts, day) : [];
  const atEnd = day.isActivation ? [] : ofTermination;
  return [...moments, ...atEnd].some((state) => states.includes(state));
}

/** Whether there is one quantity for the whole interval, whatever its days weigh. */
export function countsOnce({ quantity: { of }, proration }: RecurringCharge): boolean {
  return of === 'peak' || (of === 'number' && proration === 'none');
}

function countsWhole({ quantity: { of }, proration }: RecurringCharge): boolean {
  if (of === 'used' || of === 'atEnd') return true;
  return proration === 'none' && (of === 'subscriptions' || of === 'property');
}

function timesOf(world: World, { quantity }: RecurringCharge, day: Day): number {
  if (quantity.of !== 'property') return 1;
  const end = midnight(world, addDays(day.date, 1)) - 1;
  return Number(propertyAt(factsIn(world), day.subscription, quantity.property, end) || '0');
}

/** Days of an interval: its own, or 30 a month (30E/360), where the last of a month is its thirtieth. */
export function lengthOf(charge: RecurringCharge, { from, until }: Period): number {
  let length = 0;
  for (let date = from; date < until; date = addDays(date, 1)) length += weightOf(charge, date);
  return length;
}

/** Of 30 days a month, those up to the next day's place. */
export function weightOf({ days }: RecurringCharge, date: LocalDate): number {
  if (days === 'calendar') return 1;
  const placeOf = (each: LocalDate) => (monthsAfter(each, 0, 31) === each ? 30 : Number(each.slice(8)));
  const [place, next] = [placeOf(date), placeOf(addDays(date, 1))];
  return next <= place && next === 1 ? 31 - place : next - place;
}
