import type { Slice } from './run.ts';

/** What of a payer is cut into slices. */
export interface Measurable {
  readonly payer: string;
  readonly shards: readonly string[];
  /** Subscriptions a shard holds, about. */
  readonly load: number;
}

/**
 * What a payer weighs in a slice beside its subscriptions, as if it had so many more: its account and its link are read, and its sums and
 * details are written, however small it is.
 */
const OF_A_PAYER = 5;

/**
 * Cuts the work of a run into slices of about `size` subscriptions, payers counted in: small ones share a slice, large ones are spread over
 * several, shard by shard. Every shard is in exactly one. What a slice holds bounds the memory and the time of the child that measures it.
 */
export function cutSlices(work: readonly Measurable[], size: number): Slice[] {
  const slices: { slice: number; parts: { payer: string; shards: string[] }[] }[] = [];
  let room = 0;
  for (const { payer, shards, load } of work) {
    for (const shard of shards) {
      if (room <= 0) {
        slices.push({ slice: slices.length, parts: [] });
        room = size;
      }
      const parts = slices.at(-1)?.parts ?? [];
      const part = parts.at(-1);
      if (part?.payer === payer) part.shards.push(shard);
      else {
        parts.push({ payer, shards: [shard] });
        room -= OF_A_PAYER;
      }
      room -= load;
    }
  }
  return slices;
}
