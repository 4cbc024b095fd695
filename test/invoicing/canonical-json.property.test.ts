import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '#shared/invoicing/canonical-json.ts';

const text = (value: unknown) => new TextDecoder().decode(canonicalJson(value));

test('reads back as the same value, whatever the order of keys', () => {
  const leaf = fc.oneof(fc.constant(null), fc.boolean(), fc.maxSafeInteger(), fc.string({ unit: 'grapheme' }));
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie('value')),
      fc.dictionary(fc.string({ unit: 'grapheme' }), tie('value')),
    ),
  }));
  fc.assert(
    fc.property(value, (v) => {
      expect(JSON.stringify(JSON.parse(text(v)))).toBe(JSON.stringify(JSON.parse(text(reversed(v)))));
      expect(text(reversed(v))).toBe(text(v));
      expect(JSON.parse(text(v))).toEqual(withoutMinusZero(v));
    }),
  );
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([k, v]) => [k, reversed(v)]),
  );
}

function withoutMinusZero(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
