import type { FoldedUsage } from './folded-usage.ts';

type Column = Float64Array | Int32Array | Uint16Array;

/** Some rows of folded usage as usage of its own, in memory of its own. What was left out of the fold is counted with the whole alone. */
export function pickedRows(usage: FoldedUsage, rows: readonly number[]): FoldedUsage {
  const nothing = { records: 0, bytes: 0, seconds: 0, count: 0 };
  const pick = <Of extends Column>(column: Of, picked: Of): Of => {
    for (const [at, row] of rows.entries()) picked[at] = column[row] as number;
    return picked;
  };
  const numbers = (column: Float64Array) => pick(column, new Float64Array(rows.length));
  const words = (column: Int32Array) => pick(column, new Int32Array(rows.length));
  return {
    length: rows.length,
    keys: usage.keys,
    keyIndex: pick(usage.keyIndex, new Uint16Array(rows.length)),
    startedAt: numbers(usage.startedAt),
    bytes: numbers(usage.bytes),
    seconds: numbers(usage.seconds),
    count: numbers(usage.count),
    session: numbers(usage.session),
    bytesUp: numbers(usage.bytesUp),
    bytesDown: numbers(usage.bytesDown),
    bytesUnsplit: numbers(usage.bytesUnsplit),
    amount: numbers(usage.amount),
    fingerprint0: words(usage.fingerprint0),
    fingerprint1: words(usage.fingerprint1),
    fingerprint2: words(usage.fingerprint2),
    loadedAt: numbers(usage.loadedAt),
    lastLoadedAt: usage.lastLoadedAt,
    duplicates: nothing,
    writtenOff: nothing,
    carried: nothing,
    resets: 0,
  };
}
