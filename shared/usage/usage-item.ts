/**
 * The layout of a packed usage item, version 1. Numbers are little-endian and unsigned.
 *
 *     0  version: 1; of records that have amounts one more for each octet these take, up to 8
 *     1  kind: 0 events, 1 aggregates, 2 counter readings, 3 written off
 *     2  widths, 16 bits: bit 0 whether there are sessions, then three bits each: octets a number takes (0 to 7) in the columns
 *        bytesUp, bytesDown, bytesUnsplit, seconds, count; 0 = all are zero
 *     4  number of usage keys, 16 bits; a record's key takes one octet if there are at most 256, else two
 *     6  number of records, 32 bits
 *    10  first second of the UTC month, epoch seconds, 32 bits
 *    14  as-of of aggregates, epoch seconds, 32 bits; 0 for events
 *    18  usage keys: length in 16 bits, then the key's text (see usage-key-text.ts)
 *        records, all of one length: fingerprint (12), second of the month (3), key (1 or 2), session (0 or 6), the columns, amount (0 to 7)
 *        four zero octets, so that every number can be read four octets at a time
 */
/** Version of the layout of records without amounts. */
export const VERSION = 1;
/** Octets an amount takes at most: it is below 2^53, as every number. */
const WIDEST_AMOUNT = 7;
/** Octets before an item's usage keys. */
export const HEADER = 18;
const SMALLEST_RECORD = 16;
/** Octets of a record before its usage key. */
export const KEY_AT = 15;
/** Octets of a session's hash. */
export const SESSION_BYTES = 6;
/** Zero octets behind the last record. */
export const PADDING = 4;
/** Seconds of the longest month. */
export const MONTH_SECONDS = 31 * 86_400;

/** Kind of an item whose records are events, as stored. */
export const EVENTS = 0;
/** Kind of an item whose records are aggregates that replace one another, as stored. */
export const AGGREGATES = 1;

/**
 * Kind of an item whose records are counter readings, as stored: what a counter stood at at an instant. The session tells the counter's cycle,
 * in which it only rises; 0 = not known.
 */
export const COUNTERS = 2;
/** Kind of an item whose records name usage, by fingerprint, that has been written off, as stored: it counts no more. */
export const WRITTEN_OFF = 3;
/** What the records of an item are. */
export type RecordsKind = typeof EVENTS | typeof AGGREGATES | typeof COUNTERS | typeof WRITTEN_OFF;

/** Whether any record of an item that recordsOf has accepted counts pieces: most items have none. */
export function countsPieces(item: Uint8Array): boolean {
  return item[3]! >> 5 > 0;
}

/** What the header of an item says of all its records. */
export interface UsageItemHeader {
  readonly kind: RecordsKind;
  readonly monthStart: number;
  readonly asOf: number;
}

/** Octets of one record, and of its amount among them. */
export function recordLength(widths: number, keys: number, amountWidth: number): number {
  const session = widths & 1 ? SESSION_BYTES : 0;
  const columns =
    ((widths >> 1) & 7) + ((widths >> 4) & 7) + ((widths >> 7) & 7) + ((widths >> 10) & 7) + (widths >> 13);
  return KEY_AT + keyWidth(keys) + session + columns + amountWidth;
}

/** Octets of a record's usage key. */
export function keyWidth(keys: number): number {
  return keys > 256 ? 2 : 1;
}

/** Number of records an item says it holds. @throws RangeError when it is no usage item or cannot hold so many. */
export function recordsOf(item: Uint8Array): number {
  if (item.length < HEADER) throw corrupt('it is shorter than its header', item.length);
  const version = item[0]!;
  if (version < VERSION || version > VERSION + WIDEST_AMOUNT)
    throw corrupt(`its version is ${version}, this program reads ${VERSION} to ${VERSION + WIDEST_AMOUNT}`, 0);
  if (item[1]! > WRITTEN_OFF) throw corrupt(`its kind is ${item[1]}`, 1);
  const records = uint32(item, 6);
  if (records * SMALLEST_RECORD > item.length - HEADER) throw corrupt(`it cannot hold ${records} records`, 6);
  return records;
}

/** Reads the header of an item that recordsOf has accepted. */
export function headerOf(item: Uint8Array): UsageItemHeader {
  return {
    kind: item[1] as RecordsKind,
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
