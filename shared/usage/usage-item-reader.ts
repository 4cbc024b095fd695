import {
  corrupt,
  EVENTS,
  HEADER,
  KEY_AT,
  keyWidth,
  PADDING,
  type RecordsKind,
  recordsOf,
  SESSION_BYTES,
  VERSION,
} from './usage-item.ts';

/** Numbers usage keys: which keyIndex the key of these bytes has. */
export type KeyIndexOf = (bytes: Uint8Array, start: number, end: number) => number;

/** What is kept of 32 bits for a number of so many octets; a mask of at most three keeps a small whole number. */
export const MASKS = Int32Array.of(0, 0xff, 0xffff, 0xff_ffff, -1, -1, -1, -1);

/** Reads the head of one packed usage item after the other: how its records lie (see usage-item.ts for the layout). */
export class UsageItemReader {
  kind: RecordsKind = EVENTS;
  asOf = 0;
  monthStart = 0;
  /** Memory the item is a part of. */
  view: DataView = new DataView(new ArrayBuffer(0));
  /** Where the item, its first record, and what is behind its last begin in that memory. */
  start = 0;
  first = 0;
  end = 0;
  /** keyIndex of each of the item's usage keys, of which there are `keys`. */
  keyMap = new Uint16Array(64);
  keys = -1;
  /** Octets of a record; of its fields, and where in it they begin. */
  length = 0;
  keyWidth = 1;
  sessionAt = 0;
  sessionWidth = 0;
  upAt = 0;
  upWidth = 0;
  downAt = 0;
  downWidth = 0;
  unsplitAt = 0;
  unsplitWidth = 0;
  secondsAt = 0;
  secondsWidth = 0;
  countAt = 0;
  countWidth = 0;
  amountAt = 0;
  amountWidth = 0;
  /** The item up to its first record. */
  private keyBytes: Uint8Array = new Uint8Array(0);
  private keyView: DataView = new DataView(new ArrayBuffer(0));

  /** Opens an item. @throws RangeError, saying where, when the bytes are no usage item. */
  open(item: Uint8Array, keyIndexOf: KeyIndexOf): void {
    const records = recordsOf(item);
    if (item.buffer !== this.view.buffer) this.view = new DataView(item.buffer);
    const { view } = this;
    const start = item.byteOffset;
    const widths = view.getUint16(start + 2, true);
    const keys = view.getUint16(start + 4, true);
    this.kind = view.getUint8(start + 1) as RecordsKind;
    this.monthStart = view.getUint32(start + 10, true);
    this.asOf = view.getUint32(start + 14, true);
    this.layOut(widths, keyWidth(keys), view.getUint8(start) - VERSION);
    const p = this.readKeys(item, keys, keyIndexOf);
    const length = records * this.length;
    if (p + length + PADDING !== item.length) {
      throw corrupt(`its ${records} records do not end where it ends, at byte ${item.length}`, p);
    }
    this.start = start;
    this.first = start + p;
    this.end = this.first + length;
    this.keys = keys;
  }

  /** Where the fields of a record lie. */
  private layOut(widths: number, ofKey: number, ofAmount: number): void {
    this.keyWidth = ofKey;
    this.sessionAt = KEY_AT + ofKey;
    this.sessionWidth = widths & 1 ? SESSION_BYTES : 0;
    this.upAt = this.sessionAt + this.sessionWidth;
    this.upWidth = (widths >> 1) & 7;
    this.downAt = this.upAt + this.upWidth;
    this.downWidth = (widths >> 4) & 7;
    this.unsplitAt = this.downAt + this.downWidth;
    this.unsplitWidth = (widths >> 7) & 7;
    this.secondsAt = this.unsplitAt + this.unsplitWidth;
    this.secondsWidth = (widths >> 10) & 7;
    this.countAt = this.secondsAt + this.secondsWidth;
    this.countWidth = widths >> 13;
    this.amountAt = this.countAt + this.countWidth;
    this.amountWidth = ofAmount;
    this.length = this.amountAt + ofAmount;
  }

  /** Octets up, down and unsplit of the record at `p` together, however large. @throws RangeError when one is 2^53 or more. */
  octetsAt(p: number): number {
    const up = readNumber(this.view, p + this.upAt, this.upWidth);
    const down = readNumber(this.view, p + this.downAt, this.downWidth);
    return up + down + readNumber(this.view, p + this.unsplitAt, this.unsplitWidth);
  }

  /** Forgets what the usage keys of the item before were numbered. */
  begin(): void {
    this.keys = -1;
  }

  /** Numbers the item's usage keys; they are most often those of the item before. Answers where the records begin. */
  private readKeys(item: Uint8Array, keys: number, keyIndexOf: KeyIndexOf): number {
    if (keys === this.keys && this.hasKeysOfLast(item)) return this.keyBytes.length;
    if (keys > this.keyMap.length) this.keyMap = new Uint16Array(keys * 2);
    let p = HEADER;
    for (let key = 0; key < keys; key++) {
      const start = p + 2;
      p = start <= item.length ? start + (item[p]! | (item[p + 1]! << 8)) : start;
      if (p > item.length) throw corrupt(`usage key ${key + 1} of ${keys} ends after it`, start);
      this.keyMap[key] = keyIndexOf(item, start, p);
    }
    this.keys = keys;
    this.keyBytes = item.subarray(0, p);
    this.keyView = new DataView(item.buffer, item.byteOffset, p);
    return p;
  }

  /** Whether its usage keys are octet by octet those of the item before; compared four at a time. */
  private hasKeysOfLast(item: Uint8Array): boolean {
    const { keyBytes, keyView, view } = this;
    const { length } = keyBytes;
    if (length > item.length) return false;
    const start = item.byteOffset;
    let i = HEADER;
    for (; i + 4 <= length; i += 4) if (keyView.getInt32(i) !== view.getInt32(start + i)) return false;
    for (; i < length; i++) if (keyBytes[i] !== item[i]) return false;
    return true;
  }
}

/** The hash of a record's session, 0 where the item knows none. */
export function readSession(view: DataView, p: number, width: number): number {
  return width === 0 ? 0 : view.getUint16(p + 4, true) * 0x1_0000_0000 + view.getUint32(p, true);
}

/**
 * A number of so many octets, 0 to 7, little-endian; four octets behind its last must be there. @throws RangeError from 2^53 on.
 */
export function readNumber(view: DataView, p: number, width: number): number {
  if (width === 0) return 0;
  const low = (view.getUint32(p, true) & MASKS[width]!) >>> 0;
  if (width <= 4) return low;
  const high = view.getUint32(p + 4, true) & MASKS[width - 4]!;
  return high < TOO_HIGH ? low + high * 0x1_0000_0000 : throwTooLarge(p);
}

/** What the octets behind the first four of a number come to from 2^53 on. */
const TOO_HIGH = 0x20_0000;

function throwTooLarge(p: number): never {
  throw corrupt('a number is 2^53 or more', p);
}
