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

/** Gives the bytes of the usage key a row's keyIndex points to. */
export type KeyBytes = (keyIndex: number) => Uint8Array;

/** Numbers usage keys: which keyIndex the key of these bytes has. */
export type KeyIndexOf = (bytes: Uint8Array, start: number, end: number) => number;

let out = new Uint8Array(1 << 16);
let at = 0;

/**
 * Packs the rows `order[from, until)` of one identifier and month, in that order, into as many items as it takes to keep each near `maxBytes`
 * (at least one record an item). The same rows give the same bytes.
 */
export function packItems(
  rows: UsageRows,
  order: Int32Array,
  from: number,
  until: number,
  header: UsageItemHeader,
  keyBytes: KeyBytes,
  maxBytes: number,
): Uint8Array[] {
  const columns = columnsThatOccur(rows, order, from, until);
  const items: Uint8Array[] = [];
  for (let next = from; next < until; ) {
    const first = next;
    const keys = new Map<number, number>();
    let keysBytes = 0;
    at = 0;
    do {
      const row = order[next++]!;
      const global = rows.keyIndex[row]!;
      let key = keys.get(global);
      if (key === undefined) {
        key = keys.size;
        keys.set(global, key);
        keysBytes += keyBytes(global).length + 2;
      }
      writeRow(rows, row, key, columns, header.monthStart);
    } while (next < until && HEADER + keysBytes + at < maxBytes);
    items.push(assemble(columns, next - first, header, [...keys.keys()], keyBytes));
  }
  return items;
}

function columnsThatOccur(rows: UsageRows, order: Int32Array, from: number, until: number): number {
  let columns = 0;
  for (let i = from; i < until; i++) {
    const row = order[i]!;
    if (rows.session[row] !== 0) columns |= 1;
    if (rows.bytesUp[row] !== 0) columns |= 2;
    if (rows.bytesDown[row] !== 0) columns |= 4;
    if (rows.bytesUnsplit[row] !== 0) columns |= 8;
    if (rows.seconds[row] !== 0) columns |= 16;
    if (rows.count[row] !== 0) columns |= 32;
  }
  return columns;
}

function writeRow(rows: UsageRows, row: number, key: number, columns: number, monthStart: number): void {
  if (at + 100 > out.length) {
    const larger = new Uint8Array(out.length * 2);
    larger.set(out);
    out = larger;
  }
  writeInt32(rows.fingerprint0[row]!);
  writeInt32(rows.fingerprint1[row]!);
  writeInt32(rows.fingerprint2[row]!);
  const second = rows.startedAt[row]! - monthStart;
  if (!(second >= 0 && second < 2_678_400)) throw new RangeError(`second ${second} is not in the item's month`);
  out[at++] = second;
  out[at++] = second >>> 8;
  out[at++] = second >>> 16;
  writeVarint(key);
  if (columns & 1) writeInt48(rows.session[row]!);
  if (columns & 2) writeVarint(rows.bytesUp[row]!);
  if (columns & 4) writeVarint(rows.bytesDown[row]!);
  if (columns & 8) writeVarint(rows.bytesUnsplit[row]!);
  if (columns & 16) writeVarint(rows.seconds[row]!);
  if (columns & 32) writeVarint(rows.count[row]!);
}

function assemble(
  columns: number,
  records: number,
  header: UsageItemHeader,
  keys: readonly number[],
  keyBytes: KeyBytes,
) {
  const body = at;
  const keysLength = keys.reduce((sum, key) => sum + varintLength(keyBytes(key).length) + keyBytes(key).length, 0);
  const item = new Uint8Array(HEADER + keysLength + body);
  const view = new DataView(item.buffer);
  item[0] = VERSION;
  item[1] = header.kind;
  item[2] = columns;
  view.setUint16(3, keys.length, true);
  view.setUint32(5, records, true);
  view.setUint32(9, header.monthStart, true);
  view.setUint32(13, header.asOf, true);
  item.set(out.subarray(0, body), HEADER + keysLength);
  let to = HEADER;
  for (const key of keys) {
    const bytes = keyBytes(key);
    at = 0;
    writeVarint(bytes.length);
    item.set(out.subarray(0, at), to);
    item.set(bytes, to + at);
    to += at + bytes.length;
  }
  return item;
}

function writeInt32(value: number): void {
  out[at++] = value;
  out[at++] = value >>> 8;
  out[at++] = value >>> 16;
  out[at++] = value >>> 24;
}

function writeInt48(value: number): void {
  writeInt32((value % 0x1_0000_0000) | 0);
  const high = (value / 0x1_0000_0000) | 0;
  out[at++] = high;
  out[at++] = high >>> 8;
}

function writeVarint(value: number): void {
  if (!(value >= 0 && value < TOO_LARGE)) throw new RangeError(`${value} is no quantity a usage item can hold`);
  let rest = value;
  while (rest >= 0x1000_0000) {
    out[at++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  while (rest >= 128) {
    out[at++] = (rest & 127) | 0x80;
    rest >>>= 7;
  }
  out[at++] = rest;
}

function varintLength(value: number): number {
  return value < 128 ? 1 : value < 16_384 ? 2 : value < 2_097_152 ? 3 : 4;
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

let source: Uint8Array = new Uint8Array(0);
let position = 0;
let keyMap = new Uint16Array(64);

/**
 * Reads an item's records into rows from `first` on and answers how many. Rows must have room for recordsOf(item) more.
 * @throws RangeError, saying where, when the bytes are no usage item.
 */
export function unpackItem(item: Uint8Array, rows: UsageRows, first: number, keyIndexOf: KeyIndexOf): number {
  const records = recordsOf(item);
  const columns = item[2]!;
  const keys = item[3]! | (item[4]! << 8);
  const monthStart = uint32(item, 9);
  source = item;
  position = HEADER;
  readKeys(keys, keyIndexOf);
  const { fingerprint0, fingerprint1, fingerprint2, startedAt, keyIndex } = rows;
  const { session, bytesUp, bytesDown, bytesUnsplit, seconds, count } = rows;
  const end = first + records;
  for (let row = first; row < end; row++) {
    if (position + SMALLEST_RECORD > item.length)
      throw corrupt(`it ends before record ${row - first + 1} of ${records}`, position);
    fingerprint0[row] = readInt32();
    fingerprint1[row] = readInt32();
    fingerprint2[row] = readInt32();
    startedAt[row] = monthStart + (item[position]! | (item[position + 1]! << 8) | (item[position + 2]! << 16));
    position += 3;
    const key = readVarint();
    if (key >= keys) throw corrupt(`key ${key} is not among its ${keys}`, position);
    keyIndex[row] = keyMap[key]!;
    session[row] = columns & 1 ? readInt48() : 0;
    bytesUp[row] = columns & 2 ? readVarint() : 0;
    bytesDown[row] = columns & 4 ? readVarint() : 0;
    bytesUnsplit[row] = columns & 8 ? readVarint() : 0;
    seconds[row] = columns & 16 ? readVarint() : 0;
    count[row] = columns & 32 ? readVarint() : 0;
  }
  if (position !== item.length)
    throw corrupt(`its ${records} records end at byte ${position} of ${item.length}`, position);
  return records;
}

function readKeys(keys: number, keyIndexOf: KeyIndexOf): void {
  if (keys > keyMap.length) keyMap = new Uint16Array(keys * 2);
  for (let key = 0; key < keys; key++) {
    const length = readVarint();
    if (position + length > source.length) throw corrupt(`usage key ${key + 1} of ${keys} ends after it`, position);
    keyMap[key] = keyIndexOf(source, position, position + length);
    position += length;
  }
}

function uint32(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24)) >>> 0;
}

function readInt32(): number {
  const p = position;
  position = p + 4;
  return source[p]! | (source[p + 1]! << 8) | (source[p + 2]! << 16) | (source[p + 3]! << 24);
}

function readInt48(): number {
  const low = readInt32() >>> 0;
  const high = source[position]! | (source[position + 1]! << 8);
  position += 2;
  return high * 0x1_0000_0000 + low;
}

function readVarint(): number {
  let byte = source[position++]!;
  if (byte < 128) return byte;
  let value = byte & 127;
  for (let shift = 7; shift < 28; shift += 7) {
    byte = source[position++]!;
    value |= (byte & 127) << shift;
    if (byte < 128) return value;
  }
  for (let factor = 0x1000_0000; factor < TOO_LARGE; factor *= 128) {
    byte = source[position++]!;
    value += (byte & 127) * factor;
    if (byte < 128 && value < TOO_LARGE) return value;
  }
  throw corrupt('a number is too large or cut off', position);
}

function corrupt(what: string, offset: number): RangeError {
  return new RangeError(`corrupt usage item: ${what} (byte ${offset}); its file must be decoded again`);
}
