import type { SubscriptionState } from '#shared/catalog/catalog.ts';
import type { RecordedFact } from '#shared/inventory/fact.ts';
import { addDays, type LocalDate } from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';
import { daysThrough, midnight } from './account-calendar.ts';
import { stateAt, type Terms, termsAt } from './life.ts';
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
    const terms = termsAt(world, facts, subscription, until - 1, date);
    if (terms === undefined) return [];
    const state = stateAt(facts, subscription, until - 1);
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

/** Whether the subscription becomes active at an instant, for the first time or again. */
function isActivatedAt(facts: readonly RecordedFact[], subscription: string, at: number): boolean {
  return stateAt(facts, subscription, at) === 'active' && stateAt(facts, subscription, at - 1) !== 'active';
}

/** Whether a day counts for a charge of these states: by the state it ends in, and as active if the subscription was activated on it. */
export function counts(day: Day, states: readonly SubscriptionState[]): boolean {
  return states.includes(day.state) || (day.isActivation && states.includes('active'));
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
