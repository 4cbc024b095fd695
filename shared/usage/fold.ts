import type { Instant } from '#shared/time/local-date.ts';
import { beginRows, type FoldMemory, firstLoaded, foldMemory, moveRow } from './fold-memory.ts';
import { FoldedKeys } from './folded-keys.ts';
import { FoldedRows } from './folded-rows.ts';
import type { FoldedUsage, TracedUsage } from './folded-usage.ts';
import { LeftOut } from './left-out.ts';
import {
  AGGREGATES,
  corrupt,
  countsPieces,
  EVENTS,
  headerOf,
  type RecordsKind,
  recordsOf,
  WRITTEN_OFF,
} from './usage-item.ts';
import { MASKS, readNumber, UsageItemReader } from './usage-item-reader.ts';
import type { VisibleItem } from './visible-item.ts';

/** Folds again and again in the same memory. What it returned is valid until it folds the next time. */
export interface Folder {
  /** `since`: where the usage asked for begins. Items before it are there for the counters that go on from them. */
  fold(items: readonly VisibleItem[], since: Instant): FoldedUsage;
}

/** A folder that says of each row which item it came from; it takes a little longer. */
export interface TracingFolder extends Folder {
  fold(items: readonly VisibleItem[], since: Instant): TracedUsage;
}

/**
 * Unites the visible items of one identifier: each event once. Items count in the order position, file, chunk, part, however they are given.
 * Of events with the same fingerprint that began in the same UTC month the first stands; of aggregates the one with the greatest as-of, among
 * equals the last in order. So a month comes to the same, whichever others are read with it.
 * What stands for another is counted in `duplicates`. Counter readings become what the counter rose by. What has been written off, whenever it
 * came, is left out.
 * @throws RangeError for an item that is corrupt.
 */
export function fold(items: readonly VisibleItem[]): FoldedUsage {
  return createFolder().fold(items, Number.NEGATIVE_INFINITY);
}

/** A folder with memory of its own; one for each thread of work is enough. */
export function createFolder(): Folder {
  return folder(false);
}

/** A folder, likewise, that traces what it folds. */
export function createTracingFolder(): TracingFolder {
  return folder(true);
}

function folder(isTraced: boolean): TracingFolder {
  const keys = new FoldedKeys();
  const reader = new UsageItemReader();
  let memory = foldMemory(1024);
  return {
    fold(items, since) {
      let ordered = inOrder(items);
      let records = 0;
      let hasStates = false;
      for (const { packed } of ordered) {
        records += recordsOf(packed);
        hasStates ||= packed[1] !== EVENTS;
      }
      if (records >= memory.at.length) memory = foldMemory(2 ** Math.ceil(Math.log2(records + 1)));
      keys.begin();
      reader.begin();
      if (hasStates) {
        memory.gone.fill(0);
        ordered = writeOffsLast(ordered);
      }
      const left = new LeftOut(memory, since, isTraced ? ordered : []);
      const length = unite(ordered, memory, records, left, keys, reader, isTraced || hasStates);
      const folded = new FoldedRows(memory, ordered, length, keys.list(), left, isTraced || hasStates);
      if (hasStates) folded.settle();
      return folded;
    },
  };
}

/** Smallest power of two that leaves half of the table empty. */
function tableSize(records: number): number {
  let size = 16;
  while (size < records * 2) size *= 2;
  return size;
}

/**
 * Reads item after item, each record into the row behind those that are kept, where it stays if it is new; answers how many rows there are. It
 * is long because it is done for every record: everything it needs is at hand, and nothing is read that most folds are not asked for.
 *
 * The table finds rows by fingerprint and month, which is put into its last number: four numbers a slot, these and the row, counted on from fold
 * to fold, so that what earlier folds left behind needs no clearing: it is below `base`.
 */
function unite(
  items: readonly VisibleItem[],
  memory: FoldMemory,
  records: number,
  left: LeftOut,
  keys: FoldedKeys,
  reader: UsageItemReader,
  marksItems: boolean,
): number {
  const { rows, bytes, at, itemOf, firstItemOf, rowsUntil, table } = memory;
  const { startedAt, keyIndex, seconds, count } = rows;
  const last = tableSize(records) * 4 - 1;
  const base = beginRows(memory, records);
  const hasCounts = items.some(({ packed }) => countsPieces(packed));
  if (!hasCounts) count.fill(0, 0, records + 1);
  let row = 0;
  for (let i = 0; i < items.length; i++) {
    reader.open(items[i]!.packed, keys.indexOf);
    const { view, kind, end, length, monthStart, keyMap, keys: keyCount, keyWidth } = reader;
    const { upAt, upWidth, downAt, downWidth, unsplitAt, unsplitWidth } = reader;
    const { secondsAt, secondsWidth, countAt, countWidth } = reader;
    const isNarrow = upWidth <= 3 && downWidth <= 3 && unsplitWidth <= 3 && secondsWidth <= 3;
    const upMask = MASKS[upWidth]!;
    const downMask = MASKS[downWidth]!;
    const unsplitMask = MASKS[unsplitWidth]!;
    const secondsMask = MASKS[secondsWidth]!;
    for (let p = reader.first; p < end; p += length) {
      const f0 = view.getInt32(p, true);
      const f1 = view.getInt32(p + 4, true);
      const f2 = view.getInt32(p + 8, true) ^ monthStart;
      const start = view.getUint32(p + 12, true);
      const key = keyWidth === 1 ? start >>> 24 : view.getUint16(p + 15, true);
      if (key >= keyCount) throw corrupt(`key ${key} is not among its ${keyCount}`, p + 15 - reader.start);
      startedAt[row] = monthStart + (start & 0xff_ffff);
      keyIndex[row] = keyMap[key]!;
      if (isNarrow) {
        bytes[row] =
          (view.getInt32(p + upAt, true) & upMask) +
          (view.getInt32(p + downAt, true) & downMask) +
          (view.getInt32(p + unsplitAt, true) & unsplitMask);
        seconds[row] = view.getInt32(p + secondsAt, true) & secondsMask;
      } else {
        bytes[row] = reader.octetsAt(p);
        seconds[row] = readNumber(view, p + secondsAt, secondsWidth);
      }
      if (hasCounts) count[row] = readNumber(view, p + countAt, countWidth);
      at[row] = p;
      if (marksItems) {
        itemOf[row] = i;
        firstItemOf[row] = i;
      }
      let slot = (f0 << 2) & last;
      let known = table[slot + 3]! - base;
      while (known >= 0 && (table[slot] !== f0 || table[slot + 1] !== f1 || table[slot + 2] !== f2)) {
        slot = (slot + 4) & last;
        known = table[slot + 3]! - base;
      }
      if (known >= 0) {
        if (kind === EVENTS) left.count('duplicates', row);
        else meetAgain(memory, items, kind, row, known, left);
      } else if (kind !== WRITTEN_OFF) {
        table[slot] = f0;
        table[slot + 1] = f1;
        table[slot + 2] = f2;
        table[slot + 3] = base + row++;
      }
    }
    rowsUntil[i] = row;
  }
  return row;
}

/** What becomes of a record, read into a row behind all others, whose fingerprint a row has already. */
function meetAgain(
  memory: FoldMemory,
  items: readonly VisibleItem[],
  kind: RecordsKind,
  row: number,
  known: number,
  left: LeftOut,
): void {
  const { itemOf, firstItemOf, gone } = memory;
  const asOf = (each: number) => headerOf(items[itemOf[each]!]!.packed).asOf;
  if (kind === WRITTEN_OFF) gone[known] = 1;
  else if (kind === AGGREGATES && asOf(row) >= asOf(known)) {
    left.count('duplicates', known);
    const [first, again] = [firstItemOf[known]!, itemOf[row]!];
    moveRow(memory, row, known);
    firstItemOf[known] = firstLoaded(items[again]!) < firstLoaded(items[first]!) ? again : first;
  } else left.count('duplicates', row);
}

/** Items that write off come behind all others: they concern what is loaded later too. */
function writeOffsLast(items: readonly VisibleItem[]): readonly VisibleItem[] {
  const isWriteOff = ({ packed }: VisibleItem) => packed[1] === WRITTEN_OFF;
  return [...items.filter((item) => !isWriteOff(item)), ...items.filter(isWriteOff)];
}

function inOrder(items: readonly VisibleItem[]): readonly VisibleItem[] {
  for (let i = 1; i < items.length; i++) {
    if (compare(items[i - 1]!, items[i]!) > 0) return [...items].sort(compare);
  }
  return items;
}

/** Position, file, chunk, part; at last the month, which is in the item. */
function compare(a: VisibleItem, b: VisibleItem): number {
  if (a.position !== b.position) return a.position - b.position;
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  if (a.chunk !== b.chunk) return a.chunk - b.chunk;
  if (a.part !== b.part) return a.part - b.part;
  return headerOf(a.packed).monthStart - headerOf(b.packed).monthStart;
}
