import type { SubscriptionState } from '#shared/catalog/catalog.ts';
import type { RecordedFact } from '#shared/inventory/fact.ts';
import { addDays, type Instant, type LocalDate } from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';
import { dayAt, daysThrough, midnight } from './account-calendar.ts';
import { isPaid, stateAt, type Terms, termsAt } from './life.ts';
import type { World } from './world.ts';

/** A local day of a subscription that our payer has at its end. */
export interface Day extends Terms {
  readonly subscription: string;
  readonly date: LocalDate;
  /** The state it ends in. */
  readonly state: SubscriptionState;
  /** Whether the subscription was activated on it. */
  readonly isActivation: boolean;
}

/**
 * The days of a subscription in a period, in order. A change of plan, payer or unit gives the day to the new one: what holds in its last second
 * has it (pricing rules §1).
 */
export function daysIn(world: World, facts: readonly RecordedFact[], subscription: string, period: Period): Day[] {
  return daysThrough(world, period).flatMap(({ date, from, until }) => {
    const state = stateAt(facts, subscription, until - 1);
    const terms = termsOfDay(world, facts, subscription, date);
    if (terms === undefined) return [];
    const changes = facts.filter(
      ({ fact }) =>
        fact.kind === 'state' &&
        fact.subscription === subscription &&
        from <= fact.effectiveFrom &&
        fact.effectiveFrom < until,
    );
    const isActivation = changes.some(({ fact }) => isActivatedAt(facts, subscription, fact.effectiveFrom));
    return [{ ...terms, subscription, date, state, isActivation }];
  });
}

/** What our payer has a subscription on at the end of a day; on the day it was terminated also what ended with it, if nobody has it then. */
function termsOfDay(
  world: World,
  facts: readonly RecordedFact[],
  subscription: string,
  date: LocalDate,
): Terms | undefined {
  const last = midnight(world, addDays(date, 1)) - 1;
  const terms = termsAt(world, facts, subscription, last, date);
  const ended = terminatedAt(world, facts, subscription, date);
  if (ended === undefined) return terms;
  const before = termsAt(world, facts, subscription, ended - 1, dayAt(world, ended - 1));
  if (!isPaid(facts, subscription, last)) return before;
  const gone = before?.addOns.filter(({ plan }) => !terms?.addOns.some((each) => each.plan === plan)) ?? [];
  return terms && { ...terms, addOns: [...terms.addOns, ...gone] };
}

/** The instant of a day from which on a subscription is terminated until the day's end; nothing where it was so before, or is not. */
export function terminatedAt(
  world: World,
  facts: readonly RecordedFact[],
  subscription: string,
  date: LocalDate,
): Instant | undefined {
  const [from, until] = [midnight(world, date), midnight(world, addDays(date, 1))];
  const isTerminated = (at: Instant) => stateAt(facts, subscription, at) === 'terminated';
  if (!isTerminated(until - 1)) return undefined;
  const changes = facts.map(({ fact }) => fact.effectiveFrom).filter((at) => from <= at && at < until);
  return changes.sort((a, b) => b - a).find((at) => !isTerminated(at - 1));
}

/** Whether the subscription becomes active at an instant, for the first time or again. */
function isActivatedAt(facts: readonly RecordedFact[], subscription: string, at: number): boolean {
  return stateAt(facts, subscription, at) === 'active' && stateAt(facts, subscription, at - 1) !== 'active';
}

/** Whether a day counts for a charge of these states: every day is of one, and an activation day is active. */
export function counts({ state, isActivation }: Day, states: readonly SubscriptionState[]): boolean {
  const of = isActivation ? 'active' : state;
  return states.includes(of);
}

/** Whether a day counts for allowances and commitments: as active, or in test where the plan charges that. */
export function isChargeable(day: Day): boolean {
  return counts(day, ['active']) || (day.state === 'test' && day.isChargedInTest);
}

/** The states of a subscription at any moment of a day, the last first. */
export function statesOn(
  world: World,
  facts: readonly RecordedFact[],
  { subscription, date }: Day,
): SubscriptionState[] {
  const [from, until] = [midnight(world, date), midnight(world, addDays(date, 1))];
  const changes = facts.map(({ fact }) => fact.effectiveFrom).filter((at) => from < at && at < until);
  return [...changes.sort((a, b) => b - a), from].map((at) => stateAt(facts, subscription, at));
}
