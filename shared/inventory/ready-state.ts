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

/** That a subscription which was ready became active by itself: it was used, or its days were over. */
export interface Activation {
  readonly at: Instant;
  readonly by: 'use' | 'days';
}

/** The states of a subscription, and where it became active by itself. */
export interface States {
  readonly states: readonly Span<SubscriptionState>[];
  /** In order of time; of most subscriptions none. */
  readonly activations: readonly Activation[];
}

const NO_ACTIVATIONS: readonly Activation[] = [];

/**
 * The states of a subscription (pricing rules §1): those that are said, where `ready` becomes active by itself at the first use in it or when its
 * days are over, whichever comes first. Whatever is said next holds from there on.
 */
export function statesOf(subscription: string, facts: readonly RecordedFact[], known: Knowledge): States {
  const said = saidOf(subscription, facts);
  if (!said.some(({ fact }) => fact.state === 'ready'))
    return { states: timeline(said, known, ({ state }) => state), activations: NO_ACTIVATIONS };
  const uses = usesOf(subscription, facts, known);
  const activations: Activation[] = [];
  const states = timeline(said, known, (fact) => fact).flatMap((span): Span<SubscriptionState>[] => {
    const { from, until, value: fact } = span;
    const [used = until] = within(uses, from, until);
    const at = Math.min(used, endOf(fact, until, known));
    if (fact.state !== 'ready' || at >= until) return [{ from, until, value: fact.state }];
    activations.push({ at, by: at === used ? 'use' : 'days' });
    const active = { from: at, until, value: 'active' } as const;
    return at === from ? [active] : [{ from, until: at, value: 'ready' }, active];
  });
  return { states, activations };
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
