/** Most values a shape has, and most bytes of what lies between them. */
const MOST_VALUES = 512;
const MOST_BYTES = 16_384;

const [TAB, LF, CR, BLANK, COLON] = [0x09, 0x0a, 0x0d, 0x20, 0x3a] as const;
const [QUOTE, PLUS, COMMA, MINUS, POINT, ZERO, NINE, BACKSLASH, E] = [
  0x22, 0x2b, 0x2c, 0x2d, 0x2e, 0x30, 0x39, 0x5c, 0x65,
] as const;

/** Given instead of a place where a value is noted. */
export const NOWHERE = -1;

/**
 * What a record looked like: the bytes between its values, and where each value is noted. Records of one sender mostly look alike; one that
 * has exactly the same bytes in between needs no parsing, for it is the same JSON with other strings and numbers.
 */
export class JsonShape {
  /** The bytes before each value and behind the last, four in a number; of the last number of each only those the mask says. */
  private readonly words: Int32Array;
  private readonly wordEnds: Int32Array;
  private readonly masks: Int32Array;
  private readonly lengths: Int32Array;
  private readonly isString: Uint8Array;
  private readonly targets: Int32Array;

  constructor(bytes: Buffer, from: number, until: number, values: readonly ShapeValue[]) {
    const gaps = values.map(({ start }, i) => bytes.subarray(i === 0 ? from : values[i - 1]!.end, start));
    gaps.push(bytes.subarray(values.at(-1)!.end, until));
    this.lengths = Int32Array.from(gaps, (gap) => gap.length);
    this.isString = Uint8Array.from(values, (value) => (value.isString ? 1 : 0));
    this.targets = Int32Array.from(values, ({ target }) => target);
    const words = gaps.map(wordsOf);
    this.words = Int32Array.from(words.flat());
    let at = 0;
    this.wordEnds = Int32Array.from(words, (each) => (at += each.length));
    this.masks = Int32Array.from(gaps, ({ length }) => (length % 4 === 0 ? -1 : 2 ** (8 * (length % 4)) - 1));
  }

  /**
   * Where the record that begins at `from` ends, if it has this shape; else 0. Its values are noted in the four arrays; `isOdd` of what is
   * noted is answered by the sign: minus where it ends if a value that is noted holds a comma or anything beyond plain ASCII.
   */
  match(bytes: Buffer, view: DataView, from: number, to: ShapeTarget): number {
    const { words, wordEnds, masks, lengths, isString, targets } = this;
    const { starts, ends } = to;
    const last = targets.length;
    let odd = 0;
    let word = 0;
    let p = from;
    for (let i = 0; ; i++) {
      const wordEnd = wordEnds[i]! - 1;
      let at = p;
      for (; word < wordEnd; word++, at += 4) if (view.getInt32(at, true) !== words[word]) return 0;
      if (((view.getInt32(at, true) ^ words[word++]!) & masks[i]!) !== 0) return 0;
      p += lengths[i]!;
      if (i === last) return odd === 0 ? p : -p;
      const start = p;
      const target = targets[i]!;
      let byte = bytes[p]!;
      if (isString[i] === 1) {
        for (; byte !== QUOTE; byte = bytes[++p]!) {
          if (byte > COMMA && byte < 0x7f && byte !== BACKSLASH) continue;
          if (byte < BLANK || byte === BACKSLASH) return 0;
          if (target !== NOWHERE && (byte >= 0x7f || byte === COMMA)) odd = 1;
        }
      } else {
        if (byte === MINUS) byte = bytes[++p]!;
        const digits = p;
        while (byte >= ZERO && byte <= NINE) byte = bytes[++p]!;
        if (p === digits || (bytes[digits] === ZERO && p > digits + 1)) return 0;
        if (byte === POINT) {
          byte = bytes[++p]!;
          if (byte < ZERO || byte > NINE) return 0;
          while (byte >= ZERO && byte <= NINE) byte = bytes[++p]!;
        }
        if ((byte | BLANK) === E) {
          byte = bytes[++p]!;
          if (byte === MINUS || byte === PLUS) byte = bytes[++p]!;
          if (byte < ZERO || byte > NINE) return 0;
          while (byte >= ZERO && byte <= NINE) byte = bytes[++p]!;
        }
      }
      if (target >= 0) {
        starts[target] = start;
        ends[target] = p;
      } else if (target !== NOWHERE) {
        to.itemStarts[-2 - target] = start;
        to.itemEnds[-2 - target] = p;
      }
    }
  }
}

/** Where values are noted: target t of a record in `starts` and `ends`, of an item −2 − t in the others. */
export interface ShapeTarget {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly itemStarts: Int32Array;
  readonly itemEnds: Int32Array;
}

/** A string or number of a record: its bytes without quotes, and where it is noted. */
export interface ShapeValue {
  readonly start: number;
  readonly end: number;
  readonly isString: boolean;
  readonly target: number;
}

/**
 * The strings and numbers that are values in the JSON at [from, until), which must be right; `targetAt` says where the value that begins
 * at a byte is noted. Nothing if they are too many, or an escape is among them.
 */
export function shapeValues(
  bytes: Buffer,
  from: number,
  until: number,
  targetAt: ReadonlyMap<number, number>,
): ShapeValue[] | undefined {
  const values: ShapeValue[] = [];
  for (let p = from; p < until; p++) {
    const byte = bytes[p]!;
    const isString = byte === QUOTE;
    if (!isString && byte !== MINUS && (byte < ZERO || byte > NINE)) continue;
    const start = isString ? p + 1 : p;
    let end = start;
    while (isString ? bytes[end] !== QUOTE : isNumberByte(bytes[end]!))
      if (bytes[end++] === BACKSLASH) return undefined;
    p = isString ? end : end - 1;
    if (isString && isKey(bytes, end + 1)) continue;
    values.push({ start, end, isString, target: targetAt.get(start) ?? NOWHERE });
    if (values.length > MOST_VALUES || until - from > MOST_BYTES) return undefined;
  }
  return values.length === 0 ? undefined : values;
}

/** Whether a colon follows, and what stands before it is a key. */
function isKey(bytes: Buffer, behind: number): boolean {
  let p = behind;
  while (bytes[p] === BLANK || bytes[p] === LF || bytes[p] === CR || bytes[p] === TAB) p++;
  return bytes[p] === COLON;
}

function isNumberByte(byte: number): boolean {
  return (byte >= ZERO && byte <= NINE) || byte === MINUS || byte === POINT || byte === PLUS || (byte | BLANK) === E;
}

/** Bytes four in a number, the first one lowest; zeros fill the last. At least one number, be it of no byte. */
function wordsOf(bytes: Uint8Array): number[] {
  const words: number[] = [];
  for (let i = 0; i === 0 || i < bytes.length; i += 4) {
    words.push(
      (bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24),
    );
  }
  return words;
}
