/** Bytes behind the unread ones that may be written to: sentinels of scanners, and what is read eight bytes at a time. */
const SPARE = 16;

/**
 * The bytes of a file that have come and are not yet read, in one buffer: block after block is put behind what is left of the one before. The
 * first `front` bytes of the buffer are somebody else's, for texts that do not stand in the file as they are needed.
 */
export class BlockBuffer {
  bytes: Buffer<ArrayBuffer>;
  /** The same bytes, for reading several at a time. */
  view: DataView<ArrayBuffer>;
  /** Unread are bytes [at, end). */
  at: number;
  end: number;
  isClosed = false;
  private readonly front: number;
  private before = 0;

  constructor(front: number) {
    this.front = front;
    this.bytes = Buffer.alloc(front + (1 << 19) + SPARE);
    this.view = viewOf(this.bytes);
    this.at = front;
    this.end = front;
  }

  /** Adds a block behind what is unread; offsets into `bytes` change. */
  append(block: Uint8Array): void {
    const { front, at, end } = this;
    const unread = end - at;
    this.before += at - front;
    if (front + unread + block.length + SPARE > this.bytes.length) {
      const larger = Buffer.alloc(front + 2 * (unread + block.length) + SPARE);
      this.bytes.copy(larger, front, at, end);
      this.bytes = larger;
      this.view = viewOf(larger);
    } else {
      this.bytes.copyWithin(front, at, end);
    }
    this.bytes.set(block, front + unread);
    this.at = front;
    this.end = front + unread + block.length;
  }

  /** Where in the file a byte of the buffer stands, from 0. */
  offsetOf(position: number): number {
    return this.before + position - this.front;
  }
}

function viewOf(bytes: Buffer<ArrayBuffer>): DataView<ArrayBuffer> {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
