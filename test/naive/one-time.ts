import type { OneTimeCharge, SubscriptionEvent } from '#shared/catalog/catalog.ts';
import { amount } from '#shared/money/amount.ts';
import { addDays, type Instant, type LocalDate } from '#shared/time/local-date.ts';
import { billingDate, type Period } from '#shared/time/period.ts';
import { dayAt, midnight } from './account-calendar.ts';
import { type CountedPart, partsOf } from './counted.ts';
import { counts, daysIn } from './days.ts';
import { addOnsAt, factsIn, hasProperties, stateAt, type Terms, termsAt, termsUnder } from './life.ts';
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
    return lineOf(world, head, isFlat ? entered : quantity, quantity.times(part.price).plus(entered.times(part.flat)));
  });
}

function priced(terms: Terms, charge: OneTimeCharge, quantity: number): Due[] {
  const count = amount(quantity);
  return partsOf(charge.price, amount(0), count, count, new Set(), true).map((part) => ({ terms, charge, part }));
}

function onDates(world: World, subscription: string, period: Period): Due[] {
  const facts = factsIn(world);
  const days = daysIn(world, facts, subscription, period).flatMap((day) => [
    day,
    ...day.addOns.map((addOn) => ({ ...day, ...addOn })),
  ]);
  return days.flatMap((day) =>
    day.version.charges.flatMap((charge) => {
      if (charge.kind !== 'oneTime' || charge.date !== day.date || !counts(day, charge.states)) return [];
      const end = midnight(world, addDays(day.date, 1)) - 1;
      if (midnight(world, day.date) > world.chargeCutOff) return [];
      return hasProperties(facts, subscription, end, charge.properties) ? priced(day, charge, 1) : [];
    }),
  );
}

function atEvents(world: World, subscription: string, period: Period): Due[] {
  const facts = factsIn(world);
  const [from, until] = [midnight(world, period.from), midnight(world, period.until)];
  const of = instantsIn(world).filter((at) => from <= at && at < until && at <= world.chargeCutOff);
  return of.flatMap((at) => {
    const happened = [
      ...eventsAt(world, subscription, at).map((event) => ({ event, addOn: '' })),
      ...world.catalog.plans.flatMap(({ id, kind }) =>
        kind === 'plan' ? [] : eventsOfAddOn(world, subscription, id, at).map((event) => ({ event, addOn: id })),
      ),
    ];
    return happened.flatMap(({ event, addOn }) => {
      const when = event === 'termination' ? at - 1 : at;
      const there = termsOf(world, subscription, when);
      const terms = there && termsUnder(there, addOn === '' ? there.plan : addOn);
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

/** Instants at which anything may change, in order. */
function instantsIn(world: World): Instant[] {
  const edges = world.catalog.plans.flatMap(({ versions }) => versions.flatMap(({ from, until }) => [from, until]));
  const starts = edges.filter((date) => date !== '').map((date) => midnight(world, date));
  const changes = factsIn(world).map(({ fact }) => fact.effectiveFrom);
  return [...new Set([...changes, ...starts])].sort((a, b) => a - b);
}

/** What happens to an add-on of a subscription: it has a life of its own each time it is given. */
function eventsOfAddOn(world: World, subscription: string, addOn: string, at: Instant): SubscriptionEvent[] {
  const facts = factsIn(world);
  const has = (when: Instant) => termsOf(world, subscription, when)?.addOns.find(({ plan }) => plan === addOn);
  const [old, now] = [has(at - 1), has(at)];
  const [before, state] = [stateAt(facts, subscription, at - 1), stateAt(facts, subscription, at)];
  if (now === undefined) {
    if (old === undefined || before === 'terminated') return [];
    const isSoldOut = old.version.until !== '' && midnight(world, old.version.until) === at;
    const isHad = addOnsAt(world, facts, subscription, at, dayAt(world, at)).some(({ plan }) => plan === addOn);
    return isSoldOut || isHad ? [] : ['termination'];
  }
  const life = lifeOf(world, subscription, addOn, at);
  if (state === 'active') {
    if (old !== undefined && before === 'active') return [];
    return [
      life.some((each) => each < at && stateAt(facts, subscription, each) === 'active') ? 'reactivation' : 'activation',
    ];
  }
  if (state === before) return [];
  if (state === 'suspended') return ['suspension'];
  return state === 'terminated' && old !== undefined ? ['termination'] : [];
}

/** The instants up to one at which a subscription has an add-on without having lost it. */
function lifeOf(world: World, subscription: string, addOn: string, at: Instant): Instant[] {
  const until = instantsIn(world).filter((each) => each <= at);
  const lost = until.findLastIndex(
    (each) => !termsOf(world, subscription, each)?.addOns.some(({ plan }) => plan === addOn),
  );
  return until.slice(lost + 1);
}

const termsOf = (world: World, subscription: string, at: Instant) =>
  termsAt(world, factsIn(world), subscription, at, dayAt(world, at));

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

/** Months of the term that have not ended yet. It begins on the day the subscription first was active on the plan; with an add-on, since it was given. */
function monthsLeft(world: World, subscription: string, plan: string, term: number, at: Instant): number {
  const facts = factsIn(world);
  const isAddOn = world.catalog.plans.some(({ id, kind }) => id === plan && kind === 'addOn');
  const instants = isAddOn
    ? lifeOf(world, subscription, plan, instantsIn(world).findLast((each) => each < at) ?? at)
    : instantsIn(world);
  const first = instants.find((each) => {
    const there = each < at ? termsOf(world, subscription, each) : undefined;
    return there && stateAt(facts, subscription, each) === 'active' && termsUnder(there, plan) !== undefined;
  });
  if (first === undefined) return 0;
  const [start, today] = [dayAt(world, first), dayAt(world, at)];
  return Array.from({ length: term }, (_, month) => monthsAfter(start, month + 1)).filter((end) => end > today).length;
}

function monthsAfter(date: LocalDate, months: number): LocalDate {
  const month = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 + months;
  return billingDate(Math.floor(month / 12), (month % 12) + 1, Number(date.slice(8)));
}
