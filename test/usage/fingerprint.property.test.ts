import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fingerprints, fingerprintText } from '#shared/usage/fingerprint.ts';
import { usageRows } from '#shared/usage/usage-rows.ts';

const ROWS = 300;

/** Lengths around those where one more block is needed, and others. */
const length = fc.oneof(fc.constantFrom(0, 1, 54, 55, 56, 63, 64, 65, 118, 119, 120, 128), fc.nat(200));
const identity = length.chain((n) => fc.uint8Array({ minLength: n, maxLength: n }));

test('however identities come, each gets the first 96 bits of its own SHA-256', () => {
  const rows = usageRows(ROWS, 0);
  const fingerprints = new Fingerprints(rows);
  fc.assert(
    fc.property(fc.array(identity, { maxLength: 40 }), fc.boolean(), (identities, isReversed) => {
      identities.forEach((bytes, i) => {
        const room = Buffer.concat([bytes, Buffer.alloc(8, 0xee)]);
        const view = new DataView(room.buffer, room.byteOffset, room.length);
        fingerprints.add(view, bytes.length, isReversed ? ROWS - 1 - i : i);
      });
      fingerprints.finish();
      const found = identities.map((_, i) => fingerprintText(rows, isReversed ? ROWS - 1 - i : i));
      expect(found).toEqual(
        identities.map((bytes) => createHash('sha256').update(bytes).digest().subarray(0, 12).toString('base64url')),
      );
    }),
    { numRuns: 300 },
  );
});
