import { noSums, type PartialSums } from './pools/partial-sums.ts';

/** Joins the sums of slices: the same however the subscriptions were cut into slices. */
export function joinSums(slices: readonly PartialSums[]): PartialSums {
  const joined = noSums();
  for (const slice of slices) mergeSums(joined, slice);
  return joined;
}

/** Adds sums to others, which it changes. */
function mergeSums(into: PartialSums, from: PartialSums): void {
  merge(into as unknown as Sums, from as unknown as Sums);
}

type Sums = { [key: string]: Sums | string | number };

/** Adds one tree of sums to another: numbers as numbers, text as whole numbers, branches key by key. */
function merge(into: Sums, from: Sums): void {
  for (const [key, value] of Object.entries(from)) {
    const there = into[key];
    if (typeof value === 'number') into[key] = ((there as number | undefined) ?? 0) + value;
    else if (typeof value === 'string') into[key] = plus((there as string | undefined) ?? '0', BigInt(value));
    else merge((into[key] ??= {}) as Sums, value);
  }
}

function plus(text: string, more: bigint): string {
  return (BigInt(text) + more).toString();
}
