import type { SourceDefinition } from '#shared/catalog/source.ts';
import type { Instant } from '#shared/time/local-date.ts';
import { utcMonthStart, utcMonths } from '#shared/time/period.ts';
import { viewOf } from '#shared/usage/byte-view.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';
import { AGGREGATES, COUNTERS, EVENTS, type RecordsKind } from '#shared/usage/usage-item.ts';
import type { UsageRows } from '#shared/usage/usage-rows.ts';
import type { ArrivedFile, DecodedChunk, DecoderSettings, MonthTotals, RecordSink } from '../decoder.ts';
import { asOfOf } from '../file-name.ts';
import type { RejectedRecord } from '../problem.ts';
import { type RecordDraft, TEXT } from '../record-draft.ts';
import { ChunkKeys } from './chunk-keys.ts';
import { type ChunkMonth, ChunkRows, type GrowingTotals } from './chunk-rows.ts';
import { RecordColumns } from './record-columns-writer.ts';

/** No records, no units. */
function noTotals(): GrowingTotals {
  return { records: 0, bytes: 0, seconds: 0, count: 0 };
}

const KINDS = { events: EVENTS, aggregates: AGGREGATES, counters: COUNTERS } as const;

interface Month extends ChunkMonth {
  readonly duplicate: GrowingTotals;
}

/** What has been made of a file so far: plain JSON. */
export interface BuilderPoint {
  readonly chunks: number;
  readonly records: number;
  readonly rejections: number;
  readonly zero: number;
  readonly accepted: UsageTotals;
  readonly duplicate: UsageTotals;
}

/**
 * Gathers the records of a chunk as columns and makes a chunk of them. A record whose fingerprint the same identifier and month already
 * have in this chunk is a duplicate: of aggregates the last stands, else the first, exactly as the fold decides between chunks.
 */
export class ChunkBuilder implements RecordSink {
  private readonly kind: RecordsKind;
  private readonly asOf: Instant;
  private readonly arrivedAt: Instant;
  private readonly settings: DecoderSettings;
  private readonly sessionSeed: number;
  private readonly kept: RecordColumns;
  private readonly keys: ChunkKeys;
  private readonly rows: ChunkRows;
  private months: Month[] = [];
  private monthIndex = 0;
  private monthStart = Number.POSITIVE_INFINITY;
  private monthUntil = Number.NEGATIVE_INFINITY;
  /** Name of the file in the archive whose records come now; '' when the file is no archive. */
  entry = '';
  private rejected: RejectedRecord[] = [];
  private read = 0;
  private chunks = 0;
  private finished: DecodedChunk[] = [];
  /** Of the chunks that are finished. */
  readonly accepted = noTotals();
  readonly duplicate = noTotals();
  rejections = 0;
  /** Accepted ones that have no quantity: kept for statistics. */
  zero = 0;
  records = 0;

  constructor(source: SourceDefinition, file: ArrivedFile, settings: DecoderSettings) {
    this.kind = KINDS[source.records];
    const isAggregate = this.kind === AGGREGATES && 'asOf' in source;
    this.asOf = isAggregate ? asOfOf(source.fileNamePattern, source.asOf, file) : 0;
    this.arrivedAt = file.arrivedAt;
    this.settings = settings;
    const carrier = Buffer.from(source.carrier, 'utf8');
    this.sessionSeed = sessionHash(viewOf(carrier), 0, carrier.length, 0) | 0;
    this.kept = new RecordColumns(settings.chunkRecords);
    this.keys = new ChunkKeys(carrier, source.amounts);
    this.rows = new ChunkRows(settings.chunkRecords, source.amounts);
  }

  /** Goes on where another stopped, behind its last chunk. */
  goOnFrom(point: BuilderPoint): void {
    this.chunks = point.chunks;
    this.records = point.records;
    this.rejections = point.rejections;
    this.zero = point.zero;
    addTotals(this.accepted, point.accepted);
    addTotals(this.duplicate, point.duplicate);
  }

  /** What another needs to go on, when the last chunk is finished. */
  get point(): BuilderPoint {
    const { chunks, records, rejections, zero, accepted, duplicate } = this;
    return { chunks, records, rejections, zero, accepted: { ...accepted }, duplicate: { ...duplicate } };
  }

  /** Number of chunks made so far. */
  get made(): number {
    return this.chunks;
  }

  add(draft: RecordDraft, place: number): void {
    this.records++;
    const { startedAt } = draft;
    if (startedAt < this.monthStart || startedAt >= this.monthUntil) this.takeMonth(startedAt);
    const key = this.keys.numberOf(draft);
    const { rows } = this;
    this.kept.add(draft, rows.length, this.records, place);
    rows.add(draft, this.monthIndex, key, this.sessionOf(draft));
    if (++this.read === this.settings.chunkRecords) this.finish();
  }

  reject(draft: RecordDraft, place: number): void {
    this.records++;
    this.rejections++;
    const { code, field, value, reason } = draft;
    if (code === '') throw new Error('a record without a failure cannot be rejected');
    this.rejected.push({ record: this.records, place, entry: this.entry, code, field, value, text: reason });
    if (++this.read === this.settings.chunkRecords) this.finish();
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
    const { rows } = this;
    if (this.kind === COUNTERS) this.touchMonthsToArrival();
    rows.settle(this.kind !== AGGREGATES, (row) => {
      addTotals(this.months[rows.monthOf[row]!]!.duplicate, totalsOf(rows.columns, row));
    });
    const zero = rows.addUp(this.months);
    const totals = sumOf(this.months, 'accepted');
    const duplicates = sumOf(this.months, 'duplicate');
    const items = rows.pack(this.months, this.keys.numbers, this.settings.maxItemBytes);
    this.zero += zero;
    this.finished.push({
      index: this.chunks++,
      items,
      itemCount: rows.itemCount,
      records: this.kept.finish(rows.kept, this.keys.numbers),
      totals,
      duplicates,
      rejected: this.rejected,
      identifiers: rows.identifierCount,
      zero,
      months: monthsByName(this.months),
    });
    addTotals(this.accepted, totals);
    addTotals(this.duplicate, duplicates);
    this.begin();
  }

  /** A reading changes what the next one comes to, which may be months later: its chunk touches every month up to the file's arrival. */
  private touchMonthsToArrival(): void {
    if (this.months.length === 0) return;
    let at = Math.min(...this.months.map((month) => month.until));
    while (at <= this.arrivedAt) {
      this.takeMonth(at);
      at = this.monthUntil;
    }
  }

  private begin(): void {
    this.read = 0;
    this.rejected = [];
    this.months = [];
    this.monthStart = Number.POSITIVE_INFINITY;
    this.monthUntil = Number.NEGATIVE_INFINITY;
    this.rows.clear();
    this.keys.clear();
    this.kept.clear();
  }

  private sessionOf(draft: RecordDraft): number {
    if (draft.isEmpty(TEXT.session)) return 0;
    return sessionHash(draft.view, draft.start(TEXT.session), draft.end(TEXT.session), this.sessionSeed);
  }

  /** Goes to the month of an instant, which may be a new one. */
  private takeMonth(at: Instant): void {
    const { months } = this;
    let index = months.findIndex((month) => at < month.until && at >= month.header.monthStart);
    if (index < 0) {
      const name = utcMonths(at, at + 1)[0]!;
      const start = utcMonthStart(name);
      const until = utcMonthStart(utcMonths(start + 32 * 86_400, start + 32 * 86_400 + 1)[0]!);
      const header = { kind: this.kind, monthStart: start, asOf: this.asOf };
      index = months.push({ name, until, header, accepted: noTotals(), duplicate: noTotals() }) - 1;
    }
    this.monthIndex = index;
    this.monthStart = months[index]!.header.monthStart;
    this.monthUntil = months[index]!.until;
  }
}

/** 48 bits of a session's name, never 0; for telling sessions of one identifier apart. Four octets at a time, of texts with more behind them. */
function sessionHash(view: DataView, start: number, end: number, seed: number): number {
  let low = seed ^ (end - start);
  let high = ~seed;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const word = view.getInt32(at, true);
    low = Math.imul(low ^ word, 0x9e37_79b1);
    low ^= low >>> 15;
    high = Math.imul((high << 13) | (high >>> 19), 5) ^ Math.imul(word, 0x1b87_3593);
  }
  for (; at < end; at++) {
    const byte = view.getUint8(at) + 1;
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

function totalsOf({ bytesUp, bytesDown, bytesUnsplit, seconds, count }: UsageRows, row: number): UsageTotals {
  const bytes = bytesUp[row]! + bytesDown[row]! + bytesUnsplit[row]!;
  return { records: 1, bytes, seconds: seconds[row]!, count: count[row]! };
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
