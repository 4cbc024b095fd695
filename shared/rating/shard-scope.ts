import type { Knowledge } from '#shared/inventory/timeline.ts';
import type { MeasureScope } from './measure-subscription.ts';

/** What measuring shards of a payer needs to know. */
export interface ShardScope extends MeasureScope {
  readonly seller: string;
  readonly known: Knowledge;
}
