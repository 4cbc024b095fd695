import type { UsageCharge } from '#shared/catalog/catalog.ts';
import { EACH } from '#shared/catalog/files/read-increment.ts';
import type { Tier, UsagePrice } from '#shared/catalog/price.ts';
import { type Amount, amount, sum } from '#shared/money/amount.ts';
import { tierAmount, tierParts } from '#shared/rating/tier-parts.ts';

/** A charge for all usage, by the GB, with nothing out of the ordinary. */
const PLAIN_CHARGE = {
  kind: 'usage',
  id: 'usage',
  name: 'Usage',
  match: {
    services: [],
    directions: [],
    zones: [],
    carriers: [],
    networks: [],
    apns: [],
    technologies: [],
    slices: [],
    fiveQis: [],
    ratingGroups: [],
    bands: [],
    properties: [],
  },
  measure: 'bytes',
  property: '',
  unit: 'GB',
  increment: EACH,
  rounding: 'record',
  count: 'subscription',
  usageDiscount: { percent: '0', quantity: '0' },
  seasons: [],
  connectionFee: '0',
  minimum: '0',
  maximum: '',
  whenSuspended: 'charge',
  flatAtZero: false,
  hidden: false,
  taxCategory: 'telecom',
} as const;

/** A tier that raises nothing. */
export function tierOf(upTo: string, price: string, flat: string): Tier {
  return { upTo, amount: price, flat, increment: EACH };
}

/** A charge of this price for each GB: nine decimals of its unit are whole base units. */
export function chargeAt(price: UsagePrice): UsageCharge {
  return { ...PLAIN_CHARGE, price };
}

/** A quantity of the unit in base units. */
export function inBase(quantity: Amount): bigint {
  return BigInt(quantity.times(1e9).toFixed());
}

/** A part of a stretch, as people speak of it. */
export interface PricedPart {
  readonly tier: number;
  readonly quantity: Amount;
  readonly entered: number;
  readonly amount: Amount;
}

/** How the stretch (before, after] of a count that comes to `total` in its period is priced. */
export function pricedParts(price: UsagePrice, before: Amount, after: Amount, total: Amount): PricedPart[] {
  const charge = chargeAt(price);
  return tierParts(charge, inBase(before), inBase(after), inBase(total)).map(({ tier, quantity, entered }) => {
    const its = amount(quantity).div(1e9);
    return { tier, quantity: its, entered, amount: tierAmount(charge, tier, quantity, entered) };
  });
}

/** What a period's usage costs that begins at `before`, exactly. */
export function costBetween(price: UsagePrice, before: Amount, after: Amount): Amount {
  return sum(pricedParts(price, before, after, after).map((part) => part.amount));
}
