import type { RecurringCharge, SubscriptionState } from '#shared/catalog/catalog.ts';
import type { Instant } from '#shared/time/local-date.ts';
import { hasProperties, type Segment, usesPlan } from '../segments.ts';

/** A local day with the instants it begins and ends at. */
export interface DaySpan {
  readonly from: Instant;
  readonly until: Instant;
}

/** A day as it counts: which segment it belongs to, and whether the subscription was activated on it. */
export interface BilledDay {
  readonly segment: Segment;
  readonly state: SubscriptionState;
  readonly activation: boolean;
  /** Every state it had at any moment of the day. */
  readonly states: readonly SubscriptionState[];
  /** The state it was in before it was terminated on this day; '' = it was not. */
  readonly terminatedFrom: SubscriptionState | '';
}

/**
 * Which segment each day belongs to (pricing rules §1): the one in force at its end, so that a change gives the day to the new plan, payer or
 * unit. A day on which the subscription became active counts as an activation day whatever came later on it. Days before the first segment
 * belong to none.
 */
export function billedDays(segments: readonly Segment[], days: readonly DaySpan[]): (BilledDay | undefined)[] {
  let at = 0;
  return days.map((day) => {
    while (at + 1 < segments.length && (segments[at + 1] as Segment).from < day.until) at++;
    const last = segments[at];
    if (last === undefined || last.from >= day.until) return undefined;
    const states = statesOn(segments, at, day);
    const terminatedFrom = last.state === 'terminated' ? (states.find((state) => state !== 'terminated') ?? '') : '';
    return { segment: last, state: last.state, activation: isActivationDay(segments, at, day), states, terminatedFrom };
  });
}

/** States at any moment of a day, the last first; before its first segment a subscription is in inventory. */
function statesOn(segments: readonly Segment[], last: number, day: DaySpan): SubscriptionState[] {
  const states: SubscriptionState[] = [];
  let begins = Number.POSITIVE_INFINITY;
  for (let i = last; i >= 0 && begins > day.from; i--) {
    const segment = segments[i] as Segment;
    states.push(segment.state);
    begins = segment.from;
  }
  if (begins > day.from) states.push('inventory');
  return states;
}

function isActivationDay(segments: readonly Segment[], last: number, day: DaySpan): boolean {
  for (let i = last; i >= 0; i--) {
    const segment = segments[i] as Segment;
    if (segment.from < day.from) return false;
    if (segment.state === 'active' && segments[i - 1]?.state !== 'active') return true;
  }
  return false;
}

/** Whether a day counts for a charge of these states: its state at the day's end is one of them, or it is an activation day and they include active. */
export function countsFor(day: BilledDay, states: readonly SubscriptionState[]): boolean {
  return states.includes(day.state) || (day.activation && states.includes('active'));
}

/** Whether a day counts for allowances and commitments of a plan: as active, or in test on a plan that charges it then. */
export function isChargeable(day: BilledDay): boolean {
  return countsFor(day, ['active']) || usesPlan(day.segment);
}

/** Whether a day counts for a recurring charge (pricing rules §1): by its states, at its end or at any moment, and its properties at its end. */
export function isCharged(
  day: BilledDay,
  { states, dayRule, lastDay, properties }: Pick<RecurringCharge, 'states' | 'dayRule' | 'lastDay' | 'properties'>,
): boolean {
  if (!hasProperties(day.segment.properties, properties)) return false;
  if (countsFor(day, states)) return true;
  if (dayRule === 'anyTime' && day.states.some((state) => states.includes(state))) return true;
  return lastDay === 'counts' && day.terminatedFrom !== '' && states.includes(day.terminatedFrom);
}
