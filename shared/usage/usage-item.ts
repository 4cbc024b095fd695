import type { Interner } from './interner.ts';
import { TOO_LARGE, type UsageRows } from './usage-rows.ts';

/**
 * The layout of a packed usage item, version 1. Numbers are little-endian.
 *
 *     0  version (1)
 *     1  kind: 0 events, 1 aggregates (2 is kept for counter readings)
 *     2  columns that occur, one bit each: session, bytesUp, bytesDown, bytesUnsplit, seconds, count
 *     3  number of usage keys, 16 bits
 *     5  number of records, 32 bits
 *     9  first second of the UTC month, epoch seconds, 32 bits
 *    13  as-of of aggregates, epoch seconds, 32 bits; 0 for events
 *    17  usage keys: length as varint, then the key's text (see usage-key-text.ts)
 *        records: fingerprint (12), second of the month (24 bits), key (varint), session (48 bits), quantities (varints)
 */
const VERSION = 1;
const HEADER = 17;
const SMALLEST_RECORD = 16;
const LARGEST_RECORD = 100;
const COLUMNS = 6;

/** Kinds of records, as stored. */
export const EVENTS = 0;
export const AGGREGATES = 1;

/** What the header of an item says. */
export interface UsageItemHeader {
  readonly kind: typeof EVENTS | typeof AGGREGATES;
  readonly monthStart: number;
  readonly asOf: number;
}

/** Numbers usage keys: which keyIndex the key of these bytes has. */
export type KeyIndexOf = (bytes: Uint8Array, start: number, end: number) => number;

const SLAB = 1 << 20;
const MOST_KEYS = 65_535;

/** Items are written one behind the other into slabs of memory, and are views of them: thousands of small arrays would cost more. */
let slab = new Uint8Array(SLAB);
let itemStart = 0;
let at = 0;
/** The item's own numbers of usage keys: localOf counts where keyOwner names the item that is being written. */
const localOf = new Uint16Array(MOST_KEYS + 1);
const keyOwner = new Float64Array(MOST_KEYS + 1);
let owner = 0;
let itemKeys = new Uint16Array(64);

/**
 * Packs the rows `order[from, until)` of one identifier and month, in that order: into one item, or, when it would be larger than
 * `maxBytes`, into halves (and halves of these). Usage keys are those `keys` has numbered. The same rows give the same bytes.
 */
export function packItems(
  rows: UsageRows,
  order: Int32Array,
  from: number,
  until: number,
  header: UsageItemHeader,
  keys: Interner,
  maxBytes: number,
): Uint8Array[] {
  const item = packItem(rows, order, from, until, header, keys);
  if (item.length <= maxBytes || until - from === 1) {
    itemStart = at;
    return [item];
  }
  const half = from + ((until - from) >> 1);
  return [
    ...packItems(rows, order, from, half, header, keys, maxBytes),
    ...packItems(rows, order, half, until, header, keys, maxBytes),
  ];
}

/** Writes an item behind the last one that was kept. */
function packItem(
  rows: UsageRows,
  order: Int32Array,
  from: number,
  until: number,
  header: UsageItemHeader,
  keys: Interner,
) {
  at = itemStart;
  owner++;
  let columns = 0;
  let count = 0;
  let keysLength = 0;
  for (let i = from; i < until; i++) {
    const row = order[i]!;
    columns |= columnsOf(rows, row);
    const key = rows.keyIndex[row]!;
    if (keyOwner[key] === owner) continue;
    keyOwner[key] = owner;
    localOf[key] = count;
    if (count === itemKeys.length) itemKeys = withRoom(itemKeys);
    itemKeys[count++] = key;
    keysLength += keys.lengthOf(key) + 4;
  }
  ensureRoom(HEADER + keysLength);
  slab[at++] = VERSION;
  slab[at++] = header.kind;
  slab[at++] = columns;
  slab[at++] = count;
  slab[at++] = count >>> 8;
  writeInt32(until - from);
  writeInt32(header.monthStart);
  writeInt32(header.asOf);
  for (let i = 0; i < count; i++) {
    writeVarint(keys.lengthOf(itemKeys[i]!));
    keys.copyTo(itemKeys[i]!, slab, at);
    at += keys.lengthOf(itemKeys[i]!);
  }
  for (let i = from; i < until; i++) writeRow(rows, order[i]!, columns, header.monthStart);
  return slab.subarray(itemStart, at);
}

function columnsOf(rows: UsageRows, row: number): number {
  return (
    (rows.session[row] === 0 ? 0 : 1) |
    (rows.bytesUp[row] === 0 ? 0 : 2) |
    (rows.bytesDown[row] === 0 ? 0 : 4) |
    (rows.bytesUnsplit[row] === 0 ? 0 : 8) |
    (rows.seconds[row] === 0 ? 0 : 16) |
    (rows.count[row] === 0 ? 0 : 32)
  );
}

function writeRow(rows: UsageRows, row: number, columns: number, monthStart: number): void {
  ensureRoom(LARGEST_RECORD);
  writeInt32(rows.fingerprint0[row]!);
  writeInt32(rows.fingerprint1[row]!);
  writeInt32(rows.fingerprint2[row]!);
  const second = rows.startedAt[row]! - monthStart;
  if (!(second >= 0 && second < 2_678_400)) throw new RangeError(`second ${second} is not in the item's month`);
  slab[at++] = second;
  slab[at++] = second >>> 8;
  slab[at++] = second >>> 16;
  writeVarint(localOf[rows.keyIndex[row]!]!);
  if (columns & 1) writeInt48(rows.session[row]!);
  if (columns & 2) writeVarint(rows.bytesUp[row]!);
  if (columns & 4) writeVarint(rows.bytesDown[row]!);
  if (columns & 8) writeVarint(rows.bytesUnsplit[row]!);
  if (columns & 16) writeVarint(rows.seconds[row]!);
  if (columns & 32) writeVarint(rows.count[row]!);
}

/** Goes to a new slab with what is written of the item, if this one is full. */
function ensureRoom(bytes: number): void {
  if (at + bytes <= slab.length) return;
  const written = at - itemStart;
  const next = new Uint8Array(Math.max(SLAB, (written + bytes) * 2));
  next.set(slab.subarray(itemStart, at));
  slab = next;
  itemStart = 0;
  at = written;
}

function withRoom(numbers: Uint16Array): Uint16Array<ArrayBuffer> {
  const larger = new Uint16Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}

function writeInt32(value: number): void {
  slab[at++] = value;
  slab[at++] = value >>> 8;
  slab[at++] = value >>> 16;
  slab[at++] = value >>> 24;
}

function writeInt48(value: number): void {
  writeInt32((value % 0x1_0000_0000) | 0);
  const high = (value / 0x1_0000_0000) | 0;
  slab[at++] = high;
  slab[at++] = high >>> 8;
}

function writeVarint(value: number): void {
  if (!(value >= 0 && value < TOO_LARGE)) throw new RangeError(`${value} is no quantity a usage item can hold`);
  let rest = value;
  while (rest >= 0x1000_0000) {
    slab[at++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  while (rest >= 128) {
    slab[at++] = (rest & 127) | 0x80;
    rest >>>= 7;
  }
  slab[at++] = rest;
}

/** Number of records an item says it holds. @throws RangeError when it is no usage item or cannot hold so many. */
export function recordsOf(item: Uint8Array): number {
  if (item.length < HEADER) throw corrupt('it is shorter than its header', item.length);
  if (item[0] !== VERSION) throw corrupt(`its version is ${item[0]}, this program reads ${VERSION}`, 0);
  if (item[1] !== EVENTS && item[1] !== AGGREGATES) throw corrupt(`its kind is ${item[1]}`, 1);
  if (item[2]! >= 1 << COLUMNS) throw corrupt(`it names unknown columns (${item[2]})`, 2);
  const records = uint32(item, 5);
  if (records * SMALLEST_RECORD > item.length - HEADER) throw corrupt(`it cannot hold ${records} records`, 5);
  return records;
}

/** Reads the header of an item that recordsOf has accepted. */
export function headerOf(item: Uint8Array): UsageItemHeader {
  return { kind: item[1] === AGGREGATES ? AGGREGATES : EVENTS, monthStart: uint32(item, 9), asOf: uint32(item, 13) };
}

let keyMap = new Uint16Array(64);
/** Where the number that readNumber read ends. */
let numberEnd = 0;

/**
 * Reads an item's records into rows from `first` on and answers how many. Rows must have room for recordsOf(item) more.
 * @throws RangeError, saying where, when the bytes are no usage item.
 */
export function unpackItem(item: Uint8Array, rows: UsageRows, first: number, keyIndexOf: KeyIndexOf): number {
  const records = recordsOf(item);
  const keys = item[3]! | (item[4]! << 8);
  let p = readKeys(item, keys, keyIndexOf);
  const monthStart = uint32(item, 9);
  const hasSession = (item[2]! & 1) !== 0;
  const { fingerprint0, fingerprint1, fingerprint2, startedAt, keyIndex, session } = rows;
  const [present, absent] = quantityColumns(rows, item[2]!);
  const end = first + records;
  for (let row = first; row < end; row++) {
    if (p + SMALLEST_RECORD > item.length) throw corrupt(`it ends before record ${row - first + 1} of ${records}`, p);
    fingerprint0[row] = item[p]! | (item[p + 1]! << 8) | (item[p + 2]! << 16) | (item[p + 3]! << 24);
    fingerprint1[row] = item[p + 4]! | (item[p + 5]! << 8) | (item[p + 6]! << 16) | (item[p + 7]! << 24);
    fingerprint2[row] = item[p + 8]! | (item[p + 9]! << 8) | (item[p + 10]! << 16) | (item[p + 11]! << 24);
    startedAt[row] = monthStart + (item[p + 12]! | (item[p + 13]! << 8) | (item[p + 14]! << 16));
    let key = item[p + 15]!;
    p += 16;
    if (key >= 128) {
      key = readNumber(item, p - 1);
      p = numberEnd;
    }
    if (key >= keys) throw corrupt(`key ${key} is not among its ${keys}`, p);
    keyIndex[row] = keyMap[key]!;
    if (hasSession) {
      const low = (item[p]! | (item[p + 1]! << 8) | (item[p + 2]! << 16) | (item[p + 3]! << 24)) >>> 0;
      session[row] = (item[p + 4]! | (item[p + 5]! << 8)) * 0x1_0000_0000 + low;
      p += 6;
    } else {
      session[row] = 0;
    }
    for (let column = 0; column < present.length; column++) {
      const byte = item[p]!;
      if (byte < 128) {
        present[column]![row] = byte;
        p++;
      } else {
        const second = item[p + 1]!;
        const third = item[p + 2]!;
        if (second < 128) {
          present[column]![row] = (byte & 127) | (second << 7);
          p += 2;
        } else if (third < 128) {
          present[column]![row] = (byte & 127) | ((second & 127) << 7) | (third << 14);
          p += 3;
        } else {
          present[column]![row] = readNumber(item, p);
          p = numberEnd;
        }
      }
    }
    for (let column = 0; column < absent.length; column++) absent[column]![row] = 0;
  }
  if (p !== item.length) throw corrupt(`its ${records} records end at byte ${p} of ${item.length}`, p);
  return records;
}

let splitRows: UsageRows | undefined;
let splits: (readonly [readonly Float64Array[], readonly Float64Array[]] | undefined)[] = [];

/** The quantity columns an item holds, and those it does not; remembered for as long as the same rows are filled. */
function quantityColumns(
  rows: UsageRows,
  columns: number,
): readonly [readonly Float64Array[], readonly Float64Array[]] {
  if (splitRows !== rows) {
    splitRows = rows;
    splits = [];
  }
  const known = splits[columns];
  if (known !== undefined) return known;
  const all = [rows.bytesUp, rows.bytesDown, rows.bytesUnsplit, rows.seconds, rows.count];
  const has = (_: Float64Array, i: number) => (columns & (2 << i)) !== 0;
  const split = [all.filter(has), all.filter((column, i) => !has(column, i))] as const;
  splits[columns] = split;
  return split;
}

function readKeys(item: Uint8Array, keys: number, keyIndexOf: KeyIndexOf): number {
  if (keys > keyMap.length) keyMap = new Uint16Array(keys * 2);
  let p = HEADER;
  for (let key = 0; key < keys; key++) {
    const length = readNumber(item, p);
    p = numberEnd;
    if (p + length > item.length) throw corrupt(`usage key ${key + 1} of ${keys} ends after it`, p);
    keyMap[key] = keyIndexOf(item, p, p + length);
    p += length;
  }
  return p;
}

function uint32(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24)) >>> 0;
}

/** Reads a varint of any length; it ends at numberEnd. */
function readNumber(item: Uint8Array, start: number): number {
  let p = start;
  let value = 0;
  for (let factor = 1; factor < TOO_LARGE && p < item.length; factor *= 128) {
    const byte = item[p++]!;
    value += (byte & 127) * factor;
    if (byte < 128 && value < TOO_LARGE) {
      numberEnd = p;
      return value;
    }
  }
  throw corrupt('a number is too large or cut off', p);
}

function corrupt(what: string, offset: number): RangeError {
  return new RangeError(`corrupt usage item: ${what} (byte ${offset}); its file must be decoded again`);
}
