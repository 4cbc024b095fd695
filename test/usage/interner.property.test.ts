import fc from 'fast-check';
import { expect, test } from 'vitest';
import { viewOf } from '#shared/usage/byte-view.ts';
import { hashOfText, Interner } from '#shared/usage/interner.ts';

const words = fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 200 });

test.each([
  ['by bytes', (interner: Interner, bytes: Buffer<ArrayBuffer>, end: number) => interner.intern(bytes, 3, end)],
  [
    'by a view and a hash found beforehand',
    (interner: Interner, bytes: Buffer<ArrayBuffer>, end: number) =>
      interner.internHashed(hashOfText(viewOf(bytes), 3, end), viewOf(bytes), 3, end),
  ],
] as const)('byte strings are numbered as they first occur, asked for %s', (_, numberOf) => {
  const interner = new Interner();
  fc.assert(
    fc.property(words, (texts) => {
      interner.clear();
      const known: string[] = [];
      for (const text of texts) {
        const hex = Buffer.from(text).toString('hex');
        if (!known.includes(hex)) known.push(hex);
        const bytes = Buffer.concat([Buffer.alloc(3, 0xee), text, Buffer.alloc(8, 0xff)]);
        expect(numberOf(interner, bytes, 3 + text.length)).toBe(known.indexOf(hex));
      }
      const to = Buffer.alloc(32);
      const texts2 = known.map((_, id) => to.toString('hex', 0, interner.copyTo(id, viewOf(to), 0)));
      expect(interner.size).toBe(known.length);
      expect(texts2).toEqual(known);
    }),
  );
});

test('many byte strings keep their numbers while the table grows', () => {
  const interner = new Interner();
  const texts = Array.from({ length: 5000 }, (_, i) =>
    Buffer.from(`imsi#00101${String(i * 7919).padStart(10, '0')}........`),
  );
  const ask = (bytes: Buffer<ArrayBuffer>) =>
    interner.internHashed(hashOfText(viewOf(bytes), 0, 20), viewOf(bytes), 0, 20);
  const first = texts.map(ask);
  expect(first).toEqual(texts.map((_, i) => i));
  expect(texts.map(ask)).toEqual(first);
});
