import type { Position } from '#shared/commit-log/entry.ts';
import { appendUnless, tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { type EndedAt, fileKeys, monthsOf } from '../usage-file.ts';
import type { CommitPorts } from './commit-load.ts';
import { readGenerations } from './file-status.ts';
import { readManifest } from './load-usage-chunk.ts';
import { concerns, standingAt } from './standing-load.ts';

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
  for (;;) {
    const after = await tail(ports.decisions, 0);
    const load = (await readGenerations(ports.decisions, file))[generation - 1];
    if (load?.state === 'backed out')
      return refused(file, generation, `was backed out at position ${load.endedAt} already`);
    const standing = await standingAt(ports, file, after);
    if (standing.backedOut === generation) return noteBackedOut(ports, file, generation, standing.backedOutAt);
    if (standing.generation > generation && (load?.loadedAt ?? 0) > 0) {
      const { generation: later, position } = standing;
      return refused(
        file,
        generation,
        `was replaced by generation ${later} at position ${position}; back out that one`,
      );
    }
    if (standing.generation !== generation)
      return refused(file, generation, 'is not loaded; only what counts can be backed out');
    const months = monthsOf(await readManifest(ports, file, generation));
    const body = { kind: 'file backed out', file, generation, months, reason } as const;
    const entry = { id: `back-out ${file} ${generation}`, at: ports.clock.now(), by, body };
    const { outcome, position } = await appendUnless(ports.decisions, entry, after, (met) => concerns(met, file));
    if (outcome === 'appended') return noteBackedOut(ports, file, generation, position);
  }
}

function refused(file: string, generation: number, why: string): BackOutResult {
  return { outcome: 'refused', reason: `usage file ${file} (generation ${generation}) ${why}` };
}

/** Notes where a load was backed out, and has rated what that touched; also when whoever appended the entry died behind it. */
async function noteBackedOut(
  ports: CommitPorts,
  file: string,
  generation: number,
  position: Position,
): Promise<BackOutResult> {
  await ports.decisions.putIfAbsent<EndedAt>(fileKeys.backedOut(file, generation), { position });
  const { chunks } = await readManifest(ports, file, generation);
  await ports.queues.send(chunks.map((_, chunk) => ({ queue: 'rating', position, file, generation, chunk }) as const));
  return { outcome: 'backed out', position };
}
