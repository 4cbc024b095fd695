import type { PackedItem } from './decoder.ts';

/** An object that holds the usage items of a chunk: a JSON index behind its length, then the packed items one after the other. */
export function writeItems(items: readonly PackedItem[]): Uint8Array {
  const index = items.map(({ identifier, month, part, packed }) => [identifier, month, part, packed.length] as const);
  const head = new TextEncoder().encode(JSON.stringify(index));
  const body = new Uint8Array(4 + head.length + items.reduce((sum, item) => sum + item.packed.length, 0));
  new DataView(body.buffer).setUint32(0, head.length);
  body.set(head, 4);
  let at = 4 + head.length;
  for (const { packed } of items) {
    body.set(packed, at);
    at += packed.length;
  }
  return body;
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
