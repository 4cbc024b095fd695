import type { UsageKey } from '#shared/usage/usage-key.ts';
import { type Match, matchCharge } from './match-charge.ts';
import type { Segment } from './segments.ts';

/**
 * What becomes of usage of a key in a segment that has a payer (pricing rules §1 and §3). In test, usage is free; suspended subscriptions are
 * charged for what they use all the same; in inventory, ready or terminated nothing may be used.
 */
export function judge(segment: Segment, key: UsageKey): Match {
  if (segment.state === 'test') return { outcome: 'free' };
  if (segment.state !== 'active' && segment.state !== 'suspended')
    return { outcome: 'suspended', reason: 'NOT_ACTIVE' };
  if (segment.terms === undefined) return { outcome: 'suspended', reason: 'NO_PLAN' };
  return matchCharge(segment.terms, key);
}
