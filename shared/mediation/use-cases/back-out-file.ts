import { append, tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { fileKeys, monthsOf } from '../usage-file.ts';
import type { CommitPorts, LoadedAt } from './commit-files.ts';
import { readManifest } from './load-usage-chunk.ts';

/** What a back-out came to: a refusal says why, in words for the operator. */
export type BackOutResult =
  | { readonly outcome: 'backed out'; readonly position: number }
  | { readonly outcome: 'refused'; readonly reason: string };

/**
 * Takes back a loaded usage file: from the entry on, its usage no longer counts, and the next invoice carries the difference. The same content
 * dropped again is its next generation and counts again.
 */
export async function backOutFile(
  ports: CommitPorts,
  file: string,
  generation: number,
  reason: string,
  by: string,
): Promise<BackOutResult> {
  if ((await ports.decisions.get<LoadedAt>(fileKeys.loaded(file, generation))) === undefined) {
    return {
      outcome: 'refused',
      reason: `usage file ${file} (generation ${generation}) is not loaded; only what counts can be backed out`,
    };
  }
  const before = await ports.decisions.get<LoadedAt>(fileKeys.backedOut(file, generation));
  if (before !== undefined) {
    return {
      outcome: 'refused',
      reason: `usage file ${file} (generation ${generation}) was backed out at position ${before.position} already`,
    };
  }
  const manifest = await readManifest(ports, file, generation);
  const body = { kind: 'file backed out', file, generation, months: monthsOf(manifest), reason } as const;
  const after = await tail(ports.decisions, 0);
  const position = await append(
    ports.decisions,
    { id: `back-out ${file} ${generation}`, at: ports.clock.now(), by, body },
    after,
  );
  await ports.decisions.putIfAbsent<LoadedAt>(fileKeys.backedOut(file, generation), { position });
  const chunks = manifest.chunks.map((_, chunk) => ({ queue: 'rating', position, file, generation, chunk }) as const);
  await ports.queues.send(chunks);
  return { outcome: 'backed out', position };
}
