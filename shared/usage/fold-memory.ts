import { copyRow, type UsageRows, usageRows } from './usage-rows.ts';
import type { VisibleItem } from './visible-item.ts';

/** What a folder uses again and again. */
export interface FoldMemory {
  /** Start, usage key, seconds and count of each row; the details, once they are asked for. */
  readonly rows: UsageRows;
  /** Octets up, down and unsplit of each row together. */
  readonly bytes: Float64Array;
  /** Which item each row came from, and where in that item's memory its record lies. */
  readonly itemOf: Int32Array;
  readonly at: Int32Array;
  /** Which item each row came from first, where a later one has replaced it: kept up where rows are marked as they are read. */
  readonly firstItemOf: Int32Array;
  /** Where each item's rows end: enough to know a row's item while rows lie as they were read. */
  readonly rowsUntil: number[];
  /** Finds rows by fingerprint: four numbers a slot. */
  readonly table: Int32Array;
  /** Number of the row behind the last of all folds. */
  marked: number;
  /** 1 for rows that have been written off: kept up where something is. */
  readonly gone: Uint8Array;
}

/** Memory for a fold of fewer rows than that, a power of two. */
export function foldMemory(capacity: number): FoldMemory {
  return {
    rows: usageRows(capacity, capacity),
    bytes: new Float64Array(capacity),
    itemOf: new Int32Array(capacity),
    at: new Int32Array(capacity),
    firstItemOf: new Int32Array(capacity),
    rowsUntil: [],
    table: new Int32Array(capacity * 8),
    marked: 1,
    gone: new Uint8Array(capacity),
  };
}

/** What the table counts the rows of the next fold from: more than what any fold before, completed or not, has left in it. */
export function beginRows(memory: FoldMemory, records: number): number {
  if (memory.marked + records > 0x7fff_ffff) {
    memory.table.fill(0);
    memory.marked = 1;
  }
  const base = memory.marked;
  memory.marked += records;
  return base;
}

/** Says of each row which of so many items it came from. */
export function markItems({ itemOf, rowsUntil }: FoldMemory, items: number): void {
  let from = 0;
  for (let i = 0; i < items; i++) {
    itemOf.fill(i, from, rowsUntil[i]);
    from = rowsUntil[i]!;
  }
}

/** Puts one row in the place of another. */
export function moveRow({ rows, bytes, itemOf, firstItemOf, at }: FoldMemory, from: number, to: number): void {
  copyRow(rows, from, to);
  bytes[to] = bytes[from]!;
  itemOf[to] = itemOf[from]!;
  at[to] = at[from]!;
  firstItemOf[to] = firstItemOf[from]!;
}

/** Position at which what an item says was loaded first. */
export function firstLoaded(item: VisibleItem): number {
  return item.firstLoaded ?? item.position;
}
