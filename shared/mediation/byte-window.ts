/** A reader may look so many bytes behind the last one that is there: what it sees is not to be believed, but it is a byte. */
const SPARE = 32;

/** The bytes of a file that have come but were not read yet. `base + at` is the offset in the file of the next one. */
export class ByteWindow {
  bytes = Buffer.alloc((1 << 16) + SPARE);
  at = 0;
  end = 0;
  base: number;

  /** `offset` is that of the first byte that comes. */
  constructor(offset: number) {
    this.base = offset;
  }

  /** Offset in the file of the next byte. */
  get offset(): number {
    return this.base + this.at;
  }

  /** Adds a block behind what is there. Places in `bytes` found before may no longer hold. */
  append(block: Uint8Array): void {
    const kept = this.end - this.at;
    if (this.end + block.length + SPARE > this.bytes.length) {
      const needed = kept + block.length + SPARE;
      const room = this.bytes.length < needed ? Buffer.alloc(needed * 2) : this.bytes;
      this.bytes.copy(room, 0, this.at, this.end);
      this.bytes = room;
      this.base += this.at;
      this.at = 0;
      this.end = kept;
    }
    this.bytes.set(block, this.end);
    this.end += block.length;
  }

  /** Passes over bytes up to an offset in the file; false when it lies behind what is there, all of which is then passed over. */
  passTo(offset: number): boolean {
    const place = offset - this.base;
    if (place > this.end) {
      this.at = this.end;
      return false;
    }
    if (place > this.at) this.at = place;
    return true;
  }

  /** Passes over what media and blocks of fixed size are filled with: 00, FF, line ends, blanks. Answers how many bytes that were. */
  passPadding(): number {
    const { bytes, end } = this;
    let at = this.at;
    while (at < end && isPadding(bytes[at]!)) at++;
    const passed = at - this.at;
    this.at = at;
    return passed;
  }
}

function isPadding(byte: number): boolean {
  return byte === 0 || byte === 0xff || byte === 0x0a || byte === 0x0d || byte === 0x1a || byte === 0x20;
}
