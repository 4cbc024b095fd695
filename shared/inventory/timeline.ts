import type { Instant } from '#shared/time/local-date.ts';
import type { Fact, RecordedFact } from './fact.ts';

/** What holds in [from, until); the last span has no end. */
export interface Span<Value> {
  readonly from: Instant;
  readonly until: Instant;
  readonly value: Value;
}

/** The end of a span that has none. */
export const OPEN_END: Instant = Number.MAX_SAFE_INTEGER;

/**
 * What is known at a run: facts recorded at a position ≤ `position` that hold from an instant ≤ `cutOff`. What holds at the cut-off is taken
 * to last (pricing rules §1), so that nothing later is looked at.
 */
export interface Knowledge {
  readonly position: number;
  readonly cutOff: Instant;
}

/**
 * Lays facts about one thing out in time: of two, the one with the later `effectiveFrom` holds from there on; of two with the same, the one
 * recorded later replaces the other. The order they are given in does not matter.
 */
export function timeline<F extends Fact, Value>(
  facts: readonly RecordedFact<F>[],
  known: Knowledge,
  read: (fact: F) => Value,
): Span<Value>[] {
  const visible = facts.filter(
    ({ position, fact }) => position <= known.position && fact.effectiveFrom <= known.cutOff,
  );
  visible.sort((a, b) => a.fact.effectiveFrom - b.fact.effectiveFrom || a.position - b.position || a.index - b.index);
  const starts = visible.filter((each, i) => visible[i + 1]?.fact.effectiveFrom !== each.fact.effectiveFrom);
  return starts.map(({ fact }, i) => ({
    from: fact.effectiveFrom,
    until: starts[i + 1]?.fact.effectiveFrom ?? OPEN_END,
    value: read(fact),
  }));
}

/** What holds at an instant, or nothing before the first span. */
export function valueAt<Value>(spans: readonly Span<Value>[], instant: Instant): Value | undefined {
  return spans.find((span) => span.from <= instant && instant < span.until)?.value;
}
