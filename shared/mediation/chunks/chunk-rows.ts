import type { Instant } from '#shared/time/local-date.ts';
import { copyBytes, viewOf } from '#shared/usage/byte-view.ts';
import { Fingerprints } from '#shared/usage/fingerprint.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';
import { hashOfText, Interner } from '#shared/usage/interner.ts';
import type { UsageItemHeader } from '#shared/usage/usage-item.ts';
import { UsageItemWriter } from '#shared/usage/usage-item-writer.ts';
import { usageRows } from '#shared/usage/usage-rows.ts';
import { type RecordDraft, TEXT } from '../record-draft.ts';
import { ItemsIndex } from './items-object.ts';
import type { StandingRows } from './record-columns-writer.ts';

/** A UTC month that occurs in a chunk. */
export interface ChunkMonth {
  /** "2026-10". */
  readonly name: string;
  readonly until: Instant;
  readonly header: UsageItemHeader;
  /** What its rows that stand come to. */
  readonly accepted: GrowingTotals;
}

/** Totals while they grow. */
export type GrowingTotals = { -readonly [Unit in keyof UsageTotals]: number };

/**
 * Rows and groups a chunk's loops go through at a time. What is called often is compiled once and for all; one loop over all of a chunk would be
 * compiled anew in every chunk, while it runs. Functions made for a chunk would be, too.
 */
const STRETCH = 256;
/** More than the longest identifier takes, its kind in front and what is copied behind it included. */
const LONGEST_IDENTIFIER = 512;

/**
 * The accepted records of one chunk as columns. While records come they are only written down, one behind the other; which of them are
 * duplicates and whose they are is found out at the end, in loops so short that the processor looks several records up at once.
 */
export class ChunkRows {
  /** One row a record, in the order they were read. */
  readonly columns;
  length = 0;
  /** Rows that stand, each in the place of the first record of its fingerprint, once settle has said so. */
  readonly standing: Int32Array;
  standingLength = 0;
  private readonly fingerprints: Fingerprints;
  readonly monthOf: Uint16Array;
  private readonly table: Int32Array;
  private readonly identifiers = new Interner();
  private readonly identifierOf: Int32Array;
  private readonly identifierEnds: Int32Array;
  private readonly identifierHashes: Int32Array;
  private identifierBytes = Buffer.alloc(1 << 16);
  private identifierView = viewOf(this.identifierBytes);
  private readonly order: Int32Array;
  private readonly writer = new UsageItemWriter();
  private readonly index = new ItemsIndex();

  constructor(capacity: number, keepsAmounts: boolean) {
    this.columns = usageRows(capacity, keepsAmounts ? capacity : 0);
    this.fingerprints = new Fingerprints(this.columns);
    this.standing = new Int32Array(capacity);
    this.monthOf = new Uint16Array(capacity);
    this.table = new Int32Array(2 ** Math.ceil(Math.log2(capacity * 2 + 1)));
    this.identifierOf = new Int32Array(capacity);
    this.identifierEnds = new Int32Array(capacity + 1);
    this.identifierHashes = new Int32Array(capacity);
    this.order = new Int32Array(capacity);
  }

  /** Begins anew. */
  clear(): void {
    this.length = 0;
    this.standingLength = 0;
    this.table.fill(0);
    this.identifiers.clear();
  }

  /** Number of different identifiers of the rows that stand. */
  get identifierCount(): number {
    return this.identifiers.size;
  }

  /** What is known of the rows that stand, once they are packed. */
  get kept(): StandingRows {
    const { columns, length, identifierOf, identifiers } = this;
    return { columns, length, rows: this.standing.subarray(0, this.standingLength), identifierOf, identifiers };
  }

  /** Number of items packed last. */
  get itemCount(): number {
    return this.writer.lengths.length;
  }

  /** Adds a record; `month` is the place of its month among the chunk's, `key` the number of its usage key. */
  add(draft: RecordDraft, month: number, key: number, session: number): void {
    const row = this.length++;
    const { columns } = this;
    this.fingerprints.add(draft.identityView, draft.identityLength, row);
    columns.keyIndex[row] = key;
    columns.session[row] = session;
    columns.startedAt[row] = draft.startedAt;
    columns.bytesUp[row] = draft.bytesUp;
    columns.bytesDown[row] = draft.bytesDown;
    columns.bytesUnsplit[row] = draft.bytesUnsplit;
    columns.seconds[row] = draft.seconds;
    columns.count[row] = draft.count;
    if (columns.amount.length > 0) columns.amount[row] = draft.amount;
    this.monthOf[row] = month;
    this.keepIdentifier(draft, row);
  }

  /**
   * Finds the records of which another of the same fingerprint and month stands in the same chunk: the first if `doesFirstStand`, else the
   * last, as the fold decides between chunks. `dropped` is told the row of each that does not stand.
   */
  settle(doesFirstStand: boolean, dropped: (row: number) => void): void {
    this.fingerprints.finish();
    const { length } = this;
    for (let row = 0; row < length; row += STRETCH) {
      this.settleRows(row, Math.min(row + STRETCH, length), doesFirstStand, dropped);
    }
  }

  private settleRows(from: number, until: number, doesFirstStand: boolean, dropped: (row: number) => void): void {
    const { standing, table, monthOf } = this;
    const { fingerprint0, fingerprint1, fingerprint2 } = this.columns;
    const mask = table.length - 1;
    for (let row = from; row < until; row++) {
      const f0 = fingerprint0[row]!;
      let slot = f0 & mask;
      let place = table[slot]!;
      for (; place !== 0; slot = (slot + 1) & mask, place = table[slot]!) {
        const known = standing[place - 1]!;
        if (fingerprint0[known] !== f0 || fingerprint1[known] !== fingerprint1[row]) continue;
        if (fingerprint2[known] === fingerprint2[row] && monthOf[known] === monthOf[row]) break;
      }
      if (place === 0) {
        standing[this.standingLength++] = row;
        table[slot] = this.standingLength;
      } else if (doesFirstStand) {
        dropped(row);
      } else {
        dropped(standing[place - 1]!);
        standing[place - 1] = row;
      }
    }
  }

  /** Adds the rows that stand to the totals of their months; answers how many of them have no quantity. */
  addUp(months: readonly ChunkMonth[]): number {
    const { standingLength } = this;
    const sums = new Float64Array(4 * months.length);
    let zero = 0;
    for (let i = 0; i < standingLength; i += STRETCH)
      zero += this.addRows(i, Math.min(i + STRETCH, standingLength), sums);
    for (const [i, { accepted }] of months.entries()) {
      accepted.records += sums[4 * i]!;
      accepted.bytes += sums[4 * i + 1]!;
      accepted.seconds += sums[4 * i + 2]!;
      accepted.count += sums[4 * i + 3]!;
    }
    return zero;
  }

  private addRows(from: number, until: number, sums: Float64Array): number {
    const { monthOf, standing } = this;
    const { bytesUp, bytesDown, bytesUnsplit, seconds, count } = this.columns;
    let zero = 0;
    for (let i = from; i < until; i++) {
      const row = standing[i]!;
      const to = 4 * monthOf[row]!;
      const bytes = bytesUp[row]! + bytesDown[row]! + bytesUnsplit[row]!;
      sums[to]! += 1;
      sums[to + 1]! += bytes;
      sums[to + 2]! += seconds[row]!;
      sums[to + 3]! += count[row]!;
      if (bytes + seconds[row]! + count[row]! === 0) zero++;
    }
    return zero;
  }

  /** Packs the rows that stand, by identifier in the order they first occur, then by month; answers the object of the items. */
  pack(months: readonly ChunkMonth[], keys: Interner, maxItemBytes: number): Uint8Array {
    const { standingLength, writer } = this;
    for (let i = 0; i < standingLength; i += STRETCH) this.numberIdentifiers(i, Math.min(i + STRETCH, standingLength));
    const ends = this.group(months);
    const groups = ends.length - 1;
    writer.clear();
    for (let group = 0; group < groups; group += STRETCH) {
      this.packGroups(group, Math.min(group + STRETCH, groups), ends, months, keys, maxItemBytes);
    }
    return this.index.finish(writer.bytes.subarray(0, writer.length));
  }

  private keepIdentifier(draft: RecordDraft, row: number): void {
    const from = this.identifierEnds[row]!;
    if (from + LONGEST_IDENTIFIER > this.identifierBytes.length) {
      const larger = Buffer.alloc(this.identifierBytes.length * 2);
      larger.set(this.identifierBytes);
      this.identifierBytes = larger;
      this.identifierView = viewOf(larger);
    }
    const start = draft.start(TEXT.identifier);
    const end = draft.end(TEXT.identifier);
    this.identifierHashes[row] = hashOfText(draft.view, start, end);
    this.identifierEnds[row + 1] = copyBytes(draft.view, start, end, this.identifierView, from);
  }

  private numberIdentifiers(from: number, until: number): void {
    const { identifiers, identifierHashes, identifierView, identifierEnds, identifierOf, standing } = this;
    for (let i = from; i < until; i++) {
      const row = standing[i]!;
      const start = identifierEnds[row]!;
      identifierOf[row] = identifiers.internHashed(
        identifierHashes[row]!,
        identifierView,
        start,
        identifierEnds[row + 1]!,
      );
    }
  }

  /** Brings the rows into the order of their groups, an identifier's usage of a month; answers where each group ends. */
  private group(months: readonly ChunkMonth[]): Int32Array {
    const { identifierOf, monthOf, order, standing } = this;
    const sorted = [...months].sort((a, b) => a.until - b.until);
    const ranks = Uint16Array.from(months, (month) => sorted.indexOf(month));
    const next = new Int32Array(this.identifiers.size * months.length + 1);
    for (let i = 0; i < this.standingLength; i++) {
      const row = standing[i]!;
      next[identifierOf[row]! * months.length + ranks[monthOf[row]!]! + 1]!++;
    }
    for (let group = 1; group < next.length; group++) next[group]! += next[group - 1]!;
    for (let i = 0; i < this.standingLength; i++) {
      const row = standing[i]!;
      order[next[identifierOf[row]! * months.length + ranks[monthOf[row]!]!]!++] = row;
    }
    return next;
  }

  private packGroups(
    first: number,
    last: number,
    ends: Int32Array,
    months: readonly ChunkMonth[],
    keys: Interner,
    maxItemBytes: number,
  ): void {
    for (let group = first, from = group === 0 ? 0 : ends[group - 1]!; group < last; group++) {
      const until = ends[group]!;
      if (until > from) this.packGroup((group / months.length) | 0, months, from, until, keys, maxItemBytes);
      from = until;
    }
  }

  private packGroup(
    identifier: number,
    months: readonly ChunkMonth[],
    from: number,
    until: number,
    keys: Interner,
    maxItemBytes: number,
  ): void {
    const { writer, order } = this;
    const { name, header } = months[this.monthOf[order[from]!]!]!;
    const parts = writer.pack(this.columns, order, from, until, header, keys, maxItemBytes);
    const first = writer.lengths.length - parts;
    for (let part = 0; part < parts; part++) {
      this.index.add(this.identifiers, identifier, name, part, writer.lengths[first + part]!);
    }
  }
}
