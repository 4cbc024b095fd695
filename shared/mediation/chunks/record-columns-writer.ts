import { viewOf } from '#shared/usage/byte-view.ts';
import type { Interner } from '#shared/usage/interner.ts';
import type { UsageRows } from '#shared/usage/usage-rows.ts';
import type { RecordDraft } from '../record-draft.ts';
import { KeptTexts } from './kept-texts.ts';
import { type ColumnForm, OFFSET_BASE, type RecordsHead } from './record-columns.ts';

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

/** Keeps the records of one chunk after the other as columns (see record-columns.ts). */
export class RecordColumns {
  private readonly texts = new KeptTexts();
  private readonly record: Float64Array;
  private readonly place: Float64Array;
  private readonly offset: Float64Array;
  private readonly values: Float64Array;
  private readonly words: Uint32Array;
  /** The columns of the chunk that is being finished, one behind the other, and what the head says of them. */
  private bytes = Buffer.alloc(1 << 16);
  private view = viewOf(this.bytes);
  private used = 0;
  private made: (readonly [string, ColumnForm, number])[] = [];

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
    this.used = 0;
    this.made = [];
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
    const { columns, rows, length, identifiers, identifierOf } = standing;
    this.addNumbers('record', 'steps', this.record, rows);
    this.addNumbers('place', 'steps', this.place, rows);
    this.addNumbers('started_at', 'steps', columns.startedAt, rows);
    this.addNumbers('start_offset', 'numbers', this.offset, rows);
    this.addNumbers('key', 'numbers', new Float64Array(columns.keyIndex.subarray(0, length)), rows);
    this.addLines('identifiers', identifiers);
    this.addNumbers('identifier', 'numbers', new Float64Array(identifierOf.subarray(0, length)), rows);
    this.addNumbers('bytes_up', 'numbers', columns.bytesUp, rows);
    this.addNumbers('bytes_down', 'numbers', columns.bytesDown, rows);
    this.addNumbers('bytes_unsplit', 'numbers', columns.bytesUnsplit, rows);
    this.addNumbers('seconds', 'numbers', columns.seconds, rows);
    this.addNumbers('count', 'numbers', columns.count, rows);
    for (const { name, bytes } of this.texts.filled(length, rows)) this.addTexts(name, bytes);
    this.addFingerprints(columns, rows);
    return this.object(rows.length, keys);
  }

  /** As many octets a number as the largest needs, the lowest of all numbers first. */
  private addNumbers(name: string, form: 'numbers' | 'steps', from: Float64Array, rows: Int32Array): void {
    const { values, words } = this;
    const { length } = rows;
    const largest = form === 'steps' ? takeSteps(from, rows, values, words) : takeNumbers(from, rows, values, words);
    const width = octetsOf(largest);
    this.makeRoom(length * width);
    writeOctets(words, Math.min(width, 4), length, this.bytes, this.used);
    if (width > 4) {
      takeHighWords(values, length, words);
      writeOctets(words, width - 4, length, this.bytes, this.used + 4 * length);
    }
    this.end(name, form, length * width);
  }

  private addTexts(name: string, bytes: Uint8Array): void {
    this.makeRoom(bytes.length);
    this.bytes.set(bytes, this.used);
    this.end(name, 'texts', bytes.length);
  }

  /** All texts that have a number, in the order of these. */
  private addLines(name: string, texts: Interner): void {
    let length = 0;
    for (let id = 0; id < texts.size; id++) length += texts.lengthOf(id) + 1;
    this.makeRoom(length);
    writeLines(texts, this.view, this.used);
    this.end(name, 'texts', length);
  }

  private addFingerprints(columns: UsageRows, rows: Int32Array): void {
    this.makeRoom(12 * rows.length);
    writeFingerprints(columns, rows, this.view, this.used);
    this.end('fingerprint', 'fingerprints', 12 * rows.length);
  }

  private end(name: string, form: ColumnForm, length: number): void {
    if (length > 0) this.made.push([name, form, length]);
    this.used += length;
  }

  private makeRoom(length: number): void {
    const needed = this.used + length + SPARE;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.alloc(2 * needed);
    this.bytes.copy(larger, 0, 0, this.used);
    this.bytes = larger;
    this.view = viewOf(larger);
  }

  /** Puts head and columns one behind the other. */
  private object(records: number, keys: Interner): Uint8Array {
    const texts = Array.from({ length: keys.size }, (_, key) => keys.textOf(key));
    const head: RecordsHead = { version: 1, records, keys: texts, columns: this.made };
    const text = Buffer.from(JSON.stringify(head), 'utf8');
    const object = Buffer.allocUnsafeSlow(4 + text.length + this.used);
    object.writeUInt32BE(text.length, 0);
    text.copy(object, 4);
    this.bytes.copy(object, 4 + text.length, 0, this.used);
    return object;
  }
}

/** Takes the numbers of some rows, one behind the other, and their lower 32 bits; answers the largest. */
function takeNumbers(from: Float64Array, rows: Int32Array, to: Float64Array, words: Uint32Array): number {
  let largest = 0;
  for (let i = 0; i < rows.length; i++) {
    const value = from[rows[i]!]!;
    to[i] = value;
    words[i] = value;
    if (value > largest) largest = value;
  }
  return largest;
}

/** Takes the steps between the numbers of some rows; likewise. */
function takeSteps(from: Float64Array, rows: Int32Array, to: Float64Array, words: Uint32Array): number {
  let largest = 0;
  let before = 0;
  for (let i = 0; i < rows.length; i++) {
    const value = from[rows[i]!]!;
    const step = value >= before ? 2 * (value - before) : 2 * (before - value) - 1;
    before = value;
    to[i] = step;
    words[i] = step;
    if (step > largest) largest = step;
  }
  return largest;
}

function takeHighWords(values: Float64Array, length: number, to: Uint32Array): void {
  for (let i = 0; i < length; i++) to[i] = values[i]! / TWO_32;
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

function writeFingerprints(columns: UsageRows, rows: Int32Array, to: DataView, start: number): void {
  const { fingerprint0, fingerprint1, fingerprint2 } = columns;
  for (let i = 0, at = start; i < rows.length; i++, at += 12) {
    const row = rows[i]!;
    to.setInt32(at, fingerprint0[row]!, true);
    to.setInt32(at + 4, fingerprint1[row]!, true);
    to.setInt32(at + 8, fingerprint2[row]!, true);
  }
}

function writeLines(texts: Interner, to: DataView, start: number): void {
  const { size } = texts;
  for (let id = 0, at = start; id < size; id++) {
    at = texts.copyTo(id, to, at);
    to.setUint8(at++, LINE_FEED);
  }
}
