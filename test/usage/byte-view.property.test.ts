import fc from 'fast-check';
import { expect, test } from 'vitest';
import { copyBytes, release, viewOf } from '#shared/usage/byte-view.ts';

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

test('bytes that fill their memory have none after they are released, others stay as they are', () => {
  const memory = new Uint8Array(8).fill(7);
  const part = memory.subarray(2, 6);
  release(part);
  expect([...part]).toEqual([7, 7, 7, 7]);
  release(memory);
  expect([memory.length, part.length]).toEqual([0, 0]);
});
