import type { Currency } from '#shared/money/currency.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import type { CountPrice, Increment, UsagePrice } from './price.ts';
import type { TaxCategory } from './tax-profile.ts';

/**
 * What was agreed with one account beside the list plans: parts of plans that are its own, what it commits itself to, and what it is let off.
 * All dates are local days of the payer; `until` is exclusive, '' = open.
 */
export interface Agreement {
  readonly account: string;
  /** Of the amounts below: that of the account's invoices. */
  readonly currency: Currency;
  readonly overrides: readonly PlanOverride[];
  readonly commitments: readonly AgreedCommitment[];
  /** In the order they are applied, each on what is left. */
  readonly discounts: readonly Discount[];
}

/** Parts of a list plan that an account has as its own; everything else stays as listed. They take effect as a plan version does. */
export interface PlanOverride {
  readonly plan: string;
  readonly from: LocalDate;
  readonly until: LocalDate | '';
  readonly charges: readonly ChargeOverride[];
  readonly allowances: readonly AllowanceOverride[];
}

/** What is the account's own in a charge; null = as listed. */
export interface ChargeOverride {
  readonly charge: string;
  readonly price: UsagePrice | CountPrice | null;
  readonly increment: Increment | null;
}

/** The account's own size of an allowance, in base units as whole-number text. */
export interface AllowanceOverride {
  readonly allowance: string;
  readonly size: string;
}

/**
 * What the lines of a service period must come to at least, or come to at most (pricing rules §6). A plan's commitment holds for each payer on
 * the days it has a chargeable subscription on the plan. Ids differ from those of charges.
 */
export interface Commitment {
  readonly id: string;
  readonly name: string;
  /** For a whole period, decimal text; '' = none. */
  readonly minimum: string;
  /** For a whole period, decimal text; '' = none. */
  readonly maximum: string;
  /** By the days it holds on, or whole if it holds on any. */
  readonly proration: 'day' | 'none';
  /** "plan" or "plan/charge"; empty = every line of the account, orders too. */
  readonly covers: readonly string[];
  /** Of the line that makes up what falls short. */
  readonly taxCategory: TaxCategory;
}

/** A commitment of an account. */
export interface AgreedCommitment extends Commitment {
  readonly from: LocalDate;
  readonly until: LocalDate | '';
}

/** What an account is let off (pricing rules §6): for the service periods on whose last day it holds. */
export interface Discount {
  readonly id: string;
  readonly name: string;
  readonly from: LocalDate;
  readonly until: LocalDate | '';
  /** Only so many service periods, counted from the one that has `from`; 0 = all. */
  readonly periods: number;
  /** Percent of what is left, decimal text; '' where an amount is let off. */
  readonly percent: string;
  /** Amount a period, decimal text; '' where a percentage is let off. */
  readonly amount: string;
  /** "plan", "plan/charge", or the true-up of a commitment: "commitment", "plan/commitment". Empty = every line but true-ups, orders too. */
  readonly on: readonly string[];
}
