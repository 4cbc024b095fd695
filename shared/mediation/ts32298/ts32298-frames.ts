import { BerHeader, INDEFINITE } from '../ber/ber-header.ts';
import type { ByteWindow } from '../byte-window.ts';
import type { RejectionCode } from '../problem.ts';
import { cdrFormat, cdrHeaderLength, hasHeader, headerLengthAt, SHORTEST_HEADER } from './ts32297-header.ts';

/** No record without a header of its own is longer, in octets; those with one end at 65,535. */
const LONGEST_RECORD = 1 << 20;
const SHORTEST_CDR_HEADER = 4;
const LONGEST_CDR_HEADER = 5;
const CONTEXT_CONSTRUCTED = 0xa0;
const CLASS_AND_FORM = 0xe0;
const BER = 1;
const ENCODINGS = ['no encoding', 'BER', 'unaligned PER', 'aligned PER', 'XER'];

/**
 * What is found next: more bytes are needed; a record, at whose first octet the window now stands; one that cannot be read; nothing any more.
 */
export type FrameState = 'more' | 'record' | 'broken' | 'over';

/**
 * Finds the records of a file: each behind its CDR header (TS 32.297 §6.1.2), or one BER value after the other, with padding between
 * them. A record is found once all of it is there, except one whose length is only known at its end.
 */
export class CdrFrames {
  /** Offset of the record in the file, its CDR header included; and where it ends, Infinity = that is not known. */
  place = 0;
  end = 0;
  /** Why a record is broken. */
  code: RejectionCode = 'NOT_BER';
  text = '';
  /** Length of the file header; 0 = the file has none, NaN = that is not known yet. */
  headerLength = Number.NaN;
  private readonly window: ByteWindow;
  private readonly header = new BerHeader();
  private passTo = 0;
  private isOver = false;
  /** Whether the padding behind the last record with a header has begun. */
  private isFilledUp = false;

  constructor(window: ByteWindow) {
    this.window = window;
  }

  /** Finds out whether the file has a header; all of it is then in the window. False = more bytes are needed. */
  findHeader(isEnd: boolean): boolean {
    const { window } = this;
    if (!Number.isNaN(this.headerLength)) return true;
    const there = window.end - window.at;
    if (there < SHORTEST_HEADER && !isEnd) return false;
    if (there < SHORTEST_HEADER || !hasHeader(window.bytes, window.at)) {
      this.headerLength = 0;
      return true;
    }
    const length = headerLengthAt(window.bytes, window.at);
    if (there < length && !isEnd) return false;
    this.headerLength = length;
    return true;
  }

  /** Whether the window stands right behind the last record, and another may follow. */
  isBehindRecord(): boolean {
    return !this.isOver && this.window.passTo(this.passTo);
  }

  /** Finds the next record. */
  next(isEnd: boolean): FrameState {
    const { window } = this;
    if (this.isOver) window.at = window.end;
    if (this.isOver || !window.passTo(this.passTo)) return isEnd ? 'over' : 'more';
    return this.headerLength > 0 ? this.nextFramed(isEnd) : this.nextBare(isEnd);
  }

  /**
   * Leaves a record that was read to its end: what is left of its frame must be padding. Answers what is wrong, '' = nothing.
   */
  leave(): string {
    const { window, end } = this;
    if (end === Number.POSITIVE_INFINITY) return '';
    const rest = end - window.offset;
    if (rest > 0) window.passPadding();
    const isPadding = window.offset >= end;
    this.pass();
    return isPadding ? '' : `its value ends ${rest} octets before the record does`;
  }

  /** Passes over the rest of a record that could not be read; without a known end everything that follows is lost. */
  pass(): void {
    if (this.end === Number.POSITIVE_INFINITY) this.isOver = true;
    else {
      this.window.at = Math.min(this.window.end, this.end - this.window.base);
      this.passTo = this.end;
    }
  }

  private nextFramed(isEnd: boolean): FrameState {
    const { window } = this;
    const { bytes, at } = window;
    const there = window.end - at;
    this.place = window.offset;
    if (there < LONGEST_CDR_HEADER && !isEnd) return 'more';
    if (there === 0) return 'over';
    this.isFilledUp ||= this.isPadding(there);
    if (this.isFilledUp) return this.passPadding(isEnd);
    if (there < SHORTEST_CDR_HEADER) return this.cut(`the file ends in a CDR header, after ${there} octets`);
    const headerLength = cdrHeaderLength(bytes, at);
    const length = bytes.readUInt16BE(at);
    this.end = this.place + headerLength + length;
    if (there < headerLength + length) {
      if (!isEnd) return 'more';
      return this.cut(`the record has ${headerLength + length} octets with its header, the file ends after ${there}`);
    }
    window.at += headerLength;
    const first = bytes[window.at]!;
    if (length > 0 && (first & CLASS_AND_FORM) === CONTEXT_CONSTRUCTED) return 'record';
    const format = cdrFormat(bytes, at);
    const said = ENCODINGS[format] ?? `format ${format}`;
    if (length === 0) return this.broken('NOT_BER', 'the CDR header says a length of 0');
    if (format !== BER) return this.broken('UNSUPPORTED_ENCODING', `the record is encoded as ${said}; BER is read`);
    return this.broken('NOT_BER', `the record does not begin with a context tag (${first.toString(16)})`);
  }

  /** A CDR header of nothing but zeros or ones is none: the rest of the file is filled up with them. */
  private isPadding(there: number): boolean {
    const { bytes, at } = this.window;
    const first = bytes[at]!;
    if (there === 0 || (first !== 0 && first !== 0xff)) return false;
    for (let i = 1; i < Math.min(there, SHORTEST_CDR_HEADER); i++) if (bytes[at + i] !== first) return false;
    return true;
  }

  private passPadding(isEnd: boolean): FrameState {
    const { window } = this;
    window.passPadding();
    this.place = window.offset;
    if (window.at === window.end) return isEnd ? 'over' : 'more';
    return this.lost('something stands behind the padding after the last record');
  }

  private nextBare(isEnd: boolean): FrameState {
    const { window, header } = this;
    window.passPadding();
    const { bytes, at, end } = window;
    this.place = window.offset;
    if (at === end) return isEnd ? 'over' : 'more';
    const first = bytes[at]!;
    const wrong = header.read(bytes, at, end);
    if (header.content > end && wrong === '') return isEnd ? this.cut('the file ends in the tag of a record') : 'more';
    if (wrong !== '' || (first & CLASS_AND_FORM) !== CONTEXT_CONSTRUCTED) {
      return this.lost(wrong === '' ? `no record begins here (${first.toString(16)})` : wrong);
    }
    if (header.length === INDEFINITE) {
      this.end = Number.POSITIVE_INFINITY;
      return 'record';
    }
    const length = header.content - at + header.length;
    this.end = this.place + length;
    if (length > LONGEST_RECORD) {
      return this.broken('ELEMENT_TOO_LONG', `the record has ${length} octets, at most ${LONGEST_RECORD} are read`);
    }
    if (length <= end - at) return 'record';
    return isEnd ? this.cut(`the record has ${length} octets, the file ends after ${end - at}`) : 'more';
  }

  private broken(code: RejectionCode, text: string): FrameState {
    this.code = code;
    this.text = text;
    this.pass();
    return 'broken';
  }

  private cut(text: string): FrameState {
    this.end = Number.POSITIVE_INFINITY;
    return this.broken('TRUNCATED', text);
  }

  private lost(text: string): FrameState {
    this.end = Number.POSITIVE_INFINITY;
    return this.broken('NOT_BER', `${text}; nothing that follows can be read`);
  }
}
