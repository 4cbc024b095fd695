import type { Position } from '#shared/commit-log/entry.ts';
import { type ProjectionRow, type Projections, withPrefix } from '#shared/commit-log/ports.ts';
import type { WorldState } from '#shared/commit-log/visibility.ts';
import { suspendedUsage } from '#shared/rating/classify-usage.ts';
import { usageReader } from '#shared/rating/use-cases/read-usage.ts';
import type { UsageStore } from '#shared/usage/ports.ts';
import { ratedKeys, type SuspendedUsage } from '../../rated-rows.ts';
import type { IdentifierOwners } from './owner-views.ts';
import type { RatedStamp } from './rating-ports.ts';

/** A row of suspended usage. */
export type SuspenseRow = ProjectionRow<SuspendedUsage>;

/** Notes what of an identifier's usage is suspended, month by month; answers the rows, none where nothing is. */
export async function noteSuspense(
  ports: { readonly projections: Projections; readonly usage: UsageStore },
  world: WorldState,
  identifier: string,
  months: readonly string[],
  owners: IdentifierOwners,
): Promise<SuspenseRow[]> {
  const read = usageReader(ports.usage, world);
  const noted: SuspenseRow[] = [];
  for (const month of months) {
    const usage = (await read([identifier], month, month))().get(identifier);
    const reasons = usage === undefined ? {} : suspendedUsage(usage, owners.owners, owners.viewOf);
    if (Object.keys(reasons).length === 0) continue;
    const row = rowOf(identifier, month, world.position, reasons);
    await ports.projections.putNewer(row);
    noted.push(row);
  }
  return noted;
}

/**
 * Takes back of the rows that were noted those that somebody has overtaken who rated on a later position: it found nothing suspended, or its row would
 * stand. To be called before one's own notes that the identifiers are rated are put: whoever overtakes later finds the row itself.
 */
export async function takeBackOvertaken(projections: Projections, noted: readonly SuspenseRow[]): Promise<void> {
  for (const { partition, sort, position, value } of noted) {
    const stamps = await projections.query(ratedKeys.identifier(value.identifier), withPrefix(''));
    const later = stamps.find((stamp) => stamp.sort === value.month)?.position ?? position;
    if (later <= position) continue;
    const there = await projections.get<SuspendedUsage>({ partition, sort });
    if (there?.position === position) await projections.putNewer(rowOf(value.identifier, value.month, later, {}));
  }
}

/**
 * Takes back the rows of identifiers that have nothing suspended any more: those older than the notes that say they were rated since. To be called
 * once these are put, also by who finds them put: whoever did that may have died before.
 */
export async function takeBackEnded(projections: Projections, stamps: readonly RatedStamp[]): Promise<void> {
  for (const [month, of] of Map.groupBy(stamps, ({ sort }) => sort)) {
    const rated = new Map(of.map(({ value, position }) => [value.identifier, position]));
    for (const row of await projections.query<SuspendedUsage>(ratedKeys.suspense(month), withPrefix(''))) {
      const { identifier, reasons } = row.value;
      const position = rated.get(identifier) ?? 0;
      if (row.position < position && Object.keys(reasons).length > 0)
        await projections.putNewer(rowOf(identifier, month, position, {}));
    }
  }
}

function rowOf(identifier: string, month: string, position: Position, reasons: SuspendedUsage['reasons']): SuspenseRow {
  return { partition: ratedKeys.suspense(month), sort: identifier, position, value: { identifier, month, reasons } };
}
