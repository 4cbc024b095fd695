import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BASE_UNITS,
  HAS_A_FRACTION,
  NEGATIVE,
  NOT_A_NUMBER,
  readQuantity,
  TOO_LARGE_A_NUMBER,
} from '#shared/mediation/mapping/quantity-text.ts';
import { amount } from '#shared/money/amount.ts';

const read = (text: string, factor = 1, fraction: 'reject' | 'up' | 'down' | 'nearest' = 'reject', separator = '.') => {
  const bytes = Buffer.from(`<${text}>`, 'latin1');
  return readQuantity(bytes, 1, bytes.length - 1, factor, separator.charCodeAt(0), fraction);
};

describe('reading quantities', () => {
  test.each([
    ['1.920875', 1e6, 1_920_875],
    ['0.000001', 1e6, 1],
    ['7.6e-05', 1e6, 76],
    ['7.6E2', 1, 760],
    ['0', 1e6, 0],
    ['-0.0', 1e6, 0],
    ['+5', 1, 5],
    ['.5', 1000, 500],
    ['5.', 1000, 5000],
    ['0.5', 1024, 512],
    ['9007199254740990', 1, 9_007_199_254_740_990],
    ['9007199254740981', 1, 9_007_199_254_740_981],
    ['1.000000000000000000000', 1e6, 1_000_000],
    ['9007199254740992', 1, TOO_LARGE_A_NUMBER],
    ['99999999999', 1e9, TOO_LARGE_A_NUMBER],
    ['1e300', 1, TOO_LARGE_A_NUMBER],
    ['-1', 1, NEGATIVE],
    ['-1e-9', 1, NEGATIVE],
    ['0.0000001', 1e6, HAS_A_FRACTION],
    ['1.5', 1, HAS_A_FRACTION],
    ['', 1, NOT_A_NUMBER],
    ['.', 1, NOT_A_NUMBER],
    ['1,5', 1, NOT_A_NUMBER],
    ['1 000', 1, NOT_A_NUMBER],
    ['1.2.3', 1, NOT_A_NUMBER],
    ['NaN', 1, NOT_A_NUMBER],
    ['0x10', 1, NOT_A_NUMBER],
    ['1e9999', 1, NOT_A_NUMBER],
    ['9'.repeat(65), 1, NOT_A_NUMBER],
  ])('%s × %d', (text, factor, expected) => {
    expect(read(text, factor)).toBe(expected);
  });

  test.each([
    ['1.4', 'up', 2],
    ['1.0', 'up', 1],
    ['1.6', 'down', 1],
    ['1.4', 'nearest', 1],
    ['1.5', 'nearest', 2],
  ] as const)('%s rounded %s', (text, fraction, expected) => {
    expect(read(text, 1, fraction)).toBe(expected);
  });

  test('a decimal comma is read where the source has one, and only there', () => {
    expect(read('1,5', 1000, 'reject', ',')).toBe(1500);
    expect(read('1.5', 1000, 'reject', ',')).toBe(NOT_A_NUMBER);
    expect(read('1,5e2', 1, 'reject', ',')).toBe(150);
  });

  test('it is exact for every number and unit', () => {
    const unit = fc.constantFrom(...Object.values(BASE_UNITS));
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat(20), unit, (digits, decimals, factor) => {
        const padded = String(digits).padStart(decimals + 1, '0');
        const text = decimals === 0 ? padded : `${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`;
        const exact = amount(text).times(factor);
        const expected = exact.gte(Number.MAX_SAFE_INTEGER)
          ? TOO_LARGE_A_NUMBER
          : exact.isInteger()
            ? exact.toNumber()
            : HAS_A_FRACTION;
        expect(read(text, factor)).toBe(expected);
        if (expected === HAS_A_FRACTION) expect(read(text, factor, 'up')).toBe(exact.ceil().toNumber());
      }),
      { numRuns: 2000 },
    );
  });
});
