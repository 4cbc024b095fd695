import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { amount, sum } from '#shared/money/amount.ts';
import { excessOf, type PoolUser, sharePool } from '#shared/rating/pools/pool-shares.ts';

const MB = 1_000_000n;
const user = (id: string, usage: bigint, contribution: bigint): PoolUser => ({
  id,
  usage,
  excess: excessOf(usage, contribution),
});
const told = (shares: ReturnType<typeof sharePool>) =>
  [...shares].map(([id, share]) => `${id}: ${share.quantity} for ${share.amount}`);

describe('a pool of 2,000 MB from two, usage 500 and 2,500, 1,000 MB over for 20.00', () => {
  const users = [user('a', 500n * MB, 1_000n * MB), user('b', 2_500n * MB, 1_000n * MB)];

  test('by usage', () => {
    expect(told(sharePool('byUsage', users, 1_000n * MB, amount('20.00'), amount('0.01')))).toEqual([
      'a: 166666667 for 3.33',
      'b: 833333333 for 16.67',
    ]);
  });

  test('by excess: only who used more than it brought', () => {
    expect(told(sharePool('byExcess', users, 1_000n * MB, amount('20.00'), amount('0.01')))).toEqual([
      'a: 0 for 0',
      'b: 1000000000 for 20',
    ]);
  });
});

test('a static pool: 10 MB, two use 8 each, 6 over at 0.10: 0.30 each', () => {
  const users = [user('a', 8n * MB, 0n), user('b', 8n * MB, 0n)];
  expect(told(sharePool('byUsage', users, 6n * MB, amount('0.60'), amount('0.01')))).toEqual([
    'a: 3000000 for 0.3',
    'b: 3000000 for 0.3',
  ]);
});

test('the last unit and the last cent go to the same: the smaller id', () => {
  const users = [user('c', 1n, 0n), user('b', 1n, 0n), user('a', 1n, 0n)];
  expect(told(sharePool('byUsage', users, 1n, amount('0.01'), amount('0.01')))).toEqual([
    'a: 1 for 0.01',
    'b: 0 for 0',
    'c: 0 for 0',
  ]);
});

test('where nobody exceeds a contribution, usage decides', () => {
  const users = [user('a', 1n, 10n), user('b', 3n, 10n)];
  expect(told(sharePool('byExcess', users, 4n, amount('1.00'), amount('0.01')))).toEqual([
    'a: 1 for 0.25',
    'b: 3 for 0.75',
  ]);
});

test("who has the units over pays for them: one unit between three is one's, and all its money", () => {
  const users = [user('a', 1n, 0n), user('b', 1n, 0n), user('c', 1n, 0n)];
  expect(told(sharePool('byUsage', users, 1n, amount('0.30'), amount('0.01')))).toEqual([
    'a: 1 for 0.3',
    'b: 0 for 0',
    'c: 0 for 0',
  ]);
});

test('money without quantity goes by the weights themselves', () => {
  const users = [user('a', 1n, 0n), user('b', 3n, 0n)];
  expect(told(sharePool('byUsage', users, 0n, amount('1.00'), amount('0.01')))).toEqual([
    'a: 0 for 0.25',
    'b: 0 for 0.75',
  ]);
});

test.each([
  [5n, 3n, 2n],
  [3n, 5n, 0n],
  [3n, 3n, 0n],
])('usage %s of contribution %s exceeds it by %s', (usage, contribution, excess) => {
  expect(excessOf(usage, contribution)).toBe(excess);
});

test('shares add up to the overage and to the money', () => {
  const quantity = fc.bigInt({ min: 0n, max: 10n ** 15n });
  const users = fc.uniqueArray(fc.record({ id: fc.string({ minLength: 1 }), usage: quantity, excess: quantity }), {
    minLength: 1,
    maxLength: 10,
    selector: (one) => one.id,
  });
  fc.assert(
    fc.property(
      fc.constantFrom('byUsage' as const, 'byExcess' as const),
      users,
      quantity,
      fc.integer({ min: -100_000, max: 100_000 }),
      (by, all, over, cents) => {
        const shares = sharePool(by, all, over, amount(cents).div(100), amount('0.01'));
        expect([...shares.values()].reduce((total, share) => total + share.quantity, 0n)).toBe(over);
        expect(
          sum([...shares.values()].map((share) => share.amount))
            .times(100)
            .toNumber(),
        ).toBe(cents);
      },
    ),
  );
});
