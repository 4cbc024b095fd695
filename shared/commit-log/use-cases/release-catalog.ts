import type { Catalog } from '#shared/catalog/catalog.ts';
import type { Clock } from '#shared/time/ports.ts';
import type { Position } from '../entry.ts';
import type { Decisions, Objects } from '../ports.ts';
import { append, tail } from './commit-log.ts';
import { writeContent } from './content.ts';
import { type NumberingProblem, numberingProblems } from './issued-series.ts';
import type { EntryQueue } from './record-facts.ts';
import { worldAt } from './world.ts';

/** What releasing needs of the world. */
export interface ReleasePorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly clock: Clock;
  readonly entryQueue: EntryQueue;
}

/** Where a release stands, and the hash it is known by; or why it is refused. */
export type ReleaseResult =
  | { readonly outcome: 'released' | 'unchanged'; readonly position: Position; readonly sha256: string }
  | { readonly outcome: 'refused'; readonly problems: readonly NumberingProblem[] };

/**
 * Releases a catalogue: it counts from its entry on. The catalogue that counts already is not released again. Releases that stood before stay,
 * and documents posted by them name them. Refused is one by which a number could be given that a document has.
 */
export async function releaseCatalog(ports: ReleasePorts, catalog: Catalog, by: string): Promise<ReleaseResult> {
  const content = await writeContent(ports.objects, 'catalog', catalog);
  const after = await tail(ports.decisions, 0);
  const current = (await worldAt(ports, after, () => false)).catalog;
  if (current?.catalog.sha256 === content.sha256)
    return { outcome: 'unchanged', position: current.position, sha256: content.sha256 };
  const problems = await numberingProblems(ports.decisions, catalog);
  if (problems.length > 0) return { outcome: 'refused', problems };
  const at = ports.clock.now();
  const body = { kind: 'catalog released', catalog: content } as const;
  const position = await append(
    ports.decisions,
    { id: `catalog ${content.sha256} after ${after}`, at, by, body },
    after,
  );
  await ports.entryQueue.send(position);
  return { outcome: 'released', position, sha256: content.sha256 };
}
