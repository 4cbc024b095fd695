import fc from 'fast-check';
import { expect, test } from 'vitest';
import { raiseSumToIncrement, raiseToIncrement } from '#shared/rating/increment.ts';

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
