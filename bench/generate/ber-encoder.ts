/** Class bits of an element's first octet (X.690 §8.1.2). */
export const UNIVERSAL = 0;
export const APPLICATION = 0x40;
export const CONTEXT = 0x80;

/** An element with its content as given. */
export function berElement(classBits: number, tag: number, isConstructed: boolean, content: Uint8Array): Uint8Array {
  return Buffer.concat([berIdentifier(classBits, tag, isConstructed), berLength(content.length), content]);
}

/** A constructed element of indefinite length. */
export function berIndefinite(classBits: number, tag: number, content: Uint8Array): Uint8Array {
  return Buffer.concat([berIdentifier(classBits, tag, true), Uint8Array.of(0x80), content, Uint8Array.of(0, 0)]);
}

/** A whole number of at most 53 bits, in as few octets as two's complement needs. */
export function integerOctets(value: number): Uint8Array {
  const octets: number[] = [];
  for (let rest = value; rest > 0 || octets.length === 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  if (octets[0]! >= 0x80) octets.unshift(0);
  return Uint8Array.from(octets);
}

function berIdentifier(classBits: number, tag: number, isConstructed: boolean): Uint8Array {
  const first = classBits | (isConstructed ? 0x20 : 0);
  if (tag < 31) return Uint8Array.of(first | tag);
  return tag < 128 ? Uint8Array.of(first | 31, tag) : Uint8Array.of(first | 31, 0x80 | (tag >> 7), tag & 0x7f);
}

function berLength(bytes: number): Uint8Array {
  if (bytes < 0x80) return Uint8Array.of(bytes);
  const octets: number[] = [];
  for (let rest = bytes; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Uint8Array.of(0x80 | octets.length, ...octets);
}
