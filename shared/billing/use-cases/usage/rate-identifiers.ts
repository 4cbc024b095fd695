import { withPrefix } from '#shared/commit-log/ports.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { catalogOf } from '#shared/commit-log/use-cases/world.ts';
import type { WorldState } from '#shared/commit-log/visibility.ts';
import { ratedKeys } from '../../rated-rows.ts';
import { isEverReady, recordFirstUses } from './first-uses.ts';
import { noteSuspense, type SuspenseRow } from './note-suspense.ts';
import { ownerLookup } from './owner-views.ts';
import { type RatedSums, type RatingWork, ratePayers } from './rate-payers.ts';
import type { RatedStamp, RateUsagePorts } from './rating-ports.ts';
import type { Touched } from './touched-usage.ts';

/** Identifiers rated at the same time: what bounds memory and open requests. */
const RATED_AT_ONCE = 8;

/** What was rated of some identifiers. */
export interface RatedIdentifiers {
  /** Rows of suspended usage that were noted. */
  readonly suspended: readonly SuspenseRow[];
  /** The sums that what was rated is a part of: to be made anew. */
  readonly sums: RatedSums;
  /** Notes that they are rated: to be put once the sums are made. */
  readonly stamps: readonly RatedStamp[];
  /** Those there are already, of whoever rated them meanwhile. */
  readonly known: readonly RatedStamp[];
}

/**
 * Rates what some identifiers used in some months, of those that are not rated since a position: what is suspended of it, and what their
 * subscriptions come to in the running month.
 */
export async function rateIdentifiers(
  ports: RateUsagePorts,
  world: WorldState,
  touched: Touched,
  since: number,
): Promise<RatedIdentifiers> {
  const { catalog } = await catalogOf(ports, world);
  const lookup = ownerLookup(ports, catalog, { position: world.position, cutOff: Number.MAX_SAFE_INTEGER });
  const work: RatingWork = new Map();
  const months = [...touched.months];
  const stamps: RatedStamp[] = [];
  const known: RatedStamp[] = [];
  const ready = new Map<string, Set<string>>();
  const suspended: SuspenseRow[] = [];
  await inParallel(touched.identifiers, RATED_AT_ONCE, async (identifier) => {
    const rows = await ports.projections.query(ratedKeys.identifier(identifier), withPrefix(''));
    const done = rows.filter(({ sort, position }) => position >= since && months.includes(sort));
    for (const { partition, sort, position } of done) known.push({ partition, sort, position, value: { identifier } });
    const left = months.filter((month) => !done.some(({ sort }) => sort === month));
    if (left.length === 0) return;
    const owners = await lookup.of(identifier);
    for (const { seller, payer, subscription, facts } of owners.payers) {
      const key = `${seller}#${payer}`;
      const its = work.get(key) ?? { seller, payer, subscriptions: new Map() };
      its.subscriptions.set(subscription, facts);
      work.set(key, its);
    }
    for (const [subscription, facts] of owners.subscriptions)
      if (isEverReady(subscription, facts))
        ready.set(subscription, new Set([...(ready.get(subscription) ?? []), ...left]));
    suspended.push(...(await noteSuspense(ports, world, identifier, left, owners)));
    for (const month of left)
      stamps.push({
        partition: ratedKeys.identifier(identifier),
        sort: month,
        position: world.position,
        value: { identifier },
      });
  });
  await recordFirstUses(ports, world, lookup, ready);
  return { suspended, sums: await ratePayers(ports, world, catalog, work, lookup.account), stamps, known };
}
