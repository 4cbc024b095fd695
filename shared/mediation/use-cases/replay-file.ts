import type { SourceDefinition } from '#shared/catalog/source.ts';
import type { Decisions, Objects } from '#shared/commit-log/ports.ts';
import type { Clock } from '#shared/time/ports.ts';
import type { DecoderSettings } from '../decoder.ts';
import { readsFile } from '../file-name.ts';
import { type Generation, sinceLastDrop, standingOf } from '../generation.ts';
import type { Queues } from '../ports.ts';
import { type Claim, type FileGeneration, fileKeys, readIncomingKey } from '../usage-file.ts';
import { readGenerations } from './file-status.ts';

/** What replaying needs of the world. */
export interface ReplayPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly queues: Queues;
  readonly clock: Clock;
  readonly settings: DecoderSettings;
}

/** A decision to read a file anew. */
export interface ReplayBegun extends FileGeneration {
  readonly by: string;
}

/** A replay on its way, to be followed by file and generation; or why there is none. */
export type ReplayResult =
  | ({ readonly outcome: 'begun' } & FileGeneration)
  | { readonly outcome: 'refused'; readonly reason: string };

/**
 * Reads a file anew, under the source definition that counts now (one of `sources`): its bytes, pinned by the claim of its last drop, become
 * the next generation, which takes the place of the one that counts when it is complete. What never counted (quarantined, say) simply loads.
 * Until then, and if the new reading is quarantined, everything stays as it is. A replay that is under way under the same definition is joined.
 */
export async function replayFile(
  ports: ReplayPorts,
  sources: readonly SourceDefinition[],
  file: string,
  by: string,
): Promise<ReplayResult> {
  for (;;) {
    const generations = await readGenerations(ports.decisions, file);
    const base = baseOf(file, generations);
    if (typeof base === 'string') return { outcome: 'refused', reason: base };
    const { key, versionId, carrier, storedAt } = base.claim;
    const source = sourceFor(sources, base.claim);
    if (source === undefined) return { outcome: 'refused', reason: `the catalogue has no source for ${key}` };
    if ((await ports.objects.describe('incoming', key, versionId)) === undefined)
      return { outcome: 'refused', reason: `${key} is no longer in the incoming store` };
    const replays = base.generation;
    const claim: Claim = { key, versionId, carrier, storedAt, source, settings: ports.settings, replays };
    const joined = generations.find((each) => isPending(each) && isSameReading(each.claim, claim));
    const generation = joined?.generation ?? generations.length + 1;
    if (joined === undefined) {
      const begun: ReplayBegun = { file, generation, by };
      await ports.decisions.putIfAbsent(fileKeys.replay(ports.clock.now(), file, generation), begun);
      const put = await ports.decisions.putIfAbsent(fileKeys.claim(file, generation), claim);
      if (!put.won && !isSameReading(put.value, claim)) continue;
    }
    await ports.queues.send([{ queue: 'inbox', file, generation, range: -1 }]);
    return { outcome: 'begun', file, generation };
  }
}

/** The definition that counts now for what was claimed. */
export function sourceFor(sources: readonly SourceDefinition[], claim: Claim): SourceDefinition | undefined {
  const named = readIncomingKey(claim.key);
  return named && sources.find((each) => readsFile(each, named));
}

type Claimed = Generation & { readonly claim: Claim };

/** The load that is to be read anew: the one that counts, or the last that came to nothing; or why there is none. */
function baseOf(file: string, generations: readonly Generation[]): Claimed | string {
  if (generations.length === 0) return `there is no usage file ${file}`;
  const lately = sinceLastDrop(generations).filter((each): each is Claimed => each.claim !== null);
  const [dropped] = lately;
  if (dropped === undefined) return `usage file ${file} is a write-off, which is not read`;
  const backedOut = lately.find(({ state }) => state === 'backed out');
  if (backedOut)
    return `usage file ${file} was backed out at position ${backedOut.endedAt}; drop it again to have it read`;
  if (isPending(dropped))
    return `usage file ${file} is still being read for the first time; replay it when that is done`;
  return standingOf(lately.filter((each) => !isPending(each))) ?? dropped;
}

function isPending({ state }: Generation): boolean {
  return state === 'mediating' || state === 'loading';
}

/** Whether two claims read the same bytes in the same way. */
function isSameReading(a: Claim | null, b: Claim): boolean {
  const readingOf = ({ key, versionId, source, settings }: Claim) => JSON.stringify([key, versionId, source, settings]);
  return a !== null && a.replays > 0 && readingOf(a) === readingOf(b);
}
