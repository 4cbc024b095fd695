import type { Instant } from '#shared/time/local-date.ts';
import { monthsLater, type Period } from '#shared/time/period.ts';
import type { UsageKey } from '#shared/usage/usage-key.ts';
import { type Match, matchCharge } from './match-charge.ts';
import type { PlanTerms } from './plan-terms.ts';
import { type Segment, usesPlan } from './segments.ts';
import { ANY_MOMENT, type Moment } from './terms-clock.ts';

/**
 * What becomes of usage of a key at a moment in a segment that has a payer (pricing rules §1 and §3). In test, usage is free, unless the plan charges it; while a
 * subscription is suspended, what it uses is charged, free or suspended as the charge says; in inventory, ready or terminated nothing may be used. What
 * would be charged and lies in two periods (`isSplitBy`) is suspended: a record is never split.
 */
export function judge(segment: Segment, key: UsageKey, moment: Moment, isSplit: boolean): Match {
  const match = judgeWhole(segment, key, moment);
  return isSplit && match.outcome === 'charge' ? { outcome: 'suspended', reason: 'MONTHLY_AGGREGATE' } : match;
}

/**
 * Whether usage of a key would have to be split: it is of a calendar month, and its payer's period, in which it begins, is another (pricing rules §1: a
 * monthly aggregate needs billing day 1).
 */
export function isSplitBy({ startPrecision }: UsageKey, { from, until }: Period): boolean {
  return startPrecision === 'month' && !(from.endsWith('-01') && until === monthsLater(from, 1, 1));
}

function judgeWhole(segment: Segment, key: UsageKey, moment: Moment): Match {
  const isActive = usesPlan(segment);
  if (segment.state === 'test' && !isActive) return { outcome: 'free' };
  if (!isActive && segment.state !== 'suspended') return { outcome: 'suspended', reason: 'NOT_ACTIVE' };
  if (segment.terms === undefined) return { outcome: 'suspended', reason: 'NO_PLAN' };
  const match = firstMatch(segment, segment.terms, key, moment);
  if (isActive || match.outcome !== 'charge' || match.charge.whenSuspended === 'charge') return match;
  return match.charge.whenSuspended === 'free' ? { outcome: 'free' } : { outcome: 'suspended', reason: 'NOT_ACTIVE' };
}

/** Usage charges of add-ons match before the plan's (pricing rules §3.1). */
function firstMatch({ addOns, properties }: Segment, plan: PlanTerms, key: UsageKey, moment: Moment): Match {
  for (const terms of addOns) {
    const match = matchCharge(terms, key, moment, properties);
    if (match.outcome === 'charge') return match;
  }
  return matchCharge(plan, key, moment, properties);
}

/** The moment of an instant in a segment, as far as its terms ask. */
export function momentAt({ clock }: Segment, at: Instant): Moment {
  return clock === undefined ? ANY_MOMENT : clock(at).moment;
}
