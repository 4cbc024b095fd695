/** Longest record of a delimited file, in bytes. */
export const LONGEST_LINE = 1_048_576;
/** Most columns a record may have. */
export const MOST_COLUMNS = 1000;
/** Index of a column a file does not have: its field is always empty. */
export const ABSENT_COLUMN = MOST_COLUMNS + 1;

const LF = 0x0a;
const CR = 0x0d;
const OUTSIDE = 0;
const QUOTED = 1;
const AFTER_QUOTE = 2;

/** Why scanning had to stop. */
export type ScanFailure = '' | 'LINE_TOO_LONG' | 'TOO_MANY_COLUMNS';

/**
 * Cuts delimited text (RFC 4180 and its relatives) into records and fields. Blocks are appended as they come; a record is noted as the
 * offsets of its fields in the scanner's own bytes, quotes removed, until the next one is asked for. What has been scanned of an incomplete
 * record is not scanned again.
 */
export class LineScanner {
  bytes = Buffer.allocUnsafe(1 << 16);
  readonly starts = new Int32Array(ABSENT_COLUMN + 1);
  readonly ends = new Int32Array(ABSENT_COLUMN + 1);
  /** Fields of the record. */
  fields = 0;
  /** Line of the file the record begins on, from 1. */
  line = 1;
  /** Whether something stood behind a closing quote. */
  isMalformed = false;
  failure: ScanFailure = '';
  private readonly delimiter: number;
  private readonly quote: number;
  private end = 0;
  private at = 0;
  private recordStart = 0;
  private fieldStart = 0;
  private state = OUTSIDE;
  private quoteEnd = 0;
  private escapes = false;
  private nextLine = 1;
  private begun = false;

  constructor(delimiter: string, quote: string) {
    this.delimiter = delimiter.charCodeAt(0);
    this.quote = quote === '' ? -1 : quote.charCodeAt(0);
  }

  /** Adds a block behind what has not been read yet. */
  append(block: Uint8Array): void {
    const shift = this.recordStart;
    const kept = this.end - shift;
    if (this.end + block.length > this.bytes.length) {
      const room =
        this.bytes.length < kept + block.length
          ? Buffer.allocUnsafe(Math.max(kept + block.length, this.bytes.length * 2))
          : this.bytes;
      this.bytes.copy(room, 0, shift, this.end);
      this.bytes = room;
      this.shift(shift);
    }
    this.bytes.set(block, this.end);
    this.end += block.length;
  }

  /** Goes to the next complete record; false when there is none yet, or scanning failed. Empty lines are passed over. */
  next(): boolean {
    if (!this.begun && !this.skipByteOrderMark(3)) return false;
    while (this.failure === '') {
      this.beginRecord();
      const isComplete = this.scan();
      if (this.failure === '' && this.at - this.recordStart > LONGEST_LINE) this.failure = 'LINE_TOO_LONG';
      if (!isComplete || this.failure !== '') return false;
      this.recordStart = this.at;
      this.fieldStart = this.at;
      if (this.fields > 1 || this.starts[0] !== this.ends[0]) return true;
    }
    return false;
  }

  /** Says that no block follows: a text shorter than a byte order mark waits for its third byte until here. */
  close(): void {
    if (!this.begun) this.skipByteOrderMark(0);
  }

  /** Goes to what stands behind the last line break, if anything. */
  last(): boolean {
    this.beginRecord();
    if (this.failure !== '' || this.at === this.recordStart) return false;
    const hasReturn = this.state === OUTSIDE && this.bytes[this.at - 1] === CR && this.at > this.fieldStart;
    return this.closeField(hasReturn ? this.at - 1 : this.at);
  }

  /** Whether the text ended inside quotes. */
  get isInQuotes(): boolean {
    return this.state === QUOTED;
  }

  private isNew = true;

  private beginRecord(): void {
    if (!this.isNew) return;
    this.isNew = false;
    this.fields = 0;
    this.isMalformed = false;
    this.line = this.nextLine;
  }

  private skipByteOrderMark(enough: number): boolean {
    if (this.end < enough) return false;
    this.begun = true;
    if (this.end >= 3 && this.bytes[0] === 0xef && this.bytes[1] === 0xbb && this.bytes[2] === 0xbf) {
      this.at = this.recordStart = this.fieldStart = 3;
    }
    return true;
  }

  /** Scans on to the end of the record; false when the bytes end before. */
  private scan(): boolean {
    const { bytes, end, delimiter, quote } = this;
    let p = this.at;
    while (p < end) {
      const byte = bytes[p]!;
      if (this.state === OUTSIDE) {
        while (p < end) {
          const c = bytes[p]!;
          if (c === delimiter) {
            if (!this.addField(this.fieldStart, p)) return false;
            this.fieldStart = p + 1;
          } else if (c === LF) {
            return this.endRecord(p, bytes[p - 1] === CR && p > this.fieldStart ? p - 1 : p);
          } else if (c === quote && p === this.fieldStart) {
            this.state = QUOTED;
            this.escapes = false;
            p++;
            break;
          }
          p++;
        }
      } else if (this.state === QUOTED) {
        if (byte === quote) {
          this.state = AFTER_QUOTE;
          this.quoteEnd = p;
        } else if (byte === LF) {
          this.nextLine++;
        }
        p++;
      } else if (byte === quote && this.quoteEnd === p - 1) {
        this.state = QUOTED;
        this.escapes = true;
        p++;
      } else if (byte === delimiter) {
        if (!this.closeField(p)) return false;
        this.fieldStart = ++p;
      } else if (byte === LF) {
        return this.endRecord(p, p);
      } else {
        if (byte !== CR || this.isCarriageReturnSeen(p)) this.isMalformed = true;
        p++;
      }
    }
    this.at = p;
    return false;
  }

  private isCarriageReturnSeen(p: number): boolean {
    return p !== this.quoteEnd + 1;
  }

  private endRecord(lineFeed: number, fieldEnd: number): boolean {
    if (!this.closeField(fieldEnd)) return false;
    this.at = lineFeed + 1;
    this.nextLine++;
    this.isNew = true;
    return true;
  }

  /** Notes the field that ends at `fieldEnd`, without its quotes. */
  private closeField(fieldEnd: number): boolean {
    const wasQuoted = this.state !== OUTSIDE;
    this.state = OUTSIDE;
    if (!wasQuoted) return this.addField(this.fieldStart, fieldEnd);
    const start = this.fieldStart + 1;
    return this.addField(start, this.escapes ? this.unescape(start, this.quoteEnd) : Math.max(start, this.quoteEnd));
  }

  private addField(start: number, end: number): boolean {
    if (this.fields === MOST_COLUMNS) {
      this.failure = end - this.recordStart > LONGEST_LINE ? 'LINE_TOO_LONG' : 'TOO_MANY_COLUMNS';
      return false;
    }
    this.starts[this.fields] = start;
    this.ends[this.fields++] = end;
    return true;
  }

  /** Turns doubled quotes into single ones, in place; answers the new end. */
  private unescape(start: number, end: number): number {
    let to = start;
    for (let from = start; from < end; from++) {
      this.bytes[to++] = this.bytes[from]!;
      if (this.bytes[from] === this.quote) from++;
    }
    return to;
  }

  private shift(by: number): void {
    this.end -= by;
    this.at -= by;
    this.recordStart -= by;
    this.fieldStart -= by;
    this.quoteEnd -= by;
    for (let i = 0; i < this.fields; i++) {
      this.starts[i]! -= by;
      this.ends[i]! -= by;
    }
  }
}
