import { copyBytes, viewOf } from '#shared/usage/byte-view.ts';
import { type RecordDraft, TEXT, type TextField } from '../record-draft.ts';
import { KEPT_TEXTS } from './record-columns.ts';

const LINE_FEED = 0x0a;
/** More than the longest text of a draft takes, and what is copied behind it. */
const LONGEST = 4096;
const NAMES = Object.keys(KEPT_TEXTS) as (keyof typeof KEPT_TEXTS)[];
const FIELDS = Int32Array.from(NAMES, (name) => KEPT_TEXTS[name]);

/** The texts of a chunk's records that are kept, column by column, a line feed behind each. */
export class KeptTexts {
  private readonly columns = NAMES.map(() => new TextColumn());

  /** Forgets everything. */
  clear(): void {
    for (const column of this.columns) column.clear();
  }

  /** Adds the texts of the record that has the number `row`; rows come in their order from 0. */
  add(draft: RecordDraft, row: number): void {
    const { columns } = this;
    const inIdentifier = draft.end(TEXT.identifier);
    for (let i = 0; i < columns.length; i++) {
      const field = FIELDS[i] as TextField;
      const start = draft.start(field);
      const end = draft.end(field);
      if (start < end && end !== inIdentifier) columns[i]!.add(draft.view, start, end, row);
    }
  }

  /** The columns that hold anything: of `length` rows those asked for. Valid until they are cleared. */
  filled(length: number, rows: Int32Array) {
    return NAMES.flatMap((name, i) => {
      const column = this.columns[i]!;
      return column.isEmpty ? [] : [{ name, bytes: column.texts(length, rows) }];
    });
  }
}

/** Texts one behind the other. Those between one that is added and the one before it are empty. */
class TextColumn {
  private bytes = Buffer.alloc(1 << 13);
  private view = viewOf(this.bytes);
  private used = 0;
  private rows = 0;

  get isEmpty(): boolean {
    return this.rows === 0;
  }

  clear(): void {
    this.used = 0;
    this.rows = 0;
  }

  add(from: DataView, start: number, end: number, row: number): void {
    if (this.used + row - this.rows + end - start + LONGEST > this.bytes.length) this.grow(row - this.rows + LONGEST);
    if (this.rows < row) this.fillTo(row);
    const { bytes } = this;
    const at = copyBytes(from, start, end, this.view, this.used);
    bytes[at] = LINE_FEED;
    this.used = at + 1;
    this.rows = row + 1;
  }

  /** The texts of some of so many rows; valid until the column is cleared. */
  texts(length: number, rows: Int32Array): Uint8Array {
    if (this.used + length - this.rows > this.bytes.length) this.grow(length - this.rows);
    this.fillTo(length);
    const all = this.bytes.subarray(0, this.used);
    return rows.length === length ? all : linesOf(all, length, rows);
  }

  private fillTo(row: number): void {
    const until = this.used + row - this.rows;
    this.bytes.fill(LINE_FEED, this.used, until);
    this.used = until;
    this.rows = row;
  }

  private grow(more: number): void {
    const larger = Buffer.alloc((this.used + more) * 2);
    this.bytes.copy(larger, 0, 0, this.used);
    this.bytes = larger;
    this.view = viewOf(larger);
  }
}

/** Some of so many lines, perhaps in another order. */
function linesOf(bytes: Uint8Array, length: number, rows: Int32Array): Uint8Array {
  const ends = new Int32Array(length + 1);
  for (let line = 0, at = 0; line < length; line++) {
    at = bytes.indexOf(LINE_FEED, at) + 1;
    ends[line + 1] = at;
  }
  return Buffer.concat(Array.from(rows, (row) => bytes.subarray(ends[row]!, ends[row + 1]!)));
}
