import { dayOf } from '../mapping/time-text.ts';

const TIME_OCTETS = 9;
const PLUS = 0x2b;
const MINUS = 0x2d;
const ZERO = 0x30;
const FILLER = 15;
const BAD = 255;
/** By octet: the number of its two decimal digits, high nibble first; BAD when one is none. */
const BCD = Uint8Array.from({ length: 256 }, (_, octet) =>
  octet >>> 4 <= 9 && (octet & 15) <= 9 ? (octet >>> 4) * 10 + (octet & 15) : BAD,
);
/** The date read last, and its day since 1970-01-01. */
let lastDate = -1;
let lastDay = Number.NaN;

/** Seconds of a TimeStamp (TS 32.298: YYMMDDhhmmss in BCD, sign in ASCII, hhmm) as if local time were UTC; NaN when it is none. */
export function localSeconds(bytes: Uint8Array, start: number, end: number): number {
  if (end - start !== TIME_OCTETS) return Number.NaN;
  const date = (bytes[start]! << 16) | (bytes[start + 1]! << 8) | bytes[start + 2]!;
  if (date !== lastDate) {
    lastDate = date;
    lastDay = dayOf(2000 + BCD[bytes[start]!]!, BCD[bytes[start + 1]!]!, BCD[bytes[start + 2]!]!);
    if (BCD[bytes[start]!] === BAD) lastDay = Number.NaN;
  }
  const hour = BCD[bytes[start + 3]!]!;
  const minute = BCD[bytes[start + 4]!]!;
  const second = BCD[bytes[start + 5]!]!;
  if (hour > 23 || minute > 59 || second > 60) return Number.NaN;
  return lastDay * 86_400 + hour * 3600 + minute * 60 + second;
}

/** Minutes east of UTC of a TimeStamp; NaN when it says none. */
export function offsetMinutes(bytes: Uint8Array, start: number, end: number): number {
  if (end - start !== TIME_OCTETS) return Number.NaN;
  const sign = bytes[start + 6]!;
  const hour = BCD[bytes[start + 7]!]!;
  const minute = BCD[bytes[start + 8]!]!;
  if (hour > 23 || minute > 59 || (sign !== PLUS && sign !== MINUS)) return Number.NaN;
  const minutes = hour * 60 + minute;
  return sign === MINUS && minutes > 0 ? -minutes : minutes;
}

/** Mobile country and network code in the nibbles of three octets (TS 24.008 §10.5.1.13): writes five or six digits, −1 = there are none. */
export function writePlmn(bytes: Uint8Array, start: number, end: number, to: Uint8Array, at: number): number {
  if (end - start !== 3) return -1;
  const first = bytes[start]!;
  const second = bytes[start + 1]!;
  const third = bytes[start + 2]!;
  const last = second >>> 4;
  to[at] = ZERO + (first & 15);
  to[at + 1] = ZERO + (first >>> 4);
  to[at + 2] = ZERO + (second & 15);
  to[at + 3] = ZERO + (third & 15);
  to[at + 4] = ZERO + (third >>> 4);
  if ((first & 15) > 9 || first >>> 4 > 9 || (second & 15) > 9 || (third & 15) > 9 || third >>> 4 > 9) return -1;
  if (last === FILLER) return at + 5;
  if (last > 9) return -1;
  to[at + 5] = ZERO + last;
  return at + 6;
}

/** Radio access technologies by number (TS 29.061, TS 32.298 RATType), in the words of TS 29.571. */
const TECHNOLOGIES: Readonly<Record<number, string>> = {
  1: 'UTRA',
  2: 'GERA',
  3: 'WLAN',
  4: 'GAN',
  5: 'HSPA',
  6: 'EUTRA',
  7: 'VIRTUAL',
  8: 'NBIOT',
  9: 'LTE-M',
  10: 'NR',
  51: 'NR',
  52: 'NR_U',
  53: 'EUTRA_U',
  54: 'LTE-M',
  55: 'WIRELINE',
  56: 'WIRELINE_CABLE',
  57: 'WIRELINE_BBF',
  58: 'NR_REDCAP',
  65: 'TRUSTED_N3GA',
  66: 'TRUSTED_WLAN',
};

/** A radio access technology in a word: "LTE-M"; one without a word is its number. */
export function technologyOf(rat: number): string {
  return TECHNOLOGIES[rat] ?? String(rat);
}

const NO_DIFFERENTIATOR = 'ffffff';

/**
 * Slice differentiator as six lower-case hexadecimal digits; '' = none (TS 23.003 §28.4.2). It is three octets; some write its digits as
 * characters, with those of the slice type in front.
 */
export function differentiatorOf(bytes: Buffer, start: number, end: number): string {
  const written = bytes.toString('latin1', start, Math.min(end, start + 16));
  const digits = /^(?:[0-9a-f]{2})?[0-9a-f]{6}$/i.test(written)
    ? written.slice(-6).toLowerCase()
    : bytes.toString('hex', start, Math.min(end, start + 8));
  return digits === NO_DIFFERENTIATOR ? '' : digits;
}
