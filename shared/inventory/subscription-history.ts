import type { Instant } from '#shared/time/local-date.ts';
import type {
  AddOnFact,
  Assignment,
  AssignmentsFact,
  DetailFact,
  IdentifierFact,
  PropertyFact,
  RecordedFact,
  TopUpFact,
} from './fact.ts';
import { type States, statesOf } from './ready-state.ts';
import { type Knowledge, type Span, timeline } from './timeline.ts';

/** All that rating and billing need of a subscription, as known at a run, seen from one seller. */
export interface SubscriptionHistory extends States {
  readonly subscription: string;
  /** Which identifiers are its own, and when: no other subscription has them then. */
  readonly identifiers: readonly { readonly identifier: string; readonly spans: readonly Span<string>[] }[];
  /** Its properties, and when each has which value; '' = it has it not. */
  readonly properties: readonly { readonly name: string; readonly spans: readonly Span<string>[] }[];
  /** What else is said of it, as it is recorded; and what of it is known. */
  readonly details: readonly RecordedFact<DetailFact>[];
  readonly known: Knowledge;
  /** Its add-ons with this seller, by id, and when it was given each (true) or lost it. */
  readonly addOns: readonly { readonly addOn: string; readonly spans: readonly Span<boolean>[] }[];
  /** What was bought for it with this seller, in order of time. */
  readonly topUps: readonly BoughtTopUp[];
  /** Who pays this seller, in order; an empty list = nobody. */
  readonly assignments: readonly Span<readonly Assignment[]>[];
}

/** A top-up that was bought for a subscription and not taken back. */
export interface BoughtTopUp {
  readonly order: string;
  readonly topUp: string;
  readonly at: Instant;
}

/**
 * Reads a subscription's history out of the facts that concern it: its own, and every fact about an identifier it ever had, since another's
 * taking over ends its own span.
 */
export function subscriptionHistory(
  subscription: string,
  seller: string,
  facts: readonly RecordedFact[],
  known: Knowledge,
): SubscriptionHistory {
  const assignments = facts.filter(
    (f): f is RecordedFact<AssignmentsFact> =>
      f.fact.kind === 'assignments' && f.fact.subscription === subscription && f.fact.seller === seller,
  );
  const identifierFacts = facts.filter((f): f is RecordedFact<IdentifierFact> => f.fact.kind === 'identifier');
  const byIdentifier = Map.groupBy(identifierFacts, (f) => f.fact.identifier);
  return {
    subscription,
    ...statesOf(subscription, facts, known),
    identifiers: [...byIdentifier].map(([identifier, of]) => ({
      identifier,
      spans: timeline(of, known, (fact) => fact.subscription).filter((span) => span.value === subscription),
    })),
    properties: propertiesOf(subscription, facts, known),
    details: facts.filter(
      (f): f is RecordedFact<DetailFact> => f.fact.kind === 'detail' && f.fact.subscription === subscription,
    ),
    known,
    addOns: addOnsOf(subscription, seller, facts, known),
    topUps: topUpsOf(subscription, seller, facts, known),
    assignments: timeline(assignments, known, (fact) => fact.assignments),
  };
}

const NO_ADD_ONS: SubscriptionHistory['addOns'] = [];

/** Most subscriptions have none: they share one answer. */
function addOnsOf(
  subscription: string,
  seller: string,
  facts: readonly RecordedFact[],
  known: Knowledge,
): SubscriptionHistory['addOns'] {
  const own = facts.filter(
    (f): f is RecordedFact<AddOnFact> =>
      f.fact.kind === 'addOn' && f.fact.subscription === subscription && f.fact.seller === seller,
  );
  if (own.length === 0) return NO_ADD_ONS;
  const byId = [...Map.groupBy(own, (f) => f.fact.addOn)].sort(([a], [b]) => (a < b ? -1 : 1));
  return byId.map(([addOn, of]) => ({ addOn, spans: timeline(of, known, (fact) => fact.has) }));
}

const NO_TOP_UPS: SubscriptionHistory['topUps'] = [];

/** Most subscriptions have none: they share one answer. */
function topUpsOf(
  subscription: string,
  seller: string,
  facts: readonly RecordedFact[],
  known: Knowledge,
): SubscriptionHistory['topUps'] {
  const own = facts.filter(
    (f): f is RecordedFact<TopUpFact> =>
      f.fact.kind === 'topUp' && f.fact.subscription === subscription && f.fact.seller === seller,
  );
  if (own.length === 0) return NO_TOP_UPS;
  const orders = [...Map.groupBy(own, (f) => f.fact.order).values()];
  const bought = orders.flatMap((of) => timeline(of, known, (fact) => fact).map(({ value }) => value));
  return bought
    .filter(({ has }) => has)
    .sort((a, b) => a.effectiveFrom - b.effectiveFrom || (a.order < b.order ? -1 : 1))
    .map(({ order, topUp, effectiveFrom }) => ({ order, topUp, at: effectiveFrom }));
}

const NO_PROPERTIES: SubscriptionHistory['properties'] = [];

/** Most subscriptions have none: they share one answer. */
function propertiesOf(
  subscription: string,
  facts: readonly RecordedFact[],
  known: Knowledge,
): SubscriptionHistory['properties'] {
  const own = facts.filter(
    (f): f is RecordedFact<PropertyFact> => f.fact.kind === 'property' && f.fact.subscription === subscription,
  );
  if (own.length === 0) return NO_PROPERTIES;
  const byName = Map.groupBy(own, (f) => f.fact.name);
  return [...byName].map(([name, of]) => ({ name, spans: timeline(of, known, (fact) => fact.value) }));
}
