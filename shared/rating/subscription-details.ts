import type { MeasuredPeriod } from './measure-subscription.ts';
import { sumKey } from './partial-sums.ts';
import type { PricedPeriod } from './price-subscription.ts';

/**
 * What one subscription has to do with one charge line: the detail beside an invoice, and what `invoice explain` lists. It adds up to the
 * line, and changes nothing about it. Quantities in base units, as text.
 */
export interface SubscriptionDetail {
  readonly subscription: string;
  /** businessUnit|plan|version|charge|zone of its lines. */
  readonly line: string;
  /** Days charged by a recurring charge. */
  readonly days: number;
  /** Usage after increments. */
  readonly quantity: string;
  /** What its own allowances took of it. */
  readonly covered: string;
  /** Tier → what is left in it, for tiers counted by subscription. */
  readonly tiers: Readonly<Record<string, string>>;
  /** What is left and draws on a pool, or is counted over the account. */
  readonly pooled: string;
}

/** The details of one subscription in one period. */
export function subscriptionDetails(measured: MeasuredPeriod, priced: PricedPeriod): SubscriptionDetail[] {
  const details = new Map<string, Mutable<SubscriptionDetail>>();
  const of = (line: string) => {
    const there = details.get(line) ?? {
      subscription: measured.subscription,
      line,
      days: 0,
      quantity: '0',
      covered: '0',
      tiers: {},
      pooled: '0',
    };
    details.set(line, there);
    return there;
  };
  for (const { terms, businessUnit, charge, days: count } of measured.recurring) {
    of(sumKey(businessUnit, terms.plan, terms.version.from, charge.id, '')).days += count;
  }
  for (const { bucket, covered } of priced.covered) {
    const detail = of(sumKey(bucket.businessUnit, bucket.plan, bucket.version, bucket.charge, bucket.zone));
    detail.quantity = plus(detail.quantity, bucket.quantity);
    for (const { quantity } of covered) detail.covered = plus(detail.covered, quantity);
  }
  for (const { of: usage, tier, quantity } of priced.priced) {
    const detail = of(
      sumKey(usage.businessUnit, usage.terms.plan, usage.terms.version.from, usage.charge.id, usage.zone),
    );
    detail.tiers = { ...detail.tiers, [tier]: quantity.toString() };
  }
  for (const pool of priced.pools.values()) {
    for (const { of: usage, quantity } of pool.drawn) {
      const detail = of(
        sumKey(usage.businessUnit, usage.terms.plan, usage.terms.version.from, usage.charge.id, usage.zone),
      );
      detail.pooled = plus(detail.pooled, quantity);
    }
  }
  return [...details.values()];
}

type Mutable<Of> = { -readonly [Key in keyof Of]: Of[Key] };

function plus(text: string, more: bigint): string {
  return (BigInt(text) + more).toString();
}
