import type { SubscriptionState } from '#shared/catalog/catalog.ts';
import type { SubscriptionHistory } from '#shared/inventory/subscription-history.ts';
import { OPEN_END, valueAt } from '#shared/inventory/timeline.ts';
import type { Instant } from '#shared/time/local-date.ts';
import type { PlanBook, PlanTerms } from './plan-terms.ts';

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
}

/** Cuts a subscription's life where its state, payer, business unit, plan or plan version changes. Before its first state it is in inventory. */
export function segmentsOf(history: SubscriptionHistory, plans: PlanBook): Segment[] {
  const starts = new Set<Instant>([...history.states, ...history.assignments].map((span) => span.from));
  for (const span of history.assignments) {
    for (const terms of plans.get(span.value[0]?.plan ?? '') ?? []) {
      for (const start of [terms.from, terms.until]) if (start > span.from && start < span.until) starts.add(start);
    }
  }
  const sorted = [...starts].sort((a, b) => a - b);
  return sorted.map((from, i) => segmentAt(history, plans, from, sorted[i + 1] ?? OPEN_END));
}

function segmentAt(history: SubscriptionHistory, plans: PlanBook, from: Instant, until: Instant): Segment {
  const state = valueAt(history.states, from) ?? 'inventory';
  const assignment = valueAt(history.assignments, from)?.[0];
  const terms = plans.get(assignment?.plan ?? '')?.find((each) => each.from <= from && from < each.until);
  return { from, until, state, payer: assignment?.payer ?? '', businessUnit: assignment?.businessUnit ?? '', terms };
}
