import { copyBytes, viewOf } from '#shared/usage/byte-view.ts';
import { Interner } from '#shared/usage/interner.ts';
import { DIRECTIONS, PRECISIONS, type RecordDraft, TEXT, type TextField } from '../record-draft.ts';

const KEY_TEXTS = [TEXT.network, TEXT.apn, TEXT.technology, TEXT.slice, TEXT.calledPrefix] as const;
/** Texts few records have: they stand behind the others, up to the last one that is there. */
const MORE_TEXTS = [TEXT.amountUnit, TEXT.fiveQi, TEXT.ratingGroup] as const;
const LINE_FEED = 0x0a;
const MOST_KEYS = 65_535;
/** The texts of a key but the carrier, which is the same throughout a chunk. */
const FIELDS = Int32Array.of(TEXT.service, ...KEY_TEXTS, TEXT.fiveQi, TEXT.ratingGroup);
/** Those of a source that keeps amounts. */
const FIELDS_WITH_AMOUNT = Int32Array.of(...FIELDS, TEXT.amountUnit);
/** More than the texts of a key take, and what is copied behind them. */
const LONGEST_KEY = 4096;
/** What counts of the four octets a text ends in, by its length modulo four; no octet, if that is 0. */
const LAST_OCTETS = Int32Array.of(0, 0xff, 0xffff, 0xff_ffff);

/** The usage keys of one chunk, numbered as they first occur, in the text form of usage-key-text.ts. */
export class ChunkKeys {
  readonly numbers = new Interner();
  private readonly carrier: Uint8Array;
  private readonly fields: Int32Array;
  private readonly scratch = Buffer.alloc(LONGEST_KEY);
  private readonly view = viewOf(this.scratch);
  /** Texts of the keys one behind the other, as they stand in drafts; where those of each key begin, and how long each text is. */
  private texts = viewOf(Buffer.alloc(1 << 14));
  private used = 0;
  private readonly begins: number[] = [];
  private readonly lengths: number[] = [];
  /** Of the keys: hash, direction and precision. */
  private readonly hashes: number[] = [];
  private readonly kinds: number[] = [];
  private table = new Int32Array(1 << 9);
  private latest = 0;

  constructor(carrier: Uint8Array, keepsAmounts: boolean) {
    this.carrier = carrier;
    this.fields = keepsAmounts ? FIELDS_WITH_AMOUNT : FIELDS;
  }

  /** Forgets all keys. */
  clear(): void {
    this.numbers.clear();
    this.table.fill(0);
    this.used = 0;
    for (const list of [this.begins, this.lengths, this.hashes, this.kinds]) list.length = 0;
  }

  /**
   * The number of a record's usage key. It is looked up by the texts where they stand in the draft; its own text is written when it is met
   * for the first time. @throws RangeError when there are more than an item can tell apart.
   */
  numberOf(draft: RecordDraft): number {
    const { hashes, fields } = this;
    if (hashes.length > 0 && this.isKey(this.latest, draft)) return this.latest;
    const hash = hashOf(draft, fields);
    const mask = this.table.length - 1;
    let slot = hash & mask;
    for (let key = this.table[slot]!; key !== 0; slot = (slot + 1) & mask, key = this.table[slot]!) {
      if (hashes[key - 1] !== hash || !this.isKey(key - 1, draft)) continue;
      this.latest = key - 1;
      return this.latest;
    }
    this.latest = this.add(draft, hash, slot);
    return this.latest;
  }

  private isKey(key: number, draft: RecordDraft): boolean {
    const { texts, lengths, fields } = this;
    const { view } = draft;
    if (this.kinds[key] !== kindOf(draft)) return false;
    let at = this.begins[key]!;
    for (let i = 0, j = key * fields.length; i < fields.length; i++, j++) {
      let start = draft.start(fields[i] as TextField);
      const length = draft.end(fields[i] as TextField) - start;
      if (length !== lengths[j]) return false;
      const until = at + length;
      for (; at + 4 <= until; at += 4, start += 4)
        if (texts.getInt32(at, true) !== view.getInt32(start, true)) return false;
      if (((texts.getInt32(at, true) ^ view.getInt32(start, true)) & LAST_OCTETS[length & 3]!) !== 0) return false;
      at = until;
    }
    return true;
  }

  private add(draft: RecordDraft, hash: number, slot: number): number {
    const length = this.write(draft);
    const key = this.numbers.intern(this.scratch, 0, length);
    if (key >= MOST_KEYS) throw new RangeError(`a chunk has more than ${MOST_KEYS} usage keys; use smaller chunks`);
    this.table[slot] = key + 1;
    this.hashes.push(hash);
    this.kinds.push(kindOf(draft));
    this.begins.push(this.used);
    if (this.used + LONGEST_KEY > this.texts.byteLength) this.grow();
    const { fields } = this;
    for (let i = 0; i < fields.length; i++) {
      const start = draft.start(fields[i] as TextField);
      const end = draft.end(fields[i] as TextField);
      this.lengths.push(end - start);
      this.used = copyBytes(draft.view, start, end, this.texts, this.used);
    }
    if (2 * this.hashes.length > this.table.length) this.rehash();
    return key;
  }

  private grow(): void {
    const larger = viewOf(Buffer.alloc(2 * this.texts.byteLength));
    copyBytes(this.texts, 0, this.used, larger, 0);
    this.texts = larger;
  }

  private rehash(): void {
    this.table = new Int32Array(2 * this.table.length);
    const mask = this.table.length - 1;
    for (let key = 0; key < this.hashes.length; key++) {
      let slot = this.hashes[key]! & mask;
      while (this.table[slot] !== 0) slot = (slot + 1) & mask;
      this.table[slot] = key + 1;
    }
  }

  /** Writes the text of a key; answers how long it is. */
  private write(draft: RecordDraft): number {
    const to = this.scratch;
    let at = this.copy(draft, TEXT.service, 0);
    to[at++] = LINE_FEED;
    at += to.write(DIRECTIONS[draft.direction]!, at, 'latin1');
    to[at++] = LINE_FEED;
    to.set(this.carrier, at);
    at += this.carrier.length;
    for (const field of KEY_TEXTS) {
      to[at++] = LINE_FEED;
      at = this.copy(draft, field, at);
    }
    to[at++] = LINE_FEED;
    at += to.write(PRECISIONS[draft.precision]!, at, 'latin1');
    let last = MORE_TEXTS.length;
    while (last > 0 && draft.isEmpty(MORE_TEXTS[last - 1]!)) last--;
    for (let i = 0; i < last; i++) {
      to[at++] = LINE_FEED;
      at = this.copy(draft, MORE_TEXTS[i]!, at);
    }
    return at;
  }

  private copy(draft: RecordDraft, field: TextField, at: number): number {
    return copyBytes(draft.view, draft.start(field), draft.end(field), this.view, at);
  }
}

function kindOf({ direction, precision }: RecordDraft): number {
  return direction * PRECISIONS.length + precision;
}

/** Four octets at a time, of texts that have at least eight behind them. */
function hashOf(draft: RecordDraft, fields: Int32Array): number {
  const { view } = draft;
  let hash = kindOf(draft);
  for (let i = 0; i < fields.length; i++) {
    let at = draft.start(fields[i] as TextField);
    const end = draft.end(fields[i] as TextField);
    const length = end - at;
    hash = Math.imul(hash ^ length, 0x85eb_ca6b);
    for (; at + 4 <= end; at += 4) {
      hash = Math.imul(hash ^ view.getInt32(at, true), 0x9e37_79b1);
      hash ^= hash >>> 15;
    }
    hash ^= view.getInt32(at, true) & LAST_OCTETS[length & 3]!;
  }
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return hash ^ (hash >>> 16);
}
