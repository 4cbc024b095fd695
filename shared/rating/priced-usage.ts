import type { ChargeUsage } from './charge-usage.ts';

/** What of a subscription's usage falls into a tier: so many base units, and how often the tier was entered. */
export interface PricedUsage {
  readonly of: ChargeUsage;
  readonly tier: number;
  readonly quantity: bigint;
  readonly entered: number;
  /** Of records that pay a minimum or maximum: what is left of them to be priced, in base units of their charge. */
  readonly ofRecords?: bigint;
}

/** What a subscription adds to a pool, by business unit, in base units. */
export interface PoolContribution {
  readonly pool: string;
  readonly businessUnit: string;
  readonly size: bigint;
  /** What is contributed by whom and by which size: businessUnit|plan|version|size of a whole period|"day" or "whole"; and for how many days. */
  readonly key: string;
  readonly days: number;
  /** The terms by which it is a member of a static or adaptive pool: plan|version; and on which days, by their place in the period. */
  readonly terms: string;
  readonly memberDays: readonly number[];
}

/** What a subscription draws on the pool of a charge on one day, in base units. */
export interface PoolDraw {
  readonly of: ChargeUsage;
  /** Place of the day in the table. */
  readonly dayAt: number;
  readonly quantity: bigint;
  /** Whether it is above what one subscription may draw: then no pool covers it. */
  readonly isBeyondCap: boolean;
}

/** What a subscription's own allowances took of a usage, in base units. */
export interface CoveredUsage {
  readonly of: ChargeUsage;
  readonly quantity: bigint;
}
