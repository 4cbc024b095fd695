import type { SourceDefinition } from '#shared/catalog/source.ts';
import { type ContentReference, type Position, padded } from '#shared/commit-log/entry.ts';
import type { DecisionKey } from '#shared/commit-log/ports.ts';
import { type Instant, isoInstant } from '#shared/time/local-date.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';
import type { DecodedFile, DecoderSettings, MonthTotals } from './decoder.ts';

/**
 * What is decided about usage files, each under a key of its own, put once:
 *   arrivals#carrier#day   key#version     which file an object of the incoming store is
 *   file#F                 claim#g         generation g: which bytes, under which source definition
 *   file#F                 range#g#n              what range n of a long text file came to
 *   file#F                 step#g#n               what step n of a long file made, and where the next one goes on
 *   file#F                 manifest#g      what mediation made of it
 *   file#F                 chunk#g#n       chunk n is in the usage store, by this attempt
 *   file#F                 loaded#g        position of its entry, and what it replaced (for looking up; the entry decides)
 *   file#F                 backed-out#g    position of its entry (the same)
 *   file#F                 overtaken#g     position of the entry since which it can never count (the same)
 *   write-offs             time#F#g        a write-off was begun
 *   replays                time#F#g        a replay was begun
 * A file is its content: F is the hash of carrier and bytes, so the same content under any name is the same file. A write-off is a file
 * of our own making: F is the hash of what it writes off, and it has no claim.
 */
export const fileKeys = {
  arrival: (carrier: string, storedAt: Instant, key: string, versionId: string): DecisionKey => ({
    partition: arrivalPartition(carrier, isoInstant(storedAt).slice(0, 10)),
    sort: `${key}#${versionId}`,
  }),
  claim: (file: string, generation: number) => fileKey(file, `claim#${padded(generation, 4)}`),
  range: (file: string, generation: number, range: number) =>
    fileKey(file, `range#${padded(generation, 4)}#${padded(range, 6)}`),
  step: (file: string, generation: number, step: number) =>
    fileKey(file, `step#${padded(generation, 4)}#${padded(step, 6)}`),
  manifest: (file: string, generation: number) => fileKey(file, `manifest#${padded(generation, 4)}`),
  chunk: (file: string, generation: number, chunk: number) =>
    fileKey(file, `chunk#${padded(generation, 4)}#${padded(chunk, 6)}`),
  loaded: (file: string, generation: number) => fileKey(file, `loaded#${padded(generation, 4)}`),
  backedOut: (file: string, generation: number) => fileKey(file, `backed-out#${padded(generation, 4)}`),
  overtaken: (file: string, generation: number) => fileKey(file, `overtaken#${padded(generation, 4)}`),
  writeOff: (at: Instant, file: string, generation: number) => begunKey(WRITE_OFFS, at, file, generation),
  replay: (at: Instant, file: string, generation: number) => begunKey(REPLAYS, at, file, generation),
} as const;

/** Write-offs in the order they were begun. */
export const WRITE_OFFS = 'write-offs';
/** Replays in the order they were begun. */
export const REPLAYS = 'replays';

function begunKey(partition: string, at: Instant, file: string, generation: number): DecisionKey {
  return { partition, sort: `${isoInstant(at)}#${file}#${padded(generation, 4)}` };
}

/** Arrivals of a carrier on a UTC day. */
export function arrivalPartition(carrier: string, day: string): string {
  return `arrivals#${carrier}#${day}`;
}

/** Everything decided about a file. */
export function filePartition(file: string): string {
  return `file#${file}`;
}

function fileKey(file: string, sort: string): DecisionKey {
  return { partition: filePartition(file), sort };
}

/** An object of the incoming store, and which load of which file it is. */
export interface Arrival {
  readonly key: string;
  readonly versionId: string;
  readonly carrier: string;
  readonly bytes: number;
  readonly storedAt: Instant;
  readonly file: string;
  readonly generation: number;
  /** `duplicate`: another object with the same content stands for it, and counts. */
  readonly role: 'first' | 'duplicate';
}

/** A pin, not a lock: whoever finds it goes on with these bytes under this definition. */
export interface Claim {
  readonly key: string;
  readonly versionId: string;
  readonly carrier: string;
  readonly storedAt: Instant;
  readonly source: SourceDefinition;
  readonly settings: DecoderSettings;
  /** The generation it reads anew, to take its place; 0 = none: the carrier dropped it. */
  readonly replays: number;
}

/** A load of a file. */
export interface FileGeneration {
  readonly file: string;
  readonly generation: number;
}

/** What the entry of a load says is known by: looked up, never decided by. */
export interface LoadedAt {
  readonly position: Position;
  /** The generation whose place it took, 0 = none. */
  readonly replaces: number;
}

/** The entry that ended a load, likewise. */
export interface EndedAt {
  readonly position: Position;
}

/** What mediation made of a file. The whole of it lies in the work store. */
export interface ManifestSummary {
  readonly manifest: ContentReference;
  readonly status: DecodedFile['status'];
  readonly chunks: number;
}

/** A chunk as cut: where its items lie, and what they add up to. */
export interface ManifestChunk {
  readonly attempt: string;
  readonly items: ContentReference;
  readonly records: string;
  readonly rejected: string;
  readonly totals: UsageTotals;
  readonly duplicates: UsageTotals;
  readonly rejections: number;
  readonly identifiers: number;
  readonly months: Readonly<Record<string, MonthTotals>>;
}

/** Usage that is never to be charged, and who decided so. */
export interface WriteOff {
  /** UTC month. */
  readonly month: string;
  /** Why it was suspended. */
  readonly reason: string;
  readonly note: string;
  readonly by: string;
  /** Position at which all of it was suspended for that reason. */
  readonly asOf: Position;
  /** Whether any of it is an aggregate or a counter's, which what is loaded later may change. */
  readonly hasStates: boolean;
}

/** A usage file after mediation: every record accounted for, read = accepted + duplicate + rejected. */
export interface Manifest {
  readonly file: string;
  readonly generation: number;
  readonly carrier: string;
  readonly name: string;
  readonly source: string;
  /** null for what a carrier sent. */
  readonly writeOff: WriteOff | null;
  /** The generation it is to take the place of, 0 = none. */
  readonly replays: number;
  readonly outcome: DecodedFile;
  readonly chunks: readonly ManifestChunk[];
}

/** A chunk is in the usage store; the attempt is the one that counts. */
export interface ChunkCommit {
  readonly attempt: string;
  /** Of what is in the store. */
  readonly totals: UsageTotals;
  /** What is not, since the store takes it under no circumstances; null for nearly every chunk. */
  readonly refused: RefusedRecords | null;
}

/** Records of a chunk that were read well and are rejected all the same: no attempt to load them ever works. */
export interface RefusedRecords {
  /** By UTC month. */
  readonly months: Readonly<Record<string, UsageTotals>>;
  readonly totals: UsageTotals;
  /** Where they are listed in the work store, as those are that were rejected when the file was read. */
  readonly rejected: string;
}

/** The UTC months a manifest's chunks touch, in order. */
export function monthsOf(manifest: Manifest): string[] {
  return [...new Set(manifest.chunks.flatMap((chunk) => Object.keys(chunk.months)))].sort();
}

/** Version of the code that packs usage items: part of every attempt, so that new code never writes over what older code wrote. */
export const MEDIATION_VERSION = '1';

/** The carrier and file name in a key of the incoming store, "incoming/<carrier>/<…>/<name>"; nothing when it has another form. */
export function readIncomingKey(key: string): { carrier: string; name: string } | undefined {
  const match = /^incoming\/([A-Za-z0-9][A-Za-z0-9._-]{0,63})\/(?:.*\/)?([^/]+)$/.exec(key);
  return match ? { carrier: match[1] as string, name: match[2] as string } : undefined;
}
