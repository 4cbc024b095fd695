/** No value is longer, in octets, in one piece or in segments. */
export const LONGEST_VALUE = 65_536;

/** A value that comes in segments (X.690 §8.7.3), put together. */
export class BerSegments {
  bytes = Buffer.alloc(0);
  length = 0;
  /** What the value means, and how deep its element lies. */
  code = 0;
  depth = 0;

  begin(code: number, depth: number): void {
    this.code = code;
    this.depth = depth;
    this.length = 0;
  }

  /** Adds a segment; all of them together are no longer than a value may be. */
  add(bytes: Buffer, start: number, end: number): void {
    if (this.bytes.length === 0) this.bytes = Buffer.alloc(LONGEST_VALUE);
    bytes.copy(this.bytes, this.length, start, end);
    this.length += end - start;
  }
}
