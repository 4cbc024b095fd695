const LONG = 0x80;
const MOST_TAG_OCTETS = 4;
const MOST_LENGTH_OCTETS = 6;

/** A length that is none: the element ends with its end-of-contents. */
export const INDEFINITE = -1;

/** The header of an element in any form (X.690 §8.1): tags and lengths of several octets, indefinite lengths. */
export class BerHeader {
  tag = 0;
  /** Octets of the content; INDEFINITE = up to its end-of-contents. */
  length = 0;
  /** Where the content begins; behind the end of what is there = the header is not there yet. */
  content = 0;

  /** Reads the header at a place; answers what is wrong with it, '' = nothing. A few bytes behind `end` are looked at. */
  read(bytes: Uint8Array, at: number, end: number): string {
    let place = at + 1;
    let tag = bytes[at]! & 31;
    if (tag === 31) {
      tag = 0;
      for (let octet = LONG; octet >= LONG; ) {
        if (place - at > MOST_TAG_OCTETS) return place > end ? this.wait(end) : 'a tag has more than four octets';
        octet = bytes[place++]!;
        tag = (tag << 7) | (octet & 127);
      }
    }
    let length = bytes[place++]!;
    if (length >= LONG) {
      const octets = length & 127;
      if (place > end) return this.wait(end);
      if (octets > MOST_LENGTH_OCTETS) return `a length has ${octets} octets`;
      length = octets === 0 ? INDEFINITE : 0;
      for (const until = place + octets; place < until; place++) length = length * 256 + bytes[place]!;
    }
    this.tag = tag;
    this.length = length;
    this.content = place;
    return '';
  }

  private wait(end: number): string {
    this.content = end + 1;
    return '';
  }
}

/** An element for a person: "[APPLICATION 5]", "[5]", "[UNIVERSAL 16]". */
export function elementName(first: number, tag: number): string {
  return `[${['UNIVERSAL ', 'APPLICATION ', '', 'PRIVATE '][first >>> 6]}${tag}]`;
}

/** A whole number in two's complement; NaN when empty, ±Infinity when it is no safe integer. */
export function berInteger(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return Number.NaN;
  let value = (bytes[start]! << 24) >> 24;
  if (end - start <= 4) {
    for (let i = start + 1; i < end; i++) value = (value << 8) | bytes[i]!;
    return value;
  }
  for (let i = start + 1; i < end; i++) value = value * 256 + bytes[i]!;
  return Number.isSafeInteger(value) ? value : value < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
