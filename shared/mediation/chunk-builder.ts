import type { RecordKind } from '#shared/catalog/source.ts';
import type { Instant } from '#shared/time/local-date.ts';
import { utcMonthStart, utcMonths } from '#shared/time/period.ts';
import { copyBytes, viewOf } from '#shared/usage/byte-view.ts';
import { readFingerprint } from '#shared/usage/fingerprint.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';
import { Interner } from '#shared/usage/interner.ts';
import { AGGREGATES, EVENTS, type UsageItemHeader } from '#shared/usage/usage-item.ts';
import { UsageItemWriter } from '#shared/usage/usage-item-writer.ts';
import { type UsageRows, usageRows } from '#shared/usage/usage-rows.ts';
import type { DecodedChunk, DecoderSettings, MonthTotals, RecordSink, RejectedRecord } from './decoder.ts';
import { ItemsIndex } from './items-object.ts';
import { RecordCsv } from './record-csv.ts';
import { DIRECTIONS, PRECISIONS, type RecordDraft, TEXT, type TextField } from './record-draft.ts';

/** Totals while they grow. */
type GrowingTotals = { -readonly [Unit in keyof UsageTotals]: number };

/** No records, no units. */
function noTotals(): GrowingTotals {
  return { records: 0, bytes: 0, seconds: 0, count: 0 };
}

interface Month {
  readonly name: string;
  readonly until: Instant;
  readonly header: UsageItemHeader;
  readonly accepted: GrowingTotals;
  readonly duplicate: GrowingTotals;
}

const KEY_TEXTS = [TEXT.network, TEXT.apn, TEXT.technology, TEXT.slice, TEXT.calledPrefix] as const;
const LINE_FEED = 0x0a;
const MOST_KEYS = 65_535;

/**
 * Gathers the records of a chunk as columns and makes a chunk of them. A record whose fingerprint the same identifier and month already
 * have in this chunk is a duplicate: of events the first stands, of aggregates the last, exactly as the fold decides between chunks.
 */
export class ChunkBuilder implements RecordSink {
  private readonly kind: typeof EVENTS | typeof AGGREGATES;
  private readonly asOf: Instant;
  private readonly settings: DecoderSettings;
  private readonly carrier: Uint8Array;
  private readonly sessionSeed: number;
  private readonly csv: RecordCsv;
  private readonly identifiers = new Interner();
  private readonly keys = new Interner();
  private readonly writer = new UsageItemWriter();
  private readonly index = new ItemsIndex();
  private readonly keyScratch = new Uint8Array(4096);
  private readonly keyView = viewOf(this.keyScratch);
  private readonly fingerprint = new Int32Array(3);
  private readonly rows: UsageRows;
  private readonly identifierOf: Int32Array;
  private readonly monthOf: Uint16Array;
  private readonly lineStart: Int32Array;
  private readonly lineEnd: Int32Array;
  private readonly table: Int32Array;
  private readonly order: Int32Array;
  private readonly monthRanks: number[] = [];
  private months: Month[] = [];
  private rejected: RejectedRecord[] = [];
  private length = 0;
  private read = 0;
  private replaced = false;
  private chunks = 0;
  private finished: DecodedChunk[] = [];
  /** Of the whole file so far. */
  readonly accepted = noTotals();
  readonly duplicate = noTotals();
  rejections = 0;
  records = 0;

  constructor(records: RecordKind, asOf: Instant, carrier: string, settings: DecoderSettings) {
    if (records === 'counters') throw new Error('counter readings are not gathered');
    this.kind = records === 'events' ? EVENTS : AGGREGATES;
    this.asOf = records === 'events' ? 0 : asOf;
    this.settings = settings;
    this.carrier = Buffer.from(carrier, 'utf8');
    this.sessionSeed = sessionHash(this.carrier, 0, this.carrier.length, 0) | 0;
    this.csv = new RecordCsv(this.carrier);
    const capacity = settings.chunkRecords;
    this.rows = usageRows(capacity);
    this.identifierOf = new Int32Array(capacity);
    this.monthOf = new Uint16Array(capacity);
    this.order = new Int32Array(capacity);
    this.lineStart = new Int32Array(capacity);
    this.lineEnd = new Int32Array(capacity);
    this.table = new Int32Array(2 ** Math.ceil(Math.log2(capacity * 2 + 1)));
  }

  /** Number of chunks made so far. */
  get made(): number {
    return this.chunks;
  }

  add(draft: RecordDraft, place: number): void {
    this.read++;
    this.records++;
    this.gather(draft, place);
    if (this.read === this.settings.chunkRecords) this.finish();
  }

  private gather(draft: RecordDraft, place: number): void {
    const { fingerprint } = this;
    readFingerprint(draft.identity(), fingerprint);
    const f0 = fingerprint[0]!;
    const f1 = fingerprint[1]!;
    const f2 = fingerprint[2]!;
    const monthIndex = this.monthIndexOf(draft.startedAt);
    const { fingerprint0, fingerprint1, fingerprint2 } = this.rows;
    const mask = this.table.length - 1;
    let slot = f0 & mask;
    let known = this.table[slot]! - 1;
    while (
      known >= 0 &&
      (fingerprint0[known] !== f0 ||
        fingerprint1[known] !== f1 ||
        fingerprint2[known] !== f2 ||
        this.monthOf[known] !== monthIndex)
    ) {
      slot = (slot + 1) & mask;
      known = this.table[slot]! - 1;
    }
    const month = this.months[monthIndex]!;
    if (known >= 0 && this.kind === EVENTS) {
      addDraft(month.duplicate, draft);
      return;
    }
    const key = this.keyOf(draft);
    let row = known;
    if (known >= 0) {
      moveRow(month, this.rows, known);
      this.replaced = true;
    } else {
      row = this.length++;
      this.table[slot] = row + 1;
      this.identifierOf[row] = this.identifiers.intern(
        draft.bytes,
        draft.start(TEXT.identifier),
        draft.end(TEXT.identifier),
      );
      this.monthOf[row] = monthIndex;
      fingerprint0[row] = f0;
      fingerprint1[row] = f1;
      fingerprint2[row] = f2;
    }
    addDraft(month.accepted, draft);
    this.fill(row, key, draft);
    this.lineStart[row] = this.csv.length;
    this.csv.write(this.records, fingerprint, key, draft, place);
    this.lineEnd[row] = this.csv.length;
  }

  reject(draft: RecordDraft, place: number): void {
    this.read++;
    this.records++;
    this.rejections++;
    const { code, field, value, reason } = draft;
    if (code === '') throw new Error('a record without a failure cannot be rejected');
    this.rejected.push({ record: this.records, place, code, field, value, text: reason });
    if (this.read === this.settings.chunkRecords) this.finish();
  }

  /** The chunks that are full since it was last asked. */
  take(): DecodedChunk[] {
    const { finished } = this;
    this.finished = [];
    return finished;
  }

  /** Makes a chunk of what is left, if anything is: no record follows. */
  end(): void {
    if (this.read > 0) this.finish();
  }

  private finish(): void {
    const totals = sumOf(this.months, 'accepted');
    const duplicates = sumOf(this.months, 'duplicate');
    this.finished.push({
      index: this.chunks++,
      items: this.packAll(),
      itemCount: this.writer.lengths.length,
      records: this.replaced ? this.csv.lines(this.lineStart, this.lineEnd, this.length) : this.csv.whole(),
      totals,
      duplicates,
      rejected: this.rejected,
      identifiers: this.identifiers.size,
      months: monthsByName(this.months),
    });
    addTotals(this.accepted, totals);
    addTotals(this.duplicate, duplicates);
    this.begin();
  }

  private begin(): void {
    this.length = 0;
    this.read = 0;
    this.replaced = false;
    this.rejected = [];
    this.months = [];
    this.table.fill(0);
    this.identifiers.clear();
    this.keys.clear();
    this.csv.begin();
  }

  private fill(row: number, key: number, draft: RecordDraft): void {
    const { rows } = this;
    rows.keyIndex[row] = key;
    rows.session[row] = this.sessionOf(draft);
    rows.startedAt[row] = draft.startedAt;
    rows.bytesUp[row] = draft.bytesUp;
    rows.bytesDown[row] = draft.bytesDown;
    rows.bytesUnsplit[row] = draft.bytesUnsplit;
    rows.seconds[row] = draft.seconds;
    rows.count[row] = draft.count;
  }

  /** The record's usage key in the text form of usage-key-text.ts, numbered. */
  private keyOf(draft: RecordDraft): number {
    const to = this.keyScratch;
    let at = this.copyKeyText(draft, TEXT.service, 0);
    to[at++] = LINE_FEED;
    at = writeText(DIRECTIONS[draft.direction]!, to, at);
    to[at++] = LINE_FEED;
    for (let i = 0; i < this.carrier.length; i++) to[at++] = this.carrier[i]!;
    for (const field of KEY_TEXTS) {
      to[at++] = LINE_FEED;
      at = this.copyKeyText(draft, field, at);
    }
    to[at++] = LINE_FEED;
    at = writeText(PRECISIONS[draft.precision]!, to, at);
    const key = this.keys.intern(to, 0, at);
    if (key >= MOST_KEYS) throw new RangeError(`a chunk has more than ${MOST_KEYS} usage keys; use smaller chunks`);
    return key;
  }

  private copyKeyText(draft: RecordDraft, field: TextField, at: number): number {
    return copyBytes(draft.view, draft.start(field), draft.end(field), this.keyView, at);
  }

  private sessionOf(draft: RecordDraft): number {
    if (draft.isEmpty(TEXT.session)) return 0;
    return sessionHash(draft.bytes, draft.start(TEXT.session), draft.end(TEXT.session), this.sessionSeed);
  }

  private monthIndexOf(at: Instant): number {
    const { months } = this;
    for (let i = 0; i < months.length; i++) if (at < months[i]!.until && at >= months[i]!.header.monthStart) return i;
    const name = utcMonths(at, at + 1)[0]!;
    const start = utcMonthStart(name);
    const until = utcMonthStart(utcMonths(start + 32 * 86_400, start + 32 * 86_400 + 1)[0]!);
    const header = { kind: this.kind, monthStart: start, asOf: this.asOf };
    return months.push({ name, until, header, accepted: noTotals(), duplicate: noTotals() }) - 1;
  }

  /** Groups the rows by identifier, then month, in the order they were read, and packs each group. */
  private packAll(): Uint8Array {
    const months = this.months.length;
    const groups = this.groupStarts();
    const { order } = this;
    for (let row = 0; row < this.length; row++) order[groups[this.groupOf(row)]!++] = row;
    this.writer.clear();
    for (let identifier = 0, from = 0; identifier < this.identifiers.size; identifier++) {
      for (let rank = 0; rank < months; rank++) {
        const until = groups[identifier * months + rank]!;
        if (until > from) this.packGroup(identifier, from, until);
        from = until;
      }
    }
    return this.index.finish(this.writer.bytes.subarray(0, this.writer.length));
  }

  /** Where each group of rows begins: identifiers one after the other, in each the months in their order. */
  private groupStarts(): Int32Array {
    const sorted = [...this.months].sort((a, b) => a.until - b.until);
    this.months.forEach((month, i) => {
      this.monthRanks[i] = sorted.indexOf(month);
    });
    const starts = new Int32Array(this.identifiers.size * this.months.length + 1);
    for (let row = 0; row < this.length; row++) starts[this.groupOf(row) + 1]!++;
    for (let group = 1; group < starts.length; group++) starts[group]! += starts[group - 1]!;
    return starts;
  }

  private groupOf(row: number): number {
    return this.identifierOf[row]! * this.months.length + this.monthRanks[this.monthOf[row]!]!;
  }

  private packGroup(identifier: number, from: number, until: number): void {
    const { writer } = this;
    const { name, header } = this.months[this.monthOf[this.order[from]!]!]!;
    const { maxItemBytes } = this.settings;
    const parts = writer.pack(this.rows, this.order, from, until, header, this.keys, maxItemBytes);
    const first = writer.lengths.length - parts;
    for (let part = 0; part < parts; part++) {
      this.index.add(this.identifiers, identifier, name, part, writer.lengths[first + part]!);
    }
  }
}

function writeText(text: string, to: Uint8Array, at: number): number {
  for (let i = 0; i < text.length; i++) to[at + i] = text.charCodeAt(i);
  return at + text.length;
}

/** 48 bits of a session's name, never 0; for telling sessions of one identifier apart. */
function sessionHash(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let low = seed;
  let high = ~seed;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]! + 1;
    low = Math.imul(low ^ byte, 0x0100_0193);
    high = Math.imul((high << 13) | (high >>> 19), 5) ^ Math.imul(byte, 0x1b87_3593);
  }
  low = mixed(low);
  return (mixed(high ^ low) & 0xffff) * 0x1_0000_0000 + low || 1;
}

function mixed(bits: number): number {
  let hash = Math.imul(bits ^ (bits >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function addDraft(totals: GrowingTotals, draft: RecordDraft): void {
  totals.records++;
  totals.bytes += draft.bytesUp + draft.bytesDown + draft.bytesUnsplit;
  totals.seconds += draft.seconds;
  totals.count += draft.count;
}

/** Counts a row that is about to be replaced as a duplicate and no longer as accepted. */
function moveRow(month: Month, rows: UsageRows, row: number): void {
  const bytes = rows.bytesUp[row]! + rows.bytesDown[row]! + rows.bytesUnsplit[row]!;
  const row1 = { records: 1, bytes, seconds: rows.seconds[row]!, count: rows.count[row]! };
  addTotals(month.duplicate, row1);
  month.accepted.records -= row1.records;
  month.accepted.bytes -= row1.bytes;
  month.accepted.seconds -= row1.seconds;
  month.accepted.count -= row1.count;
}

/** Adds totals to others. */
function addTotals(to: GrowingTotals, more: UsageTotals): void {
  to.records += more.records;
  to.bytes += more.bytes;
  to.seconds += more.seconds;
  to.count += more.count;
}

function sumOf(months: readonly Month[], which: 'accepted' | 'duplicate'): UsageTotals {
  const sum = noTotals();
  for (const month of months) addTotals(sum, month[which]);
  return sum;
}

function monthsByName(months: readonly Month[]): Record<string, MonthTotals> {
  const sorted = [...months].sort((a, b) => a.until - b.until);
  return Object.fromEntries(sorted.map(({ name, accepted, duplicate }) => [name, { accepted, duplicate }]));
}
