import { copyBytes, viewOf } from '#shared/usage/byte-view.ts';
import type { RejectionCode } from './problem.ts';

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
  /** The carrier's tax on its charge, decimal text. The charge is after discounts and without tax. */
  tax: 15,
  /** Number the network gave the session for charging, as the format writes it. */
  chargingId: 16,
  /** Record sequence number, local sequence number or the like. */
  sequence: 17,
  /** What the format calls such a record: "gprsCall", "pgwRecord". */
  recordType: 18,
  /** 5QI or QCI of the data flow, decimal digits. */
  fiveQi: 19,
  /** Cause for record closing, decimal digits. */
  cause: 20,
  /** What the amount counts, as usage keys have it ("EUR/6"): filled where a source keeps amounts. */
  amountUnit: 21,
  /** Rating group the network counted it under, decimal digits. */
  ratingGroup: 22,
  /** What the carrier took off its charge, decimal text. */
  discount: 23,
  /** Units of the carrier's local currency for one of the charge's, decimal text. */
  exchangeRate: 24,
  localCurrency: 25,
  /** The charge in local currency, decimal text, where no single exchange rate leads to it. */
  localCharge: 26,
} as const;

/** Place of a text in a draft. */
export type TextField = (typeof TEXT)[keyof typeof TEXT];

const FIELDS = 27;
/** No text of a record is longer, in bytes. */
const LONGEST_TEXT = 256;
/** Directions; a draft holds the index into this list. */
export const DIRECTIONS = ['', 'mo', 'mt'] as const;
/** How exactly a start is known; a draft holds the index into this list. */
export const PRECISIONS = ['instant', 'day', 'month'] as const;

const NO_CARRIER = new Uint8Array(0);
const SEPARATOR = 0x1f;
/** Bytes a draft has for texts of its own, at the beginning of the buffer it works in. */
export const DRAFT_ROOM = 32_768;
/** Left free for numbers and what is written eight bytes at a time. */
const RESERVE = 1024;

/**
 * The record a decoder is at work on: one draft serves a whole file, so that nothing is made for a record or field. Texts are copied into
 * its own bytes, or lie behind them in the same buffer and are referred to. Whoever finds something wrong says so once; the first reason
 * stands.
 */
export class RecordDraft {
  /** Where the texts are. To be read anew for each record: a decoder may change the buffer. */
  bytes = Buffer.alloc(DRAFT_ROOM + 8);
  view = viewOf(this.bytes);
  private readonly bounds = new Int32Array(2 * FIELDS);
  /** The same memory, two bounds a number: quicker to clear. */
  private readonly pairs = new Float64Array(this.bounds.buffer);
  private used = 0;
  private readonly identityBytes = Buffer.alloc(DRAFT_ROOM + 8);
  /** The identity: the first `identityLength` bytes. */
  readonly identityView = viewOf(this.identityBytes);
  identityLength = 0;
  /** Whose name every identity begins with, and how long it is: it is laid down once. */
  private carrier: Uint8Array = NO_CARRIER;
  private carrierLength = 0;
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
  /** What the carrier charges, in `amountUnit`: set by takeAmount alone. */
  amount = 0;
  /** Whether its end lies before its start; it then has no duration. */
  endsBeforeStart = false;
  /** '' while nothing is wrong. */
  code: RejectionCode | '' = '';
  field = '';
  value = '';
  reason = '';

  /** Begins a new record. */
  clear(): void {
    const { pairs } = this;
    for (let i = 0; i < pairs.length; i++) pairs[i] = 0;
    this.used = 0;
    this.identityLength = 0;
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

  /** Works in another buffer from now on: its first DRAFT_ROOM bytes are the draft's own, the last eight are never part of a text. */
  workIn(buffer: Buffer<ArrayBuffer>): void {
    this.bytes = buffer;
    this.view = viewOf(buffer);
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
    this.bounds[field] = this.used;
    this.used = this.append(from, start, end, name, this.view, this.used);
    this.bounds[field + FIELDS] = this.used;
  }

  /** Copies a second text behind one just put. */
  extend(field: TextField, from: Uint8Array, start: number, end: number, name: string): void {
    this.used = this.append(from, start, end, name, this.view, this.used);
    this.bounds[field + FIELDS] = this.used;
  }

  /** Refers to a text that lies in the draft's buffer, without the blanks around it; what put rejects is rejected. */
  refer(field: TextField, start: number, end: number, name: string): void {
    const { bytes, view } = this;
    let first = start;
    let last = end;
    while (first < last && bytes[first] === 0x20) first++;
    while (last > first && bytes[last - 1] === 0x20) last--;
    if (last - first > LONGEST_TEXT) {
      this.failTooLong(bytes, first, last, name);
      return;
    }
    let odd = 0;
    let at = first;
    for (; at + 3 < last; at += 4) odd |= oddIn(view.getInt32(at, true));
    for (; at < last; at++) odd |= ODD[bytes[at]!]!;
    if (odd !== 0 && !this.isFit(bytes, first, last, name)) return;
    this.bounds[field] = first;
    this.bounds[field + FIELDS] = last;
  }

  /** Makes a text a part of another, such as a prefix; no bytes are copied. */
  share(field: TextField, start: number, end: number): void {
    this.bounds[field] = start;
    this.bounds[field + FIELDS] = end;
  }

  /** Begins a text the caller writes itself, at most 64 bytes of printable ASCII: answers where in `bytes`. */
  begin(field: TextField): number {
    this.bounds[field] = this.used;
    return this.used;
  }

  /** Ends a text that was begun. */
  finish(field: TextField, end: number): void {
    this.bounds[field + FIELDS] = end;
    this.used = end;
  }

  start(field: TextField): number {
    return this.bounds[field]!;
  }

  end(field: TextField): number {
    return this.bounds[field + FIELDS]!;
  }

  /** Whether the record says nothing in this field. */
  isEmpty(field: TextField): boolean {
    return this.bounds[field] === this.bounds[field + FIELDS];
  }

  /** Begins the identity with the carrier and the identifier, which must be there by now. */
  beginIdentity(carrier: Uint8Array): void {
    if (carrier !== this.carrier) {
      this.carrierLength = this.append(carrier, 0, carrier.length, 'carrier', this.identityView, 0);
      this.carrier = this.code === '' ? carrier : NO_CARRIER;
    }
    this.identityLength = this.carrierLength;
    this.copyIdentity(this.start(TEXT.identifier), this.end(TEXT.identifier));
  }

  /** Adds a part to the identity. */
  addIdentity(from: Uint8Array, start: number, end: number, name: string): void {
    this.identityBytes[this.identityLength] = SEPARATOR;
    this.identityLength = this.append(from, start, end, name, this.identityView, this.identityLength + 1);
  }

  /** Adds a part of the draft's own bytes that was looked at already. */
  copyIdentity(start: number, end: number): void {
    this.identityBytes[this.identityLength] = SEPARATOR;
    this.identityLength = copyBytes(this.view, start, end, this.identityView, this.identityLength + 1);
  }

  /**
   * Adds a whole number to the identity: how many octets it takes, and these, the lowest first. No text can be taken for it: texts stand
   * behind a separator and hold no control characters.
   */
  addIdentityNumber(value: number): void {
    this.identityLength = writeOctets(this.identityView, this.identityLength, value);
  }

  /** The bytes of the identity; valid until the next record. */
  identity(): Uint8Array {
    return this.identityBytes.subarray(0, this.identityLength);
  }

  /** Copies a text and answers where it ends; if it cannot be taken, where it would have begun. */
  private append(from: Uint8Array, start: number, end: number, name: string, view: DataView, at: number): number {
    let first = start;
    let last = end;
    while (first < last && from[first] === 0x20) first++;
    while (last > first && from[last - 1] === 0x20) last--;
    if (last - first > LONGEST_TEXT) {
      this.failTooLong(from, first, last, name);
      return at;
    }
    if (at + last - first > DRAFT_ROOM - RESERVE) {
      this.fail('TOO_LONG', name, '', `the texts of the record have more than ${DRAFT_ROOM - RESERVE} bytes together`);
      return at;
    }
    let odd = 0;
    let to = at;
    let i = first;
    for (; i + 3 < last; i += 4, to += 4) {
      const word = from[i]! | (from[i + 1]! << 8) | (from[i + 2]! << 16) | (from[i + 3]! << 24);
      view.setInt32(to, word, true);
      odd |= oddIn(word);
    }
    for (; i < last; i++, to++) {
      view.setUint8(to, from[i]!);
      odd |= ODD[from[i]!]!;
    }
    return odd === 0 || this.isFit(from, first, last, name) ? to : at;
  }

  private failTooLong(from: Uint8Array, start: number, end: number, name: string): void {
    const text = `the text has ${end - start} bytes, at most ${LONGEST_TEXT} are read`;
    this.fail('TOO_LONG', name, textOf(from, start, end), text);
  }

  /** Looks at a text that holds something beyond plain ASCII. */
  private isFit(from: Uint8Array, start: number, end: number, name: string): boolean {
    let isAscii = true;
    for (let i = start; i < end; i++) {
      const byte = from[i]!;
      if (byte < 0x20 || byte === 0x7f) {
        this.fail('INVALID_VALUE', name, textOf(from, start, end), 'the text holds a control character');
        return false;
      }
      if (byte >= 0x80) isAscii = false;
    }
    if (isAscii || isUtf8(from.subarray(start, end))) return true;
    this.fail('INVALID_VALUE', name, textOf(from, start, end), 'the text is not UTF-8');
    return false;
  }
}

/** By byte: whether a text that holds it must be looked at more closely. */
const ODD = Int32Array.from({ length: 256 }, (_, byte) => (byte < 0x20 || byte >= 0x7f ? 1 : 0));

/** Not 0 if one of four bytes is odd in that sense: subtracting sets the highest bit of the first byte that is too small. */
function oddIn(word: number): number {
  const rubout = word ^ 0x7f7f_7f7f;
  const found = ((word - 0x2020_2020) & ~word) | ((rubout - 0x0101_0101) & ~rubout) | word;
  return found & 0x8080_8080;
}

/** Writes a whole number from 0 to below 2^53 behind the number of octets it takes, and up to three octets more; answers where it ends. */
function writeOctets(to: DataView, at: number, value: number): number {
  to.setUint32(at + 1, value, true);
  let octets = (39 - Math.clz32(value)) >> 3;
  if (value > 0xffff_ffff) {
    const high = Math.floor(value / 2 ** 32);
    to.setUint32(at + 5, high, true);
    octets = 4 + ((39 - Math.clz32(high)) >> 3);
  }
  to.setUint8(at, octets);
  return at + 1 + octets;
}

const PAIRS = Array.from({ length: 100 }, (_, pair) => String(pair).padStart(2, '0')).join('');
const TENS = Uint8Array.from({ length: 100 }, (_, pair) => PAIRS.charCodeAt(2 * pair));
const ONES = Uint8Array.from({ length: 100 }, (_, pair) => PAIRS.charCodeAt(2 * pair + 1));

/** Writes a whole number from 0 to below 2^53 in decimal digits; answers where they end. */
export function writeNumber(to: Uint8Array, at: number, value: number): number {
  if (value < 10) {
    to[at] = 0x30 + value;
    return at + 1;
  }
  if (value >= 1e9) {
    const high = Math.floor(value / 1e8);
    return writePairs(to, writeNumber(to, at, high), 8, value - high * 1e8);
  }
  return writePairs(to, at, digitsOf(value), value);
}

/** How many digits a number from 10 to below 10^9 has. */
function digitsOf(value: number): number {
  if (value < 10_000) return value < 100 ? 2 : value < 1000 ? 3 : 4;
  if (value < 1_000_000) return value < 100_000 ? 5 : 6;
  return value < 10_000_000 ? 7 : value < 100_000_000 ? 8 : 9;
}

/** Writes a number with so many digits, zeros in front where it has fewer. */
function writePairs(to: Uint8Array, at: number, digits: number, value: number): number {
  let rest = value | 0;
  let i = at + digits;
  while (i > at + 1) {
    const next = (rest / 100) | 0;
    const pair = rest - next * 100;
    i -= 2;
    to[i] = TENS[pair]!;
    to[i + 1] = ONES[pair]!;
    rest = next;
  }
  if (i > at) to[at] = 0x30 + rest;
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
