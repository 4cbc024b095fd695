import { describe, expect, test } from 'vitest';
import { restartsEachYear } from '#shared/catalog/numbering.ts';
import { documentNumber } from '#shared/invoicing/numbering.ts';

const INVOICES = { prefix: 'INV-{year}-', width: 6, start: 1 };

describe('document numbers', () => {
  test.each([
    [INVOICES, 2026, 123, 'INV-2026-000123'],
    [INVOICES, 2027, 1, 'INV-2027-000001'],
    [INVOICES, 2026, 1_234_567, 'INV-2026-1234567'],
    [{ prefix: 'R', width: 1, start: 10_000 }, 2026, 10_000, 'R10000'],
    [{ prefix: '', width: 8, start: 1 }, 2026, 42, '00000042'],
    [INVOICES, 1000, 1, 'INV-1000-000001'],
    [INVOICES, 9999, 1, 'INV-9999-000001'],
  ])('%o in %i, %i → %s', (series, year, ordinal, expected) => {
    expect(documentNumber(series, year, ordinal)).toBe(expected);
  });

  test.each([
    [2026, -1, /from 0 on/],
    [2026, 1.5, /whole number/],
    [2026, Number.MAX_SAFE_INTEGER + 1, /whole number/],
    [26, 1, /four digits/],
    [20260, 1, /four digits/],
  ])('refuses year %d, counter %d', (year, ordinal, message) => {
    expect(() => documentNumber(INVOICES, year, ordinal)).toThrow(message);
  });

  test('a counter below the start its series has now is one from before', () => {
    expect(documentNumber({ prefix: 'R', width: 5, start: 500 }, 2026, 499)).toBe('R00499');
  });

  test.each([
    [INVOICES, true],
    [{ ...INVOICES, reset: 'year' }, true],
    [{ ...INVOICES, reset: 'never' }, false],
    [{ ...INVOICES, prefix: 'INV-' }, false],
    [{ ...INVOICES, prefix: 'INV-', reset: 'never' }, false],
  ] as const)('the counter of %o begins again each year: %s', (series, expected) => {
    expect(restartsEachYear(series)).toBe(expected);
  });
});
