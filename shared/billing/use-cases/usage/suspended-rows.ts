import type { Decisions, Objects, Projections } from '#shared/commit-log/ports.ts';
import { catalogOf } from '#shared/commit-log/use-cases/world.ts';
import type { WorldState } from '#shared/commit-log/visibility.ts';
import { classifyRecords } from '#shared/rating/classify-usage.ts';
import type { SuspenseReason } from '#shared/rating/match-charge.ts';
import { tracingReader } from '#shared/rating/use-cases/read-usage.ts';
import type { TracedUsage } from '#shared/usage/folded-usage.ts';
import type { UsageStore } from '#shared/usage/ports.ts';
import { ownerLookup } from './owner-views.ts';

/** What finding suspended records needs of the world. */
export interface SuspendedPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly projections: Projections;
  readonly usage: UsageStore;
}

/** Suspended records of an identifier in a UTC month. `usage` is valid until whoever is told of it returns. */
export interface SuspendedRows {
  readonly identifier: string;
  readonly usage: TracedUsage;
  /** Rows of the usage, by reason. */
  readonly rows: ReadonlyMap<SuspenseReason, readonly number[]>;
}

/** Identifiers read at the same time. */
const READ_AT_ONCE = 16;

/**
 * Folds and classifies what some identifiers used in a UTC month, and tells of each that has suspended records, in the order given. The inventory
 * must be projected up to the world's position.
 */
export async function suspendedRows(
  ports: SuspendedPorts,
  world: WorldState,
  month: string,
  identifiers: readonly string[],
  onIdentifier: (suspended: SuspendedRows) => void,
): Promise<void> {
  const { catalog } = await catalogOf(ports, world);
  const lookup = ownerLookup(ports, catalog, { position: world.position, cutOff: Number.MAX_SAFE_INTEGER });
  const read = tracingReader(ports.usage, world);
  for (let at = 0; at < identifiers.length; at += READ_AT_ONCE) {
    const some = identifiers.slice(at, at + READ_AT_ONCE);
    const owners = await Promise.all(some.map((identifier) => lookup.of(identifier)));
    const folded = (await read(some, month, month))();
    for (const [place, identifier] of some.entries()) {
      const usage = folded.get(identifier);
      const owned = owners[place];
      if (usage === undefined || owned === undefined) continue;
      const rows = new Map<SuspenseReason, number[]>();
      for (const { row, verdict } of classifyRecords(usage, owned.owners, owned.viewOf)) {
        if (verdict === 'charge' || verdict === 'free') continue;
        const its = rows.get(verdict);
        if (its === undefined) rows.set(verdict, [row]);
        else its.push(row);
      }
      if (rows.size > 0) onIdentifier({ identifier, usage, rows });
    }
  }
}
