import { viewOf } from '#shared/usage/byte-view.ts';
import type { Interner } from '#shared/usage/interner.ts';
import type { UsageRows } from '#shared/usage/usage-rows.ts';
import { KeptTexts } from './kept-texts.ts';
import { type ColumnForm, OFFSET_BASE, type RecordsHead } from './record-columns.ts';
import type { RecordDraft } from './record-draft.ts';

const LINE_FEED = 0x0a;
const TWO_32 = 2 ** 32;
/** Texts are copied eight octets at a time. */
const SPARE = 8;

/** The rows of a chunk that stand, and what their numbers stand for. */
export interface StandingRows {
  readonly columns: UsageRows;
  /** Number of rows, those that do not stand included. */
  readonly length: number;
  /** The rows that stand, in the order they are kept in. */
  readonly rows: Int32Array;
  readonly identifierOf: Int32Array;
  readonly identifiers: Interner;
}

interface Column {
  readonly name: string;
  readonly form: ColumnForm;
  readonly bytes: number;
  /** Writes the column to a place. */
  readonly write: (to: Buffer<ArrayBuffer>, at: number) => void;
}

/** Keeps the records of one chunk after the other as columns (see record-columns.ts). */
export class RecordColumns {
  private readonly texts = new KeptTexts();
  private readonly record: Float64Array;
  private readonly place: Float64Array;
  private readonly offset: Float64Array;
  private readonly values: Float64Array;
  private readonly words: Uint32Array;

  constructor(capacity: number) {
    this.record = new Float64Array(capacity);
    this.place = new Float64Array(capacity);
    this.offset = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
    this.words = new Uint32Array(capacity);
  }

  /** Begins anew. */
  clear(): void {
    this.texts.clear();
  }

  /** Keeps what the usage rows do not hold of a record; rows come in their order from 0. */
  add(draft: RecordDraft, row: number, record: number, place: number): void {
    const { startOffset } = draft;
    this.record[row] = record;
    this.place[row] = place;
    this.offset[row] = Number.isNaN(startOffset) ? 0 : startOffset + OFFSET_BASE;
    this.texts.add(draft, row);
  }

  /** The object of the records that stand, whose usage keys are those `keys` has numbered. */
  finish(standing: StandingRows, keys: Interner): Uint8Array {
    const { columns, rows, length, identifiers } = standing;
    return objectOf(rows.length, keys, [
      this.numbers('record', 'steps', this.record, rows),
      this.numbers('place', 'steps', this.place, rows),
      this.numbers('started_at', 'steps', columns.startedAt, rows),
      this.numbers('start_offset', 'numbers', this.offset, rows),
      this.numbers('key', 'numbers', Float64Array.from(columns.keyIndex.subarray(0, length)), rows),
      lines('identifiers', identifiers),
      this.numbers('identifier', 'numbers', Float64Array.from(standing.identifierOf.subarray(0, length)), rows),
      this.numbers('bytes_up', 'numbers', columns.bytesUp, rows),
      this.numbers('bytes_down', 'numbers', columns.bytesDown, rows),
      this.numbers('bytes_unsplit', 'numbers', columns.bytesUnsplit, rows),
      this.numbers('seconds', 'numbers', columns.seconds, rows),
      this.numbers('count', 'numbers', columns.count, rows),
      ...this.texts.filled(length, rows).map(texts),
      fingerprints(columns, rows),
    ]);
  }

  /** As many octets a number as the largest needs, the lowest of all numbers first. */
  private numbers(name: string, form: 'numbers' | 'steps', from: Float64Array, rows: Int32Array): Column {
    const { length } = rows;
    const taken = form === 'steps' ? takeSteps : takeNumbers;
    const width = octetsOf(taken(from, rows, this.values));
    const write = (to: Uint8Array, at: number) => {
      const { values, words } = this;
      taken(from, rows, values);
      for (let i = 0; i < length; i++) words[i] = values[i]!;
      writeOctets(words, Math.min(width, 4), length, to, at);
      if (width <= 4) return;
      for (let i = 0; i < length; i++) words[i] = values[i]! / TWO_32;
      writeOctets(words, width - 4, length, to, at + 4 * length);
    };
    return { name, form, bytes: length * width, write };
  }
}

/** Takes the numbers of some rows, one behind the other; answers the largest. */
function takeNumbers(from: Float64Array, rows: Int32Array, to: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < rows.length; i++) {
    const value = from[rows[i]!]!;
    to[i] = value;
    if (value > largest) largest = value;
  }
  return largest;
}

/** Takes the steps between the numbers of some rows; answers the largest. */
function takeSteps(from: Float64Array, rows: Int32Array, to: Float64Array): number {
  let largest = 0;
  let before = 0;
  for (let i = 0; i < rows.length; i++) {
    const value = from[rows[i]!]!;
    const step = value >= before ? 2 * (value - before) : 2 * (before - value) - 1;
    before = value;
    to[i] = step;
    if (step > largest) largest = step;
  }
  return largest;
}

function writeOctets(words: Uint32Array, width: number, length: number, to: Uint8Array, start: number): void {
  for (let octet = 0, at = start; octet < width; octet++, at += length) {
    const shift = 8 * octet;
    for (let i = 0; i < length; i++) to[at + i] = words[i]! >>> shift;
  }
}

/** Octets a number takes: 0 for 0. */
function octetsOf(value: number): number {
  let octets = 0;
  for (let rest = value; rest >= 1; rest /= 256) octets++;
  return octets;
}

function fingerprints({ fingerprint0, fingerprint1, fingerprint2 }: UsageRows, rows: Int32Array): Column {
  const write = (to: Buffer<ArrayBuffer>, start: number) => {
    const view = viewOf(to);
    for (let i = 0, at = start; i < rows.length; i++, at += 12) {
      const row = rows[i]!;
      view.setInt32(at, fingerprint0[row]!, true);
      view.setInt32(at + 4, fingerprint1[row]!, true);
      view.setInt32(at + 8, fingerprint2[row]!, true);
    }
  };
  return { name: 'fingerprint', form: 'fingerprints', bytes: 12 * rows.length, write };
}

function texts({ name, bytes }: { readonly name: string; readonly bytes: Uint8Array }): Column {
  return { name, form: 'texts', bytes: bytes.length, write: (to, at) => to.set(bytes, at) };
}

/** All texts that have a number, in the order of these. */
function lines(name: string, numbered: Interner): Column {
  let length = 0;
  for (let id = 0; id < numbered.size; id++) length += numbered.lengthOf(id) + 1;
  const write = (to: Buffer<ArrayBuffer>, start: number) => {
    const view = viewOf(to);
    for (let id = 0, at = start; id < numbered.size; id++) {
      at = numbered.copyTo(id, view, at);
      to[at++] = LINE_FEED;
    }
  };
  return { name, form: 'texts', bytes: length, write };
}

/** Puts head and columns one behind the other. */
function objectOf(records: number, keys: Interner, columns: readonly Column[]): Uint8Array {
  const filled = columns.filter(({ bytes }) => bytes > 0);
  const head: RecordsHead = {
    version: 1,
    records,
    keys: Array.from({ length: keys.size }, (_, key) => keys.textOf(key)),
    columns: filled.map(({ name, form, bytes }) => [name, form, bytes]),
  };
  const text = Buffer.from(JSON.stringify(head), 'utf8');
  const length = filled.reduce((sum, { bytes }) => sum + bytes, 4 + text.length);
  const object = Buffer.allocUnsafeSlow(length + SPARE);
  object.writeUInt32BE(text.length, 0);
  text.copy(object, 4);
  let at = 4 + text.length;
  for (const { bytes, write } of filled) {
    write(object, at);
    at += bytes;
  }
  return object.subarray(0, length);
}
