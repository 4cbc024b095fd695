import {
  AGGREGATES,
  corrupt,
  EVENTS,
  HEADER,
  keyWidth,
  PADDING,
  recordLength,
  recordsOf,
  SESSION_BYTES,
} from './usage-item.ts';
import type { UsageRows } from './usage-rows.ts';

/** Numbers usage keys: which keyIndex the key of these bytes has. */
export type KeyIndexOf = (bytes: Uint8Array, start: number, end: number) => number;

/** What is kept of 32 bits for a number of so many octets. */
const MASKS = Int32Array.of(0, 0xff, 0xffff, 0xff_ffff, -1, -1, -1, -1);

/**
 * Reads one packed usage item after the other (see usage-item.ts for the layout), record by record, so that a record nobody wants costs no
 * more than its fingerprint.
 */
export class UsageItemReader {
  /** Of the item that is open. */
  kind: typeof EVENTS | typeof AGGREGATES = EVENTS;
  asOf = 0;
  records = 0;
  /** The item's bytes, among others; where its first record begins in them, and how long each is. */
  view = new DataView(new ArrayBuffer(0));
  first = 0;
  length = 0;
  private monthStart = 0;
  private keys = 0;
  private keyMap = new Uint16Array(64);
  private forKey = 1;
  private forSession = 0;
  private forUp = 0;
  private forDown = 0;
  private forUnsplit = 0;
  private forSeconds = 0;
  private forCount = 0;

  /** Opens an item. @throws RangeError, saying where, when the bytes are no usage item. */
  open(item: Uint8Array, keyIndexOf: KeyIndexOf): void {
    this.records = recordsOf(item);
    if (item.buffer !== this.view.buffer) this.view = new DataView(item.buffer);
    const { view } = this;
    const start = item.byteOffset;
    const widths = view.getUint16(start + 2, true);
    const keys = view.getUint16(start + 4, true);
    this.kind = view.getUint8(start + 1) === AGGREGATES ? AGGREGATES : EVENTS;
    this.monthStart = view.getUint32(start + 10, true);
    this.asOf = view.getUint32(start + 14, true);
    this.keys = keys;
    this.forKey = keyWidth(keys);
    this.forSession = widths & 1 ? SESSION_BYTES : 0;
    this.forUp = (widths >> 1) & 7;
    this.forDown = (widths >> 4) & 7;
    this.forUnsplit = (widths >> 7) & 7;
    this.forSeconds = (widths >> 10) & 7;
    this.forCount = widths >> 13;
    this.length = recordLength(widths, keys);
    const p = this.readKeys(item, keyIndexOf);
    if (p + this.records * this.length + PADDING !== item.length) {
      throw corrupt(`its ${this.records} records do not end where it ends, at byte ${item.length}`, p);
    }
    this.first = start + p;
  }

  /** Copies the record at `at` to a row, all but its fingerprint. */
  copyTo(rows: UsageRows, row: number, at: number): void {
    const { view, forKey, forSession } = this;
    let p = at + 15;
    rows.startedAt[row] = this.monthStart + (view.getUint32(at + 12, true) & 0xff_ffff);
    const key = forKey === 1 ? view.getUint8(p) : view.getUint16(p, true);
    if (key >= this.keys) throw corrupt(`key ${key} is not among its ${this.keys}`, p);
    rows.keyIndex[row] = this.keyMap[key]!;
    p += forKey;
    rows.session[row] = forSession === 0 ? 0 : view.getUint16(p + 4, true) * 0x1_0000_0000 + view.getUint32(p, true);
    rows.bytesUp[row] = read(view, (p += forSession), this.forUp);
    rows.bytesDown[row] = read(view, (p += this.forUp), this.forDown);
    rows.bytesUnsplit[row] = read(view, (p += this.forDown), this.forUnsplit);
    rows.seconds[row] = read(view, (p += this.forUnsplit), this.forSeconds);
    rows.count[row] = read(view, p + this.forSeconds, this.forCount);
  }

  private readKeys(item: Uint8Array, keyIndexOf: KeyIndexOf): number {
    const { keys } = this;
    if (keys > this.keyMap.length) this.keyMap = new Uint16Array(keys * 2);
    let p = HEADER;
    for (let key = 0; key < keys; key++) {
      const start = p + 2;
      p = start <= item.length ? start + (item[p]! | (item[p + 1]! << 8)) : start;
      if (p > item.length) throw corrupt(`usage key ${key + 1} of ${keys} ends after it`, start);
      this.keyMap[key] = keyIndexOf(item, start, p);
    }
    return p;
  }
}

/** A number of so many octets, 0 to 7; four octets from p on must be there. */
function read(view: DataView, p: number, width: number): number {
  if (width === 0) return 0;
  const low = (view.getUint32(p, true) & MASKS[width]!) >>> 0;
  return width <= 4 ? low : low + readHigh(view, p + 4, width - 4) * 0x1_0000_0000;
}

function readHigh(view: DataView, p: number, width: number): number {
  let high = 0;
  for (let i = width - 1; i >= 0; i--) high = high * 256 + view.getUint8(p + i);
  if (high >= 0x20_0000) throw corrupt('a number is 2^53 or more', p);
  return high;
}
