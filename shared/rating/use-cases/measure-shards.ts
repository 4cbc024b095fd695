import type { Projections } from '#shared/commit-log/ports.ts';
import { shardFacts } from '#shared/commit-log/use-cases/read-inventory.ts';
import { subscriptionHistory } from '#shared/inventory/subscription-history.ts';
import type { Knowledge } from '#shared/inventory/timeline.ts';
import { utcMonths } from '#shared/time/period.ts';
import { type ItemisedUsage, itemiseUsage } from '../itemise-usage.ts';
import { type MeasureScope, measureSubscription } from '../measure-subscription.ts';
import type { OwnedUsage } from '../measure-usage.ts';
import { noSums, type PartialSums } from '../partial-sums.ts';
import { pricePeriod } from '../price-subscription.ts';
import { segmentsOf } from '../segments.ts';
import { type SubscriptionDetail, subscriptionDetails } from '../subscription-details.ts';
import { addToSums } from '../sum-slice.ts';
import type { UsageReader } from './read-usage.ts';

/** What measuring shards of a payer needs to know. */
export interface ShardScope extends MeasureScope {
  readonly seller: string;
  readonly known: Knowledge;
}

/** What one subscription came to, as it is measured: for details and itemised usage. */
export interface MeasuredSubscription {
  readonly subscription: string;
  /** By period of the scope. */
  readonly details: readonly (readonly SubscriptionDetail[])[];
  readonly itemised: () => readonly (ItemisedUsage & { readonly identifier: string })[];
}

/**
 * Measures every subscription a payer ever had in some shards: the sums of each period of the scope. Memory is bounded by one subscription's
 * usage and the sums; what each subscription came to is handed to `onSubscription` and forgotten.
 */
export async function measureShards(
  projections: Projections,
  read: UsageReader,
  scope: ShardScope,
  shards: readonly string[],
  onSubscription: (measured: MeasuredSubscription) => void,
): Promise<PartialSums[]> {
  const { days } = scope;
  const sums = days.periods.map(noSums);
  const months = utcMonths(days.starts[0] as number, days.starts[days.starts.length - 1] as number);
  const [first = '', last = ''] = [months[0], months.at(-1)];
  for (const shard of shards) {
    for (const [subscription, facts] of await shardFacts(projections, scope.seller, scope.payer, shard)) {
      const history = subscriptionHistory(subscription, scope.seller, facts, scope.known);
      const identifiers = history.identifiers.filter((each) => each.spans.length > 0);
      const usage = await read(
        identifiers.map((each) => each.identifier),
        first,
        last,
      );
      const measured = measureSubscription(scope, history, usage);
      const details = measured.map((period, place) => {
        const priced = pricePeriod(period, days, place);
        addToSums(sums[place] as PartialSums, period, priced, days, place);
        return subscriptionDetails(period, priced);
      });
      const itemised = () => {
        const segments = segmentsOf(history, scope.plans);
        return identifiers.flatMap(({ identifier, spans }) => {
          const owned: OwnedUsage[] = [{ usage: usage.get(identifier) as OwnedUsage['usage'], owned: spans }];
          return itemiseUsage(scope, segments, owned).map((row) => ({ ...row, identifier }));
        });
      };
      onSubscription({ subscription, details, itemised });
    }
  }
  return sums;
}
