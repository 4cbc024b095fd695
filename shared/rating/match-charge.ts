import type { UsageCharge } from '#shared/catalog/catalog.ts';
import type { UsageKey } from '#shared/usage/usage-key.ts';
import { inSeason } from './charge-variant.ts';
import type { PlanTerms } from './plan-terms.ts';
import { hasProperties } from './segments.ts';
import type { Moment } from './terms-clock.ts';

/**
 * Why usage is not charged although somebody might owe it. It stays in the usage store as it is and is charged by the next fold that finds
 * the cause mended:
 *   UNKNOWN_SUBSCRIBER  no subscription has the identifier at that instant
 *   NO_ASSIGNMENT       the subscription has no payer then
 *   NO_PLAN             the payer's plan is not in the catalogue, or has no version on that day
 *   NOT_ACTIVE          the subscription is not in a state that may use anything
 *   UNKNOWN_NETWORK     no zone names the serving network, and no charge fits without one
 *   NO_PRICE            no usage charge of the plan fits
 *   MONTHLY_AGGREGATE   it is of a whole calendar month, and the payer's period is another
 *   FROZEN              its period was posted longer ago than the back-billing limit
 */
export const SUSPENSE_REASONS = [
  'UNKNOWN_SUBSCRIBER',
  'NO_ASSIGNMENT',
  'NO_PLAN',
  'NOT_ACTIVE',
  'UNKNOWN_NETWORK',
  'NO_PRICE',
  'MONTHLY_AGGREGATE',
  'FROZEN',
] as const;
/** One of the reasons usage is suspended for. */
export type SuspenseReason = (typeof SUSPENSE_REASONS)[number];

/** What becomes of the usage of one key under some terms: a charge in a zone, nothing to pay, or suspense. */
export type Match =
  | {
      readonly outcome: 'charge';
      /** The terms whose charge it is: the plan's, or an add-on's. */
      readonly terms: PlanTerms;
      readonly charge: UsageCharge;
      readonly order: number;
      readonly zone: string;
    }
  | { readonly outcome: 'free' }
  | { readonly outcome: 'suspended'; readonly reason: SuspenseReason };

/**
 * Finds the first usage charge that fits a key at a moment, for a subscription of these properties (pricing rules §3.2 and §3.3), at the price of
 * the season.
 */
export function matchCharge(
  terms: PlanTerms,
  key: UsageKey,
  moment: Moment,
  properties: ReadonlyMap<string, string>,
): Match {
  const zone = terms.zoneOf(key);
  for (const { charge, order } of terms.usageCharges) {
    if (!fits(charge, key, zone) || !isMoment(charge, moment) || !hasAsked(charge, key, properties)) continue;
    return { outcome: 'charge', terms, charge: inSeason(terms, charge, moment.seasons), order, zone };
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
    (match.networks.length === 0 || match.networks.some((name) => key.network.toUpperCase().startsWith(name))) &&
    matches(match.apns, key.apn) &&
    matches(match.technologies, key.technology) &&
    matches(match.slices, key.slice.toUpperCase()) &&
    matches(match.fiveQis, key.fiveQi) &&
    matches(match.ratingGroups, key.ratingGroup)
  );
}

function isMoment({ match }: UsageCharge, { bands }: Moment): boolean {
  return match.bands.length === 0 || match.bands.some((band) => bands.has(band));
}

/**
 * Whether the subscription has the properties a charge asks for, and what it counts is there: a property that is a whole number, an amount the record
 * carries.
 */
function hasAsked(
  { match, measure, property }: UsageCharge,
  { amountUnit }: UsageKey,
  properties: ReadonlyMap<string, string>,
): boolean {
  if (!hasProperties(properties, match.properties) || (measure === 'amount' && amountUnit === '')) return false;
  return property === '' || countOf(properties, property) !== undefined;
}

/** The whole number a property says, below a thousand million; nothing when it says none. */
export function countOf(properties: ReadonlyMap<string, string>, property: string): number | undefined {
  const said = properties.get(property) ?? '';
  return /^\d{1,9}$/.test(said) ? Number(said) : undefined;
}

/** Releases from before something could be asked for do not ask for it. */
function matches(wanted: readonly string[] | undefined, said: string): boolean {
  return wanted === undefined || wanted.length === 0 || wanted.includes(said);
}
