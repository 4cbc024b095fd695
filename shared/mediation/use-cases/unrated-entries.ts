import { type Entry, type Position, padded } from '#shared/commit-log/entry.ts';
import {
  type DecisionKey,
  type Decisions,
  type Objects,
  type Projections,
  withPrefix,
} from '#shared/commit-log/ports.ts';
import { readEntries } from '#shared/commit-log/use-cases/commit-log.ts';
import type { Queues, RateUsage } from '../ports.ts';
import type { FileGeneration } from '../usage-file.ts';
import { readManifest } from './load-usage-chunk.ts';

/** What finding unrated entries needs of the world. */
export interface UnratedPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly projections: Projections;
  readonly queues: Queues;
}

/** Up to where every entry of inventory, catalogue, back-outs and replays is rated. */
const RATED: DecisionKey = { partition: 'projector', sort: 'rated' };

/** Where rating notes that it has rated a chunk, and at which position. */
export function ratedChunkKey(file: string, generation: number, chunk: number): DecisionKey {
  return { partition: `rated-chunks#${file}#${generation}`, sort: `${chunk}` };
}

/** Where rating notes that it has rated what an entry of inventory or catalogue touched. */
export function ratedEntryKey(position: Position): DecisionKey {
  return { partition: 'rated-entries', sort: padded(position, 12) };
}

/** Up to which position nothing but usage files may be left to rate. */
export async function ratedPosition(projections: Projections): Promise<Position> {
  return (await projections.get(RATED))?.position ?? 0;
}

/**
 * Sends what entries of inventory, catalogue, back-outs and replays touched to rating, until rating has noted that it is done: whoever projects an
 * entry, and whatever message is lost, its usage is rated. Answers how many messages were sent.
 */
export async function sendUnrated(ports: UnratedPorts, upTo: Position): Promise<number> {
  const since = await ratedPosition(ports.projections);
  const left: RateUsage[] = [];
  for (const entry of await readEntries(ports.decisions, since, upTo)) left.push(...(await unratedOf(ports, entry)));
  const settled = left[0] === undefined ? upTo : left[0].position - 1;
  if (settled > since) await ports.projections.putNewer({ ...RATED, position: settled, value: {} });
  await ports.queues.send(left);
  return left.length;
}

async function unratedOf(ports: UnratedPorts, { position, body }: Entry): Promise<RateUsage[]> {
  if (body.kind === 'facts recorded' || body.kind === 'catalog released') {
    const isRated = (await ports.projections.get(ratedEntryKey(position))) !== undefined;
    return isRated ? [] : [{ queue: 'rating', position, file: '', generation: 0, chunk: -1 }];
  }
  const ended: FileGeneration[] = [];
  if (body.kind === 'file backed out') ended.push(body);
  if (body.kind === 'files loaded') {
    for (const { file, replaces } of body.files) if (replaces > 0) ended.push({ file, generation: replaces });
  }
  const left: RateUsage[] = [];
  for (const each of ended) left.push(...(await unratedChunks(ports, each, position)));
  return left;
}

/** Chunks of a load that counts no more since a position, and have not been rated since. */
async function unratedChunks(
  ports: UnratedPorts,
  { file, generation }: FileGeneration,
  position: Position,
): Promise<RateUsage[]> {
  const { chunks } = await readManifest(ports, file, generation);
  const rows = await ports.projections.query(ratedChunkKey(file, generation, 0).partition, withPrefix(''));
  const rated = new Set(rows.filter((row) => row.position >= position).map((row) => row.sort));
  return chunks.flatMap((_, chunk) =>
    rated.has(`${chunk}`) ? [] : [{ queue: 'rating', position, file, generation, chunk } as const],
  );
}
