import type { UsageTotals } from './folded-usage.ts';
import { COUNTERS, EVENTS, PADDING } from './usage-item.ts';
import { readNumber, UsageItemReader } from './usage-item-reader.ts';

/** Octets of a fingerprint. */
const FINGERPRINT = 12;

/** A record as it is stored in an item. */
export interface StoredRecord {
  /** As it stands in the records kept of a chunk. */
  readonly fingerprint: string;
  readonly totals: UsageTotals;
}

/** The records `[from, until)` of an item as an item of their own. @throws RangeError when the bytes are no usage item. */
export function partOfItem(item: Uint8Array, from: number, until: number): Uint8Array {
  const { first, start, length } = opened(item);
  const head = first - start;
  const part = new Uint8Array(head + (until - from) * length + PADDING);
  part.set(item.subarray(0, head));
  part.set(item.subarray(head + from * length, head + until * length), head);
  new DataView(part.buffer).setUint32(6, until - from, true);
  return part;
}

/** The first record of an item, of counters as it was read. @throws RangeError when the bytes are no usage item. */
export function firstRecord(item: Uint8Array): StoredRecord {
  const reader = opened(item);
  const { view, first } = reader;
  const bytes =
    readNumber(view, first + reader.upAt, reader.upWidth) +
    readNumber(view, first + reader.downAt, reader.downWidth) +
    readNumber(view, first + reader.unsplitAt, reader.unsplitWidth);
  const seconds = readNumber(view, first + reader.secondsAt, reader.secondsWidth);
  const count = readNumber(view, first + reader.countAt, reader.countWidth);
  const totals = { records: 1, bytes, seconds, count };
  const fingerprint = Buffer.from(view.buffer, first, FINGERPRINT).toString('base64url');
  return { fingerprint, totals };
}

/** Seconds of a day. */
const DAY = 86_400;

/**
 * Between which instants the records of an item can count. A daily aggregate means its date where the payer is, and a part of a session counts with the others: a day to
 * either side. A counter reading changes what the next one comes to, whenever that is. @throws RangeError when the bytes are no usage item.
 */
export function instantsOf(item: Uint8Array): { readonly from: number; readonly until: number } {
  const reader = opened(item);
  const { view, first, end, length, monthStart, kind } = reader;
  let [earliest, latest] = [Number.MAX_SAFE_INTEGER, 0];
  for (let p = first; p < end; p += length) {
    const second = view.getUint16(p + FINGERPRINT, true) + view.getUint8(p + FINGERPRINT + 2) * 0x1_0000;
    if (second < earliest) earliest = second;
    if (second > latest) latest = second;
  }
  const around = kind === EVENTS && reader.sessionWidth === 0 ? 0 : DAY;
  const until = kind === COUNTERS ? Number.MAX_SAFE_INTEGER : monthStart + latest + 1 + around;
  return { from: monthStart + earliest - around, until };
}

function opened(item: Uint8Array): UsageItemReader {
  const reader = new UsageItemReader();
  reader.open(item, () => 0);
  return reader;
}
