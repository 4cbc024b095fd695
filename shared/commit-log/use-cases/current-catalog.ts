import type { Catalog } from '#shared/catalog/catalog.ts';
import type { Instant } from '#shared/time/local-date.ts';
import type { Position } from '../entry.ts';
import { readEntries, tail } from './commit-log.ts';
import { catalogOf, type WorldPorts, worldAt } from './world.ts';

/** The release that counts, and how it came to. */
export interface CurrentCatalog {
  readonly position: Position;
  readonly sha256: string;
  readonly releasedAt: Instant;
  readonly releasedBy: string;
  readonly catalog: Catalog;
}

/** The catalogue that counts now. @throws Error when none was released. */
export async function currentCatalog(ports: WorldPorts): Promise<CurrentCatalog> {
  const world = await worldAt(ports, await tail(ports.decisions, 0), () => false);
  const { catalog, release } = await catalogOf(ports, world);
  const position = world.catalog?.position ?? 0;
  const [entry] = await readEntries(ports.decisions, position - 1, position);
  return { position, sha256: release.sha256, releasedAt: entry?.at ?? 0, releasedBy: entry?.by ?? '', catalog };
}
