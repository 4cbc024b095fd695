import fc from 'fast-check';
import { expect, test } from 'vitest';
import { copyBytes, viewOf } from '#shared/usage/byte-view.ts';

test('copied bytes are the same, whatever they are', () => {
  const to = Buffer.alloc(80);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), fc.nat(10), (bytes, at) => {
      const from = Buffer.concat([bytes, Buffer.alloc(8, 0xff)]);
      const end = copyBytes(viewOf(from), 0, bytes.length, viewOf(to), at);
      expect(end).toBe(at + bytes.length);
      expect(to.subarray(at, end).equals(bytes)).toBe(true);
    }),
  );
});
