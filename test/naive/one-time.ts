import type { OneTimeCharge, SubscriptionEvent } from '#shared/catalog/catalog.ts';
import { amount } from '#shared/money/amount.ts';
import { addDays, type Instant, type LocalDate, localDateOf, startOfDay } from '#shared/time/local-date.ts';
import { billingDate, type Period } from '#shared/time/period.ts';
import { type CountedPart, partsOf } from './counted.ts';
import { counts, daysIn } from './days.ts';
import { factsIn, hasProperties, stateAt, type Terms, termsAt } from './life.ts';
import { lineOf } from './lines.ts';
import type { NaiveLine, World } from './world.ts';

/** What one subscription owes once. */
interface Due {
  readonly terms: Terms;
  readonly charge: OneTimeCharge;
  readonly part: CountedPart;
}

/** What happened once in a period, and what is due on one of its days (pricing rules §2). */
export function oneTimeLines(world: World, period: Period): NaiveLine[] {
  const due = world.sims.flatMap(({ id }) => [...atEvents(world, id, period), ...onDates(world, id, period)]);
  const byLine = Map.groupBy(due, ({ terms, charge, part }) =>
    JSON.stringify([terms.businessUnit, terms.plan, terms.version.from, charge.id, part.tier]),
  );
  return [...byLine.values()].map((of) => {
    const { terms, charge, part } = of[0]!;
    const quantity = of.reduce((sum, each) => sum.plus(each.part.quantity), amount(0));
    const entered = of.reduce((sum, each) => sum.plus(each.part.entered), amount(0));
    const head = {
      ...terms,
      version: terms.version.from,
      charge: charge.id,
      zone: '',
      tier: part.tier,
      period: period.from,
    };
    const isFlat = ['flat', 'package', 'stairStep'].includes(charge.price.model);
    return lineOf(head, isFlat ? entered : quantity, quantity.times(part.price).plus(entered.times(part.flat)));
  });
}

function priced(terms: Terms, charge: OneTimeCharge, quantity: number): Due[] {
  const count = amount(quantity);
  return partsOf(charge.price, amount(0), count, count, new Set(), true).map((part) => ({ terms, charge, part }));
}

function onDates(world: World, subscription: string, period: Period): Due[] {
  const facts = factsIn(world);
  return daysIn(world, facts, subscription, period).flatMap((day) =>
    day.version.charges.flatMap((charge) => {
      if (charge.kind !== 'oneTime' || charge.date !== day.date || !counts(day, charge.states)) return [];
      const end = startOfDay(addDays(day.date, 1), world.zone) - 1;
      if (startOfDay(day.date, world.zone) > world.chargeCutOff) return [];
      return hasProperties(facts, subscription, end, charge.properties) ? priced(day, charge, 1) : [];
    }),
  );
}

function atEvents(world: World, subscription: string, period: Period): Due[] {
  const facts = factsIn(world);
  const edges = world.catalog.plans.flatMap(({ versions }) => versions.flatMap(({ from, until }) => [from, until]));
  const instants = new Set([
    ...facts.map(({ fact }) => fact.effectiveFrom),
    ...edges.filter((date) => date !== '').map((date) => startOfDay(date, world.zone)),
  ]);
  const [from, until] = [startOfDay(period.from, world.zone), startOfDay(period.until, world.zone)];
  const of = [...instants].filter((at) => from <= at && at < until && at <= world.chargeCutOff);
  return of.flatMap((at) => {
    return eventsAt(world, subscription, at).flatMap((event) => {
      const when = event === 'termination' ? at - 1 : at;
      const terms = termsOf(world, subscription, when);
      if (terms === undefined) return [];
      return terms.version.charges.flatMap((charge) => {
        if (charge.kind !== 'oneTime' || charge.at !== event) return [];
        if (!hasProperties(facts, subscription, when, charge.properties)) return [];
        return priced(
          terms,
          charge,
          charge.term === 0 ? 1 : monthsLeft(world, subscription, terms.plan, charge.term, at),
        );
      });
    });
  });
}

const termsOf = (world: World, subscription: string, at: Instant) =>
  termsAt(world, factsIn(world), subscription, at, localDateOf(at, world.zone));

function eventsAt(world: World, subscription: string, at: Instant): SubscriptionEvent[] {
  const facts = factsIn(world);
  const [before, now] = [stateAt(facts, subscription, at - 1), stateAt(facts, subscription, at)];
  const wasActive = facts.some(
    ({ fact }) => fact.effectiveFrom < at && stateAt(facts, subscription, fact.effectiveFrom) === 'active',
  );
  const events: SubscriptionEvent[] = [];
  if (before !== now && now === 'active') events.push(wasActive ? 'reactivation' : 'activation');
  if (before !== now && now === 'suspended') events.push('suspension');
  if (before !== now && now === 'terminated') events.push('termination');
  const [old, plan] = [termsOf(world, subscription, at - 1)?.plan, termsOf(world, subscription, at)?.plan];
  if (now !== 'terminated' && old !== undefined && plan !== undefined && old !== plan) events.push('planChange');
  return events;
}

/** Begun months from now to the end of the term, which begins on the day the subscription first was active on the plan. */
function monthsLeft(world: World, subscription: string, plan: string, term: number, at: Instant): number {
  const facts = factsIn(world);
  const edges = world.catalog.plans.flatMap(({ versions }) => versions.map(({ from }) => startOfDay(from, world.zone)));
  const instants = [...facts.map(({ fact }) => fact.effectiveFrom), ...edges].sort((a, b) => a - b);
  const first = instants.find(
    (each) =>
      each < at && stateAt(facts, subscription, each) === 'active' && termsOf(world, subscription, each)?.plan === plan,
  );
  if (first === undefined) return 0;
  const end = monthsAfter(localDateOf(first, world.zone), term);
  const today = localDateOf(at, world.zone);
  let months = 0;
  while (monthsAfter(today, months) < end) months++;
  return months;
}

function monthsAfter(date: LocalDate, months: number): LocalDate {
  const month = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 + months;
  return billingDate(Math.floor(month / 12), (month % 12) + 1, Number(date.slice(8)));
}
