import type { Address, SubscriptionState } from '#shared/catalog/catalog.ts';
import type { TaxCategory } from '#shared/catalog/tax-profile.ts';
import type { Currency } from '#shared/money/currency.ts';
import type { Instant, LocalDate, TimeZone } from '#shared/time/local-date.ts';
import type { BillingDay } from '#shared/time/period.ts';

/**
 * A fact of the inventory: what became of an account, a business unit or a subscription, and from when. Facts are only ever added; of two
 * about the same thing, the one with the later `effectiveFrom` holds from there on, and of two with the same, the one recorded later.
 */
export type Fact =
  | AccountFact
  | BusinessUnitFact
  | AdHocFact
  | IdentifierFact
  | StateFact
  | FirstUseFact
  | AssignmentsFact
  | PropertyFact
  | DetailFact
  | AddOnFact
  | TopUpFact
  | VatIdCheckFact;

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
  /** Accounting group it is billed with, if a run is for a group; absent = none. */
  readonly group?: string;
  /** Pools it has by itself, and from when until when. */
  readonly pools: readonly AccountPool[];
  readonly certificates: readonly TaxCertificate[];
}

/**
 * What an account has shown about its taxes, with its validity (`until` exclusive, '' = open): that it sells on what it buys, or that it is exempt.
 */
export interface TaxCertificate {
  readonly kind: 'reseller' | 'exemption';
  readonly number: string;
  /** Whose tax it is about: ISO country. */
  readonly country: string;
  readonly from: LocalDate;
  readonly until: LocalDate | '';
  /** The law it stands in, as documents say it; of a reseller's, '' = the jurisdiction's. */
  readonly basis: string;
  /** The reason of an exemption as a code of the CEF VATEX list, '' = none. */
  readonly reasonCode: string;
}

/** What the register of a member state (VIES) said of an account's VAT id at an instant: the evidence that it buys as a business. */
export interface VatIdCheckFact {
  readonly kind: 'vatIdCheck';
  readonly account: string;
  readonly vatId: string;
  /** When it was asked. */
  readonly effectiveFrom: Instant;
  readonly isValid: boolean;
  /** Who was asked: "VIES". */
  readonly source: string;
  /** The number the register gave the question, by which it knows it again; '' = none. */
  readonly reference: string;
  /** Where question and answer are kept, and their hash; absent = there was no exchange of our own. */
  readonly evidence?: { readonly key: string; readonly sha256: string };
}

/**
 * A pool that an account has, on the terms of a plan, from one local day to another (exclusive, '' = open), with or without members. A pool an account
 * does not name stands as long as it has members.
 */
export interface AccountPool {
  readonly pool: string;
  readonly plan: string;
  readonly from: LocalDate;
  readonly until: LocalDate | '';
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

/**
 * Something sold to an account once, outside its plans (pricing rules §2): billed by the next run whose charge cut-off has come to the day it holds from. Of two facts about
 * one order, the one recorded later replaces the other; a quantity of 0 takes it back. An order keeps its date.
 */
export interface AdHocFact {
  readonly kind: 'adHoc';
  readonly account: string;
  readonly businessUnit: string;
  /** Id of the order line, unique in the account. */
  readonly order: string;
  readonly effectiveFrom: Instant;
  /** What is sold, in words. */
  readonly product: string;
  /** Decimal text. */
  readonly quantity: string;
  /** Of one, in the account's currency; decimal text. */
  readonly price: string;
  /** The customer's order reference; '' = none. */
  readonly reference: string;
  readonly taxCategory: TaxCategory;
}

/** An identifier ("imsi#…", "iccid#…", "msisdn#…", "eid#…", "device#…") is a subscription's from an instant on, or ('' ) nobody's. */
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
  /** Of `ready`: from when it is active by itself, though nothing was used; absent = only its first use ends it. */
  readonly activeFrom?: Instant;
}

/**
 * A subscription that was ready was used at an instant, for more than nothing, or ('used' false) was not after all. Rating records it, of what counts:
 * the earliest of such instants ends the state (pricing rules §1).
 */
export interface FirstUseFact {
  readonly kind: 'firstUse';
  readonly subscription: string;
  readonly effectiveFrom: Instant;
  readonly used: boolean;
}

/** A property of a subscription ("sensors" is "12") from an instant on; '' = it has it no more. Charges may match and count by it. */
export interface PropertyFact {
  readonly kind: 'property';
  readonly subscription: string;
  readonly name: string;
  readonly effectiveFrom: Instant;
  readonly value: string;
}

/** What else is known of a subscription from an instant on, for reports, tax and commission; '' (or no tags) = no more. */
export interface DetailFact {
  readonly kind: 'detail';
  readonly subscription: string;
  readonly detail: DetailName;
  readonly effectiveFrom: Instant;
  readonly value: string | Address | readonly string[];
}

/** Details of a subscription: texts, addresses, dates of its contract, tags. */
export type DetailName =
  | 'category'
  | 'service'
  | 'serviceAddress'
  | 'billToAddress'
  | 'salesperson'
  | 'start'
  | 'end'
  | 'reference'
  | 'tags';

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

/** A subscription has, or no longer has, an add-on beside its plan from an instant on. It ends with its payer. */
export interface AddOnFact {
  readonly kind: 'addOn';
  readonly subscription: string;
  readonly seller: string;
  readonly effectiveFrom: Instant;
  /** The add-on: id of a plan of kind addOn. */
  readonly addOn: string;
  readonly has: boolean;
}

/**
 * A subscription is given a top-up of its plan or an add-on at an instant, or ('has' false) was not after all. An order keeps its instant.
 */
export interface TopUpFact {
  readonly kind: 'topUp';
  readonly subscription: string;
  readonly seller: string;
  readonly effectiveFrom: Instant;
  /** Id of a top-up in the terms it has then. */
  readonly topUp: string;
  /** Id of the purchase, unique in the subscription. */
  readonly order: string;
  readonly has: boolean;
}

/** Whether a fact is about an account, and about no subscription. */
export function isOfAccount(fact: Fact): fact is AccountFact | BusinessUnitFact | AdHocFact | VatIdCheckFact {
  return ['account', 'businessUnit', 'adHoc', 'vatIdCheck'].includes(fact.kind);
}

/** A fact as recorded: where in the commit log its entry stands, and its place within the entry. */
export interface RecordedFact<F extends Fact = Fact> {
  readonly position: number;
  readonly index: number;
  readonly fact: F;
}
