import type { ConsumedBucket } from '#shared/rating/allowance.ts';
import type { LocalDate } from '#shared/time/local-date.ts';

/** What a pool took of usage: plan|version|charge|zone → business unit → base units. */
export type TakenByPool = ReadonlyMap<string, ReadonlyMap<string, bigint>>;

/** The local day on which a pool ran dry first, what was used of it before that day, and what on it. */
export interface DryDay {
  readonly day: LocalDate;
  readonly before: bigint;
  readonly on: bigint;
}

/** What a pool took of each usage that came to it, by business unit: what is told where several pools stand in a stack (pricing rules §4). */
export function takenByPool(consumed: readonly ConsumedBucket[]): TakenByPool {
  const taken = new Map<string, Map<string, bigint>>();
  for (const { bucket, over } of consumed) {
    const key = [bucket.plan, bucket.version, bucket.charge, bucket.zone].join('|');
    const units = taken.get(key) ?? new Map<string, bigint>();
    taken.set(key, units);
    units.set(bucket.businessUnit, (units.get(bucket.businessUnit) ?? 0n) + bucket.quantity - over);
  }
  return taken;
}

/**
 * The first local day of which a pool did not cover all that came to it (pricing rules §4: consumption is by local day), among those on which it stands;
 * nothing where it covered all. What comes to it in order of consumption.
 */
export function dryDayOf(
  consumed: readonly ConsumedBucket[],
  standsOn: (day: LocalDate) => boolean,
): DryDay | undefined {
  const coming = consumed.filter(({ bucket }) => standsOn(bucket.day));
  const day = coming.find(({ over }) => over > 0n)?.bucket.day;
  if (day === undefined) return undefined;
  const used = (isIts: (of: LocalDate) => boolean) =>
    coming.reduce((sum, { bucket }) => (isIts(bucket.day) ? sum + bucket.quantity : sum), 0n);
  return { day, before: used((of) => of < day), on: used((of) => of === day) };
}
