import fc from 'fast-check';
import { expect, test } from 'vitest';
import { documentNumber } from '#shared/invoicing/numbering.ts';

test('no two documents of a series share a number', () => {
  const place = fc.tuple(fc.integer({ min: 1000, max: 9999 }), fc.integer({ min: 1, max: 10_000_000 }));
  fc.assert(
    fc.property(place, place, fc.integer({ min: 1, max: 10 }), (a, b, width) => {
      const series = { prefix: 'INV-{year}-', width, start: 1 };
      const same = a[0] === b[0] && a[1] === b[1];
      expect(documentNumber(series, ...a) === documentNumber(series, ...b)).toBe(same);
    }),
  );
});
