import type { RejectionCode } from './decoder.ts';

/** The texts of a record, by place in its draft. */
export const TEXT = {
  identifier: 0,
  service: 1,
  network: 2,
  apn: 3,
  technology: 4,
  slice: 5,
  otherParty: 6,
  calledPrefix: 7,
  session: 8,
  imsi: 9,
  iccid: 10,
  msisdn: 11,
  imei: 12,
  charge: 13,
  currency: 14,
  /** The carrier's tax on its charge, decimal text. */
  tax: 15,
  /** Number the network gave the session for charging, as the format writes it. */
  chargingId: 16,
  /** Record sequence number, local sequence number or the like. */
  sequence: 17,
  /** What the format calls such a record: "gprsCall", "pgwRecord". */
  recordType: 18,
} as const;

/** Place of a text in a draft. */
export type TextField = (typeof TEXT)[keyof typeof TEXT];

const FIELDS = 19;
/** No text of a record is longer, in bytes. */
const LONGEST_TEXT = 256;
/** Directions; a draft holds the index into this list. */
export const DIRECTIONS = ['', 'mo', 'mt'] as const;
/** How exactly a start is known; a draft holds the index into this list. */
export const PRECISIONS = ['instant', 'day', 'month'] as const;

const SEPARATOR = 0x1f;
const POINT = 0x2e;
const ROOM = 32_768;
/** Left free for separators and numbers of the identity. */
const RESERVE = 1024;

/**
 * The record a decoder is at work on: one draft serves a whole file, so that nothing is made for a record or field. Texts are copied into
 * its own bytes. Whoever finds something wrong says so once; the first reason stands.
 */
export class RecordDraft {
  readonly bytes = Buffer.alloc(ROOM);
  private readonly starts = new Int32Array(FIELDS);
  private readonly ends = new Int32Array(FIELDS);
  private used = 0;
  private identityStart = 0;
  /** Indices into DIRECTIONS and PRECISIONS. */
  direction = 0;
  precision = 0;
  /** Epoch seconds; NaN = not said. */
  startedAt = Number.NaN;
  /** Minutes east of UTC, as the file said with the start; NaN = not said. */
  startOffset = Number.NaN;
  /** 0 = counts; 1 = is kept for statistics only (a failed message, a session without usage) and has no quantity that counts. */
  outcome: 0 | 1 = 0;
  bytesUp = 0;
  bytesDown = 0;
  bytesUnsplit = 0;
  seconds = 0;
  count = 0;
  /** Whether its end lies before its start; it then has no duration. */
  endsBeforeStart = false;
  /** '' while nothing is wrong. */
  code: RejectionCode | '' = '';
  field = '';
  value = '';
  reason = '';

  /** Begins a new record. */
  clear(): void {
    this.starts.fill(0);
    this.ends.fill(0);
    this.used = 0;
    this.identityStart = 0;
    this.direction = 0;
    this.precision = 0;
    this.startedAt = Number.NaN;
    this.startOffset = Number.NaN;
    this.outcome = 0;
    this.bytesUp = 0;
    this.bytesDown = 0;
    this.bytesUnsplit = 0;
    this.seconds = 0;
    this.count = 0;
    this.endsBeforeStart = false;
    this.code = '';
  }

  /** Says why the record cannot count; `value` is what stood there. */
  fail(code: RejectionCode, field: string, value: string, reason: string): void {
    if (this.code !== '') return;
    this.code = code;
    this.field = field;
    this.value = value.length > 80 ? `${value.slice(0, 79)}…` : value;
    this.reason = reason;
  }

  /** Copies a text without the blanks around it. Control characters and too long texts fail the record; `name` names the column. */
  put(field: TextField, from: Uint8Array, start: number, end: number, name: string): void {
    this.starts[field] = this.used;
    this.append(from, start, end, name);
    this.ends[field] = this.used;
  }

  /** Copies a second text behind one just put. */
  extend(field: TextField, from: Uint8Array, start: number, end: number, name: string): void {
    this.append(from, start, end, name);
    this.ends[field] = this.used;
  }

  /** Makes a text a part of another, such as a prefix; no bytes are copied. */
  share(field: TextField, start: number, end: number): void {
    this.starts[field] = start;
    this.ends[field] = end;
  }

  start(field: TextField): number {
    return this.starts[field]!;
  }

  end(field: TextField): number {
    return this.ends[field]!;
  }

  /** Whether the record says nothing in this field. */
  isEmpty(field: TextField): boolean {
    return this.starts[field] === this.ends[field];
  }

  /** Begins the identity with the carrier and the identifier, which must be there by now. */
  beginIdentity(carrier: Uint8Array): void {
    this.identityStart = this.used;
    this.append(carrier, 0, carrier.length, 'carrier');
    this.addIdentity(this.bytes, this.starts[TEXT.identifier]!, this.ends[TEXT.identifier]!, 'identifier');
  }

  /** Adds a part to the identity. */
  addIdentity(from: Uint8Array, start: number, end: number, name: string): void {
    this.bytes[this.used++] = SEPARATOR;
    this.append(from, start, end, name);
  }

  /** Adds a whole number to the identity. */
  addIdentityNumber(value: number): void {
    this.bytes[this.used++] = SEPARATOR;
    this.used = writeNumber(this.bytes, this.used, value);
  }

  /** Writes a whole number of 10^-decimals as decimal text with all its digits: 2203 of five is "0.02203". */
  putDecimal(field: TextField, value: number, decimals: number): void {
    const { bytes } = this;
    this.starts[field] = this.used;
    const scale = 10 ** decimals;
    const whole = Math.floor(value / scale);
    this.used = writeNumber(bytes, this.used, whole);
    if (decimals > 0) {
      const end = writeNumber(bytes, this.used, value - whole * scale + scale);
      bytes[this.used] = POINT;
      this.used = end;
    }
    this.ends[field] = this.used;
  }

  /** The identity as text, one character a byte. */
  identity(): string {
    return this.bytes.toString('latin1', this.identityStart, this.used);
  }

  private append(from: Uint8Array, start: number, end: number, name: string): void {
    let first = start;
    let last = end;
    while (first < last && from[first] === 0x20) first++;
    while (last > first && from[last - 1] === 0x20) last--;
    if (last - first > LONGEST_TEXT) {
      this.fail(
        'TOO_LONG',
        name,
        textOf(from, first, last),
        `the text has ${last - first} bytes, at most ${LONGEST_TEXT} are read`,
      );
      return;
    }
    if (this.used + last - first > ROOM - RESERVE) {
      this.fail('TOO_LONG', name, '', `the texts of the record have more than ${ROOM - RESERVE} bytes together`);
      return;
    }
    const bytes = this.bytes;
    let to = this.used;
    let isAscii = true;
    for (let i = first; i < last; i++) {
      const byte = from[i]!;
      if (byte < 0x20 || byte === 0x7f) {
        this.fail('INVALID_VALUE', name, textOf(from, first, last), 'the text holds a control character');
        return;
      }
      if (byte >= 0x80) isAscii = false;
      bytes[to++] = byte;
    }
    if (!isAscii && !isUtf8(from.subarray(first, last))) {
      this.fail('INVALID_VALUE', name, textOf(from, first, last), 'the text is not UTF-8');
      return;
    }
    this.used = to;
  }
}

/** Writes a whole number from 0 on in decimal digits; answers where they end. */
export function writeNumber(to: Buffer, at: number, value: number): number {
  if (value < 10) {
    to[at] = 0x30 + value;
    return at + 1;
  }
  if (value > 0x7fff_ffff) return at + to.write(String(value), at, 'latin1');
  let digits = 2;
  for (let limit = 100; value >= limit; limit *= 10) digits++;
  let rest = value | 0;
  for (let i = at + digits - 1; i >= at; i--) {
    const next = (rest / 10) | 0;
    to[i] = 0x30 + rest - next * 10;
    rest = next;
  }
  return at + digits;
}

const strict = new TextDecoder('utf-8', { fatal: true });

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Bytes as text for a person to read: UTF-8, at most 100 bytes, control characters made visible. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  const text = new TextDecoder().decode(bytes.subarray(start, Math.min(end, start + 100)));
  return Array.from(text, (c) => (c < ' ' || c === '\u007f' ? '·' : c)).join('');
}
