import { describe, expect, test } from 'vitest';
import { documentNumber, numberingProblems, restartsEachYear } from '#shared/invoicing/numbering.ts';

const INVOICES = { prefix: 'INV-{year}-', width: 6, start: 1 };
const CREDIT_NOTES = { prefix: 'CN-{year}-', width: 6, start: 1 };

describe('document numbers', () => {
  test.each([
    [INVOICES, 2026, 123, 'INV-2026-000123'],
    [INVOICES, 2027, 1, 'INV-2027-000001'],
    [INVOICES, 2026, 1_234_567, 'INV-2026-1234567'],
    [{ prefix: 'R', width: 1, start: 10_000 }, 2026, 10_000, 'R10000'],
    [{ prefix: '', width: 8, start: 1 }, 2026, 42, '00000042'],
  ])('%o in %i, %i → %s', (series, year, ordinal, expected) => {
    expect(documentNumber(series, year, ordinal)).toBe(expected);
  });

  test.each([
    [2026, 0, /from there on/],
    [2026, 1.5, /whole number/],
    [2026, Number.MAX_SAFE_INTEGER + 1, /whole number/],
    [26, 1, /four digits/],
    [20260, 1, /four digits/],
  ])('refuses year %d, counter %d', (year, ordinal, message) => {
    expect(() => documentNumber(INVOICES, year, ordinal)).toThrow(message);
  });

  test('a counter below the start of its series is refused', () => {
    expect(() => documentNumber({ prefix: 'R', width: 5, start: 500 }, 2026, 499)).toThrow(/starts at 500/);
  });

  test('the counter begins again where the year is in the number, and only there', () => {
    expect(restartsEachYear(INVOICES)).toBe(true);
    expect(restartsEachYear({ prefix: 'INV-', width: 6, start: 1 })).toBe(false);
  });
});

describe('what makes a series unfit', () => {
  test('nothing, for a good pair', () => {
    expect(numberingProblems({ invoice: INVOICES, creditNote: CREDIT_NOTES })).toEqual([]);
  });

  test.each([
    ['a slash', { ...INVOICES, prefix: 'INV/{year}/' }, /numbering\.invoice\.prefix/],
    ['a space', { ...INVOICES, prefix: 'INV {year}' }, /letters, digits/],
    ['the year twice', { ...INVOICES, prefix: '{year}-{year}-' }, /at most once/],
    ['a place holder that is none', { ...INVOICES, prefix: 'INV-{month}-' }, /letters, digits/],
    ['a prefix of 25 characters', { ...INVOICES, prefix: 'X'.repeat(25) }, /24 characters/],
    ['no width', { ...INVOICES, width: 0 }, /1 to 10/],
    ['half a digit', { ...INVOICES, width: 2.5 }, /1 to 10/],
    ['a start of zero', { ...INVOICES, start: 0 }, /from 1/],
  ])('%s', (_, invoice, message) => {
    const problems = numberingProblems({ invoice, creditNote: CREDIT_NOTES });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
  });

  test('invoices and credit notes under one prefix', () => {
    expect(numberingProblems({ invoice: INVOICES, creditNote: INVOICES })).toEqual([
      expect.stringMatching(/share a number/),
    ]);
  });

  test('all problems of both series are told', () => {
    const bad = { prefix: '/', width: 0, start: 0 };
    expect(numberingProblems({ invoice: bad, creditNote: { ...bad, prefix: '?' } })).toHaveLength(6);
  });
});
