import type { Projections } from '#shared/commit-log/ports.ts';
import { shardFacts } from '#shared/commit-log/use-cases/read-inventory.ts';
import type { RecordedFact } from '#shared/inventory/fact.ts';
import { type SubscriptionHistory, subscriptionHistory } from '#shared/inventory/subscription-history.ts';
import { utcMonths } from '#shared/time/period.ts';
import type { FoldedUsage } from '#shared/usage/folded-usage.ts';
import { type Holdings, NOTHING_HELD } from '../holdings/holdings.ts';
import { type ItemisedUsage, itemiseUsage } from '../itemise-usage.ts';
import { createMeter, type Meter } from '../measure-subscription.ts';
import type { Member } from '../pools/member.ts';
import type { PartialSums } from '../pools/partial-sums.ts';
import { type PricedPeriod, priceInTurn } from '../price-subscription.ts';
import { segmentsOf } from '../segments.ts';
import type { ShardScope } from '../shard-scope.ts';
import { type SubscriptionDetail, subscriptionDetails } from '../subscription-details.ts';
import { type OpenSums, openSums } from '../sum-slice.ts';
import type { UsageReader } from './read-usage.ts';

/** What one subscription came to, as it is measured: valid until the next one is. */
export interface MeasuredSubscription {
  readonly subscription: string;
  /** All facts that concern it. */
  readonly facts: readonly RecordedFact[];
  /** Adds what it comes to, period by period of the scope, to sums. */
  readonly addTo: (sums: readonly OpenSums[]) => void;
  /** By period of the scope. */
  readonly details: () => readonly (readonly SubscriptionDetail[])[];
  readonly itemised: () => readonly (ItemisedUsage & { readonly identifier: string })[];
  /** What each period of the scope leaves for the next. */
  readonly left: readonly Holdings[];
  /** By period of the scope: what of its usage is told apart when pools are settled; mostly nothing. */
  readonly members: readonly (Member | undefined)[];
}

/** What the subscriptions of a shard begin the first period with, by subscription; most have nothing. */
export type Opening = (shard: string) => Promise<ReadonlyMap<string, Holdings>>;

/** A stretch that begins with nothing carried into it. */
export const NOTHING_OPENING: Opening = async () => new Map();

/** Subscriptions whose usage is read at the same time. */
const READS_AT_ONCE = 16;

/**
 * Measures every subscription a payer ever had in some shards: the sums of each period of the scope. Memory is bounded by the usage of a few
 * subscriptions and the sums; what each subscription came to is handed to `onSubscription` and forgotten.
 */
export async function measureShards(
  projections: Projections,
  read: UsageReader,
  scope: ShardScope,
  shards: readonly string[],
  opening: Opening,
  onSubscription: (measured: MeasuredSubscription) => Promise<void>,
): Promise<PartialSums[]> {
  const sums = scope.days.periods.map((_, place) => openSums(scope.days, place));
  for (const shard of shards) {
    const found = await shardFacts(projections, scope.seller, scope.payer, shard);
    await measureFacts(read, scope, found, await opening(shard), async (measured) => {
      measured.addTo(sums);
      await onSubscription(measured);
    });
  }
  return sums.map((each) => each.close());
}

/** Measures subscriptions by their facts, a few at a time. */
export async function measureFacts(
  read: UsageReader,
  scope: ShardScope,
  subscriptions: ReadonlyMap<string, readonly RecordedFact[]>,
  opening: ReadonlyMap<string, Holdings>,
  onSubscription: (measured: MeasuredSubscription) => Promise<void>,
): Promise<void> {
  const all = [...subscriptions];
  const meter = createMeter(scope);
  for (let at = 0; at < all.length; at += READS_AT_ONCE) {
    const some = await Promise.all(
      all.slice(at, at + READS_AT_ONCE).map((each) => readSubscription(read, scope, ...each)),
    );
    for (const { facts, history, fold } of some) {
      const held = opening.get(history.subscription) ?? NOTHING_HELD;
      await onSubscription({ facts, ...measure(scope, meter, history, fold(), held) });
    }
  }
}

async function readSubscription(
  read: UsageReader,
  scope: ShardScope,
  subscription: string,
  facts: readonly RecordedFact[],
) {
  const history = subscriptionHistory(subscription, scope.seller, facts, scope.known);
  const { starts } = (scope.late ?? scope).days;
  const months = utcMonths(starts[0] as number, starts[starts.length - 1] as number);
  const identifiers = history.identifiers.filter((each) => each.spans.length > 0).map((each) => each.identifier);
  return { facts, history, fold: await read(identifiers, months[0] ?? '', months.at(-1) ?? '') };
}

function measure(
  scope: ShardScope,
  meter: Meter,
  history: SubscriptionHistory,
  usage: ReadonlyMap<string, FoldedUsage>,
  opening: Holdings,
): Omit<MeasuredSubscription, 'facts'> {
  const { days } = scope;
  const measured = meter.measure(history, usage);
  const inTurn = priceInTurn(measured, scope, opening);
  const periods = measured.map((each, place) => ({ measured: each, priced: inTurn[place] as PricedPeriod }));
  const details = () =>
    periods.map(({ measured, priced }) => subscriptionDetails(days, measured, priced, history.activations));
  const addTo = (sums: readonly OpenSums[]) => {
    for (const [place, { measured, priced }] of periods.entries()) sums[place]?.add(measured, priced);
  };
  const itemised = () => {
    const segments = segmentsOf(history, scope.plans);
    return history.identifiers.flatMap(({ identifier, spans }) => {
      const folded = usage.get(identifier);
      if (folded === undefined) return [];
      return itemiseUsage(scope, segments, [{ usage: folded, owned: spans }]).map((row) => ({ ...row, identifier }));
    });
  };
  const [left, members] = [inTurn.map((each) => each.left), inTurn.map(({ member }) => member)];
  return { subscription: history.subscription, addTo, details, itemised, left, members };
}
