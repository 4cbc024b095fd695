import { hash } from 'node:crypto';
import { append, tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { type FileGeneration, fileKeys, type LoadedAt, type Manifest, monthsOf } from '../usage-file.ts';
import { ATTEMPT_BYTES_MAX, attemptBytes, type CommitPorts, entryOf, noteLoaded, sendToRating } from './commit-load.ts';
import { commitReplay, commitWriteOff } from './commit-on-condition.ts';
import { readManifest } from './load-usage-chunk.ts';

/**
 * Commits complete files: one entry of the commit log for all of them (more where they are very long), from which on their usage counts. Their
 * control totals are checked first: what the chunks committed must be what mediation read. A file committed twice counts once (the first load
 * does). A write-off or a replay has an entry of its own, and none when what it was made on has changed since.
 * @throws Error when a file is not complete or its totals differ: nothing is committed then.
 */
export async function commitFiles(ports: CommitPorts, files: readonly FileGeneration[]): Promise<void> {
  const manifests: Manifest[] = [];
  for (const each of distinct(files)) {
    const loaded = await ports.decisions.get<LoadedAt>(fileKeys.loaded(each.file, each.generation));
    const manifest = await readManifest(ports, each.file, each.generation);
    if (loaded !== undefined) await rateAgain(ports, manifest, loaded);
    else if (manifest.writeOff !== null) await commitWriteOff(ports, manifest, manifest.writeOff);
    else if (manifest.replays > 0) await commitReplay(ports, manifest);
    else manifests.push(manifest);
  }
  for (const some of inEntries(manifests)) await commitTogether(ports, some);
}

async function rateAgain(ports: CommitPorts, manifest: Manifest, { position, replaces }: LoadedAt): Promise<void> {
  const replaced = replaces === 0 ? null : await readManifest(ports, manifest.file, replaces);
  await sendToRating(ports.queues, { manifest, replaced }, position);
}

/** Octets one entry takes of its files, as JSON: it stays well below what the log refuses. */
const ENTRY_BYTES = 250_000;

/** Files for one entry each, in their order; a file is never cut. */
export function inEntries(manifests: readonly Manifest[]): Manifest[][] {
  const entries: Manifest[][] = [];
  let room = 0;
  for (const manifest of manifests) {
    const bytes = bytesOf(manifest);
    if (entries.length === 0 || bytes > room) {
      entries.push([]);
      room = ENTRY_BYTES;
    }
    entries.at(-1)?.push(manifest);
    room -= bytes;
  }
  return entries;
}

/** Octets an entry takes of a file at most: its name, its months, and its attempts or where they are listed. */
function bytesOf(manifest: Manifest): number {
  return FILE_BYTES + monthsOf(manifest).length * MONTH_BYTES + Math.min(attemptBytes(manifest), ATTEMPT_BYTES_MAX);
}

const FILE_BYTES = 400;
const MONTH_BYTES = 10;

async function commitTogether(ports: CommitPorts, manifests: readonly Manifest[]): Promise<void> {
  const loads = manifests.map((manifest) => ({ manifest, replaced: null }));
  const body = await entryOf(ports, loads);
  const after = await tail(ports.decisions, 0);
  const id = hash('sha256', JSON.stringify(body)).slice(0, 32);
  const position = await append(ports.decisions, { id, at: ports.clock.now(), by: 'commit-files', body }, after);
  for (const load of loads) await noteLoaded(ports, load, position);
}

function distinct(files: readonly FileGeneration[]): FileGeneration[] {
  return [...new Map(files.map((each) => [`${each.file}#${each.generation}`, each])).values()];
}
