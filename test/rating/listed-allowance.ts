import { type ConsumedBucket, consume, sizeOf, type UsageBucket } from '#shared/rating/allowance.ts';

/** An allowance of a stack: how much there is of it in base units, and the charges it covers in every version, each "plan/charge". */
export interface ListedAllowance {
  readonly id: string;
  readonly size: bigint;
  readonly covers: ReadonlySet<string>;
}

/** Lets usage draw on one stack. */
export function consumeListed(stack: readonly ListedAllowance[], buckets: readonly UsageBucket[]): ConsumedBucket[] {
  const covering = ({ plan, charge }: UsageBucket) => stack.filter(({ covers }) => covers.has(`${plan}/${charge}`));
  return consume(
    new Map(stack.map(({ id, size }) => [id, sizeOf(size)])),
    (bucket) => covering(bucket).map(({ id }) => id),
    buckets,
  ).buckets as ConsumedBucket[];
}
