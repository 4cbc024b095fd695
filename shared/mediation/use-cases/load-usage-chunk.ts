import { hash } from 'node:crypto';
import type { Decisions, Objects } from '#shared/commit-log/ports.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import { startOfDay } from '#shared/time/local-date.ts';
import { monthsLater } from '#shared/time/period.ts';
import type { UsageStore } from '#shared/usage/ports.ts';
import { readItems } from '../items-object.ts';
import type { Queues } from '../ports.ts';
import { type ChunkCommit, fileKeys, filePartition, type Manifest, type ManifestSummary } from '../usage-file.ts';

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
 * finds the chunk committed.
 */
export async function loadUsageChunk(ports: LoadPorts, file: string, generation: number, chunk: number): Promise<void> {
  const key = fileKeys.chunk(file, generation, chunk);
  const manifest = await readManifest(ports, file, generation);
  if ((await ports.decisions.get(key)) === undefined) {
    const cut = manifest.chunks[chunk];
    if (cut === undefined) throw new Error(`usage file ${file} generation ${generation} has no chunk ${chunk}`);
    await writeUsage(ports, manifest, chunk);
    await ports.decisions.putIfAbsent<ChunkCommit>(key, { attempt: cut.attempt, totals: cut.totals });
  }
  if (await isComplete(ports.decisions, manifest)) await ports.queues.send([{ queue: 'complete', file, generation }]);
}

async function writeUsage(ports: LoadPorts, manifest: Manifest, chunk: number): Promise<void> {
  const { file, generation } = manifest;
  const cut = manifest.chunks[chunk];
  const body = cut && (await ports.objects.get('work', cut.items.key));
  if (cut === undefined || body === undefined)
    throw new Error(`chunk ${chunk} of usage file ${file} is missing from the work store`);
  if (hash('sha256', body) !== cut.items.sha256)
    throw new Error(`${cut.items.key} is not what was written: its hash differs`);
  const items = readItems(body).map((item) => ({ ...item, file, generation, chunk, attempt: cut.attempt }));
  const byMonth = Map.groupBy(items, (item) => item.month);
  for (const [month, of] of byMonth) await ports.usage.put(of, expiryOf(month, ports.keepMonths));
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
