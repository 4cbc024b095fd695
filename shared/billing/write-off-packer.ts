import { ItemsIndex } from '#shared/mediation/chunks/items-object.ts';
import { DEFAULT_DECODER_SETTINGS } from '#shared/mediation/decoder.ts';
import type { WriteOffChunk } from '#shared/mediation/write-off.ts';
import { addRecord, type RunningTotals } from '#shared/rating/classify-usage.ts';
import { utcMonthStart } from '#shared/time/period.ts';
import type { FoldedUsage } from '#shared/usage/folded-usage.ts';
import { Interner } from '#shared/usage/interner.ts';
import { WRITTEN_OFF } from '#shared/usage/usage-item.ts';
import { packItems } from '#shared/usage/usage-item-writer.ts';
import { usageKeyText } from '#shared/usage/usage-key-text.ts';

/** A part of a write-off before it is stored: the object of its items (see items-object.ts), and what they add up to. */
export interface PackedWriteOff extends Omit<WriteOffChunk, 'items'> {
  readonly body: Uint8Array;
}

const { chunkRecords: CHUNK_RECORDS, maxItemBytes: MAX_ITEM_BYTES } = DEFAULT_DECODER_SETTINGS;

/**
 * Packs what is written off of a UTC month: rows as they were folded, with their fingerprint, start, usage key and quantities, as items of kind
 * "written off". The same rows in the same order give the same bytes.
 */
export class WriteOffPacker {
  readonly chunks: PackedWriteOff[] = [];
  private readonly month: string;
  private readonly index = new ItemsIndex();
  private identifiers = new Interner();
  private items: Uint8Array[] = [];
  private totals = nothing();

  constructor(month: string) {
    this.month = month;
  }

  /** Adds rows of an identifier; each identifier is added once. */
  add(identifier: string, usage: FoldedUsage, rows: readonly number[]): void {
    const keys = new Interner();
    for (const key of usage.keys) intern(keys, usageKeyText(key));
    const header = { kind: WRITTEN_OFF, monthStart: utcMonthStart(this.month), asOf: 0 } as const;
    const packed = packItems(usage, Int32Array.from(rows), 0, rows.length, header, keys, MAX_ITEM_BYTES);
    const number = intern(this.identifiers, identifier);
    for (const [part, item] of packed.entries()) {
      this.index.add(this.identifiers, number, this.month, part, item.length);
      this.items.push(item);
    }
    for (const row of rows) addRecord(this.totals, usage, row);
    if (this.totals.records >= CHUNK_RECORDS) this.finish();
  }

  /** Closes the last chunk. */
  end(): void {
    if (this.totals.records > 0) this.finish();
  }

  private finish(): void {
    const body = this.index.finish(Buffer.concat(this.items));
    this.chunks.push({ body, totals: this.totals, identifiers: this.identifiers.size });
    this.identifiers = new Interner();
    this.items = [];
    this.totals = nothing();
  }
}

function intern(interner: Interner, text: string): number {
  const bytes = Buffer.from(text, 'utf8');
  return interner.intern(bytes, 0, bytes.length);
}

function nothing(): RunningTotals {
  return { records: 0, bytes: 0, seconds: 0, count: 0 };
}
