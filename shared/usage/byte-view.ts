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

/**
 * Gives the memory of bytes back that nobody reads any more; they have none afterwards. Blocks and chunks are no objects to speak of for the
 * garbage collector, but megabytes: left to it, they make it go through all that is alive every few chunks, which takes a fifth of the time
 * of a compressed file. Bytes that are only a part of their memory stay as they are, for others have the rest of it.
 */
export function release(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength) buffer.transfer(0);
}
