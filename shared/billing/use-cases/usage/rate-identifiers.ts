import { type ProjectionRow, type Projections, withPrefix } from '#shared/commit-log/ports.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { catalogOf } from '#shared/commit-log/use-cases/world.ts';
import type { WorldState } from '#shared/commit-log/visibility.ts';
import { suspendedUsage } from '#shared/rating/classify-usage.ts';
import { usageReader } from '#shared/rating/use-cases/read-usage.ts';
import { ratedKeys, type SuspendedUsage } from '../../rated-rows.ts';
import { isEverReady, recordFirstUses } from './first-uses.ts';
import { type IdentifierOwners, ownerLookup } from './owner-views.ts';
import { type RatedSums, type RatingWork, ratePayers } from './rate-payers.ts';
import type { RateUsagePorts, RatingPorts } from './rate-usage.ts';
import type { Touched } from './touched-usage.ts';

/** Identifiers rated at the same time: what bounds memory and open requests. */
const RATED_AT_ONCE = 8;

/** What was rated of some identifiers. */
interface RatedIdentifiers {
  readonly suspended: number;
  /** The sums that what was rated is a part of: to be made anew. */
  readonly sums: RatedSums;
  /** Notes that they are rated: to be put once the sums are made. */
  readonly stamps: readonly ProjectionRow<unknown>[];
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
  const months = [...touched.months].sort();
  const stamps: ProjectionRow<unknown>[] = [];
  const known = await suspendedBefore(ports.projections, months);
  const ready = new Map<string, Set<string>>();
  let suspended = 0;
  await inParallel(touched.identifiers, RATED_AT_ONCE, async (identifier) => {
    const done = await ports.projections.query(ratedKeys.identifier(identifier), withPrefix(''));
    const left = months.filter((month) => (done.find((row) => row.sort === month)?.position ?? -1) < since);
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
    if (await noteSuspense(ports, world, identifier, left, owners, known)) suspended++;
    for (const month of left)
      stamps.push({ partition: ratedKeys.identifier(identifier), sort: month, position: world.position, value: {} });
  });
  await recordFirstUses(ports, world, lookup, ready);
  return { suspended, sums: await ratePayers(ports, world, catalog, work, lookup.account), stamps };
}

/** Keys of the rows of suspended usage there are: only those may have to be taken back. */
async function suspendedBefore(projections: Projections, months: readonly string[]): Promise<Set<string>> {
  const rows = await Promise.all(
    months.map((month) => projections.query<SuspendedUsage>(ratedKeys.suspense(month), withPrefix(''))),
  );
  return new Set(rows.flat().map((row) => `${row.value.month} ${row.value.identifier}`));
}

/** Keeps the rows of an identifier's suspended usage true, month by month; answers whether there is any. */
async function noteSuspense(
  ports: RatingPorts,
  world: WorldState,
  identifier: string,
  months: readonly string[],
  owners: IdentifierOwners,
  known: ReadonlySet<string>,
): Promise<boolean> {
  const read = usageReader(ports.usage, world);
  let any = false;
  for (const month of months) {
    const usage = (await read([identifier], month, month))().get(identifier);
    const suspended = usage === undefined ? {} : suspendedUsage(usage, owners.owners, owners.viewOf);
    const isSuspended = Object.keys(suspended).length > 0;
    if (!isSuspended && !known.has(`${month} ${identifier}`)) continue;
    const value: SuspendedUsage = { identifier, month, reasons: suspended };
    await ports.projections.putNewer({
      partition: ratedKeys.suspense(month),
      sort: identifier,
      position: world.position,
      value,
    });
    any ||= isSuspended;
  }
  return any;
}
