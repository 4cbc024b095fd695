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
  /** The state it was in before it was terminated on this day, be it with its first moment; '' = it was not. */
  readonly terminatedFrom: SubscriptionState | '';
}

/**
 * Which segment each day belongs to (pricing rules §1): the one in force at its end, so that a change gives the day to the new plan, payer or
 * unit. A day on which the subscription became active counts as an activation day whatever came later on it. Whose assignment or add-on ended with
 * the subscription, at its termination or later that day, has the day of termination still: there is nobody new to have it. Days before the first
 * segment belong to none.
 */
export function billedDays(segments: readonly Segment[], days: readonly DaySpan[]): (BilledDay | undefined)[] {
  let at = 0;
  return days.map((day) => {
    while (at + 1 < segments.length && (segments[at + 1] as Segment).from < day.until) at++;
    const last = segments[at];
    if (last === undefined || last.from >= day.until) return undefined;
    const [states, activation] = [statesOn(segments, at, day), isActivationDay(segments, at, day)];
    const first = terminatedAt(segments, at, day);
    if (first < 0) return { segment: last, state: last.state, activation, states, terminatedFrom: '' };
    const before = segments[first - 1];
    const segment = before === undefined ? last : withWhatEnded(last, before);
    return { segment, state: last.state, activation, states, terminatedFrom: before?.state ?? 'inventory' };
  });
}

/** The place of the segment with which a subscription that ends a day terminated became so on that day; −1 = it was not, or it was so before. */
function terminatedAt(segments: readonly Segment[], last: number, day: DaySpan): number {
  let first = last;
  while (segments[first]?.state === 'terminated' && (segments[first] as Segment).from >= day.from) {
    if (segments[first - 1]?.state !== 'terminated') return first;
    first--;
  }
  return -1;
}

/** The end of a day of termination, with the assignment and the add-ons of before it that nobody else's came after. */
function withWhatEnded(last: Segment, before: Segment): Segment {
  const { payer, businessUnit, terms, addOns, clock } = before;
  if (last.payer === '') return { ...last, payer, businessUnit, terms, addOns, clock };
  const ended = addOns.filter(({ plan }) => !last.addOns.some((each) => each.plan === plan));
  return last.payer !== payer || ended.length === 0 ? last : { ...last, addOns: [...last.addOns, ...ended] };
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

/** Whether a day counts for a charge of these states: it is of one state, that at its end; a day of activation is active, whatever came later on it. */
export function countsFor(day: BilledDay, states: readonly SubscriptionState[]): boolean {
  return states.includes(day.activation ? 'active' : day.state);
}

/** Whether a day counts for allowances and commitments of a plan: as active, or in test on a plan that charges it then. */
export function isChargeable(day: BilledDay): boolean {
  return countsFor(day, ['active']) || usesPlan(day.segment);
}

/**
 * Whether a day counts for a recurring charge (pricing rules §1): by its states, at its end or at any moment, and its properties at its end. The day
 * of termination counts only where the charge says so, unless it was activated on it.
 */
export function isCharged(
  day: BilledDay,
  { states, dayRule, lastDay, properties }: Pick<RecurringCharge, 'states' | 'dayRule' | 'lastDay' | 'properties'>,
): boolean {
  if (!hasProperties(day.segment.properties, properties)) return false;
  if (countsFor(day, states)) return true;
  const isLast = day.terminatedFrom !== '';
  if (isLast && lastDay === 'free') return false;
  if (dayRule === 'anyTime' && day.states.some((state) => states.includes(state))) return true;
  return isLast && !day.activation && states.includes(day.terminatedFrom);
}
