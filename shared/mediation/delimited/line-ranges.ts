import type { SourceDefinition } from '#shared/catalog/source.ts';

/** A part of a text file: the lines that begin in [start, end), in bytes of the file. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

const LF = 0x0a;

/**
 * The ranges a plain text file may be cut into, so that they are decoded side by side; none when it is read as a whole. It must be long enough
 * for two, its lines must stand for themselves (no lines to skip, no last line that counts the others), and end with LF, as `head` shows. That no
 * quotes join lines is found out while they are read.
 */
export function lineRanges(source: SourceDefinition, head: Uint8Array, bytes: number, rangeBytes: number): LineRange[] {
  if (source.format !== 'delimited' || source.skipLines > 0 || source.trailer.firstField !== '') return [];
  const count = Math.floor(bytes / rangeBytes);
  if (count < 2 || head.indexOf(LF) < 0) return [];
  return Array.from({ length: count }, (_, at) => {
    return { start: at * rangeBytes, end: at === count - 1 ? bytes : (at + 1) * rangeBytes };
  });
}

/** Takes the lines of a range out of the blocks of its file, which begin at `firstByte`. */
export class RangeLines {
  /** Where the blocks of the range are to begin: one byte earlier, to see whether a line begins where it does. */
  readonly firstByte: number;
  /** Whether no further block is needed. */
  isDone = false;
  private readonly end: number;
  private at: number;
  private hasBegun: boolean;

  constructor({ start, end }: LineRange) {
    this.firstByte = Math.max(0, start - 1);
    this.at = this.firstByte;
    this.end = end;
    this.hasBegun = start === 0;
  }

  /** The part of a block that is of the range's lines. */
  take(block: Uint8Array): Uint8Array {
    const begin = this.at;
    this.at += block.length;
    let from = 0;
    if (!this.hasBegun) {
      from = block.indexOf(LF) + 1;
      if (from === 0) return block.subarray(0, 0);
      this.hasBegun = true;
      this.isDone = begin + from >= this.end;
      if (this.isDone) return block.subarray(0, 0);
    }
    if (this.at < this.end) return block.subarray(from);
    const last = block.indexOf(LF, Math.max(from, this.end - 1 - begin));
    if (last < 0) return block.subarray(from);
    this.isDone = true;
    return block.subarray(from, last + 1);
  }
}
