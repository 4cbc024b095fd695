const BACKSLASH = 0x5c;
const U = 0x75;
/** What stands for the letter behind a backslash; 0 = no such escape. */
const ESCAPES = new Uint8Array(256);
for (const [letter, byte] of Object.entries({ '"': 0x22, '\\': 0x5c, '/': 0x2f, b: 8, f: 12, n: 10, r: 13, t: 9 })) {
  ESCAPES[letter.charCodeAt(0)] = byte;
}

/** Given instead of where a text ends: there is no such escape. */
const BAD_ESCAPE = -1;
/** Given instead of where a text ends: half of a surrogate pair, or no room. */
export const [LONE_SURROGATE, NO_ROOM] = [-2, -3] as const;

/**
 * Writes the string at [start, end), which stands between quotes in JSON, with its escapes resolved, as UTF-8 from `to` on and not beyond
 * `limit`. Answers where it ends, or why not.
 */
export function unescapeText(bytes: Buffer, start: number, end: number, to: number, limit: number): number {
  let at = to;
  for (let from = start; from < end; from++) {
    if (at + 4 > limit) return NO_ROOM;
    const byte = bytes[from]!;
    if (byte !== BACKSLASH) {
      bytes[at++] = byte;
      continue;
    }
    const letter = bytes[++from]!;
    if (letter !== U) {
      if (ESCAPES[letter] === 0 || from >= end) return BAD_ESCAPE;
      bytes[at++] = ESCAPES[letter]!;
      continue;
    }
    let code = hexadecimal(bytes, from + 1, end);
    if (code < 0) return BAD_ESCAPE;
    from += 4;
    if (code >= 0xdc00 && code <= 0xdfff) return LONE_SURROGATE;
    if (code >= 0xd800 && code <= 0xdbff) {
      const isPair = bytes[from + 1] === BACKSLASH && bytes[from + 2] === U;
      const low = isPair ? hexadecimal(bytes, from + 3, end) : -1;
      if (low < 0xdc00 || low > 0xdfff) return LONE_SURROGATE;
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
      from += 6;
    }
    at = writeCodePoint(bytes, at, code);
  }
  return at;
}

/** Whether what stands behind a backslash makes an escape. */
export function isEscape(bytes: Buffer, at: number, end: number): boolean {
  return bytes[at] === U ? hexadecimal(bytes, at + 1, end) >= 0 : ESCAPES[bytes[at]!] !== 0;
}

/** Whether a byte may be part of a number or of a word such as true: letters, digits, signs, the point. */
export function isWord(byte: number): boolean {
  const letter = byte | 0x20;
  const isSign = byte === 0x2b || byte === 0x2d || byte === 0x2e || byte === 0x5f;
  return (letter >= 0x61 && letter <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || isSign;
}

/** Four hexadecimal digits; −1 when they are none. */
function hexadecimal(bytes: Buffer, at: number, end: number): number {
  if (at + 4 > end) return -1;
  let code = 0;
  for (let i = at; i < at + 4; i++) {
    const byte = bytes[i]!;
    const letter = byte | 0x20;
    if (byte >= 0x30 && byte <= 0x39) code = code * 16 + byte - 0x30;
    else if (letter >= 0x61 && letter <= 0x66) code = code * 16 + letter - 0x57;
    else return -1;
  }
  return code;
}

function writeCodePoint(bytes: Buffer, at: number, code: number): number {
  let to = at;
  if (code < 0x80) {
    bytes[to++] = code;
    return to;
  }
  if (code < 0x800) {
    bytes[to++] = 0xc0 | (code >> 6);
  } else {
    if (code < 0x10000) {
      bytes[to++] = 0xe0 | (code >> 12);
    } else {
      bytes[to++] = 0xf0 | (code >> 18);
      bytes[to++] = 0x80 | ((code >> 12) & 63);
    }
    bytes[to++] = 0x80 | ((code >> 6) & 63);
  }
  bytes[to++] = 0x80 | (code & 63);
  return to;
}
