import type { Instant } from '#shared/time/local-date.ts';
import type { DecisionKey } from './ports.ts';

/** Place in the commit log, from 1, gapless. A fact counts from the moment an entry for it stands there; W names a state of the world. */
export type Position = number;

/** An entry of the commit log. `id` is what it is known by when its writer asks again after a lost answer. */
export interface Entry {
  readonly position: Position;
  readonly id: string;
  /** When it was written, for people; nothing is computed from it. */
  readonly at: Instant;
  /** Who or what wrote it. */
  readonly by: string;
  readonly body: EntryBody;
}

/** What an entry makes true. */
export type EntryBody = CatalogReleased | FactsRecorded | FilesLoaded | FileBackedOut | RunPosted | PaymentsRecorded;

/** An object of the work store, by content. */
export interface ContentReference {
  readonly key: string;
  readonly sha256: string;
}

/** A catalogue counts from here on, until the next release. */
export interface CatalogReleased {
  readonly kind: 'catalog released';
  readonly catalog: ContentReference;
}

/** Inventory facts, in parts; an import of any size is one entry, seen whole or not at all. */
export interface FactsRecorded {
  readonly kind: 'facts recorded';
  readonly parts: readonly ContentReference[];
  readonly count: number;
  /** The earliest instant any of the facts holds from: nothing before it is touched by this entry. */
  readonly earliest: Instant;
  /** They are first uses, all of them, as rating found them; absent = they are what people said. */
  readonly firstUses?: true;
}

/** One load of a usage file: what of the usage store it makes visible. */
export interface LoadedFile {
  readonly file: string;
  readonly generation: number;
  /** The generation that counts no more since this one does, 0 = none. */
  readonly replaces: number;
  /** UTC months it touches: those of its usage, and of what it replaces. */
  readonly months: readonly string[];
  /** The winning attempt of each chunk, by its number; of a file of very many chunks the object that lists them. */
  readonly attempts: readonly string[] | ContentReference;
}

/**
 * Usage files count from here on. Of a (file, generation), the first load is the one that counts. A generation that replaces another does so at
 * this very position: at any W, exactly one of them counts.
 */
export interface FilesLoaded {
  readonly kind: 'files loaded';
  readonly files: readonly LoadedFile[];
  readonly manifest: ContentReference;
}

/** A loaded usage file no longer counts. Of a (file, generation), the first back-out is the one that counts. */
export interface FileBackedOut {
  readonly kind: 'file backed out';
  readonly file: string;
  readonly generation: number;
  readonly months: readonly string[];
  readonly reason: string;
}

/** The documents of a run are posted. */
export interface RunPosted {
  readonly kind: 'run posted';
  readonly run: string;
  readonly manifest: ContentReference;
}

/** Payments, in parts: they move no line of any invoice. */
export interface PaymentsRecorded {
  readonly kind: 'payments recorded';
  readonly parts: readonly ContentReference[];
  readonly count: number;
}

/** Positions in one partition of the log. */
export const POSITIONS_A_PARTITION = 1000;

/** Where the entry of a position stands. */
export function entryKey(position: Position): DecisionKey {
  const partition = Math.floor(position / POSITIONS_A_PARTITION);
  return { partition: `log#${padded(partition, 9)}`, sort: padded(position, 12) };
}

/** A whole number written so that text order is number order. */
export function padded(value: number, width: number): string {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is no whole number from 0`);
  return value.toString().padStart(width, '0');
}
