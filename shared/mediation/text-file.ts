import type { FileFacts } from './decoder.ts';

/** What a text file says of itself: nothing. */
export const NO_FACTS: FileFacts = {
  sender: '',
  recipient: '',
  sequence: '',
  specification: '',
  created: 0,
  available: 0,
  cutOff: 0,
  rapSequence: '',
  currency: '',
  localCurrency: '',
  decimals: -1,
};

/** Bytes of a file that are looked at to tell what it is. */
const HEAD_BYTES = 16;
/** What files begin with that are often mistaken for UTF-8 text, as hexadecimal digits. */
const MAGIC = [
  [/^1f8b/, 'it is compressed (gzip) inside what was compressed already'],
  [/^28b52ffd/, 'it is compressed (zstd) inside what was compressed already'],
  [/^504b0304/, 'it is a zip archive or a spreadsheet; a spreadsheet is to be saved as CSV'],
  [/^(fffe|feff)/, 'it is UTF-16; the carrier has to send UTF-8'],
  [/^(00|..00)/, 'it is UTF-16 or binary; the carrier has to send UTF-8'],
  [/^(30|61|62)80|^(61|62)8[1-4]/, 'it looks like BER (TAP3 or the like), for which there are other sources'],
] as const;

/** The first bytes of a file, gathered from blocks of any size. */
export class FileHead {
  private readonly bytes = Buffer.alloc(HEAD_BYTES);
  private length = 0;

  /** Whether enough has come. */
  get isWhole(): boolean {
    return this.length === HEAD_BYTES;
  }

  add(block: Uint8Array): void {
    const more = block.subarray(0, HEAD_BYTES - this.length);
    this.bytes.set(more, this.length);
    this.length += more.length;
  }

  /** The bytes as hexadecimal digits. */
  get digits(): string {
    return this.bytes.toString('hex', 0, this.length);
  }

  /** Why it is no UTF-8 text; '' when nothing speaks against it. */
  get objection(): string {
    const { digits } = this;
    return MAGIC.find(([magic]) => magic.test(digits))?.[1] ?? '';
  }
}
