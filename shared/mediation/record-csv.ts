import { localDateOf } from '#shared/time/local-date.ts';
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
const LONGEST_LINE = 16_384;
const COMMA = 0x2c;
const QUOTE = 0x22;
const BASE64URL = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_', 'latin1');
/** Two characters of twelve bits, the first one lowest. */
const BASE64URL_PAIRS = Uint16Array.from(
  { length: 4096 },
  (_, bits) => BASE64URL[bits >>> 6]! | (BASE64URL[bits & 63]! << 8),
);
const DIRECTION_BYTES = DIRECTIONS.map((text) => Buffer.from(text, 'latin1'));
const PRECISION_BYTES = PRECISIONS.map((text) => Buffer.from(text, 'latin1'));
const DAY = 86_400;

/** Writes the records of one chunk after the other as CSV, straight into bytes. */
export class RecordCsv {
  private readonly carrier: Uint8Array;
  private out = Buffer.allocUnsafe(1 << 18);
  private at = 0;
  private day = Number.NaN;
  private readonly date = Buffer.alloc(11);
  private offset = Number.NaN;
  private offsetBytes = Buffer.alloc(0);

  constructor(carrier: Uint8Array) {
    this.carrier = carrier;
    this.begin();
  }

  /** Where the next line will begin. */
  get length(): number {
    return this.at;
  }

  /** Starts a new text with its header line. */
  begin(): void {
    HEADER_LINE.copy(this.out, 0);
    this.at = HEADER_LINE.length;
  }

  /** Writes a record as a line. */
  write(record: number, fingerprint: Int32Array, draft: RecordDraft, place: number): void {
    if (this.at + LONGEST_LINE > this.out.length) this.grow();
    this.number(record);
    this.comma();
    this.base64(fingerprint);
    this.comma();
    this.text(draft, TEXT.identifier);
    this.instant(draft.startedAt);
    this.comma();
    this.raw(PRECISION_BYTES[draft.precision]!);
    this.comma();
    this.text(draft, TEXT.service);
    this.raw(DIRECTION_BYTES[draft.direction]!);
    this.comma();
    this.raw(this.carrier);
    this.comma();
    this.text(draft, TEXT.network);
    this.text(draft, TEXT.apn);
    this.text(draft, TEXT.technology);
    this.text(draft, TEXT.slice);
    this.text(draft, TEXT.otherParty);
    this.quantity(draft.bytesUp);
    this.quantity(draft.bytesDown);
    this.quantity(draft.bytesUnsplit);
    this.quantity(draft.seconds);
    this.quantity(draft.count);
    this.text(draft, TEXT.session);
    this.text(draft, TEXT.imsi);
    this.text(draft, TEXT.iccid);
    this.text(draft, TEXT.msisdn);
    this.text(draft, TEXT.imei);
    this.text(draft, TEXT.charge);
    this.text(draft, TEXT.currency);
    this.text(draft, TEXT.chargingId);
    this.text(draft, TEXT.sequence);
    this.text(draft, TEXT.tax);
    this.text(draft, TEXT.recordType);
    this.startOffset(draft.startOffset);
    this.quantity(place);
    this.text(draft, TEXT.fiveQi);
    this.text(draft, TEXT.cause);
    this.out[this.at - 1] = 0x0a;
  }

  /** The text written since it was begun. */
  whole(): Uint8Array {
    return Uint8Array.prototype.slice.call(this.out, 0, this.at);
  }

  /** Header line and the lines at [starts[i], ends[i]) for the first `count` i. */
  lines(starts: Int32Array, ends: Int32Array, count: number): Uint8Array {
    const kept = new Uint8Array(this.at);
    kept.set(HEADER_LINE);
    let to = HEADER_LINE.length;
    for (let i = 0; i < count; i++) {
      kept.set(this.out.subarray(starts[i]!, ends[i]!), to);
      to += ends[i]! - starts[i]!;
    }
    return kept.slice(0, to);
  }

  private grow(): void {
    const larger = Buffer.allocUnsafe(this.out.length * 2);
    this.out.copy(larger, 0, 0, this.at);
    this.out = larger;
  }

  private comma(): void {
    this.out[this.at++] = COMMA;
  }

  private raw(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i++) this.out[this.at++] = bytes[i]!;
  }

  private text(draft: RecordDraft, field: TextField): void {
    const { bytes } = draft;
    const start = draft.start(field);
    const end = draft.end(field);
    const out = this.out;
    if (start === end) {
      out[this.at++] = COMMA;
      return;
    }
    let to = this.at;
    let mustQuote = false;
    for (let i = start; i < end; i++) {
      const byte = bytes[i]!;
      if (byte === COMMA || byte === QUOTE) mustQuote = true;
      out[to++] = byte;
    }
    if (mustQuote) to = this.quoted(bytes, start, end);
    out[to++] = COMMA;
    this.at = to;
  }

  private quoted(bytes: Uint8Array, start: number, end: number): number {
    let to = this.at;
    this.out[to++] = QUOTE;
    for (let i = start; i < end; i++) {
      if (bytes[i] === QUOTE) this.out[to++] = QUOTE;
      this.out[to++] = bytes[i]!;
    }
    this.out[to++] = QUOTE;
    return to;
  }

  private quantity(value: number): void {
    this.number(value);
    this.comma();
  }

  private number(value: number): void {
    this.at = writeNumber(this.out, this.at, value);
  }

  private two(value: number): void {
    const tens = (value / 10) | 0;
    this.out[this.at++] = 0x30 + tens;
    this.out[this.at++] = 0x30 + value - tens * 10;
  }

  private instant(at: number): void {
    const day = Math.floor(at / DAY);
    if (day !== this.day) this.takeDay(day);
    for (let i = 0; i < 11; i++) this.out[this.at++] = this.date[i]!;
    const second = at - day * DAY;
    const hour = (second / 3600) | 0;
    const minute = ((second - hour * 3600) / 60) | 0;
    this.two(hour);
    this.out[this.at++] = 0x3a;
    this.two(minute);
    this.out[this.at++] = 0x3a;
    this.two(second - hour * 3600 - minute * 60);
    this.out[this.at++] = 0x5a;
  }

  private startOffset(minutes: number): void {
    if (!Number.isNaN(minutes)) {
      if (minutes !== this.offset) {
        this.offset = minutes;
        this.offsetBytes = Buffer.from(utcOffset(minutes), 'latin1');
      }
      this.raw(this.offsetBytes);
    }
    this.comma();
  }

  private takeDay(day: number): void {
    this.day = day;
    this.date.write(`${dateOfDay(day)}T`, 'latin1');
  }

  /** Twelve bytes, given as three numbers with the first byte lowest, are sixteen characters. */
  private base64(words: Int32Array): void {
    const [first, second, third] = [words[0]!, words[1]!, words[2]!];
    this.three(first);
    this.three((first >>> 24) | (second << 8));
    this.three((second >>> 16) | (third << 16));
    this.three(third >>> 8);
  }

  /** Four characters of the three lowest bytes. */
  private three(bytes: number): void {
    const { out, at } = this;
    const high = BASE64URL_PAIRS[((bytes & 0xff) << 4) | ((bytes >>> 12) & 15)]!;
    const low = BASE64URL_PAIRS[(bytes & 0x0f00) | ((bytes >>> 16) & 0xff)]!;
    out[at] = high;
    out[at + 1] = high >>> 8;
    out[at + 2] = low;
    out[at + 3] = low >>> 8;
    this.at = at + 4;
  }
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
