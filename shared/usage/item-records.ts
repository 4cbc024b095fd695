import type { UsageTotals } from './folded-usage.ts';
import { PADDING, recordsOf } from './usage-item.ts';
import { readNumber, UsageItemReader } from './usage-item-reader.ts';

/** Octets of a fingerprint, and of all that stands before a record's usage key. */
const FINGERPRINT = 12;
const BEFORE_KEY = FINGERPRINT + 3;

/** A record as it is stored in an item. */
export interface StoredRecord {
  /** As it stands in the records kept of a chunk. */
  readonly fingerprint: string;
  readonly totals: UsageTotals;
}

/** The records `[from, until)` of an item as an item of their own. @throws RangeError when the bytes are no usage item. */
export function partOfItem(item: Uint8Array, from: number, until: number): Uint8Array {
  const { first, end, start } = opened(item);
  const length = (end - first) / recordsOf(item);
  const head = first - start;
  const part = new Uint8Array(head + (until - from) * length + PADDING);
  part.set(item.subarray(0, head));
  part.set(item.subarray(head + from * length, head + until * length), head);
  new DataView(part.buffer).setUint32(6, until - from, true);
  return part;
}

/** The first record of an item, of counters as it was read. @throws RangeError when the bytes are no usage item. */
export function firstRecord(item: Uint8Array): StoredRecord {
  const { view, first, keyWidth, sessionWidth, ...widths } = opened(item);
  const { upWidth, downWidth, unsplitWidth, secondsWidth, countWidth } = widths;
  let at = first + BEFORE_KEY + keyWidth + sessionWidth;
  const next = (width: number) => {
    const number = readNumber(view, at, width);
    at += width;
    return number;
  };
  const bytes = next(upWidth) + next(downWidth) + next(unsplitWidth);
  const totals = { records: 1, bytes, seconds: next(secondsWidth), count: next(countWidth) };
  const fingerprint = Buffer.from(view.buffer, first, FINGERPRINT).toString('base64url');
  return { fingerprint, totals };
}

function opened(item: Uint8Array): UsageItemReader {
  const reader = new UsageItemReader();
  reader.open(item, () => 0);
  return reader;
}
