import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Tier, UsagePrice } from '#shared/catalog/catalog.ts';
import { amount, sum } from '#shared/money/amount.ts';
import { chargeBetween, priceParts } from '#shared/rating/charge-between.ts';

const decimal = fc.integer({ min: 0, max: 1_000_000 }).map((n) => amount(n).div(10_000).toFixed());
const tiers: fc.Arbitrary<Tier[]> = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 2_000_000 }), { maxLength: 6 }),
    fc.array(fc.tuple(decimal, decimal), { minLength: 7, maxLength: 7 }),
  )
  .map(([bounds, prices]) => {
    const upper = [...bounds.sort((a, b) => a - b).map((n) => amount(n).div(1_000).toFixed()), ''];
    return upper.map((upTo, index) => ({ upTo, amount: prices[index]?.[0] ?? '0', flat: prices[index]?.[1] ?? '0' }));
  });
const prices: fc.Arbitrary<UsagePrice> = fc.oneof(
  decimal.map((text) => ({ model: 'unit' as const, amount: text })),
  tiers.map((all) => ({ model: 'graduated' as const, tiers: all })),
);
const counts = fc.integer({ min: 0, max: 3_000_000 }).map((n) => amount(n).div(1_000));

test('pricing in parts equals pricing at once', () => {
  fc.assert(
    fc.property(prices, fc.tuple(counts, counts, counts), (price, three) => {
      const [a, b, c] = three.sort((x, y) => x.comparedTo(y));
      const inParts = chargeBetween(price, a, b).plus(chargeBetween(price, b, c));
      expect(inParts.toFixed()).toBe(chargeBetween(price, a, c).toFixed());
    }),
  );
});

test('the parts cover the whole stretch, one after another, and add up', () => {
  fc.assert(
    fc.property(prices, fc.tuple(counts, counts), (price, two) => {
      const [before, after] = two.sort((x, y) => x.comparedTo(y));
      const parts = priceParts(price, before, after);
      let at = before;
      for (const part of parts) {
        expect(part.from.equals(at)).toBe(true);
        expect(part.amount.equals(part.quantity.times(part.amountPerUnit).plus(part.flat))).toBe(true);
        at = part.to;
      }
      expect(at.equals(after)).toBe(true);
      expect(sum(parts.map((part) => part.amount)).equals(chargeBetween(price, before, after))).toBe(true);
    }),
  );
});
