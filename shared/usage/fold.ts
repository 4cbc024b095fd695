import type { Instant } from '#shared/time/local-date.ts';
import { takeDifferences } from './counter-usage.ts';
import type { FoldedUsage, TracedUsage } from './folded-usage.ts';
import { Interner } from './interner.ts';
import { LeftOut } from './left-out.ts';
import { AGGREGATES, COUNTERS, corrupt, EVENTS, headerOf, recordsOf, WRITTEN_OFF } from './usage-item.ts';
import { readNumber, UsageItemReader } from './usage-item-reader.ts';
import type { UsageKey } from './usage-key.ts';
import { usageKeyOf } from './usage-key-text.ts';
import { copyRow, type UsageRows, usageRows } from './usage-rows.ts';

/** A usage item that counts: its file is loaded, its attempt is the one its chunk's commit names. */
export interface VisibleItem {
  readonly packed: Uint8Array;
  /** Position in the commit log at which its file was loaded. */
  readonly position: number;
  readonly file: string;
  readonly chunk: number;
  readonly part: number;
}

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
 * Of events with the same fingerprint the first stands; of aggregates the one with the greatest as-of, among equals the last in order.
 * What stands for another is counted in `duplicates`. Counter readings become what the counter rose by. What has been written off, whenever it
 * came, is left out.
 * @throws RangeError for an item that is corrupt.
 */
export function fold(items: readonly VisibleItem[]): FoldedUsage {
  return createFolder().fold(items, Number.NEGATIVE_INFINITY);
}

/** Stands for the as-of of counter readings. */
const READING = -1;

/** What a folder uses again and again. */
interface FoldMemory {
  readonly rows: UsageRows;
  /** As-of of each row, READING for a counter's; kept up only where there are other records than events. */
  readonly asOf: Float64Array;
  readonly table: Int32Array;
  /** 1 for rows that have been written off, kept up likewise. */
  readonly gone: Uint8Array;
  /** Which item each row came from, kept up where that is asked for, too. */
  readonly itemOf: Int32Array;
}

function foldMemory(capacity: number): FoldMemory {
  const numbers = { asOf: new Float64Array(capacity), table: new Int32Array(capacity * 2) };
  const marks = { gone: new Uint8Array(capacity), itemOf: new Int32Array(capacity) };
  return { rows: usageRows(capacity), ...numbers, ...marks };
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
      if (records >= memory.asOf.length) memory = foldMemory(2 ** Math.ceil(Math.log2(records + 1)));
      keys.begin();
      reader.begin();
      if (hasStates) {
        memory.gone.fill(0);
        ordered = writeOffsLast(ordered);
      }
      const mask = tableSize(records) - 1;
      memory.table.fill(0, 0, mask + 1);
      const left = new LeftOut(memory.rows, since, isTraced ? ordered : []);
      const length = unite(ordered, memory, mask, hasStates, left, keys, reader);
      return foldedOf(memory, length, hasStates, left, keys);
    },
  };
}

/** Smallest power of two that leaves half of the table empty. */
function tableSize(capacity: number): number {
  let size = 16;
  while (size < capacity * 2) size *= 2;
  return size;
}

/**
 * Reads item after item, each record into the row behind those that are kept, where it stays if it is new. The table finds rows by
 * fingerprint: row + 1, or 0 for an empty slot. Answers how many rows there are. It is long because it is done for every record: everything
 * it needs is at hand.
 */
function unite(
  items: readonly VisibleItem[],
  { rows, asOf, table, gone, itemOf }: FoldMemory,
  mask: number,
  hasStates: boolean,
  left: LeftOut,
  keys: FoldedKeys,
  reader: UsageItemReader,
): number {
  const { fingerprint0, fingerprint1, fingerprint2, startedAt, keyIndex, session } = rows;
  const { bytesUp, bytesDown, bytesUnsplit, seconds, count } = rows;
  const isDetailed = hasStates || left.items.length > 0;
  let row = 0;
  for (let i = 0; i < items.length; i++) {
    reader.open(items[i]!.packed, keys.indexOf);
    const { view, kind, asOf: itemAsOf, monthStart, keyMap, keys: keyCount, keyWidth, sessionWidth } = reader;
    const { upWidth, downWidth, unsplitWidth, secondsWidth, countWidth, end } = reader;
    for (let p = reader.first; p < end; ) {
      const f0 = view.getInt32(p, true);
      const f1 = view.getInt32(p + 4, true);
      const f2 = view.getInt32(p + 8, true);
      fingerprint0[row] = f0;
      fingerprint1[row] = f1;
      fingerprint2[row] = f2;
      if (isDetailed) {
        asOf[row] = kind === COUNTERS ? READING : itemAsOf;
        itemOf[row] = i;
      }
      startedAt[row] = monthStart + (view.getUint32(p + 12, true) & 0xff_ffff);
      const key = keyWidth === 1 ? view.getUint8(p + 15) : view.getUint16(p + 15, true);
      if (key >= keyCount) throw corrupt(`key ${key} is not among its ${keyCount}`, p + 15 - reader.start);
      keyIndex[row] = keyMap[key]!;
      p += 15 + keyWidth;
      session[row] = sessionWidth === 0 ? 0 : view.getUint16(p + 4, true) * 0x1_0000_0000 + view.getUint32(p, true);
      bytesUp[row] = readNumber(view, (p += sessionWidth), upWidth);
      bytesDown[row] = readNumber(view, (p += upWidth), downWidth);
      bytesUnsplit[row] = readNumber(view, (p += downWidth), unsplitWidth);
      seconds[row] = readNumber(view, (p += unsplitWidth), secondsWidth);
      count[row] = readNumber(view, (p += secondsWidth), countWidth);
      p += countWidth;
      let slot = f0 & mask;
      let known = table[slot]! - 1;
      while (known >= 0 && (fingerprint0[known] !== f0 || fingerprint1[known] !== f1 || fingerprint2[known] !== f2)) {
        slot = (slot + 1) & mask;
        known = table[slot]! - 1;
      }
      if (kind === WRITTEN_OFF) {
        if (known >= 0) gone[known] = 1;
      } else if (known < 0) {
        table[slot] = ++row;
      } else if (kind === AGGREGATES && itemAsOf >= asOf[known]!) {
        left.count('duplicates', known, itemOf[known]!);
        copyRow(rows, row, known);
        asOf[known] = itemAsOf;
        itemOf[known] = i;
      } else {
        left.count('duplicates', row, i);
      }
    }
  }
  return row;
}

/** The fold of so many rows: counters become what they rose by, and what is left out goes. */
function foldedOf(
  { rows, asOf, gone, itemOf }: FoldMemory,
  length: number,
  hasStates: boolean,
  left: LeftOut,
  keys: FoldedKeys,
): TracedUsage {
  let resets = 0;
  let kept = length;
  if (hasStates) {
    const isReading = (at: number) => asOf[at] === READING;
    resets = takeDifferences(rows, length, isReading, left.since, (at, carried) =>
      left.add('carried', carried, itemOf[at]!),
    );
    kept = keepRows(rows, length, gone, itemOf, left);
  }
  const { fingerprint0, fingerprint1, fingerprint2, keyIndex, session, startedAt } = rows;
  const { bytesUp, bytesDown, bytesUnsplit, seconds, count } = rows;
  const said = { keyIndex, session, startedAt, bytesUp, bytesDown, bytesUnsplit, seconds, count };
  const named = { fingerprint0, fingerprint1, fingerprint2 };
  return { length: kept, keys: keys.list(), ...named, ...said, ...left.totals, resets, itemOf, items: left.items };
}

/** Moves the rows that count to the front, in their order: not those before `since`, nor those written off. Answers how many they are. */
function keepRows(rows: UsageRows, length: number, gone: Uint8Array, itemOf: Int32Array, left: LeftOut): number {
  let kept = 0;
  for (let row = 0; row < length; row++) {
    if (rows.startedAt[row]! < left.since) continue;
    if (gone[row] === 1) {
      left.count('writtenOff', row, itemOf[row]!);
      continue;
    }
    if (row !== kept) {
      copyRow(rows, row, kept);
      itemOf[kept] = itemOf[row]!;
    }
    kept++;
  }
  return kept;
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

const MOST_KEYS = 65_535;

/** The usage keys of one fold, numbered as they occur. Keys once read stay known, so that few are ever parsed. */
class FoldedKeys {
  private readonly known = new Interner();
  private readonly parsed: UsageKey[] = [];
  private localOf = new Int32Array(64);
  private foldOf = new Int32Array(64);
  private current: UsageKey[] = [];
  private foldNumber = 0;

  begin(): void {
    if (this.parsed.length > MOST_KEYS) {
      this.known.clear();
      this.parsed.length = 0;
      this.foldOf.fill(0);
    }
    this.foldNumber++;
    this.current = [];
  }

  readonly indexOf = (bytes: Uint8Array, start: number, end: number): number => {
    const id = this.known.intern(bytes, start, end);
    if (this.parsed[id] === undefined) this.learn(id, bytes, start, end);
    if (this.foldOf[id] === this.foldNumber) return this.localOf[id]!;
    if (this.current.length === MOST_KEYS) throw new RangeError(`one identifier has more than ${MOST_KEYS} usage keys`);
    this.foldOf[id] = this.foldNumber;
    this.localOf[id] = this.current.length;
    this.current.push(this.parsed[id]!);
    return this.localOf[id]!;
  };

  list(): readonly UsageKey[] {
    return this.current;
  }

  private learn(id: number, bytes: Uint8Array, start: number, end: number): void {
    this.parsed[id] = usageKeyOf(new TextDecoder().decode(bytes.subarray(start, end)));
    while (id >= this.foldOf.length) {
      this.localOf = withRoom(this.localOf);
      this.foldOf = withRoom(this.foldOf);
    }
  }
}

function withRoom(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}
