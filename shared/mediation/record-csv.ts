import { localDateOf } from '#shared/time/local-date.ts';
import { copyBytes, viewOf } from '#shared/usage/byte-view.ts';
import { DIRECTIONS, PRECISIONS, type RecordDraft, TEXT, type TextField, writeNumber } from './record-draft.ts';

/**
 * Columns of the normalised records kept with every chunk, for itemised usage, explanation and analysis. `record` is the number in the file
 * from 1, `fingerprint` base64url, `started_at` UTC; `bytes_unsplit` are octets the carrier did not split into up and down; `charge` is the
 * carrier's, in `currency`, `tax` its tax; `start_offset` the offset from UTC the file said ("+02:00"); `place` where the record begins: line
 * or byte offset.
 */
export const RECORD_COLUMNS = [
  'record',
  'fingerprint',
  'identifier',
  'started_at',
  'precision',
  'service',
  'direction',
  'carrier',
  'network',
  'apn',
  'technology',
  'slice',
  'other_party',
  'bytes_up',
  'bytes_down',
  'bytes_unsplit',
  'seconds',
  'count',
  'session',
  'imsi',
  'iccid',
  'msisdn',
  'imei',
  'charge',
  'currency',
  'charging_id',
  'sequence',
  'tax',
  'record_type',
  'start_offset',
  'place',
  'five_qi',
  'cause',
] as const;

const HEADER_LINE = Buffer.from(`${RECORD_COLUMNS.join(',')}\n`, 'latin1');
const LONGEST_LINE = 32_768;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;
const QUOTE = 0x22;
const COLON = 0x3a;
const ZERO = 0x30;
const BASE64URL = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_', 'latin1');
/** Two characters of twelve bits, the first one lowest. */
const BASE64URL_PAIRS = Uint16Array.from(
  { length: 4096 },
  (_, bits) => BASE64URL[bits >>> 6]! | (BASE64URL[bits & 63]! << 8),
);
/** Columns behind the quantities, in their order. */
const MORE_TEXTS = Int32Array.of(
  TEXT.session,
  TEXT.imsi,
  TEXT.iccid,
  TEXT.msisdn,
  TEXT.imei,
  TEXT.charge,
  TEXT.currency,
  TEXT.chargingId,
  TEXT.sequence,
  TEXT.tax,
  TEXT.recordType,
);
const KEY_TEXTS = [TEXT.network, TEXT.apn, TEXT.technology, TEXT.slice] as const;
const DAY = 86_400;

/** Writes the records of one chunk after the other as CSV, straight into bytes. */
export class RecordCsv {
  private readonly carrier: Uint8Array;
  private out = Buffer.allocUnsafe(1 << 18);
  private view = viewOf(this.out);
  private at = 0;
  private day = Number.NaN;
  private readonly date = Buffer.alloc(16);
  private readonly dateView = viewOf(this.date);
  private offset = Number.NaN;
  private offsetBytes = Buffer.alloc(0);
  /** What the lines of one usage key have in common, "instant,data,,demo,26201,iot.example,LTE-M,,": the texts, and where each ends. */
  private pieces = Buffer.alloc(1 << 12);
  private piecesView = viewOf(this.pieces);
  private pieceEnds: number[] = [];

  constructor(carrier: Uint8Array) {
    this.carrier = carrier;
    this.begin();
  }

  /** Where the next line will begin. */
  get length(): number {
    return this.at;
  }

  /** Starts a new text with its header line; usage keys are numbered anew. */
  begin(): void {
    HEADER_LINE.copy(this.out, 0);
    this.at = HEADER_LINE.length;
    this.pieceEnds = [];
  }

  /** Writes a record as a line. `key` is the number of its usage key; a key that is new has the next number. */
  write(record: number, fingerprint: Int32Array, key: number, draft: RecordDraft, place: number): void {
    if (this.at + LONGEST_LINE > this.out.length) this.grow();
    if (key === this.pieceEnds.length) this.takePiece(draft);
    const { out, view } = this;
    let at = writeNumber(out, this.at, record);
    out[at++] = COMMA;
    at = writeBase64(out, at, fingerprint);
    out[at++] = COMMA;
    at = writeText(draft, TEXT.identifier, out, view, at);
    at = this.writeInstant(draft.startedAt, at);
    at = copyBytes(this.piecesView, key === 0 ? 0 : this.pieceEnds[key - 1]!, this.pieceEnds[key]!, view, at);
    at = writeText(draft, TEXT.otherParty, out, view, at);
    at = writeQuantity(out, at, draft.bytesUp);
    at = writeQuantity(out, at, draft.bytesDown);
    at = writeQuantity(out, at, draft.bytesUnsplit);
    at = writeQuantity(out, at, draft.seconds);
    at = writeQuantity(out, at, draft.count);
    at = writeTexts(draft, MORE_TEXTS, out, view, at);
    at = this.writeOffset(draft.startOffset, at);
    at = writeQuantity(out, at, place);
    at = writeText(draft, TEXT.fiveQi, out, view, at);
    at = writeText(draft, TEXT.cause, out, view, at);
    out[at - 1] = LINE_FEED;
    this.at = at;
  }

  /** The text written since it was begun. Its memory is given away with it. */
  whole(): Uint8Array {
    const text = this.out.subarray(0, this.at);
    this.out = Buffer.allocUnsafeSlow(this.at + (this.at >> 3) + 2 * LONGEST_LINE);
    this.view = viewOf(this.out);
    return text;
  }

  /** Header line and so many lines, in the order `rows` gives: line i ends at lineEnds[i + 1], where the next one begins. */
  lines(lineEnds: Int32Array, rows: Int32Array, count: number): Uint8Array {
    const kept = new Uint8Array(this.at);
    kept.set(HEADER_LINE);
    let to = HEADER_LINE.length;
    for (let i = 0; i < count; i++) {
      const start = lineEnds[rows[i]!]!;
      const end = lineEnds[rows[i]! + 1]!;
      kept.set(this.out.subarray(start, end), to);
      to += end - start;
    }
    return kept.slice(0, to);
  }

  private grow(): void {
    const larger = Buffer.allocUnsafe(this.out.length * 2);
    this.out.copy(larger, 0, 0, this.at);
    this.out = larger;
    this.view = viewOf(larger);
  }

  /** Keeps what follows from the usage key of a record. */
  private takePiece(draft: RecordDraft): void {
    const start = this.pieceEnds.at(-1) ?? 0;
    if (start + LONGEST_LINE > this.pieces.length) {
      const larger = Buffer.alloc(this.pieces.length * 2 + LONGEST_LINE);
      this.pieces.copy(larger, 0, 0, start);
      this.pieces = larger;
      this.piecesView = viewOf(larger);
    }
    const { pieces, piecesView } = this;
    let at = start + pieces.write(`,${PRECISIONS[draft.precision]},`, start, 'latin1');
    at = writeText(draft, TEXT.service, pieces, piecesView, at);
    at += pieces.write(`${DIRECTIONS[draft.direction]},`, at, 'latin1');
    pieces.set(this.carrier, at);
    at += this.carrier.length;
    pieces[at++] = COMMA;
    for (const field of KEY_TEXTS) at = writeText(draft, field, pieces, piecesView, at);
    this.pieceEnds.push(at);
  }

  private writeInstant(instant: number, start: number): number {
    const day = Math.floor(instant / DAY);
    if (day !== this.day) this.takeDay(day);
    const { out } = this;
    const second = instant - day * DAY;
    const minute = (second / 60) | 0;
    const hour = (minute / 60) | 0;
    const at = copyBytes(this.dateView, 0, 11, this.view, start);
    writeTwo(out, at, hour);
    out[at + 2] = COLON;
    writeTwo(out, at + 3, minute - hour * 60);
    out[at + 5] = COLON;
    writeTwo(out, at + 6, second - minute * 60);
    out[at + 8] = 0x5a;
    return at + 9;
  }

  private takeDay(day: number): void {
    this.day = day;
    this.date.write(`${dateOfDay(day)}T`, 'latin1');
  }

  private writeOffset(minutes: number, start: number): number {
    let at = start;
    if (!Number.isNaN(minutes)) {
      if (minutes !== this.offset) {
        this.offset = minutes;
        this.offsetBytes = Buffer.from(utcOffset(minutes), 'latin1');
      }
      for (let i = 0; i < this.offsetBytes.length; i++) this.out[at++] = this.offsetBytes[i]!;
    }
    this.out[at] = COMMA;
    return at + 1;
  }
}

function writeText(draft: RecordDraft, field: TextField, out: Uint8Array, view: DataView, at: number): number {
  const start = draft.start(field);
  const end = draft.end(field);
  let to = at;
  if (start < end) {
    to = draft.mustQuote ? writeQuoted(draft.bytes, start, end, out, at) : copyBytes(draft.view, start, end, view, at);
  }
  out[to] = COMMA;
  return to + 1;
}

/** Writes texts one after the other, a comma behind each. */
function writeTexts(draft: RecordDraft, fields: Int32Array, out: Uint8Array, view: DataView, at: number): number {
  const { view: from, mustQuote } = draft;
  let to = at;
  for (let i = 0; i < fields.length; i++) {
    const start = draft.start(fields[i] as TextField);
    const end = draft.end(fields[i] as TextField);
    if (mustQuote) to = writeQuoted(draft.bytes, start, end, out, to);
    else if (start < end) to = copyBytes(from, start, end, view, to);
    out[to++] = COMMA;
  }
  return to;
}

/** Writes a text, in quotes if it holds a comma or quote. */
function writeQuoted(bytes: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  const text = bytes.subarray(start, end);
  if (!text.includes(COMMA) && !text.includes(QUOTE)) {
    out.set(text, at);
    return at + text.length;
  }
  let to = at;
  out[to++] = QUOTE;
  for (const byte of text) {
    if (byte === QUOTE) out[to++] = QUOTE;
    out[to++] = byte;
  }
  out[to++] = QUOTE;
  return to;
}

function writeQuantity(out: Uint8Array, at: number, value: number): number {
  if (value === 0) {
    out[at] = ZERO;
    out[at + 1] = COMMA;
    return at + 2;
  }
  const end = writeNumber(out, at, value);
  out[end] = COMMA;
  return end + 1;
}

function writeTwo(out: Uint8Array, at: number, value: number): void {
  const tens = (value / 10) | 0;
  out[at] = ZERO + tens;
  out[at + 1] = ZERO + value - tens * 10;
}

/** Twelve bytes, given as three numbers with the first byte lowest, are sixteen characters. */
function writeBase64(out: Uint8Array, at: number, words: Int32Array): number {
  const first = words[0]!;
  const second = words[1]!;
  const third = words[2]!;
  writeThree(out, at, first);
  writeThree(out, at + 4, (first >>> 24) | (second << 8));
  writeThree(out, at + 8, (second >>> 16) | (third << 16));
  writeThree(out, at + 12, third >>> 8);
  return at + 16;
}

/** Four characters of the three lowest bytes. */
function writeThree(out: Uint8Array, at: number, bytes: number): void {
  const high = BASE64URL_PAIRS[((bytes & 0xff) << 4) | ((bytes >>> 12) & 15)]!;
  const low = BASE64URL_PAIRS[(bytes & 0x0f00) | ((bytes >>> 16) & 0xff)]!;
  out[at] = high;
  out[at + 1] = high >>> 8;
  out[at + 2] = low;
  out[at + 3] = low >>> 8;
}

/** "+02:00" of so many minutes east of UTC. */
export function utcOffset(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** "2026-10-07" of a day counted from 1970-01-01. */
function dateOfDay(day: number): string {
  return localDateOf(day * DAY, 'UTC');
}
