import type { Amount } from '#shared/money/amount.ts';

/** One step of how a quantity got its amount: the stretch of usage that one tier, or a price without tiers, was applied to. */
export interface PricePart {
  /** Place of the tier in its table, from 1; 0 for a price without tiers. */
  readonly tier: number;
  /** The stretch (from, to] of the running count, in the price's unit. */
  readonly from: Amount;
  readonly to: Amount;
  /** to − from. */
  readonly quantity: Amount;
  /** Amount a unit. */
  readonly amountPerUnit: Amount;
  /** Fee for entering the tier, if the stretch begins where the tier does; else 0. */
  readonly flat: Amount;
  /** quantity × amountPerUnit + flat, exact. */
  readonly amount: Amount;
}
