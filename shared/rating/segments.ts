import type { PropertyCondition, SubscriptionState } from '#shared/catalog/catalog.ts';
import type { SubscriptionHistory } from '#shared/inventory/subscription-history.ts';
import { OPEN_END, valueAt } from '#shared/inventory/timeline.ts';
import type { Instant } from '#shared/time/local-date.ts';
import { matchedProperties } from './matched-details.ts';
import type { PlanBook, PlanTerms } from './plan-terms.ts';
import { joinedClock, type TermsClock } from './terms-clock.ts';

/** A stretch of a subscription's life in which nothing that matters to its price changes, seen from one seller. */
export interface Segment {
  readonly from: Instant;
  readonly until: Instant;
  readonly state: SubscriptionState;
  /** Who pays; '' = nobody. */
  readonly payer: string;
  readonly businessUnit: string;
  /** The terms in force, or nothing when the plan is not in the catalogue then. */
  readonly terms: PlanTerms | undefined;
  /** Those of its add-ons, in order of their ids. */
  readonly addOns: readonly PlanTerms[];
  /** Tells time bands and seasons that any of these terms ask for. */
  readonly clock: TermsClock | undefined;
  /** Its properties by name; what it has not is not there. */
  readonly properties: ReadonlyMap<string, string>;
}

/** The terms in force in a segment: the plan's, and those of its add-ons. */
export function termsOf({ terms, addOns }: Pick<Segment, 'terms' | 'addOns'>): readonly PlanTerms[] {
  return terms === undefined ? [] : [terms, ...addOns];
}

/** Whether a subscription uses its plan: it is active, or in test on a plan that charges it then (pricing rules §1). */
export function usesPlan({ state, terms }: Pick<Segment, 'state' | 'terms'>): boolean {
  return state === 'active' || (state === 'test' && terms?.version.whenTest === 'charge');
}

const NO_PROPERTIES: ReadonlyMap<string, string> = new Map();

/** Cuts a subscription's life where its state, payer, business unit, plan, plan version, add-ons or a property changes. Before its first state it is in inventory. */
export function segmentsOf(history: SubscriptionHistory, plans: PlanBook): Segment[] {
  const starts: Instant[] = [];
  for (const span of history.states) starts.push(span.from);
  for (const span of history.assignments) {
    starts.push(span.from);
    for (const terms of plans.get(span.value[0]?.plan ?? '') ?? []) {
      if (terms.from > span.from && terms.from < span.until) starts.push(terms.from);
      if (terms.until > span.from && terms.until < span.until) starts.push(terms.until);
    }
  }
  const properties = matchedProperties(history, detailsMatched(history, plans));
  for (const { spans } of properties) for (const span of spans) starts.push(span.from);
  for (const { addOn, spans } of history.addOns) {
    for (const { from, until, value: has } of spans) {
      starts.push(from);
      for (const terms of (has ? plans.get(addOn) : undefined) ?? [])
        starts.push(...[terms.from, terms.until].filter((edge) => edge > from && edge < until));
    }
  }
  if (starts.length > 1) starts.sort((a, b) => a - b);
  const segments: Segment[] = [];
  for (let place = 0; place < starts.length; place++) {
    const from = starts[place] as Instant;
    const until = starts[place + 1] ?? OPEN_END;
    if (from !== until) segments.push(segmentAt(history, plans, properties, from, until));
  }
  return segments;
}

function segmentAt(
  history: SubscriptionHistory,
  plans: PlanBook,
  has: SubscriptionHistory['properties'],
  from: Instant,
  until: Instant,
): Segment {
  const state = valueAt(history.states, from) ?? 'inventory';
  const assignment = valueAt(history.assignments, from)?.[0];
  const terms = plans.get(assignment?.plan ?? '')?.find((each) => each.from <= from && from < each.until);
  const properties = propertiesAt(has, from);
  const [payer, businessUnit] = [assignment?.payer ?? '', assignment?.businessUnit ?? ''];
  const addOns = addOnsAt(history, plans, from, payer);
  const clock =
    addOns.length === 0 ? terms?.clock : joinedClock([...addOns, terms].flatMap((each) => each?.clock ?? []));
  return { from, until, state, payer, businessUnit, terms, addOns, clock, properties };
}

const NO_DETAILS: readonly string[] = [];

/** Details that charges of any plan or add-on it was ever on match. */
function detailsMatched({ details, assignments, addOns }: SubscriptionHistory, plans: PlanBook): readonly string[] {
  if (details.length === 0) return NO_DETAILS;
  const on = [
    ...assignments.flatMap(({ value }) => value.map(({ plan }) => plan)),
    ...addOns.map(({ addOn }) => addOn),
  ];
  return [...new Set(on)].flatMap((plan) => plans.get(plan)?.[0]?.details ?? NO_DETAILS);
}

const NO_ADD_ONS: readonly PlanTerms[] = [];

/** The terms of the add-ons a subscription has at an instant: those it was given since its payer pays, and has not lost. */
function addOnsAt(history: SubscriptionHistory, plans: PlanBook, at: Instant, payer: string): readonly PlanTerms[] {
  if (history.addOns.length === 0 || payer === '') return NO_ADD_ONS;
  const since = paysSince(history, at, payer);
  return history.addOns.flatMap(({ addOn, spans }) => {
    const given = spans.findLast((span) => span.from <= at);
    if (given?.value !== true || given.from < since) return [];
    return plans.get(addOn)?.find((each) => each.from <= at && at < each.until) ?? [];
  });
}

/** Since when the payer of an instant pays without a break. */
function paysSince({ assignments }: SubscriptionHistory, at: Instant, payer: string): Instant {
  let since = at;
  for (const span of assignments.toReversed()) {
    if (span.from > at) continue;
    if (span.value[0]?.payer !== payer) return since;
    since = span.from;
  }
  return since;
}

function propertiesAt(of: SubscriptionHistory['properties'], at: Instant): ReadonlyMap<string, string> {
  if (of.length === 0) return NO_PROPERTIES;
  const values = of.map(({ name, spans }) => [name, valueAt(spans, at) ?? ''] as const);
  return new Map(values.filter(([, value]) => value !== ''));
}

/** Whether properties are as all of some conditions say. */
export function hasProperties(properties: ReadonlyMap<string, string>, of: readonly PropertyCondition[]): boolean {
  return of.every(({ name, values }) => values.includes(properties.get(name) ?? ''));
}
