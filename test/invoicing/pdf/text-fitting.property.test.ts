import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TextStyle } from '#shared/invoicing/pdf/drawing.ts';
import { wrap } from '#shared/invoicing/pdf/text-fitting.ts';
import { SIX_TENTHS } from './measures.ts';

const STYLE: TextStyle = { size: 10, weight: 'regular', colour: '#000000', figures: 'proportional' };

/** Spaces of any kind may go where a line is broken. */
const withoutSpaces = (text: string) => text.replaceAll(/\s/gu, '');

test('no line is wider than asked, and no character is lost where lines suffice', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer({ min: 30, max: 300 }), (text, width) => {
      const lines = wrap(SIX_TENTHS, text, width, STYLE, 10_000);
      for (const each of lines) expect(SIX_TENTHS(each, STYLE)).toBeLessThanOrEqual(width);
      expect(withoutSpaces(lines.join(''))).toBe(withoutSpaces(text));
    }),
  );
});
