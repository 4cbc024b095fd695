import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvRow, text } from '#shared/invoicing/csv.ts';

test('a reader gets back what was written, but for the apostrophe of what would be computed', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2 }), (cells) => {
      const [row] = parse(csvRow(cells.map(text)), { record_delimiter: '\r\n' }) as string[][];
      expect(row?.map((cell, i) => (cell === cells[i] ? cell : cell.replace(/^'/, '')))).toEqual(cells);
      expect(row?.some((cell) => /^[=+\-@\t\r]/.test(cell))).toBe(false);
    }),
  );
});
