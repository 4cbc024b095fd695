/** A record as a scanner found it: value i is bytes [starts[i], ends[i]), without quotes and escapes; both are the same where it is empty. */
export interface Row {
  /** The bytes values lie in. Its first DRAFT_ROOM bytes are the draft's. */
  readonly bytes: Buffer<ArrayBuffer>;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Whether the record holds printable ASCII alone: its texts need no second look. */
  readonly isPlain: boolean;
  /** Items of the list the record has values in; of item i, value j is at place i × `width` + j of the two arrays below. */
  readonly items: number;
  readonly width: number;
  readonly itemStarts: Int32Array;
  readonly itemEnds: Int32Array;
}

/** Where the columns of a definition stand in the rows of a file. */
export interface Places {
  /** Place of a column's value in `starts` and `ends`. */
  indexOf(column: string): number;
  /** Place of a column's value among those of a list item; −1 = the column is none of a list. */
  itemIndexOf(column: string): number;
  /** Whether a row must name the column, though not fill it. Of a file whose columns are known, no row need be asked. */
  mustBeNamed(column: string): boolean;
}

/** Whether nothing but blanks stands there. */
export function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] !== 0x20) return false;
  return true;
}

/** Whether a text begins with another. */
export function beginsWith(bytes: Uint8Array, start: number, end: number, other: Uint8Array): boolean {
  if (end - start < other.length) return false;
  for (let i = 0; i < other.length; i++) if (bytes[start + i] !== other[i]) return false;
  return true;
}

/** Which of several texts stands there: the first that is the same, or that it begins with if that ends with "*"; −1 = none of them. */
export class TextChoice {
  private readonly texts: readonly Uint8Array[];
  private readonly isBeginning: readonly boolean[];

  constructor(texts: readonly string[]) {
    this.texts = texts.map((text) => Buffer.from(text.replace(/\*$/, ''), 'utf8'));
    this.isBeginning = texts.map((text) => text.endsWith('*'));
  }

  indexOf(bytes: Uint8Array, start: number, end: number): number {
    const { texts, isBeginning } = this;
    for (let i = 0; i < texts.length; i++) {
      const text = texts[i]!;
      if ((end - start === text.length || isBeginning[i]!) && beginsWith(bytes, start, end, text)) return i;
    }
    return -1;
  }
}
