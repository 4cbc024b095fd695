import type { Catalog } from '#shared/catalog/catalog.ts';
import {
  type ContentReference,
  type Entry,
  type LoadedFile,
  POSITIONS_A_PARTITION,
  type Position,
  padded,
} from '../entry.ts';
import type { Decisions, Objects } from '../ports.ts';
import { EMPTY_WORLD, type VisibleFile, type WorldState, worldAfter } from '../visibility.ts';
import { readEntries } from './commit-log.ts';
import { readContent, writeContent } from './content.ts';

/** What reading the world needs. */
export interface WorldPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
}

/** Which UTC months a reader asks for. */
export type MonthFilter = (month: string) => boolean;

/** Every month. */
export const ALL_MONTHS: MonthFilter = () => true;

/** A checkpoint: the world at its position, each month in an object of its own, so that a reader takes only those it asks for. */
type Checkpoint = Omit<WorldState, 'months'> & { readonly months: Readonly<Record<string, ContentReference>> };

/** The world at W, of the months asked for: the last checkpoint at or before W, and the entries that follow. */
export async function worldAt(ports: WorldPorts, position: Position, months: MonthFilter): Promise<WorldState> {
  const checkpoint = Math.floor(position / POSITIONS_A_PARTITION) * POSITIONS_A_PARTITION;
  const known = await readCheckpoint(ports.objects, checkpoint, months);
  return worldAfter(known, await entriesOf(ports, known.position, position));
}

/** The entries behind a position up to another, with the attempts they only name the object of. */
async function entriesOf({ decisions, objects }: WorldPorts, after: Position, until: Position): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const entry of await readEntries(decisions, after, until)) {
    const { body } = entry;
    if (body.kind !== 'files loaded') {
      entries.push(entry);
      continue;
    }
    const files: LoadedFile[] = [];
    for (const file of body.files) {
      const { attempts } = file;
      files.push(
        'sha256' in attempts ? { ...file, attempts: (await readContent(objects, attempts)) as string[] } : file,
      );
    }
    entries.push({ ...entry, body: { ...body, files } });
  }
  return entries;
}

/** The checkpoint at or nearest before a position; when the newest is not written yet, an earlier one does as well. */
async function readCheckpoint(objects: Objects, position: Position, wanted: MonthFilter): Promise<WorldState> {
  for (let at = position; at > 0; at -= POSITIONS_A_PARTITION) {
    const body = await objects.get('work', checkpointKey(at));
    if (body === undefined) continue;
    const checkpoint = JSON.parse(new TextDecoder().decode(body)) as Checkpoint;
    const months: Record<string, Readonly<Record<string, VisibleFile>>> = {};
    for (const [month, reference] of Object.entries(checkpoint.months)) {
      if (wanted(month)) months[month] = (await readContent(objects, reference)) as Record<string, VisibleFile>;
    }
    return { ...checkpoint, months };
  }
  return EMPTY_WORLD;
}

/** Writes every checkpoint up to the tail that is not there yet. Anyone may, any number of times: each follows from the log alone. */
export async function writeCheckpoints(ports: WorldPorts, tail: Position): Promise<number> {
  const { objects } = ports;
  const last = Math.floor(tail / POSITIONS_A_PARTITION) * POSITIONS_A_PARTITION;
  if (last === 0 || (await objects.get('work', checkpointKey(last))) !== undefined) return 0;
  let written = 0;
  let world = await readCheckpoint(objects, last - POSITIONS_A_PARTITION, ALL_MONTHS);
  while (world.position < last) {
    const next = (Math.floor(world.position / POSITIONS_A_PARTITION) + 1) * POSITIONS_A_PARTITION;
    world = worldAfter(world, await entriesOf(ports, world.position, next));
    await writeCheckpoint(objects, world);
    written++;
  }
  return written;
}

async function writeCheckpoint(objects: Objects, world: WorldState): Promise<void> {
  const months: Record<string, ContentReference> = {};
  for (const [month, files] of Object.entries(world.months)) {
    months[month] = await writeContent(objects, `checkpoints/months/${month}`, files);
  }
  const checkpoint: Checkpoint = { ...world, months };
  await objects.putIfAbsent('work', checkpointKey(world.position), JSON.stringify(checkpoint), 'application/json');
}

function checkpointKey(position: Position): string {
  return `checkpoints/${padded(position, 12)}.json`;
}

/** The catalogue that counts at W. @throws Error when none was released by then. */
export async function catalogOf(
  ports: WorldPorts,
  world: WorldState,
): Promise<{ catalog: Catalog; release: ContentReference }> {
  if (world.catalog === null)
    throw new Error('no catalogue has been released; release one with `billing catalog release DIRECTORY`');
  const release = world.catalog.catalog;
  const catalog = (await readContent(ports.objects, release)) as Catalog;
  return { catalog, release };
}
