/** Bytes behind the unread ones that may be written to: sentinels of scanners, and what is read eight bytes at a time. */
const SPARE = 16;
/** Tries at one record, block after block, before they have to be rarer. */
const MOST_TRIES = 64;

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
  /** Bytes that must be unread for another try to be worth it. */
  private enough = 1;
  private tries = 0;
  private readonly front: number;
  private before = 0;

  constructor(front: number) {
    this.front = front;
    this.bytes = Buffer.alloc(front + (1 << 19) + SPARE);
    this.view = viewOf(this.bytes);
    this.at = front;
    this.end = front;
  }

  /** Says that the bytes that come begin at this offset of the file. */
  beginAt(offset: number): void {
    this.before = offset;
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

  /** Whether there is something to try: more than was in vain before, or all there will be. */
  get isReady(): boolean {
    return this.isClosed || this.end - this.at >= this.enough;
  }

  /** Says that what is unread was not enough. After some tries the next is only worth it when twice as much has come. */
  wait(): void {
    const unread = this.end - this.at;
    this.enough = ++this.tries > MOST_TRIES ? 2 * unread : unread + 1;
  }

  /** Says that what is unread was enough for something. */
  goOn(): void {
    this.enough = 1;
    this.tries = 0;
  }

  /** Where in the file a byte of the buffer stands, from 0. */
  offsetOf(position: number): number {
    return this.before + position - this.front;
  }
}

function viewOf(bytes: Buffer<ArrayBuffer>): DataView<ArrayBuffer> {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
