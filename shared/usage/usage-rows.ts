/**
 * Usage records as columns, one row a record. The columns are longer than what is used of them and are filled anew again and again: no
 * object is made for a record.
 */
export interface UsageRows {
  /** Three times 32 bits of the fingerprint, most significant first. */
  fingerprint0: Int32Array;
  fingerprint1: Int32Array;
  fingerprint2: Int32Array;
  /** Hash of the session in 48 bits; 0 = no session known. */
  session: Float64Array;
  /** Epoch seconds. */
  startedAt: Float64Array;
  /** Which usage key; what the number points into is the owner's business. */
  keyIndex: Uint16Array;
  bytesUp: Float64Array;
  bytesDown: Float64Array;
  bytesUnsplit: Float64Array;
  seconds: Float64Array;
  count: Float64Array;
  /** What the carrier charges, in what the usage key says; without room where a source keeps no amounts. */
  amount: Float64Array;
}

/** Quantities and hashes are whole numbers below this. */
export const TOO_LARGE = 2 ** 53;

/** Columns for so many rows, all zero, and for as many amounts: none where nothing is to have one. */
export function usageRows(capacity: number, amounts: number): UsageRows {
  return {
    fingerprint0: new Int32Array(capacity),
    fingerprint1: new Int32Array(capacity),
    fingerprint2: new Int32Array(capacity),
    session: new Float64Array(capacity),
    startedAt: new Float64Array(capacity),
    keyIndex: new Uint16Array(capacity),
    bytesUp: new Float64Array(capacity),
    bytesDown: new Float64Array(capacity),
    bytesUnsplit: new Float64Array(capacity),
    seconds: new Float64Array(capacity),
    count: new Float64Array(capacity),
    amount: new Float64Array(amounts),
  };
}

/** Copies one row over another. */
export function copyRow(rows: UsageRows, from: number, to: number): void {
  rows.fingerprint0[to] = rows.fingerprint0[from]!;
  rows.fingerprint1[to] = rows.fingerprint1[from]!;
  rows.fingerprint2[to] = rows.fingerprint2[from]!;
  rows.session[to] = rows.session[from]!;
  rows.startedAt[to] = rows.startedAt[from]!;
  rows.keyIndex[to] = rows.keyIndex[from]!;
  rows.bytesUp[to] = rows.bytesUp[from]!;
  rows.bytesDown[to] = rows.bytesDown[from]!;
  rows.bytesUnsplit[to] = rows.bytesUnsplit[from]!;
  rows.seconds[to] = rows.seconds[from]!;
  rows.count[to] = rows.count[from]!;
  if (to < rows.amount.length) rows.amount[to] = rows.amount[from]!;
}
