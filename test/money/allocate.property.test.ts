import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allocate } from '#shared/money/allocate.ts';
import { Amount, amount, sum } from '#shared/money/amount.ts';

const steps = fc.constantFrom('1', '0.01', '0.001');
const units = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });
const shares = fc
  .uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 20 })
  .chain((ids) =>
    fc.tuple(...ids.map((id) => fc.record({ id: fc.constant(id), weight: fc.bigInt({ min: 0n, max: 10n ** 21n }) }))),
  );

test('parts add up to the whole, each a multiple of the step, none further than one step from its due', () => {
  fc.assert(
    fc.property(units, shares, steps, (count, members, step) => {
      const whole = amount(count).times(step);
      const parts = allocate(whole, members, amount(step));
      expect(sum(parts.values()).equals(whole)).toBe(true);
      const total = members.reduce((all, member) => all + member.weight, 0n);
      for (const { id, weight } of members) {
        const part = parts.get(id) ?? amount('-999');
        expect(part.div(step).isInteger()).toBe(true);
        if (total === 0n) continue;
        const units = BigInt(part.div(step).toFixed());
        const distance = units * total - count * weight;
        expect((distance < 0n ? -distance : distance) < total).toBe(true);
      }
    }),
  );
});

test('the order members come in changes nothing', () => {
  fc.assert(
    fc.property(units, shares, (count, members) => {
      const one = allocate(amount(count), members, new Amount(1));
      const other = allocate(amount(count), members.toReversed(), new Amount(1));
      expect([...other].map(String)).toEqual([...one].map(String));
    }),
  );
});
