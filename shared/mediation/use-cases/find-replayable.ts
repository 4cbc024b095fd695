import type { SourceDefinition } from '#shared/catalog/source.ts';
import { type Decisions, withPrefix } from '#shared/commit-log/ports.ts';
import { addDays, type LocalDate } from '#shared/time/local-date.ts';
import { sinceLastDrop, standingOf } from '../generation.ts';
import { type Arrival, arrivalPartition } from '../usage-file.ts';
import { readGenerations } from './file-status.ts';
import { sourceFor } from './replay-file.ts';

/** A file that was read under another definition than the one that counts now. */
export interface ReplayableFile {
  readonly file: string;
  readonly key: string;
}

/**
 * Files that arrived on UTC days `since` to `until`, were read under a definition of that name, and would be read under another now. What was
 * backed out is not among them, nor what is read under the present one already: finding them again after some are replayed finds the others.
 */
export async function findReplayable(
  decisions: Decisions,
  sources: readonly SourceDefinition[],
  name: string,
  since: LocalDate,
  until: LocalDate,
): Promise<ReplayableFile[]> {
  const carriers = new Set(sources.filter((source) => source.name === name).map(({ carrier }) => carrier));
  const found: ReplayableFile[] = [];
  for (const carrier of carriers) {
    for (let day = since; day <= until; day = addDays(day, 1)) {
      const arrivals = await decisions.query<Arrival>(arrivalPartition(carrier, day), withPrefix(''));
      for (const { value } of arrivals) {
        if (value.role === 'first' && (await isReplayable(decisions, sources, name, value.file))) found.push(value);
      }
    }
  }
  return found.map(({ file, key }) => ({ file, key }));
}

async function isReplayable(
  decisions: Decisions,
  sources: readonly SourceDefinition[],
  name: string,
  file: string,
): Promise<boolean> {
  const readings = sinceLastDrop(await readGenerations(decisions, file));
  if (readings.some(({ state }) => state === 'backed out')) return false;
  const latest = readings.findLast(({ state }) => state !== 'overtaken')?.claim;
  if (latest?.source.name !== name) return false;
  const standing = standingOf(readings)?.claim;
  const present = sourceFor(sources, latest);
  const isRead = [latest, standing].some((claim) => JSON.stringify(claim?.source) === JSON.stringify(present));
  return present !== undefined && !isRead;
}
