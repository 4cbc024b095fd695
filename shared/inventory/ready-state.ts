import type { SubscriptionState } from '#shared/catalog/catalog.ts';
import type { Instant } from '#shared/time/local-date.ts';
import type { FirstUseFact, RecordedFact, StateFact } from './fact.ts';
import { type Knowledge, type Span, timeline } from './timeline.ts';

/**
 * A stretch of time in which a subscription is ready unless it is used: from when that is said until something else is said, or until it is active
 * without use.
 */
export interface ReadyStretch {
  readonly from: Instant;
  readonly until: Instant;
  /** Instants in it at which the subscription was used, as recorded; earliest first. The first of them ends the state. */
  readonly uses: readonly Instant[];
}

/**
 * The states of a subscription (pricing rules §1): those that are said, where `ready` becomes active by itself at the first use in it or when its
 * days are over, whichever comes first. Whatever is said next holds from there on.
 */
export function statesOf(
  subscription: string,
  facts: readonly RecordedFact[],
  known: Knowledge,
): Span<SubscriptionState>[] {
  const said = saidOf(subscription, facts);
  if (!said.some(({ fact }) => fact.state === 'ready')) return timeline(said, known, ({ state }) => state);
  const uses = usesOf(subscription, facts, known);
  return timeline(said, known, (fact) => fact).flatMap(({ from, until, value: fact }): Span<SubscriptionState>[] => {
    const [used] = within(uses, from, until);
    const by = Math.min(used ?? until, endOf(fact, until, known));
    if (fact.state !== 'ready' || by >= until) return [{ from, until, value: fact.state }];
    const active = { from: by, until, value: 'active' } as const;
    return by === from ? [active] : [{ from, until: by, value: 'ready' }, active];
  });
}

/** Where a subscription is, or was, ready unless used; of one that never was, nothing. */
export function readyStretches(
  subscription: string,
  facts: readonly RecordedFact[],
  known: Knowledge,
): readonly ReadyStretch[] {
  const said = saidOf(subscription, facts);
  if (!said.some(({ fact }) => fact.state === 'ready')) return [];
  const uses = usesOf(subscription, facts, known);
  return timeline(said, known, (fact) => fact).flatMap(({ from, until, value: fact }) => {
    if (fact.state !== 'ready') return [];
    const end = endOf(fact, until, known);
    return [{ from, until: end, uses: within(uses, from, end) }];
  });
}

function saidOf(subscription: string, facts: readonly RecordedFact[]): RecordedFact<StateFact>[] {
  return facts.filter(
    (f): f is RecordedFact<StateFact> => f.fact.kind === 'state' && f.fact.subscription === subscription,
  );
}

/** When a state ends without use: what comes after the cut-off is not looked at. */
function endOf({ activeFrom }: StateFact, until: Instant, { cutOff }: Knowledge): Instant {
  return activeFrom === undefined || activeFrom > cutOff ? until : Math.min(activeFrom, until);
}

/** When a subscription was used, as it is recorded and was not taken back. */
function usesOf(subscription: string, facts: readonly RecordedFact[], known: Knowledge): Instant[] {
  const uses = facts.filter(
    (f): f is RecordedFact<FirstUseFact> => f.fact.kind === 'firstUse' && f.fact.subscription === subscription,
  );
  return timeline(uses, known, ({ used }) => used).flatMap(({ from, value: used }) => (used ? [from] : []));
}

function within(uses: readonly Instant[], from: Instant, until: Instant): Instant[] {
  return uses.filter((use) => from <= use && use < until);
}
