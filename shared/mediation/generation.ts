import type { Position } from '#shared/commit-log/entry.ts';
import type { Decision } from '#shared/commit-log/ports.ts';
import type { DecodedFile } from './decoder.ts';
import { baseName } from './file-name.ts';
import {
  type ChunkCommit,
  type Claim,
  type EndedAt,
  fileKeys,
  type LoadedAt,
  type ManifestSummary,
  type RefusedRecords,
} from './usage-file.ts';

/**
 * How far a load of a file has come. `notification` and `test` carry nothing that is billed; `replaced`: a later generation of the same content
 * counts instead; `overtaken`: a write-off or replay that never counts, since something came before it could.
 */
export type GenerationState =
  | 'mediating'
  | 'loading'
  | 'loaded'
  | 'backed out'
  | 'replaced'
  | 'overtaken'
  | Exclude<DecodedFile['status'], 'accepted'>;

/** A load of a file, as its decisions tell it. */
export interface Generation {
  readonly generation: number;
  /** null for a write-off, which nobody sent. */
  readonly claim: Claim | null;
  /** null until it is mediated. */
  readonly summary: ManifestSummary | null;
  readonly committedChunks: number;
  /** What of its chunks the usage store would not take. */
  readonly refused: readonly RefusedRecords[];
  readonly state: GenerationState;
  /** Positions of the entries that loaded it, and that backed it out or replaced it; 0 = none. */
  readonly loadedAt: Position;
  readonly endedAt: Position;
}

/** What is decided of a generation, before it is held against the others. */
interface Decided extends Omit<Generation, 'state' | 'endedAt'> {
  readonly replays: number;
  readonly replaces: number;
  readonly backedOutAt: Position;
  readonly isOvertaken: boolean;
}

/** Every load of a file in order, from everything decided about it. */
export function generationsOf(decided: readonly Decision<unknown>[]): Generation[] {
  const all: Decided[] = [];
  for (let next = decidedOf(decided, 1); next !== undefined; next = decidedOf(decided, all.length + 1)) all.push(next);
  return all.map((each) => {
    const { replays: _, replaces: __, backedOutAt, isOvertaken: ___, ...generation } = each;
    const replacement = all.find(({ replaces }) => replaces === each.generation);
    return { ...generation, state: stateOf(each, all), endedAt: backedOutAt || (replacement?.loadedAt ?? 0) };
  });
}

function decidedOf(decided: readonly Decision<unknown>[], generation: number): Decided | undefined {
  const at = <Value>({ sort }: { sort: string }) =>
    decided.find((each) => each.sort === sort)?.value as Value | undefined;
  const claim = at<Claim>(fileKeys.claim('', generation)) ?? null;
  const summary = at<ManifestSummary>(fileKeys.manifest('', generation)) ?? null;
  if (claim === null && summary === null) return undefined;
  const chunkPrefix = fileKeys.chunk('', generation, 0).sort.slice(0, -'000000'.length);
  const commits = decided.filter(({ sort }) => sort.startsWith(chunkPrefix)).map(({ value }) => value as ChunkCommit);
  const loaded = at<LoadedAt>(fileKeys.loaded('', generation));
  return {
    generation,
    claim,
    summary,
    committedChunks: commits.length,
    refused: commits.flatMap(({ refused }) => (refused === null ? [] : [refused])),
    loadedAt: loaded?.position ?? 0,
    replays: claim?.replays ?? 0,
    replaces: loaded?.replaces ?? 0,
    backedOutAt: at<EndedAt>(fileKeys.backedOut('', generation))?.position ?? 0,
    isOvertaken: at<EndedAt>(fileKeys.overtaken('', generation)) !== undefined,
  };
}

function stateOf(each: Decided, all: readonly Decided[]): GenerationState {
  const { generation, summary, loadedAt, backedOutAt } = each;
  if (backedOutAt > 0) return 'backed out';
  if (all.some(({ replaces }) => replaces === generation)) return 'replaced';
  if (loadedAt > 0) return 'loaded';
  if (summary !== null && summary.status !== 'accepted') return summary.status;
  if (each.isOvertaken || isLate(each, all)) return 'overtaken';
  return summary === null ? 'mediating' : 'loading';
}

/** A replay cannot count once what it was to replace is backed out, or a later replay counts. */
function isLate({ generation, replays }: Decided, all: readonly Decided[]): boolean {
  if (replays === 0) return false;
  const dropped = all.findLast((each) => each.generation < generation && each.replays === 0)?.generation ?? 1;
  const ofSameDrop = all.filter((each) => each.generation >= dropped);
  return ofSameDrop.some((each) => each.backedOutAt > 0 || (each.generation > generation && each.loadedAt > 0));
}

/** What tells one load of a file from another. */
type Load = Pick<Generation, 'generation' | 'claim' | 'state'>;

function isDrop({ claim }: Load): boolean {
  return claim === null || claim.replays === 0;
}

/** Of the loads of a file, the one it was dropped as and the replays of that. */
export function readingsOf<Any extends Load>(loads: readonly Any[], dropped: number): readonly Any[] {
  const next = loads.find((load) => load.generation > dropped && isDrop(load))?.generation ?? Number.MAX_SAFE_INTEGER;
  return loads.filter(({ generation }) => dropped <= generation && generation < next);
}

/** The loads since the content was last dropped: that one, and its replays. */
export function sinceLastDrop<Any extends Load>(loads: readonly Any[]): readonly Any[] {
  return readingsOf(loads, loads.findLast(isDrop)?.generation ?? 1);
}

/** Of the readings of a file, the one that says what has become of it: the one that counts, else the last that was not overtaken. */
export function standingOf<Any extends Load>(readings: readonly Any[]): Any | undefined {
  return (
    readings.find(({ state }) => state === 'loaded') ??
    readings.findLast(({ state }) => state !== 'overtaken') ??
    readings.at(-1)
  );
}

/** Whether the same content, dropped again, would be a load of its own: what there was is backed out, and nothing of it may still count. */
export function mayBeDroppedAgain(generations: readonly Generation[]): boolean {
  if (generations.length === 0) return true;
  const states = sinceLastDrop(generations).map(({ state }) => state);
  return states.includes('backed out') && !states.some((state) => MAY_COUNT.includes(state));
}

/**
 * Of content that came under another name: the load that was quarantined and may be read anew under this one, since what is wrong may be the
 * name; undefined when something of it counts or may, or when it was read under that name before.
 */
export function refusedUnderOtherNames(generations: readonly Generation[], name: string): Generation | undefined {
  const lately = sinceLastDrop(generations);
  if (lately.length >= NAMES_TRIED || !lately.every(({ state }) => state === 'quarantined')) return undefined;
  const isKnown = lately.some(({ claim }) => claim !== null && baseName(claim.key) === baseName(name));
  return isKnown ? undefined : lately.at(-1);
}

/** Names the same content is read under, one after the other. */
const NAMES_TRIED = 10;

const MAY_COUNT: readonly GenerationState[] = ['mediating', 'loading', 'loaded'];
