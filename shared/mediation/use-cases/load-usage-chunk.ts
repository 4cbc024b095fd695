import { hash } from 'node:crypto';
import type { Decisions, Objects } from '#shared/commit-log/ports.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import { startOfDay } from '#shared/time/local-date.ts';
import { monthsLater } from '#shared/time/period.ts';
import type { UsageStore } from '#shared/usage/ports.ts';
import { readItems } from '../chunks/items-object.ts';
import type { Queues } from '../ports.ts';
import {
  type ChunkCommit,
  fileKeys,
  filePartition,
  type Manifest,
  type ManifestChunk,
  type ManifestSummary,
} from '../usage-file.ts';
import { loadByRecord, type PutItems } from './load-by-record.ts';

/** What loading needs of the world. `keepMonths` is how long after its month the store keeps usage: back-billing limit and some more. */
export interface LoadPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly usage: UsageStore;
  readonly queues: Queues;
  readonly keepMonths: number;
}

/**
 * Loads a chunk into the usage store and commits it. Writes first, commits last: until the commit, and until the file's entry, nobody sees
 * what was written; a repeat writes the same bytes to the same keys. Whoever commits asks whether the file is complete, and so does whoever
 * finds the chunk committed. A chunk that failed before (`tries` from 1) more than twice is loaded record by record, so that one the store refuses
 * does not hold up its file.
 */
export async function loadUsageChunk(
  ports: LoadPorts,
  file: string,
  generation: number,
  chunk: number,
  tries: number,
): Promise<void> {
  const key = fileKeys.chunk(file, generation, chunk);
  const manifest = await readManifest(ports, file, generation);
  if ((await ports.decisions.get(key)) === undefined) {
    const cut = manifest.chunks[chunk];
    if (cut === undefined) throw new Error(`usage file ${file} generation ${generation} has no chunk ${chunk}`);
    await ports.decisions.putIfAbsent<ChunkCommit>(key, await writeUsage(ports, manifest, chunk, cut, tries));
  }
  if (await isComplete(ports.decisions, manifest)) await ports.queues.send([{ queue: 'complete', file, generation }]);
}

/** Tries of a chunk as a whole. */
const WHOLE_TRIES = 3;

async function writeUsage(
  ports: LoadPorts,
  manifest: Manifest,
  chunk: number,
  { items: { key, sha256 }, attempt, totals }: ManifestChunk,
  tries: number,
): Promise<ChunkCommit> {
  const { file, generation } = manifest;
  const body = await ports.objects.get('work', key);
  if (body === undefined) throw new Error(`chunk ${chunk} of usage file ${file} is missing from the work store`);
  if (hash('sha256', body) !== sha256) throw new Error(`${key} is not what was written: its hash differs`);
  const put: PutItems = async (some, as) => {
    const items = some.map((item) => ({ ...item, file, generation, chunk, attempt: as }));
    const byMonth = Map.groupBy(items, (item) => item.month);
    for (const [month, of] of byMonth) await ports.usage.put(of, expiryOf(month, ports.keepMonths));
  };
  const items = readItems(body);
  if (tries > WHOLE_TRIES) return loadByRecord(ports.objects, manifest, chunk, items, put);
  await put(items, attempt);
  return { attempt, totals, refused: null };
}

/** When usage of a month may be forgotten: so many months after the month has ended. */
function expiryOf(month: string, keepMonths: number): number {
  return startOfDay(monthsLater(`${month}-01`, keepMonths + 1, 1), 'UTC');
}

/** A file's manifest. @throws Error when mediation has not made one. */
export async function readManifest(
  ports: Pick<LoadPorts, 'decisions' | 'objects'>,
  file: string,
  generation: number,
): Promise<Manifest> {
  const summary = await ports.decisions.get<ManifestSummary>(fileKeys.manifest(file, generation));
  if (summary === undefined) throw new Error(`usage file ${file} generation ${generation} has not been mediated`);
  return (await readContent(ports.objects, summary.manifest)) as Manifest;
}

/** Whether every chunk of a file is committed. */
async function isComplete(decisions: Decisions, manifest: Manifest): Promise<boolean> {
  const commits = await chunkCommits(decisions, manifest.file, manifest.generation);
  return commits.length === manifest.chunks.length;
}

/** The commits of a file's chunks, in order of the chunks. */
export async function chunkCommits(decisions: Decisions, file: string, generation: number): Promise<ChunkCommit[]> {
  const prefix = fileKeys.chunk(file, generation, 0).sort.slice(0, -'000000'.length);
  return (await decisions.query<ChunkCommit>(filePartition(file), withPrefix(prefix))).map((commit) => commit.value);
}
