import type { UsageCharge } from '#shared/catalog/catalog.ts';
import type { UsageKey } from '#shared/usage/usage-key.ts';
import type { PlanTerms } from './plan-terms.ts';

/**
 * Why usage is not charged although somebody might owe it. It stays in the usage store as it is and is charged by the next fold that finds
 * the cause mended:
 *   UNKNOWN_SUBSCRIBER  no subscription has the identifier at that instant
 *   NO_ASSIGNMENT       the subscription has no payer then
 *   NO_PLAN             the payer's plan is not in the catalogue, or has no version on that day
 *   NOT_ACTIVE          the subscription is not in a state that may use anything
 *   UNKNOWN_NETWORK     no zone names the serving network, and no charge fits without one
 *   NO_PRICE            no usage charge of the plan fits
 *   FROZEN              its period was posted longer ago than the back-billing limit
 */
export const SUSPENSE_REASONS = [
  'UNKNOWN_SUBSCRIBER',
  'NO_ASSIGNMENT',
  'NO_PLAN',
  'NOT_ACTIVE',
  'UNKNOWN_NETWORK',
  'NO_PRICE',
  'FROZEN',
] as const;
/** One of the reasons usage is suspended for. */
export type SuspenseReason = (typeof SUSPENSE_REASONS)[number];

/** What becomes of the usage of one key under some terms: a charge in a zone, nothing to pay, or suspense. */
export type Match =
  | { readonly outcome: 'charge'; readonly charge: UsageCharge; readonly order: number; readonly zone: string }
  | { readonly outcome: 'free' }
  | { readonly outcome: 'suspended'; readonly reason: SuspenseReason };

/** Finds the first usage charge that fits a key (pricing rules §3.2 and §3.3). */
export function matchCharge(terms: PlanTerms, key: UsageKey): Match {
  const zone = terms.zoneOf(key.network);
  for (const { charge, order } of terms.usageCharges) {
    if (fits(charge, key, zone)) return { outcome: 'charge', charge, order, zone };
  }
  if (terms.unmatched === 'free') return { outcome: 'free' };
  return { outcome: 'suspended', reason: zone === '' ? 'UNKNOWN_NETWORK' : 'NO_PRICE' };
}

function fits({ match }: UsageCharge, key: UsageKey, zone: string): boolean {
  return (
    matches(match.services, key.service) &&
    matches(match.directions, key.direction) &&
    matches(match.zones, zone) &&
    matches(match.carriers, key.carrier) &&
    matches(match.apns, key.apn) &&
    matches(match.technologies, key.technology)
  );
}

function matches(wanted: readonly string[], said: string): boolean {
  return wanted.length === 0 || wanted.includes(said);
}
