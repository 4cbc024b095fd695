/**
 * A usage item: what one chunk of one file says of one identifier in one UTC month, packed. It is written once and never changes; it counts
 * only when the commit log says its file is loaded and its attempt is the one its chunk's commit names.
 */
export interface UsageItem {
  /** "imsi#<digits>" or "iccid#<digits>" …: the identifier as the carrier sent it. */
  readonly identifier: string;
  /** UTC month of the records' start, "2026-10". */
  readonly month: string;
  /** Id of the usage file. */
  readonly file: string;
  /** 1 for the first time a content is loaded, one more each time it is loaded anew. */
  readonly generation: number;
  /** Number of the chunk in its file, from 0. */
  readonly chunk: number;
  /** Hash of the chunk's bytes, the source definition and the code version: a repeat writes the same bytes to the same key. */
  readonly attempt: string;
  /** Number of the item among those of the same key, from 0, when one would be too large. */
  readonly part: number;
  /** The packed records (see usage-item.ts). */
  readonly packed: Uint8Array;
}

/** The usage store will not take an item, whenever it is tried: it is too large, or its key is none. */
export class RefusedUsage extends Error {}

/** The usage store. Writes are unconditional and idempotent; reads are consistent. */
export interface UsageStore {
  /**
   * Writes items in batches; `expiresAt` (epoch seconds) is when the store may forget them. @throws RefusedUsage when it will never take one of
   * them; others may be written then.
   */
  put(items: readonly UsageItem[], expiresAt: number): Promise<void>;
  /** All items of an identifier in months `from` to `until` (inclusive), in key order: month, file, generation, chunk, attempt, part. */
  read(identifier: string, from: string, until: string): Promise<UsageItem[]>;
}
