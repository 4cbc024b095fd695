import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { UsageBucket } from '#shared/rating/allowance.ts';
import { consumeListed } from './listed-allowance.ts';

const quantity = fc.bigInt({ min: 0n, max: 1_000n });
const buckets: fc.Arbitrary<UsageBucket[]> = fc.array(
  fc.record({
    day: fc.constantFrom('2026-04-01', '2026-04-02', '2026-04-03'),
    chargeOrder: fc.nat(2),
    version: fc.constantFrom('2026-01-01', '2026-04-02'),
    plan: fc.constantFrom('p', 'q'),
    charge: fc.constantFrom('data', 'sms'),
    zone: fc.constantFrom('eu', 'row'),
    businessUnit: fc.constantFrom('', 'north'),
    quantity,
  }),
  { maxLength: 20 },
);
const stacks = fc
  .array(
    fc.record({
      size: quantity,
      covers: fc.subarray(['p/data', 'p/sms', 'q/data', 'q/sms']).map((names) => new Set(names)),
    }),
    { maxLength: 4 },
  )
  .map((all) => all.map((one, index) => ({ ...one, id: `a${index}` })));

test('nothing is lost, nothing is covered twice, nothing is left unused that could have covered', () => {
  fc.assert(
    fc.property(stacks, buckets, (stack, usage) => {
      const taken = new Map<string, bigint>();
      const consumed = consumeListed(stack, usage);
      expect(consumed).toHaveLength(usage.length);
      for (const { bucket, covered, over } of consumed) {
        expect(covered.reduce((sum, one) => sum + one.quantity, over)).toBe(bucket.quantity);
        for (const { allowance, quantity: part } of covered) {
          expect(
            part > 0n && stack.some((one) => one.id === allowance && one.covers.has(`${bucket.plan}/${bucket.charge}`)),
          ).toBe(true);
          taken.set(allowance, (taken.get(allowance) ?? 0n) + part);
        }
      }
      for (const { id, size, covers } of stack) {
        expect((taken.get(id) ?? 0n) <= size).toBe(true);
        const missed = consumed.some(({ bucket, over }) => over > 0n && covers.has(`${bucket.plan}/${bucket.charge}`));
        if (missed) expect(taken.get(id) ?? 0n).toBe(size);
      }
    }),
  );
});

test('the order of arrival changes nothing', () => {
  fc.assert(
    fc.property(
      stacks,
      buckets.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      (stack, [one, other]) => {
        expect(consumeListed(stack, other)).toEqual(consumeListed(stack, one));
      },
    ),
  );
});
