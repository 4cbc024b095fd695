import type { Position } from '#shared/commit-log/entry.ts';
import { appendUnless, tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { type EndedAt, fileKeys, type Manifest, type WriteOff } from '../usage-file.ts';
import { overtakesWriteOff } from '../write-off.ts';
import { type CommitPorts, entryOf, noteLoaded } from './commit-load.ts';
import { readManifest } from './load-usage-chunk.ts';
import { concerns, standingAt } from './standing-load.ts';

/** Commits a write-off on condition that all of it is still suspended where its entry stands; else it never counts. */
export async function commitWriteOff(ports: CommitPorts, manifest: Manifest, writeOff: WriteOff): Promise<void> {
  const { file, generation } = manifest;
  const load = { manifest, replaced: null };
  const body = await entryOf(ports, [load]);
  const entry = { id: `write off ${file} ${generation}`, at: ports.clock.now(), by: writeOff.by, body };
  const overtakes = overtakesWriteOff.bind(undefined, writeOff);
  const { outcome, position } = await appendUnless(ports.decisions, entry, writeOff.asOf, overtakes);
  if (outcome === 'appended') await noteLoaded(ports, load, position);
  else await noteOvertaken(ports, manifest, position);
}

/**
 * Commits a replay: in one entry it takes the place of whichever generation of its content counts there, or counts by itself when none ever did.
 * It never counts when its content was backed out meanwhile, or a later generation counts already.
 */
export async function commitReplay(ports: CommitPorts, manifest: Manifest): Promise<void> {
  const { file, generation } = manifest;
  for (;;) {
    const after = await tail(ports.decisions, 0);
    const standing = await standingAt(ports, file, after);
    if (standing.backedOutAt > 0 || standing.generation > generation)
      return noteOvertaken(ports, manifest, standing.backedOutAt || standing.position);
    const isOwn = standing.generation === generation;
    const replaces = isOwn ? standing.replaces : standing.generation;
    const load = { manifest, replaced: replaces === 0 ? null : await readManifest(ports, file, replaces) };
    if (isOwn) return noteLoaded(ports, load, standing.position);
    const body = await entryOf(ports, [load]);
    const entry = { id: `replay ${file} ${generation}`, at: ports.clock.now(), by: 'commit-files', body };
    const { outcome, position } = await appendUnless(ports.decisions, entry, after, (met) => concerns(met, file));
    if (outcome === 'appended') return noteLoaded(ports, load, position);
  }
}

async function noteOvertaken({ decisions }: CommitPorts, manifest: Manifest, position: Position): Promise<void> {
  await decisions.putIfAbsent<EndedAt>(fileKeys.overtaken(manifest.file, manifest.generation), { position });
}
