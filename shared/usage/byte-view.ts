/** A view of all of some bytes, for reading and writing several at a time. */
export function viewOf(bytes: Uint8Array<ArrayBuffer>): DataView<ArrayBuffer> {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Copies bytes [start, end) eight at a time and answers where the copy ends. Up to seven more are read and written behind them: both sides
 * must have room for these. For the short texts of usage records this costs a third of a loop over bytes, and a fifth of a native copy.
 */
export function copyBytes(from: DataView, start: number, end: number, to: DataView, at: number): number {
  for (let i = start, j = at; i < end; i += 8, j += 8) to.setBigInt64(j, from.getBigInt64(i, true), true);
  return at + end - start;
}
