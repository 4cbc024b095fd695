import type { RecordDraft, TextField } from '../record-draft.ts';

/** Digits of four bits (TS 29.002 TBCD-STRING, TD.57 BCDString); 15 fills up what is left of an octet. */
const DIGITS = '0123456789*#abc';
const FILLER = 15;
/** No number has more digits. */
const MOST_DIGITS = 40;
/** Set in a pair of characters of which one is no decimal digit. */
const ODD = 0x8000;

/** Which half of an octet holds the first of its two digits. By octet: both characters, the first in the low byte; 0 = one is a filler. */
export type NibbleOrder = Uint16Array;
/** GSMA TAP: the high nibble first. */
export const HIGH_FIRST: NibbleOrder = pairs((octet) => [octet >>> 4, octet & 15]);
/** 3GPP: the low nibble first. */
export const LOW_FIRST: NibbleOrder = pairs((octet) => [octet & 15, octet >>> 4]);

function pairs(halves: (octet: number) => readonly [number, number]): NibbleOrder {
  return Uint16Array.from({ length: 256 }, (_, octet) => {
    const [first, second] = halves(octet);
    if (first === FILLER || second === FILLER) return 0;
    const isDecimal = first <= 9 && second <= 9;
    return DIGITS.charCodeAt(first) | (DIGITS.charCodeAt(second) << 8) | (isDecimal ? 0 : ODD);
  });
}

/**
 * Puts a text of prefix (at most eight characters, as bytes) and BCD digits into a draft and shares the digits with a second field; without
 * digits both are empty. Answers whether all are decimal. More than 40 fail the record; `name` is the element's.
 */
export function putNumber(
  draft: RecordDraft,
  whole: TextField,
  digits: TextField,
  prefix: Prefix,
  order: NibbleOrder,
  from: Buffer,
  start: number,
  end: number,
  name: string,
): boolean {
  if (end - start > MOST_DIGITS / 2) {
    draft.fail('TOO_LONG', name, hex(from, start, end), `${name} has at most ${MOST_DIGITS} digits`);
    return true;
  }
  const at = draft.begin(whole);
  const { view } = draft;
  view.setInt32(at, prefix.low, true);
  view.setInt32(at + 4, prefix.high, true);
  const first = at + prefix.length;
  const last = writeDigits(order, from, start, end, view, first);
  const until = Math.abs(last);
  draft.finish(whole, until === first ? at : until);
  draft.share(digits, first, until);
  return last >= 0;
}

/** Up to eight characters in front of a number, as two little-endian words. */
export interface Prefix {
  readonly length: number;
  readonly low: number;
  readonly high: number;
}

/** A prefix of a number, such as "imsi#". */
export function prefixOf(text: string): Prefix {
  const bytes = Buffer.alloc(8);
  return { length: bytes.write(text, 'latin1'), low: bytes.readInt32LE(0), high: bytes.readInt32LE(4) };
}

/**
 * Writes BCD digits up to the first filler as characters, two octets at a time: up to three bytes more are written behind them. Answers where
 * they end, negative when one is no decimal digit.
 */
export function writeDigits(
  order: NibbleOrder,
  from: Uint8Array,
  start: number,
  end: number,
  to: DataView,
  at: number,
): number {
  let odd = 0;
  let place = at;
  let i = start;
  for (; i + 1 < end; i += 2) {
    const first = order[from[i]!]!;
    const second = order[from[i + 1]!]!;
    if (first === 0 || second === 0) break;
    to.setInt32(place, (first & 0x7fff) | ((second & 0x7fff) << 16), true);
    place += 4;
    odd |= first | second;
  }
  for (; i < end; i++) {
    const pair = order[from[i]!]!;
    if (pair === 0) {
      const digit = order === HIGH_FIRST ? from[i]! >>> 4 : from[i]! & 15;
      if (digit === FILLER) break;
      to.setUint8(place++, DIGITS.charCodeAt(digit));
      if (digit > 9) odd = ODD;
      break;
    }
    to.setInt16(place, pair & 0x7fff, true);
    place += 2;
    odd |= pair;
  }
  return (odd & ODD) === 0 ? place : -place;
}

/** Octets in hexadecimal digits, 40 octets at most. */
export function hex(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.subarray(start, Math.min(end, start + 40))).toString('hex');
}
