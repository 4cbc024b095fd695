import { amount } from '#shared/money/amount.ts';

/** Prices of what is counted and not measured (pricing rules §5). */
export type CountPrice = UnitPrice | TieredPrice | PackagePrice | FlatPrice;

/** Price models for usage (pricing rules §5). */
export type UsagePrice = UnitPrice | TieredPrice | PackagePrice | FlatPrice | PercentagePrice;

/** `amount` for each unit. */
export interface UnitPrice {
  readonly model: 'unit';
  readonly amount: string;
}

/**
 * Tiers in order, without gaps. graduated: each part of the count at its own tier's price; volume: everything at the price of the tier the
 * period's total reaches; stairStep: that tier's flat amount, whatever the quantity. The last two are owed when the period is over.
 */
export interface TieredPrice {
  readonly model: 'graduated' | 'volume' | 'stairStep';
  readonly tiers: readonly Tier[];
}

/** ⌈(quantity − free) ÷ size⌉ × amount. Both quantities in base units, as whole-number text. */
export interface PackagePrice {
  readonly model: 'package';
  readonly size: string;
  readonly free: string;
  readonly amount: string;
}

/** Of the amounts the records carry, in the currency of the plan; above 100 it is a markup. */
export interface PercentagePrice {
  readonly model: 'percentage';
  readonly percent: string;
}

/** An amount if there was any usage. */
export interface FlatPrice {
  readonly model: 'flat';
  readonly amount: string;
}

/**
 * Up to and including `upTo` units ('' = open, the last only): `amount` a unit, and `flat` once when the tier is entered (graduated) or reached
 * by the period's total (volume, stairStep).
 */
export interface Tier {
  readonly upTo: string;
  readonly amount: string;
  readonly flat: string;
  /** What of a record lies in the tier is raised to this, where tiers count anew in each record (pricing rules §3.5). */
  readonly increment: Increment;
}

/** Increment in base units (octets, seconds, pieces), as whole-number text: `first/next`; "1"/"1" rounds nothing. */
export interface Increment {
  readonly first: string;
  readonly next: string;
}

/** Whether nothing is ever paid by a price. */
export function isFree(price: UsagePrice): boolean {
  return amountsOf(price).every((each) => amount(each).isZero());
}

function amountsOf(price: UsagePrice): string[] {
  if ('tiers' in price) return price.tiers.flatMap(({ amount: each, flat }) => [each, flat]);
  return [price.model === 'percentage' ? price.percent : price.amount];
}
