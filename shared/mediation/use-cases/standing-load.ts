import type { Entry, LoadedFile, Position } from '#shared/commit-log/entry.ts';
import type { Decisions, Objects } from '#shared/commit-log/ports.ts';
import { readEntries } from '#shared/commit-log/use-cases/commit-log.ts';
import { ALL_MONTHS, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { generationKey, readGenerationKey, type WorldState } from '#shared/commit-log/visibility.ts';
import { sinceLastDrop } from '../generation.ts';
import { readGenerations } from './file-status.ts';

/** Which load of a file counts at a position. */
export interface StandingLoad {
  /** 0 = none. */
  readonly generation: number;
  /** Position it was loaded at; 0 = none. */
  readonly position: Position;
  /** The generation whose place it took, 0 = none. */
  readonly replaces: number;
  /** When none counts: which was backed out of those since the content was last dropped, and where; 0 = none was. */
  readonly backedOut: number;
  readonly backedOutAt: Position;
}

const NONE: StandingLoad = { generation: 0, position: 0, replaces: 0, backedOut: 0, backedOutAt: 0 };

/** Finds which load of a file counts at a position: from the log; of a load without usage, which the log need not tell, from what was noted. */
export async function standingAt(
  ports: { readonly decisions: Decisions; readonly objects: Objects },
  file: string,
  position: Position,
): Promise<StandingLoad> {
  const world = await worldAt(ports, position, ALL_MONTHS);
  const visible = visibleLoad(world, file);
  if (visible !== undefined) {
    const [entry] = await readEntries(ports.decisions, visible.position - 1, visible.position);
    const load = loadsIn(entry).find((each) => each.file === file && each.generation === visible.generation);
    return { ...NONE, ...visible, replaces: load?.replaces ?? 0 };
  }
  const lately = sinceLastDrop(await readGenerations(ports.decisions, file));
  for (const { generation, state, endedAt } of lately.toReversed()) {
    const ended = world.ended[generationKey(file, generation)] ?? (state === 'backed out' ? endedAt : 0);
    if (ended > 0) return { ...NONE, backedOut: generation, backedOutAt: ended };
  }
  const noted = lately.find(({ state }) => state === 'loaded');
  return noted === undefined ? NONE : { ...NONE, generation: noted.generation, position: noted.loadedAt };
}

function visibleLoad(world: WorldState, file: string): { generation: number; position: Position } | undefined {
  for (const files of Object.values(world.months)) {
    for (const [key, { position }] of Object.entries(files)) {
      const load = readGenerationKey(key);
      if (load.file === file) return { generation: load.generation, position };
    }
  }
  return undefined;
}

function loadsIn(entry: Entry | undefined): readonly LoadedFile[] {
  return entry?.body.kind === 'files loaded' ? entry.body.files : [];
}

/** Whether an entry may change which load of a file counts. */
export function concerns(entry: Entry, file: string): boolean {
  const { body } = entry;
  return (body.kind === 'file backed out' && body.file === file) || loadsIn(entry).some((each) => each.file === file);
}
