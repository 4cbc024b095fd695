import { hash } from 'node:crypto';
import type { Decisions, Objects } from '#shared/commit-log/ports.ts';
import { append, appendUnless, tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { writeContent } from '#shared/commit-log/use-cases/content.ts';
import type { Clock } from '#shared/time/ports.ts';
import type { Queues } from '../ports.ts';
import { fileKeys, type Manifest, type WriteOff } from '../usage-file.ts';
import { overtakesWriteOff } from '../write-off.ts';
import { checkedFile } from './control-totals.ts';
import { readManifest } from './load-usage-chunk.ts';

/** What committing needs of the world. */
export interface CommitPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly queues: Queues;
  readonly clock: Clock;
}

/** A load of a file. */
export interface FileGeneration {
  readonly file: string;
  readonly generation: number;
}

/** What a file's entry says is known by: looked up, never decided by. */
export interface LoadedAt {
  readonly position: number;
}

/**
 * Commits complete files: one entry of the commit log for all of them (more where they are very long), from which on their usage counts. Their control totals are checked
 * first: what the chunks committed must be what mediation read. A file committed twice counts once (the first load does). A write-off has an
 * entry of its own, and none when what it was made on has changed since.
 * @throws Error when a file is not complete or its totals differ: nothing is committed then.
 */
export async function commitFiles(ports: CommitPorts, files: readonly FileGeneration[]): Promise<void> {
  const manifests: Manifest[] = [];
  for (const each of distinct(files)) {
    const loaded = await ports.decisions.get<LoadedAt>(fileKeys.loaded(each.file, each.generation));
    const manifest = await readManifest(ports, each.file, each.generation);
    if (loaded !== undefined) await sendToRating(ports.queues, [manifest], loaded.position);
    else if (manifest.writeOff !== null) await commitWriteOff(ports, manifest, manifest.writeOff);
    else manifests.push(manifest);
  }
  for (const some of inEntries(manifests)) await commitTogether(ports, some);
}

/** Chunks whose attempts one entry names: it stays well below what an item of the log may hold. */
const CHUNKS_AN_ENTRY = 10_000;

/** Files for one entry each, in their order; a file is never cut. */
export function inEntries(manifests: readonly Manifest[]): Manifest[][] {
  const entries: Manifest[][] = [];
  let room = 0;
  for (const manifest of manifests) {
    const { length } = manifest.chunks;
    if (entries.length === 0 || length > room) {
      entries.push([]);
      room = CHUNKS_AN_ENTRY;
    }
    entries.at(-1)?.push(manifest);
    room -= length;
  }
  return entries;
}

async function commitTogether(ports: CommitPorts, manifests: readonly Manifest[]): Promise<void> {
  const body = await entryOf(ports, manifests);
  const after = await tail(ports.decisions, 0);
  const id = hash('sha256', JSON.stringify(body)).slice(0, 32);
  const position = await append(ports.decisions, { id, at: ports.clock.now(), by: 'commit-files', body }, after);
  await noteLoaded(ports, manifests, position);
}

/** Commits a write-off on condition that all of it is still suspended where its entry stands. */
async function commitWriteOff(ports: CommitPorts, manifest: Manifest, writeOff: WriteOff): Promise<void> {
  const { file, generation } = manifest;
  const body = await entryOf(ports, [manifest]);
  const entry = { id: `write off ${file} ${generation}`, at: ports.clock.now(), by: writeOff.by, body };
  const overtakes = overtakesWriteOff.bind(undefined, writeOff);
  const { outcome, position } = await appendUnless(ports.decisions, entry, writeOff.asOf, overtakes);
  if (outcome === 'appended') return noteLoaded(ports, [manifest], position);
  await ports.decisions.putIfAbsent<LoadedAt>(fileKeys.overtaken(file, generation), { position });
}

async function entryOf(ports: CommitPorts, manifests: readonly Manifest[]) {
  const files = [];
  for (const manifest of manifests) files.push(await checkedFile(ports.decisions, manifest));
  const manifest = await writeContent(ports.objects, 'loads', { files: manifests.map(({ chunks: _, ...of }) => of) });
  return { kind: 'files loaded', files, manifest } as const;
}

async function noteLoaded(ports: CommitPorts, manifests: readonly Manifest[], position: number): Promise<void> {
  for (const { file, generation } of manifests) {
    await ports.decisions.putIfAbsent<LoadedAt>(fileKeys.loaded(file, generation), { position });
  }
  await sendToRating(ports.queues, manifests, position);
}

async function sendToRating(queues: Queues, manifests: readonly Manifest[], position: number): Promise<void> {
  const messages = manifests.flatMap(({ file, generation, chunks }) =>
    chunks.map((_, chunk) => ({ queue: 'rating', position, file, generation, chunk }) as const),
  );
  await queues.send(messages);
}

function distinct(files: readonly FileGeneration[]): FileGeneration[] {
  return [...new Map(files.map((each) => [`${each.file}#${each.generation}`, each])).values()];
}
