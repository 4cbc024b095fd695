import { BlockBuffer } from '../block-buffer.ts';
import type { Row } from '../chunks/row.ts';
import { DRAFT_ROOM } from '../record-draft.ts';

/** Longest record of a text file, in bytes. */
export const LONGEST_LINE = 1_048_576;
/** Most columns a record may have. */
export const MOST_COLUMNS = 1000;
/** Index of a column a file does not have: its field is always empty. */
export const ABSENT_COLUMN = MOST_COLUMNS + 1;

const LF = 0x0a;
const CR = 0x0d;
/** What a byte means outside quotes: 0 = part of a field, or one of these. */
const DELIMITER = 1;
const LINE_END = 2;
const ODD = 3;
/** Bytes that are looked at before it is decided how lines end. */
const BEGINNING = 65_536;
/** Bytes that may be looked at a second time because quotes do not pair, beside four times those of the file up to there. */
const SECOND_LOOKS = 16 * LONGEST_LINE;
const NO_ITEMS = new Int32Array(0);

/** Where a scanner stands between two records. */
export interface LinePoint {
  /** Byte of the file. */
  readonly offset: number;
  readonly line: number;
  /** The byte lines end with. */
  readonly lineEnd: number;
  /** Bytes that were looked at a second time. */
  readonly looked: number;
}

/**
 * Cuts delimited text (RFC 4180 and its relatives) into records and fields. Blocks are appended as they come; a record is noted as the
 * offsets of its fields in the scanner's own bytes, quotes removed, until the next one is asked for. Lines end with LF or CR LF; in a file that
 * begins without any LF, with CR.
 */
export class LineScanner implements Row {
  readonly starts = new Int32Array(ABSENT_COLUMN + 1);
  readonly ends = new Int32Array(ABSENT_COLUMN + 1);
  readonly items = 0;
  readonly width = 0;
  readonly itemStarts = NO_ITEMS;
  readonly itemEnds = NO_ITEMS;
  bytes: Buffer<ArrayBuffer>;
  isPlain = true;
  /** Fields of the record; those beyond MOST_COLUMNS are counted, not noted. */
  fields = 0;
  /** The record's own bytes, without its line end. */
  start = 0;
  end = 0;
  /** Line of the file the record begins on, from 1, and how many lines it takes. */
  line = 1;
  lines = 1;
  /** Whether something stands behind a closing quote, or a quote is never closed. */
  isMalformed = false;
  isUnclosed = false;
  /** Whether it has more than LONGEST_LINE bytes; nothing else is known of it then. */
  isTooLong = false;
  /** Whether it ends with the file, not with a line break. */
  isUnended = false;
  /** Whether quotes pair so badly that the file cannot be read. */
  isHopeless = false;
  private readonly input = new BlockBuffer(DRAFT_ROOM);
  private readonly quote: number;
  private readonly kinds = new Uint8Array(256);
  private readonly escaped = new Int32Array(MOST_COLUMNS);
  /** Fields of the record whose doubled quotes still are. */
  private escapes = 0;
  /** Bytes above it and below 0x7f are plain. */
  private readonly plainFrom: number;
  private linesToSkip: number;
  private lineEnd = LF;
  private hasBegun = false;
  private isDropping = false;
  private nextLine = 1;
  private looked = 0;

  /** `skipLines` lines at the beginning are passed over, whatever is in them. */
  constructor(delimiter: string, quote: string, skipLines: number) {
    this.bytes = this.input.bytes;
    this.quote = quote === '' ? -1 : quote.charCodeAt(0);
    this.linesToSkip = skipLines;
    for (let byte = 0; byte < 256; byte++) if (byte < 0x20 || byte >= 0x7f) this.kinds[byte] = ODD;
    this.kinds[delimiter.charCodeAt(0)] = DELIMITER;
    this.plainFrom = Math.max(0x1f, delimiter.charCodeAt(0));
  }

  /** Where it stands, for another to go on from: plain JSON. */
  get point(): LinePoint {
    const { input, nextLine, lineEnd, looked } = this;
    return { offset: input.offsetOf(input.at), line: nextLine, lineEnd, looked };
  }

  /** Byte of the file behind the record that was found last. */
  get position(): number {
    return this.input.offsetOf(this.input.at);
  }

  /** Goes on where another stood. */
  goOnFrom({ offset, line, lineEnd, looked }: LinePoint): void {
    this.input.beginAt(offset);
    this.nextLine = line;
    this.lineEnd = lineEnd;
    this.looked = looked;
    this.linesToSkip = 0;
    this.kinds[lineEnd] = LINE_END;
    this.hasBegun = true;
  }

  /** Adds a block behind what has not been read yet. */
  append(block: Uint8Array): void {
    this.input.append(block);
    this.bytes = this.input.bytes;
  }

  /** Says that no block follows. */
  close(): void {
    this.input.isClosed = true;
  }

  /** Goes to the next record; false when there is none, or none yet. Empty lines are passed over. */
  next(): boolean {
    const { input } = this;
    while (!this.isHopeless && input.isReady) {
      if (!this.hasBegun && !this.begin()) return false;
      if (input.at === input.end && !this.isDropping) return false;
      this.line = this.nextLine;
      this.start = input.at;
      this.isTooLong = false;
      if (this.linesToSkip > 0 || this.isDropping) {
        if (!this.dropLine()) return false;
        if (this.isTooLong) return true;
      } else if (this.scan() && input.at - this.start <= LONGEST_LINE) {
        input.goOn();
        if (this.fields > 1 || this.starts[0] !== this.ends[0] || this.isMalformed) return true;
      } else if (input.end - this.start > LONGEST_LINE) {
        input.goOn();
        if (this.cutShort()) return true;
      } else {
        input.wait();
        return false;
      }
    }
    return false;
  }

  /**
   * Says that a record over several lines is one: only then are doubled quotes of its fields made single, in place, for lines that turn out to be
   * records of their own are read anew. Those of one line are always kept.
   */
  keep(): void {
    for (let i = 0; i < this.escapes; i++) this.unescape(this.escaped[i]!);
    this.escapes = 0;
  }

  /** Takes of a record over several lines only the first, as malformed; the others are read anew. */
  cutAfterFirstLine(): void {
    const { input } = this;
    const lineEnd = this.bytes.indexOf(this.lineEnd, this.start);
    this.looked += Math.min(LONGEST_LINE, input.at - this.start);
    if (this.looked > SECOND_LOOKS + 4 * input.offsetOf(lineEnd)) this.isHopeless = true;
    input.at = lineEnd + 1;
    this.end = lineEnd;
    this.nextLine = this.line + 1;
    this.lines = 1;
    this.isMalformed = true;
  }

  /** Decides what is to be done with a record that is too long: quotes that are not closed, or one long line. */
  private cutShort(): boolean {
    const lineEnd = this.bytes.indexOf(this.lineEnd, this.start);
    if (lineEnd < 0 || lineEnd >= Math.min(this.start + LONGEST_LINE, this.input.end)) {
      this.input.at = this.start;
      this.nextLine = this.line;
      this.isDropping = true;
      return false;
    }
    this.input.at = this.input.end;
    this.cutAfterFirstLine();
    return true;
  }

  /** Passes over what has come of a line; answers whether its end was among it. */
  private dropLine(): boolean {
    const { input } = this;
    const lineEnd = this.bytes.indexOf(this.lineEnd, input.at);
    const isFound = lineEnd >= 0 && lineEnd < input.end;
    input.at = isFound ? lineEnd + 1 : input.end;
    if (!isFound && !input.isClosed) return false;
    this.nextLine++;
    this.isTooLong = this.isDropping;
    this.isUnended = !isFound;
    this.isDropping = false;
    this.linesToSkip = this.isTooLong ? this.linesToSkip : this.linesToSkip - 1;
    this.lines = 1;
    return isFound || this.isTooLong;
  }

  /** Leaves out a byte order mark and finds out how lines end; false when too little has come for that. */
  private begin(): boolean {
    const { input, bytes } = this;
    const { at, end, isClosed } = input;
    const first = bytes.subarray(at, Math.min(end, at + BEGINNING));
    const [lineFeed, isWhole] = [first.indexOf(LF), isClosed || first.length === BEGINNING];
    const firstReturn = first.indexOf(CR);
    const isReturnAlone = firstReturn >= 0 && firstReturn + 1 < first.length && first[firstReturn + 1] !== LF;
    if (!isWhole && (lineFeed < 0 || (isReturnAlone && firstReturn < lineFeed))) {
      input.wait();
      return false;
    }
    this.hasBegun = true;
    input.goOn();
    if (lineFeed < 0 && firstReturn >= 0) this.lineEnd = CR;
    this.kinds[this.lineEnd] = LINE_END;
    if (first[0] === 0xef && first[1] === 0xbb && first[2] === 0xbf) input.at += 3;
    return true;
  }

  /** Scans the record that begins at `start`; false when its end has not come yet. */
  private scan(): boolean {
    const { bytes, starts, ends, kinds, quote, lineEnd, plainFrom } = this;
    const { end, isClosed } = this.input;
    bytes[end] = lineEnd;
    this.lines = 1;
    this.isMalformed = false;
    this.isUnclosed = false;
    let field = 0;
    let odd = 0;
    let escapes = 0;
    let from = this.start;
    let p = from;
    for (;;) {
      let until = -1;
      if (bytes[p] === quote && p < end) {
        p = this.skipQuoted(p + 1);
        if (p === end && !isClosed) return false;
        from++;
        until = p;
        odd |= this.quotedOdd;
        if (this.hasEscapes && field < MOST_COLUMNS) this.escaped[escapes++] = field;
        if (p < end) p++;
        else this.isUnclosed = this.isMalformed = true;
        if (kinds[bytes[p]!] === 0) this.isMalformed = true;
      }
      let byte = bytes[p]!;
      let kind = 0;
      for (;;) {
        while (byte > plainFrom && byte < 0x7f) byte = bytes[++p]!;
        kind = kinds[byte]!;
        if (kind === DELIMITER || kind === LINE_END) break;
        if (kind === ODD) {
          if (byte !== CR || bytes[p + 1] !== lineEnd) {
            odd = 1;
            this.isMalformed ||= until >= 0;
          } else if (until < 0) {
            until = p;
          }
        }
        byte = bytes[++p]!;
      }
      if (p === end && kind === LINE_END && !isClosed) return false;
      if (field < MOST_COLUMNS) {
        starts[field] = from;
        ends[field] = until < 0 ? p : until;
      }
      field++;
      if (kind === LINE_END) break;
      from = ++p;
    }
    this.fields = field;
    this.isPlain = odd === 0;
    this.end = p;
    this.isUnended = p === end;
    this.nextLine += this.lines;
    this.input.at = p === end ? end : p + 1;
    this.escapes = escapes;
    if (this.lines === 1) this.keep();
    return true;
  }

  private quotedOdd = 0;
  private hasEscapes = false;

  /** Goes from behind an opening quote to the closing one, or to the end of what has come. */
  private skipQuoted(from: number): number {
    const { bytes, kinds, quote } = this;
    const { end } = this.input;
    let odd = 0;
    this.hasEscapes = false;
    for (let p = from; ; p++) {
      const byte = bytes[p]!;
      const kind = kinds[byte]!;
      if (byte === quote) {
        if (bytes[p + 1] !== quote || p + 1 === end) {
          this.quotedOdd = odd;
          return p;
        }
        this.hasEscapes = true;
        odd = 1;
        p++;
      } else if (kind === LINE_END) {
        if (p === end) {
          this.quotedOdd = odd;
          return p;
        }
        odd = 1;
        this.lines++;
      } else {
        odd |= kind;
      }
    }
  }

  /** Turns doubled quotes of a field into single ones, in place. */
  private unescape(field: number): void {
    const { bytes, quote } = this;
    const end = this.ends[field]!;
    let to = this.starts[field]!;
    for (let from = to; from < end; from++) {
      bytes[to++] = bytes[from]!;
      if (bytes[from] === quote) from++;
    }
    this.ends[field] = to;
  }
}
