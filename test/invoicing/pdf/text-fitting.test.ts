import { describe, expect, test } from 'vitest';
import type { TextStyle } from '#shared/invoicing/pdf/drawing.ts';
import { scaledTo, shorten, wrap } from '#shared/invoicing/pdf/text-fitting.ts';
import { SIX_TENTHS } from './measures.ts';

/** A character is six points wide. */
const STYLE: TextStyle = { size: 10, weight: 'regular', colour: '#000000', figures: 'proportional' };

describe('text in a given width', () => {
  test.each([
    ['fits', 'ten points', 60, 'ten points'],
    ['is cut with an ellipsis', 'eleven char', 60, 'eleven ch…'],
    ['loses the space before the ellipsis', 'ab cdefgh', 24, 'ab…'],
    ['tears no pair of code units', '😀😀😀', 12, '😀…'],
  ])('%s', (_, text, width, expected) => {
    expect(shorten(SIX_TENTHS, text, width, STYLE)).toBe(expected);
  });

  test.each([
    ['nothing', '', 60, 3, []],
    ['breaks at spaces', 'one two three', 48, 3, ['one two', 'three']],
    ['breaks inside words no line can hold', 'abcdefghij kl', 30, 5, ['abcde', 'fghij', 'kl']],
    ['cuts past the last line', 'one two three four', 42, 2, ['one two', 'three…']],
    ['keeps no-break spaces together', 'by 16\u00A0Nov\u00A02026', 66, 3, ['by', '16\u00A0Nov\u00A02026']],
  ])('wrap: %s', (_, text, width, lines, expected) => {
    expect(wrap(SIX_TENTHS, text, width, STYLE, lines)).toEqual(expected);
  });

  test.each([
    [60, 10],
    [30, 5],
    [6, 4],
  ])('what must not be cut gets smaller: ten characters in %i points → %d points', (width, size) => {
    expect(scaledTo(SIX_TENTHS, 'ten points', width, STYLE, 4).size).toBe(size);
  });
});
