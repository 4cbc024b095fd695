import { copyBytes, viewOf } from './byte-view.ts';

/** Bytes of the arena that are never used: texts are copied eight bytes at a time. */
const SPARE = 8;

/**
 * Numbers distinct byte strings 0, 1, 2 … in the order they first occur, without making a string or object for each look-up. It keeps its
 * memory when it is cleared, so that one serves chunk after chunk.
 */
export class Interner {
  private arena = Buffer.alloc((1 << 12) + SPARE);
  private view = viewOf(this.arena);
  private bounds = new Int32Array(1 << 8);
  /** By slot: a hash, and the number it belongs to plus one; 0 = the slot is free. They stand together, for they are looked at together. */
  private table = new Int32Array(1 << 10);
  private count = 0;
  private latest = 0;

  /** How many different byte strings there are. */
  get size(): number {
    return this.count;
  }

  /** The number of bytes[start, end). */
  intern(bytes: Uint8Array, start: number, end: number): number {
    if (this.count > 0 && this.holds(this.latest, bytes, start, end)) return this.latest;
    const hash = hashOf(bytes, start, end);
    const { table } = this;
    const mask = table.length - 2;
    let slot = (hash << 1) & mask;
    for (let id = table[slot + 1]!; id !== 0; slot = (slot + 2) & mask, id = table[slot + 1]!) {
      if (table[slot] !== hash || !this.holds(id - 1, bytes, start, end)) continue;
      this.latest = id - 1;
      return this.latest;
    }
    this.latest = this.add(hash, slot, bytes, start, end);
    return this.latest;
  }

  /**
   * The number of bytes [start, end) of a view that has seven more behind them, whose hash hashOfText has found. An interner is asked either so
   * or by `intern`, for their hashes differ. Who looks many up finds their hashes beforehand: the processor then waits for several slots of the
   * table at once, where most of the time goes.
   */
  internHashed(hash: number, from: DataView, start: number, end: number): number {
    const { table } = this;
    const mask = table.length - 2;
    let slot = (hash << 1) & mask;
    for (let id = table[slot + 1]!; id !== 0; slot = (slot + 2) & mask, id = table[slot + 1]!)
      if (table[slot] === hash && this.isText(id - 1, from, start, end)) return id - 1;
    return this.addText(hash, slot, from, start, end);
  }

  /** Length of the bytes a number stands for. */
  lengthOf(id: number): number {
    return this.bounds[id + 1]! - this.bounds[id]!;
  }

  /** Copies the bytes a number stands for to a place with room for them and seven more; answers where they end. */
  copyTo(id: number, to: DataView, at: number): number {
    return copyBytes(this.view, this.bounds[id]!, this.bounds[id + 1]!, to, at);
  }

  /** The bytes a number stands for, as text. */
  textOf(id: number): string {
    return this.arena.toString('utf8', this.bounds[id]!, this.bounds[id + 1]!);
  }

  /** Forgets everything. */
  clear(): void {
    this.count = 0;
    this.table.fill(0);
  }

  /** Compares from the end: what is alike in many keys and identifiers is their beginning. */
  private holds(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.bounds[id]!;
    let j = this.bounds[id + 1]! - 4;
    if (j + 4 - from !== end - start) return false;
    const { arena, view } = this;
    let i = end - 4;
    for (; i >= start; i -= 4, j -= 4) if (view.getInt32(j, true) !== wordAt(bytes, i)) return false;
    for (i += 3, j += 3; i >= start; i--, j--) if (arena[j] !== bytes[i]) return false;
    return true;
  }

  private isText(id: number, from: DataView, start: number, end: number): boolean {
    const { view, bounds } = this;
    let at = bounds[id]!;
    if (bounds[id + 1]! - at !== end - start) return false;
    let i = start;
    for (; i + 4 <= end; i += 4, at += 4) if (view.getInt32(at, true) !== from.getInt32(i, true)) return false;
    return ((view.getInt32(at, true) ^ from.getInt32(i, true)) & LAST_OCTETS[(end - i) & 3]!) === 0;
  }

  private addText(hash: number, slot: number, from: DataView, start: number, end: number): number {
    const at = this.makeRoom(end - start);
    copyBytes(from, start, end, this.view, at);
    return this.enter(hash, slot, at + end - start);
  }

  private add(hash: number, slot: number, bytes: Uint8Array, start: number, end: number): number {
    const from = this.makeRoom(end - start);
    let i = start;
    let j = from;
    for (; i + 3 < end; i += 4, j += 4) this.view.setInt32(j, wordAt(bytes, i), true);
    for (; i < end; i++, j++) this.arena[j] = bytes[i]!;
    return this.enter(hash, slot, j);
  }

  /** Sees to room for so many bytes behind those there are; answers where they are to stand. */
  private makeRoom(length: number): number {
    const from = this.bounds[this.count]!;
    const needed = from + length + SPARE;
    if (needed > this.arena.length) {
      this.arena = grown(this.arena, Buffer.alloc(Math.max(needed, this.arena.length * 2)));
      this.view = viewOf(this.arena);
    }
    return from;
  }

  /** Gives the bytes that were put behind the others, up to `until`, the next number. */
  private enter(hash: number, slot: number, until: number): number {
    const id = this.count++;
    if (id + 2 > this.bounds.length) this.bounds = grown(this.bounds, new Int32Array(this.bounds.length * 2));
    this.bounds[id + 1] = until;
    this.table[slot] = hash;
    this.table[slot + 1] = id + 1;
    if (this.count * 4 > this.table.length) this.rehash();
    return id;
  }

  private rehash(): void {
    const old = this.table;
    const table = new Int32Array(old.length * 2);
    const mask = table.length - 2;
    for (let from = 0; from < old.length; from += 2) {
      if (old[from + 1] === 0) continue;
      let slot = (old[from]! << 1) & mask;
      while (table[slot + 1] !== 0) slot = (slot + 2) & mask;
      table[slot] = old[from]!;
      table[slot + 1] = old[from + 1]!;
    }
    this.table = table;
  }
}

function wordAt(bytes: Uint8Array, i: number): number {
  return bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
}

/** What counts of the four octets a text ends in, by its length modulo four; no octet, if that is 0. */
const LAST_OCTETS = Int32Array.of(0, 0xff, 0xffff, 0xff_ffff);

/** The hash of bytes [start, end) of a view that has seven more behind them, for internHashed. */
export function hashOfText(from: DataView, start: number, end: number): number {
  let hash = end - start;
  let i = start;
  for (; i + 4 <= end; i += 4) {
    hash = Math.imul(hash ^ from.getInt32(i, true), 0x9e37_79b1);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (from.getInt32(i, true) & LAST_OCTETS[(end - i) & 3]!), 0x85eb_ca6b);
  return hash ^ (hash >>> 15);
}

/** Four bytes at a time: the multiplications wait for each other, the loads do not. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  let i = start;
  for (; i + 3 < end; i += 4) {
    hash = Math.imul(hash ^ wordAt(bytes, i), 0x9e37_79b1);
    hash ^= hash >>> 15;
  }
  for (; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x0100_0193);
  return hash ^ (hash >>> 15);
}

/** Copies an array to the beginning of a larger one of its kind. */
function grown<Numbers extends Buffer<ArrayBuffer> | Int32Array<ArrayBuffer>>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}
