import type { Address, SubscriptionState } from '#shared/catalog/catalog.ts';
import type { Currency } from '#shared/money/currency.ts';
import type { Instant, TimeZone } from '#shared/time/local-date.ts';
import type { BillingDay } from '#shared/time/period.ts';

/**
 * A fact of the inventory: what became of an account, a business unit or a subscription, and from when. Facts are only ever added; of two
 * about the same thing, the one with the later `effectiveFrom` holds from there on, and of two with the same, the one recorded later.
 */
export type Fact = AccountFact | BusinessUnitFact | IdentifierFact | StateFact | AssignmentsFact;

/** A party that buys, with all it needs to be billed. */
export interface AccountFact {
  readonly kind: 'account';
  readonly account: string;
  readonly effectiveFrom: Instant;
  /** Whose customer it is: id of the seller. */
  readonly seller: string;
  readonly name: string;
  readonly address: Address;
  readonly vatId: string;
  readonly email: string;
  readonly language: string;
  readonly currency: Currency;
  readonly timeZone: TimeZone;
  readonly billingDay: BillingDay;
  readonly taxProfile: string;
  readonly paymentTermDays: number;
  /** Purchase order or buyer reference for its invoices; '' = none. */
  readonly reference: string;
}

/** A part of an account with an invoice of its own. */
export interface BusinessUnitFact {
  readonly kind: 'businessUnit';
  readonly account: string;
  readonly businessUnit: string;
  readonly effectiveFrom: Instant;
  readonly name: string;
  readonly address: Address;
  readonly reference: string;
}

/** An identifier ("imsi#…", "iccid#…", "msisdn#…") is a subscription's from an instant on, or ('' ) nobody's. */
export interface IdentifierFact {
  readonly kind: 'identifier';
  readonly identifier: string;
  readonly effectiveFrom: Instant;
  readonly subscription: string;
}

/** The state a subscription is in from an instant on. */
export interface StateFact {
  readonly kind: 'state';
  readonly subscription: string;
  readonly effectiveFrom: Instant;
  readonly state: SubscriptionState;
}

/** Who pays a seller for a subscription from an instant on, in order; an empty list = nobody. */
export interface AssignmentsFact {
  readonly kind: 'assignments';
  readonly subscription: string;
  readonly seller: string;
  readonly effectiveFrom: Instant;
  readonly assignments: readonly Assignment[];
}

/** One payer of a subscription: on which plan, for which business unit ('' = the account itself). */
export interface Assignment {
  readonly payer: string;
  readonly plan: string;
  readonly businessUnit: string;
}

/** A fact as recorded: where in the commit log its entry stands, and its place within the entry. */
export interface RecordedFact<F extends Fact = Fact> {
  readonly position: number;
  readonly index: number;
  readonly fact: F;
}
