import type { FilesLoaded, Position } from '#shared/commit-log/entry.ts';
import type { Decisions, Objects } from '#shared/commit-log/ports.ts';
import { writeContent } from '#shared/commit-log/use-cases/content.ts';
import type { Clock } from '#shared/time/ports.ts';
import type { Queues } from '../ports.ts';
import { fileKeys, type LoadedAt, type Manifest } from '../usage-file.ts';
import { checkedFile } from './control-totals.ts';

/** What committing needs of the world. */
export interface CommitPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly queues: Queues;
  readonly clock: Clock;
}

/** A file that is to count from an entry on, and what (null = nothing) counts no more from there. */
export interface Load {
  readonly manifest: Manifest;
  readonly replaced: Manifest | null;
}

/** Octets of attempts an entry names itself; more are listed in an object. */
export const ATTEMPT_BYTES_MAX = 200_000;

/** Octets the attempts of a file take in an entry, as JSON. */
export function attemptBytes({ chunks }: Manifest): number {
  return chunks.length * ATTEMPT_BYTES;
}

/** Sixteen digits, quotes, a comma. */
const ATTEMPT_BYTES = 19;

/** The entry that makes files count. @throws Error when one is not complete or its totals differ. */
export async function entryOf(ports: CommitPorts, loads: readonly Load[]): Promise<FilesLoaded> {
  const files = [];
  for (const { manifest, replaced } of loads) {
    const file = await checkedFile(ports.decisions, manifest, replaced);
    const isLong = attemptBytes(manifest) > ATTEMPT_BYTES_MAX;
    files.push(isLong ? { ...file, attempts: await writeContent(ports.objects, 'loads', file.attempts) } : file);
  }
  const summaries = loads.map(({ manifest: { chunks: _, ...of } }) => of);
  const manifest = await writeContent(ports.objects, 'loads', { files: summaries });
  return { kind: 'files loaded', files, manifest };
}

/** Notes at which position a file counts, and has rated what that touched. */
export async function noteLoaded(ports: CommitPorts, load: Load, position: Position): Promise<void> {
  const { file, generation } = load.manifest;
  const replaces = load.replaced?.generation ?? 0;
  await ports.decisions.putIfAbsent<LoadedAt>(fileKeys.loaded(file, generation), { position, replaces });
  await sendToRating(ports.queues, load, position);
}

/** Has rated what is loaded, and what it replaces: the usage of that counts no more. */
export async function sendToRating(queues: Queues, { manifest, replaced }: Load, position: Position): Promise<void> {
  const messages = [manifest, ...(replaced === null ? [] : [replaced])].flatMap(({ file, generation, chunks }) =>
    chunks.map((_, chunk) => ({ queue: 'rating', position, file, generation, chunk }) as const),
  );
  await queues.send(messages);
}
