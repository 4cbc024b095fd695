import { expect, test } from 'vitest';
import { fingerprintOf } from '#shared/usage/fingerprint.ts';

// printf 'abc' | sha256sum → ba7816bf8f01cfea414140de5dae2223…
test('the fingerprint is the first 96 bits of SHA-256', () => {
  expect(Buffer.from(fingerprintOf('abc'), 'latin1').toString('hex')).toBe('ba7816bf8f01cfea414140de');
});
