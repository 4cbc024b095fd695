/** Where a decision stands: partition and sort key, both non-empty text. */
export interface DecisionKey {
  readonly partition: string;
  readonly sort: string;
}

/** A decision as it was put: plain JSON, at most 300 KB. It never changes afterwards. */
export interface Decision<Value> extends DecisionKey {
  readonly value: Value;
}

/**
 * Append-only decisions, the one primitive of this system: whoever puts a key first decides, for ever. The commit log, claims, steps of a
 * file, chunk commits, links, number blocks and the states of a run are all decisions. Every read is consistent: it sees every put that
 * was answered before the read began.
 */
export interface Decisions {
  /** Puts if absent. Answers what stands under the key afterwards: `won` when this very call put it, else the value that was there. */
  putIfAbsent<Value>(key: DecisionKey, value: Value): Promise<{ won: boolean; value: Value }>;
  get<Value>(key: DecisionKey): Promise<Value | undefined>;
  /** Decisions of a partition with `from` ≤ sort ≤ `until` (order of their UTF-8 bytes; both inclusive), ascending or descending, at most `limit`. */
  query<Value>(partition: string, range: SortRange): Promise<Decision<Value>[]>;
}

/** A stretch of sort keys, both ends inclusive, and in which direction and how many of them to read. */
export interface SortRange {
  readonly from: string;
  readonly until: string;
  readonly descending: boolean;
  readonly limit: number;
}

/** The highest sort key there can be: an `until` that means "to the end". */
export const LAST_SORT = '\u{10FFFF}';

/** Every sort key that starts with the prefix, ascending, all of them. */
export function withPrefix(prefix: string): SortRange {
  return { from: prefix, until: `${prefix}${LAST_SORT}`, descending: false, limit: Number.MAX_SAFE_INTEGER };
}

/** A row of a projection: rebuildable from the logs at will. `position` says up to where it has read them. */
export interface ProjectionRow<Value> extends DecisionKey {
  readonly position: number;
  readonly value: Value;
}

/** Look-ups made from the logs: inventory by identifier and payer, rated usage, suspense. No money is decided by them alone. */
export interface Projections {
  /** Writes rows in batches, whatever is there (rows whose key carries their position never differ). */
  put(rows: readonly ProjectionRow<unknown>[]): Promise<void>;
  /** Writes a row only over one of a lower or equal position; answers whether it did. */
  putNewer(row: ProjectionRow<unknown>): Promise<boolean>;
  get<Value>(key: DecisionKey): Promise<ProjectionRow<Value> | undefined>;
  query<Value>(partition: string, range: SortRange): Promise<ProjectionRow<Value>[]>;
}

/** Which store of objects: usage files as dropped, working data, posted documents. */
export type Store = 'incoming' | 'work' | 'invoices';

/** An object of a store, as listed. */
export interface ObjectSummary {
  readonly key: string;
  readonly bytes: number;
  /** When it was stored, epoch seconds. */
  readonly storedAt: number;
}

/** Immutable files: manifests, chunks, partial sums, drafts, documents. */
export interface Objects {
  /** Writes whole, if absent; answers false when the key was there (its bytes stay). */
  putIfAbsent(store: Store, key: string, body: Uint8Array | string, contentType: string): Promise<boolean>;
  /** Writes whole, over what may be there: for content that follows from its key alone. */
  put(store: Store, key: string, body: Uint8Array | string, contentType: string): Promise<void>;
  /** Reads whole, or nothing when there is no such object. Only for objects this system wrote, which are bounded. */
  get(store: Store, key: string): Promise<Uint8Array | undefined>;
  /** Reads as a stream from an offset: a version when `versionId` is not empty. @throws when there is no such object. */
  stream(store: Store, key: string, versionId: string, offset: number): Promise<AsyncIterable<Uint8Array>>;
  /** What is known of an object without its bytes: of a version when `versionId` is not empty; nothing when there is no such object. */
  describe(
    store: Store,
    key: string,
    versionId: string,
  ): Promise<(ObjectSummary & { readonly versionId: string }) | undefined>;
  /** Current objects whose key starts with the prefix, in key order, as a stream. */
  list(store: Store, prefix: string): AsyncIterable<ObjectSummary>;
}
