import fc from 'fast-check';
import { expect, test } from 'vitest';
import { raiseSumToIncrement, raiseToIncrement, sumRaised } from '#shared/rating/increment.ts';

const increment = fc.integer({ min: 1, max: 100_000 });

test('raising follows its definition, and raising again changes nothing', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 50 }), increment, increment, (quantity, first, next) => {
      const raised = raiseToIncrement(quantity, first, next);
      const steps = Math.ceil(Math.max(0, quantity - first) / next);
      expect(raised).toBe(first + steps * next);
      expect(raiseToIncrement(raised, first, next)).toBe(raised);
      expect(raiseSumToIncrement(BigInt(quantity), BigInt(first), BigInt(next))).toBe(BigInt(raised));
    }),
  );
});

test('a column raised at once is the sum of its quantities, each raised by itself', () => {
  const quantity = fc.oneof(fc.integer({ min: 0, max: 200_000 }), fc.integer({ min: 0, max: 2 ** 48 }));
  fc.assert(
    fc.property(fc.array(quantity, { maxLength: 8 }), increment, increment, (quantities, first, next) => {
      const alone = quantities.map((each) => raiseToIncrement(each, first, next));
      const sum = alone.reduce((total, each) => total + each, 0);
      const column = Float64Array.of(7, ...quantities, 7);
      expect(sumRaised(column, 1, quantities.length + 1, first, next)).toBe(sum);
    }),
  );
});

test.each([
  ['records of nothing among others', [0, 5, 0, 31], 30, 6, 66],
  ['what a division cannot tell', [2 ** 52 + 1], 1, 2, 2 ** 52 + 1],
  ['two that are exact alone', [2 ** 51, 2 ** 51], 1, 1, 2 ** 52],
])('a column: %s', (_, quantities, first, next, expected) => {
  expect(sumRaised(Float64Array.from(quantities), 0, quantities.length, first, next)).toBe(expected);
});

test('a column with a quantity beyond whole numbers is refused', () => {
  expect(() => sumRaised(Float64Array.of(1, 2 ** 53), 0, 2, 1, 1000)).toThrow('cannot be raised');
});
