import { expect, test } from 'vitest';
import { readFingerprint } from '#shared/usage/fingerprint.ts';

// printf 'abc' | sha256sum → ba7816bf8f01cfea414140de5dae2223…; printf 'é' | sha256sum → 4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c
test.each([
  ['abc', 'ba7816bf8f01cfea414140de'],
  ['é', '4a99557e4033c3539de2eb65'],
])('the fingerprint of %s is the first 96 bits of SHA-256 over its bytes', (identity, expected) => {
  const words = new Int32Array(3);
  readFingerprint(Buffer.from(identity), words);
  expect(Buffer.from(words.buffer).toString('hex')).toBe(expected);
});
