import { copyBytes, viewOf } from '#shared/usage/byte-view.ts';
import type { Interner } from '#shared/usage/interner.ts';
import type { PackedItem } from '../decoder.ts';
import { writeNumber } from '../record-draft.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENING = 0x5b;
const CLOSING = 0x5d;
/** More than an entry takes beside its identifier. */
const ENTRY = 128;

/**
 * Writes the object that holds the usage items of a chunk: a JSON index behind its length, then the packed items one after the other. The
 * index is written as bytes, entry by entry, since a chunk has as many as it has identifiers.
 */
export class ItemsIndex {
  private bytes = Buffer.alloc(1 << 16);
  private view = viewOf(this.bytes);
  private length = 0;
  /** The month written last, as it stands between identifier and part: `,"2026-10",`. */
  private month = '';
  private readonly monthView = viewOf(Buffer.alloc(32));
  private monthLength = 0;

  /** Adds an item. */
  add(identifiers: Interner, identifier: number, month: string, part: number, bytes: number): void {
    const needed = this.length + 6 * identifiers.lengthOf(identifier) + ENTRY;
    if (needed > this.bytes.length) this.grow(needed);
    const to = this.bytes;
    let at = this.length;
    to[at++] = this.length === 0 ? OPENING : COMMA;
    to[at++] = OPENING;
    at = this.addIdentifier(identifiers, identifier, at);
    if (month !== this.month) this.takeMonth(month);
    at = copyBytes(this.monthView, 0, this.monthLength, this.view, at);
    at = writeNumber(to, at, part);
    to[at++] = COMMA;
    at = writeNumber(to, at, bytes);
    to[at++] = CLOSING;
    this.length = at;
  }

  /** The object of the items added, whose packed bytes are given; the index begins anew. */
  finish(packed: Uint8Array): Uint8Array {
    if (this.length === 0) this.bytes[this.length++] = OPENING;
    this.bytes[this.length++] = CLOSING;
    const body = new Uint8Array(4 + this.length + packed.length);
    viewOf(body).setUint32(0, this.length);
    body.set(this.bytes.subarray(0, this.length), 4);
    body.set(packed, 4 + this.length);
    this.length = 0;
    return body;
  }

  private addIdentifier(identifiers: Interner, identifier: number, start: number): number {
    const to = this.bytes;
    to[start] = QUOTE;
    const end = identifiers.copyTo(identifier, this.view, start + 1);
    for (let i = start + 1; i < end; i++) {
      if (to[i] !== QUOTE && to[i] !== BACKSLASH) continue;
      const text = new TextDecoder().decode(to.subarray(start + 1, end));
      return start + new TextEncoder().encodeInto(JSON.stringify(text), to.subarray(start)).written;
    }
    to[end] = QUOTE;
    return end + 1;
  }

  private takeMonth(month: string): void {
    const text = new TextEncoder().encode(`,"${month}",`);
    text.forEach((byte, i) => {
      this.monthView.setUint8(i, byte);
    });
    this.month = month;
    this.monthLength = text.length;
  }

  private grow(needed: number): void {
    const larger = Buffer.alloc(needed * 2);
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
    this.view = viewOf(larger);
  }
}

/** Reads such an object back. @throws RangeError when it is not whole. */
export function readItems(body: Uint8Array): PackedItem[] {
  const { entries, start } = readIndex(body);
  let at = start;
  const items = entries.map(([identifier, month, part, length]) => {
    const packed = body.subarray(at, at + length);
    at += length;
    return { identifier, month, part, packed };
  });
  if (at !== body.length) throw new RangeError(`a chunk of ${body.length} bytes should have ${at}`);
  return items;
}

/** Reads only whose usage it holds, and of which months: each identifier once. */
export function readItemIdentifiers(body: Uint8Array): string[] {
  return [...new Set(readIndex(body).entries.map(([identifier]) => identifier))];
}

function readIndex(body: Uint8Array) {
  if (body.length < 4) throw new RangeError('a chunk without an index');
  const length = new DataView(body.buffer, body.byteOffset).getUint32(0);
  if (4 + length > body.length) throw new RangeError(`a chunk of ${body.length} bytes with an index of ${length}`);
  const entries = JSON.parse(new TextDecoder().decode(body.subarray(4, 4 + length))) as [
    string,
    string,
    number,
    number,
  ][];
  return { entries, start: 4 + length };
}
