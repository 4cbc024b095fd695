import { viewOf } from './byte-view.ts';
import type { Interner } from './interner.ts';
import {
  HEADER,
  keyWidth,
  MONTH_SECONDS,
  PADDING,
  recordLength,
  SESSION_BYTES,
  type UsageItemHeader,
  VERSION,
} from './usage-item.ts';
import { TOO_LARGE, type UsageRows } from './usage-rows.ts';

const MOST_KEYS = 65_535;
/** Numbers are written four octets at a time, whatever their width: what is written behind the last item is not part of it. */
const SPARE = 8;

/** Packs usage items one behind the other into memory that is used again and again (see usage-item.ts for the layout). */
export class UsageItemWriter {
  /** The items; the first `length` octets count, until it is cleared. */
  bytes = new Uint8Array(1 << 16);
  private view = viewOf(this.bytes);
  length = 0;
  /** How long each item is. */
  readonly lengths: number[] = [];
  /** The item's own numbers of usage keys: localOf counts where keyOwner names the item that is being written. */
  private readonly localOf = new Uint16Array(MOST_KEYS + 1);
  private readonly keyOwner = new Float64Array(MOST_KEYS + 1);
  private owner = 0;
  private itemKeys = new Uint16Array(64);

  /** Begins anew. */
  clear(): void {
    this.length = 0;
    this.lengths.length = 0;
  }

  /**
   * Packs the rows `order[from, until)` of one identifier and month, in that order: into one item, or, when it would be larger than
   * `maxBytes`, into halves (and halves of these); answers into how many. Usage keys are those `keys` has numbered. The same rows give the
   * same bytes.
   * @throws RangeError for a quantity that is no number from 0 to below 2^53, and for a start outside the month.
   */
  pack(
    rows: UsageRows,
    order: Int32Array,
    from: number,
    until: number,
    header: UsageItemHeader,
    keys: Interner,
    maxBytes: number,
  ): number {
    const keyCount = this.collectKeys(rows, order, from, until);
    const widths = widthsOf(rows, order, from, until);
    const amountWidth = rows.amount.length === 0 ? 0 : amountWidthOf(rows, order, from, until);
    let size = HEADER + (until - from) * recordLength(widths, keyCount, amountWidth) + PADDING;
    for (let i = 0; i < keyCount; i++) size += keys.lengthOf(this.itemKeys[i]!) + 2;
    if (size > maxBytes && until - from > 1) {
      const half = from + ((until - from) >> 1);
      const parts = this.pack(rows, order, from, half, header, keys, maxBytes);
      return parts + this.pack(rows, order, half, until, header, keys, maxBytes);
    }
    this.ensureRoom(size);
    let at = this.writeHeader(keyCount, widths, until - from, header, keys);
    if (amountWidth > 0) this.view.setUint8(this.length, VERSION + amountWidth);
    for (let i = from; i < until; i++) {
      at = this.writeRow(rows, order[i]!, widths, keyCount, header.monthStart, at);
      if (amountWidth > 0) at = write(this.view, at, rows.amount[order[i]!]!, amountWidth);
    }
    this.view.setUint32(at, 0, true);
    this.length += size;
    this.lengths.push(size);
    return 1;
  }

  /** Numbers the usage keys of an item in the order they occur; answers how many. */
  private collectKeys(rows: UsageRows, order: Int32Array, from: number, until: number): number {
    const { keyOwner, localOf } = this;
    const owner = ++this.owner;
    let count = 0;
    for (let i = from; i < until; i++) {
      const key = rows.keyIndex[order[i]!]!;
      if (keyOwner[key] === owner) continue;
      keyOwner[key] = owner;
      localOf[key] = count;
      if (count === this.itemKeys.length) this.itemKeys = withRoom(this.itemKeys);
      this.itemKeys[count++] = key;
    }
    return count;
  }

  private writeHeader(
    keyCount: number,
    widths: number,
    records: number,
    header: UsageItemHeader,
    keys: Interner,
  ): number {
    const { view, length: start } = this;
    view.setUint8(start, VERSION);
    view.setUint8(start + 1, header.kind);
    view.setUint16(start + 2, widths, true);
    view.setUint16(start + 4, keyCount, true);
    view.setUint32(start + 6, records, true);
    view.setUint32(start + 10, header.monthStart, true);
    view.setUint32(start + 14, header.asOf, true);
    let at = start + HEADER;
    for (let i = 0; i < keyCount; i++) {
      const key = this.itemKeys[i]!;
      view.setUint16(at, keys.lengthOf(key), true);
      at = keys.copyTo(key, view, at + 2);
    }
    return at;
  }

  private writeRow(
    rows: UsageRows,
    row: number,
    widths: number,
    keyCount: number,
    monthStart: number,
    start: number,
  ): number {
    const { view } = this;
    const second = rows.startedAt[row]! - monthStart;
    if (!(second >= 0 && second < MONTH_SECONDS)) throw new RangeError(`second ${second} is not in the item's month`);
    view.setInt32(start, rows.fingerprint0[row]!, true);
    view.setInt32(start + 4, rows.fingerprint1[row]!, true);
    view.setInt32(start + 8, rows.fingerprint2[row]!, true);
    view.setUint32(start + 12, second, true);
    let at = start + 15;
    view.setUint16(at, this.localOf[rows.keyIndex[row]!]!, true);
    at += keyWidth(keyCount);
    if (widths & 1) at = write(view, at, rows.session[row]!, SESSION_BYTES);
    at = write(view, at, rows.bytesUp[row]!, (widths >> 1) & 7);
    at = write(view, at, rows.bytesDown[row]!, (widths >> 4) & 7);
    at = write(view, at, rows.bytesUnsplit[row]!, (widths >> 7) & 7);
    at = write(view, at, rows.seconds[row]!, (widths >> 10) & 7);
    return write(view, at, rows.count[row]!, widths >> 13);
  }

  private ensureRoom(bytes: number): void {
    const needed = this.length + bytes + SPARE;
    if (needed <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
    this.view = viewOf(larger);
  }
}

const packer = new UsageItemWriter();

/** Packs rows as UsageItemWriter does, each item in memory of its own. */
export function packItems(
  rows: UsageRows,
  order: Int32Array,
  from: number,
  until: number,
  header: UsageItemHeader,
  keys: Interner,
  maxBytes: number,
): Uint8Array[] {
  packer.clear();
  packer.pack(rows, order, from, until, header, keys, maxBytes);
  let end = 0;
  return packer.lengths.map((length) => {
    end += length;
    return packer.bytes.slice(end - length, end);
  });
}

function widthsOf(rows: UsageRows, order: Int32Array, from: number, until: number): number {
  const { session, bytesUp, bytesDown, bytesUnsplit, seconds, count } = rows;
  let hasSession = 0;
  let up = 0;
  let down = 0;
  let unsplit = 0;
  let time = 0;
  let pieces = 0;
  for (let i = from; i < until; i++) {
    const row = order[i]!;
    if (session[row] !== 0) hasSession = 1;
    if (!(bytesUp[row]! <= up)) up = bytesUp[row]!;
    if (!(bytesDown[row]! <= down)) down = bytesDown[row]!;
    if (!(bytesUnsplit[row]! <= unsplit)) unsplit = bytesUnsplit[row]!;
    if (!(seconds[row]! <= time)) time = seconds[row]!;
    if (!(count[row]! <= pieces)) pieces = count[row]!;
  }
  return (
    hasSession |
    (widthOf(up) << 1) |
    (widthOf(down) << 4) |
    (widthOf(unsplit) << 7) |
    (widthOf(time) << 10) |
    (widthOf(pieces) << 13)
  );
}

/** Octets the largest amount takes. */
function amountWidthOf({ amount }: UsageRows, order: Int32Array, from: number, until: number): number {
  let largest = 0;
  for (let i = from; i < until; i++) largest = Math.max(largest, amount[order[i]!]!);
  return widthOf(largest);
}

/** Octets a number takes: 0 for 0. */
function widthOf(value: number): number {
  if (!(value < TOO_LARGE)) throw new RangeError(`${value} is no quantity a usage item can hold`);
  if (value <= 0xffff_ffff) return (39 - Math.clz32(value)) >> 3;
  return value < 0x100_0000_0000 ? 5 : value < 0x1_0000_0000_0000 ? 6 : 7;
}

/** Writes a number of so many octets, and zeros or its higher octets behind them; answers where it ends. */
function write(view: DataView, at: number, value: number, width: number): number {
  if (!(value >= 0)) throw new RangeError(`${value} is no quantity a usage item can hold`);
  if (width === 0) return at;
  view.setUint32(at, value, true);
  if (width > 4) view.setUint32(at + 4, value / 0x1_0000_0000, true);
  return at + width;
}

function withRoom(numbers: Uint16Array): Uint16Array<ArrayBuffer> {
  const larger = new Uint16Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}
