import type { Interner } from './interner.ts';
import { TOO_LARGE, type UsageRows } from './usage-rows.ts';

/**
 * The layout of a packed usage item, version 1. Numbers are little-endian and unsigned.
 *
 *     0  version (1)
 *     1  kind: 0 events, 1 aggregates (2 is kept for counter readings)
 *     2  widths, 16 bits: bit 0 whether there are sessions, then three bits each: octets a number takes (0 to 7) in the columns
 *        bytesUp, bytesDown, bytesUnsplit, seconds, count; 0 = all are zero
 *     4  number of usage keys, 16 bits; a record's key takes one octet if there are at most 256, else two
 *     6  number of records, 32 bits
 *    10  first second of the UTC month, epoch seconds, 32 bits
 *    14  as-of of aggregates, epoch seconds, 32 bits; 0 for events
 *    18  usage keys: length in 16 bits, then the key's text (see usage-key-text.ts)
 *        records, all of one length: fingerprint (12), second of the month (3), key (1 or 2), session (0 or 6), the columns
 *        four zero octets, so that every number can be read four octets at a time
 */
const VERSION = 1;
/** Octets before an item's usage keys. */
export const HEADER = 18;
const SMALLEST_RECORD = 16;
/** Octets of a session's hash. */
export const SESSION_BYTES = 6;
/** Zero octets behind the last record. */
export const PADDING = 4;
const MONTH_SECONDS = 31 * 86_400;

/** Kind of an item whose records are events, as stored. */
export const EVENTS = 0;
/** Kind of an item whose records are aggregates that replace one another, as stored. */
export const AGGREGATES = 1;

/** What the header of an item says of all its records. */
export interface UsageItemHeader {
  readonly kind: typeof EVENTS | typeof AGGREGATES;
  readonly monthStart: number;
  readonly asOf: number;
}

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
 * @throws RangeError for a quantity that is no whole number from 0 to below 2^53, and for a start outside the month.
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
): Uint8Array {
  at = itemStart;
  const keyCount = collectKeys(rows, order, from, until);
  const widths = widthsOf(rows, order, from, until);
  let keysLength = 0;
  for (let i = 0; i < keyCount; i++) keysLength += keys.lengthOf(itemKeys[i]!) + 2;
  ensureRoom(HEADER + keysLength + (until - from) * recordLength(widths, keyCount) + PADDING);
  write(VERSION, 1);
  write(header.kind, 1);
  write(widths, 2);
  write(keyCount, 2);
  write(until - from, 4);
  write(header.monthStart, 4);
  write(header.asOf, 4);
  for (let i = 0; i < keyCount; i++) {
    const key = itemKeys[i]!;
    write(keys.lengthOf(key), 2);
    keys.copyTo(key, slab, at);
    at += keys.lengthOf(key);
  }
  for (let i = from; i < until; i++) writeRow(rows, order[i]!, widths, keyCount, header.monthStart);
  write(0, PADDING);
  return slab.subarray(itemStart, at);
}

/** Numbers the usage keys of an item in the order they occur; answers how many. */
function collectKeys(rows: UsageRows, order: Int32Array, from: number, until: number): number {
  let count = 0;
  owner++;
  for (let i = from; i < until; i++) {
    const key = rows.keyIndex[order[i]!]!;
    if (keyOwner[key] === owner) continue;
    keyOwner[key] = owner;
    localOf[key] = count;
    if (count === itemKeys.length) itemKeys = withRoom(itemKeys);
    itemKeys[count++] = key;
  }
  return count;
}

function widthsOf(rows: UsageRows, order: Int32Array, from: number, until: number): number {
  let session = 0;
  let up = 0;
  let down = 0;
  let unsplit = 0;
  let seconds = 0;
  let count = 0;
  for (let i = from; i < until; i++) {
    const row = order[i]!;
    if (rows.session[row] !== 0) session = 1;
    up = Math.max(up, rows.bytesUp[row]!);
    down = Math.max(down, rows.bytesDown[row]!);
    unsplit = Math.max(unsplit, rows.bytesUnsplit[row]!);
    seconds = Math.max(seconds, rows.seconds[row]!);
    count = Math.max(count, rows.count[row]!);
  }
  return (
    session |
    (widthOf(up) << 1) |
    (widthOf(down) << 4) |
    (widthOf(unsplit) << 7) |
    (widthOf(seconds) << 10) |
    (widthOf(count) << 13)
  );
}

function widthOf(value: number): number {
  if (!(value < TOO_LARGE)) throw new RangeError(`${value} is no quantity a usage item can hold`);
  let width = 0;
  for (let limit = 1; value >= limit; limit *= 256) width++;
  return width;
}

/** Octets of one record. */
export function recordLength(widths: number, keys: number): number {
  const session = widths & 1 ? SESSION_BYTES : 0;
  const columns =
    ((widths >> 1) & 7) + ((widths >> 4) & 7) + ((widths >> 7) & 7) + ((widths >> 10) & 7) + (widths >> 13);
  return 15 + keyWidth(keys) + session + columns;
}

/** Octets of a record's usage key. */
export function keyWidth(keys: number): number {
  return keys > 256 ? 2 : 1;
}

function writeRow(rows: UsageRows, row: number, widths: number, keys: number, monthStart: number): void {
  const second = rows.startedAt[row]! - monthStart;
  if (!(second >= 0 && second < MONTH_SECONDS)) throw new RangeError(`second ${second} is not in the item's month`);
  writeInt32(rows.fingerprint0[row]!);
  writeInt32(rows.fingerprint1[row]!);
  writeInt32(rows.fingerprint2[row]!);
  write(second, 3);
  write(localOf[rows.keyIndex[row]!]!, keyWidth(keys));
  if (widths & 1) write(rows.session[row]!, SESSION_BYTES);
  write(rows.bytesUp[row]!, (widths >> 1) & 7);
  write(rows.bytesDown[row]!, (widths >> 4) & 7);
  write(rows.bytesUnsplit[row]!, (widths >> 7) & 7);
  write(rows.seconds[row]!, (widths >> 10) & 7);
  write(rows.count[row]!, widths >> 13);
}

/** Goes to a new slab, if this one has no room for an item. */
function ensureRoom(bytes: number): void {
  if (at + bytes <= slab.length) return;
  slab = new Uint8Array(Math.max(SLAB, bytes));
  itemStart = 0;
  at = 0;
}

function withRoom(numbers: Uint16Array): Uint16Array<ArrayBuffer> {
  const larger = new Uint16Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}

function writeInt32(value: number): void {
  slab[at] = value;
  slab[at + 1] = value >>> 8;
  slab[at + 2] = value >>> 16;
  slab[at + 3] = value >>> 24;
  at += 4;
}

function write(value: number, width: number): void {
  if (value < 0) throw new RangeError(`${value} is no quantity a usage item can hold`);
  let rest = value > 0xffff_ffff ? value % 0x1_0000_0000 : value;
  for (let i = Math.min(width, 4); i > 0; i--) {
    slab[at++] = rest;
    rest >>>= 8;
  }
  if (width <= 4) return;
  let high = Math.floor(value / 0x1_0000_0000);
  for (let i = width - 4; i > 0; i--) {
    slab[at++] = high;
    high >>>= 8;
  }
}

/** Number of records an item says it holds. @throws RangeError when it is no usage item or cannot hold so many. */
export function recordsOf(item: Uint8Array): number {
  if (item.length < HEADER) throw corrupt('it is shorter than its header', item.length);
  if (item[0] !== VERSION) throw corrupt(`its version is ${item[0]}, this program reads ${VERSION}`, 0);
  if (item[1] !== EVENTS && item[1] !== AGGREGATES) throw corrupt(`its kind is ${item[1]}`, 1);
  const records = uint32(item, 6);
  if (records * SMALLEST_RECORD > item.length - HEADER) throw corrupt(`it cannot hold ${records} records`, 6);
  return records;
}

/** Reads the header of an item that recordsOf has accepted. */
export function headerOf(item: Uint8Array): UsageItemHeader {
  return {
    kind: item[1] === AGGREGATES ? AGGREGATES : EVENTS,
    monthStart: uint32(item, 10),
    asOf: uint32(item, 14),
  };
}

function uint32(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24)) >>> 0;
}

/** Says that an item's bytes are not what was written, and where. */
export function corrupt(what: string, offset: number): RangeError {
  return new RangeError(`corrupt usage item: ${what} (byte ${offset}); its file must be decoded again`);
}
