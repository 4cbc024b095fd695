const ROOM = 72;

/** A text that is needed when its record is complete; what is too long is cut. */
export class KeptText {
  readonly bytes = Buffer.alloc(ROOM + 8);
  length = 0;

  take(from: Uint8Array, start: number, end: number): void {
    const { bytes } = this;
    this.length = Math.min(end - start, ROOM);
    for (let i = 0; i < this.length; i++) bytes[i] = from[start + i]!;
  }

  /** One character a byte. */
  text(): string {
    return this.bytes.toString('latin1', 0, this.length);
  }
}
