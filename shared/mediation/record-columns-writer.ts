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
  readonly bytes: Uint8Array;
}

/** Keeps the records of one chunk after the other as columns (see record-columns.ts). */
export class RecordColumns {
  private readonly texts = new KeptTexts();
  private readonly record: Float64Array;
  private readonly place: Float64Array;
  private readonly offset: Float64Array;
  private readonly values: Float64Array;

  constructor(capacity: number) {
    this.record = new Float64Array(capacity);
    this.place = new Float64Array(capacity);
    this.offset = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
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
    const numbers = (name: string, from: ArrayLike<number>) => numbersOf(name, this.taken(from, rows));
    const steps = (name: string, from: ArrayLike<number>): Column => ({
      ...numbersOf(name, asSteps(this.taken(from, rows))),
      form: 'steps',
    });
    const made: Column[] = [
      steps('record', this.record),
      steps('place', this.place),
      steps('started_at', columns.startedAt),
      numbers('start_offset', this.offset),
      numbers('key', columns.keyIndex),
      { name: 'identifiers', form: 'texts', bytes: linesOf(identifiers) },
      numbers('identifier', standing.identifierOf),
      numbers('bytes_up', columns.bytesUp),
      numbers('bytes_down', columns.bytesDown),
      numbers('bytes_unsplit', columns.bytesUnsplit),
      numbers('seconds', columns.seconds),
      numbers('count', columns.count),
      ...this.texts.filled(length, rows),
      { name: 'fingerprint', form: 'fingerprints', bytes: fingerprintsOf(columns, rows) },
    ];
    return objectOf(rows.length, keys, made);
  }

  /** The values of some rows, one behind the other; valid until the next are taken. */
  private taken(from: ArrayLike<number>, rows: Int32Array): Float64Array {
    const { values } = this;
    for (let i = 0; i < rows.length; i++) values[i] = from[rows[i]!]!;
    return values.subarray(0, rows.length);
  }
}

/** Makes differences of values, in their place. */
function asSteps(values: Float64Array): Float64Array {
  let before = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    values[i] = value >= before ? 2 * (value - before) : 2 * (before - value) - 1;
    before = value;
  }
  return values;
}

/** As many octets a number as the largest needs, the lowest of all numbers first. */
function numbersOf(name: string, values: Float64Array): Column {
  const { length } = values;
  let largest = 0;
  for (let i = 0; i < length; i++) if (values[i]! > largest) largest = values[i]!;
  const width = octetsOf(largest);
  const bytes = new Uint8Array(length * width);
  writeOctets(Uint32Array.from(values), Math.min(width, 4), bytes, 0);
  if (width > 4)
    writeOctets(
      Uint32Array.from(values, (value) => value / TWO_32),
      width - 4,
      bytes,
      4 * length,
    );
  return { name, form: 'numbers', bytes };
}

function writeOctets(values: Uint32Array, width: number, to: Uint8Array, start: number): void {
  const { length } = values;
  for (let octet = 0, at = start; octet < width; octet++, at += length) {
    const shift = 8 * octet;
    for (let i = 0; i < length; i++) to[at + i] = values[i]! >>> shift;
  }
}

/** Octets a number takes: 0 for 0. */
function octetsOf(value: number): number {
  let octets = 0;
  for (let rest = value; rest >= 1; rest /= 256) octets++;
  return octets;
}

function fingerprintsOf({ fingerprint0, fingerprint1, fingerprint2 }: UsageRows, rows: Int32Array): Uint8Array {
  const bytes = new Uint8Array(12 * rows.length);
  const view = viewOf(bytes);
  for (let i = 0, at = 0; i < rows.length; i++, at += 12) {
    const row = rows[i]!;
    view.setInt32(at, fingerprint0[row]!, true);
    view.setInt32(at + 4, fingerprint1[row]!, true);
    view.setInt32(at + 8, fingerprint2[row]!, true);
  }
  return bytes;
}

/** All texts that have a number, in the order of these. */
function linesOf(texts: Interner): Uint8Array {
  let length = SPARE;
  for (let id = 0; id < texts.size; id++) length += texts.lengthOf(id) + 1;
  const bytes = new Uint8Array(length);
  const view = viewOf(bytes);
  let at = 0;
  for (let id = 0; id < texts.size; id++) {
    at = texts.copyTo(id, view, at);
    bytes[at++] = LINE_FEED;
  }
  return bytes.subarray(0, at);
}

function objectOf(records: number, keys: Interner, made: readonly Column[]): Uint8Array {
  const filled = made.filter(({ bytes }) => bytes.length > 0);
  const head: RecordsHead = {
    version: 1,
    records,
    keys: Array.from({ length: keys.size }, (_, key) => keys.textOf(key)),
    columns: filled.map(({ name, form, bytes }) => [name, form, bytes.length]),
  };
  const text = new TextEncoder().encode(JSON.stringify(head));
  const length = new Uint8Array(4);
  viewOf(length).setUint32(0, text.length);
  return Buffer.concat([length, text, ...filled.map(({ bytes }) => bytes)]);
}
