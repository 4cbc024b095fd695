import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Tier, UsagePrice } from '#shared/catalog/price.ts';
import { amount, sum } from '#shared/money/amount.ts';
import { countedParts, NOT_OVER, tierAmount, tierParts } from '#shared/rating/tier-parts.ts';
import { chargeAt, costBetween, inBase, pricedParts, tierOf } from './price-in-steps.ts';

const TIERS: readonly Tier[] = [tierOf('10', '10', '2'), tierOf('20', '5', '3'), tierOf('', '5', '3')];
const GRADUATED: UsagePrice = { model: 'graduated', tiers: TIERS };
const VOLUME: UsagePrice = { model: 'volume', tiers: TIERS };
const STAIRS: UsagePrice = { model: 'stairStep', tiers: TIERS.map((tier) => ({ ...tier, amount: '0' })) };
const UNIT: UsagePrice = { model: 'unit', amount: '0.02' };
const FLAT: UsagePrice = { model: 'flat', amount: '7.5' };
/** 100 for 3.00 after 20 that are free. */
const PACKAGE: UsagePrice = { model: 'package', size: '100000000000', free: '20000000000', amount: '3' };

describe('what a stretch of a count costs (pricing rules §5)', () => {
  test.each<[string, UsagePrice, [string, string, string][]]>([
    [
      'graduated: 0–10 at 10 + 2, to 20 at 5 + 3, beyond at 5 + 3',
      GRADUATED,
      [
        ['0', '0', '0'],
        ['0', '0.5', '7'],
        ['0', '1', '12'],
        ['0', '10', '102'],
        ['0', '10.0001', '105.0005'],
        ['0', '11', '110'],
        ['0', '20', '155'],
        ['0', '21', '163'],
        ['1', '10', '90'],
        ['10', '11', '8'],
        ['10', '10', '0'],
        ['11', '20', '45'],
        ['20', '21', '8'],
        ['21', '22', '5'],
        ['5', '25', '131'],
      ],
    ],
    [
      'unit: 0.02',
      UNIT,
      [
        ['0', '66.666667', '1.33333334'],
        ['100', '100', '0'],
        ['0.1', '0.3', '0.004'],
      ],
    ],
    [
      'volume: all at the price of the tier the total reaches, and its fee',
      VOLUME,
      [
        ['0', '0', '0'],
        ['0', '10', '102'],
        ['0', '10.000000001', '53.000000005'],
        ['0', '21', '108'],
      ],
    ],
    [
      'stair step: the fee of the tier the total reaches',
      STAIRS,
      [
        ['0', '0', '0'],
        ['0', '0.1', '2'],
        ['0', '10', '2'],
        ['0', '11', '3'],
      ],
    ],
    [
      'package: 100 for 3 after 20 that are free',
      PACKAGE,
      [
        ['0', '0', '0'],
        ['0', '20', '0'],
        ['0', '20.000000001', '3'],
        ['0', '120', '3'],
        ['0', '121', '6'],
        ['20', '120', '3'],
        ['119', '121', '3'],
      ],
    ],
    [
      'flat: if there is any',
      FLAT,
      [
        ['0', '0', '0'],
        ['0', '0.1', '7.5'],
        ['0', '1000', '7.5'],
        ['1', '2', '0'],
      ],
    ],
  ])('%s', (_, price, cases) => {
    for (const [before, after, cost] of cases)
      expect(costBetween(price, amount(before), amount(after)).toFixed(), `${before} to ${after}`).toBe(cost);
  });

  test('graduated says how it got there', () => {
    const parts = pricedParts(GRADUATED, amount(4), amount(21), amount(21));
    expect(
      parts.map((part) => `tier ${part.tier}: ${part.quantity}, entered ${part.entered} = ${part.amount}`),
    ).toEqual(['tier 1: 6, entered 0 = 60', 'tier 2: 10, entered 1 = 53', 'tier 3: 1, entered 1 = 8']);
  });

  test.each([VOLUME, STAIRS])('%o is not owed before its period is over', (price) => {
    expect(tierParts(chargeAt(price), 0n, 5n, NOT_OVER)).toEqual([]);
  });
});

const decimal = fc.integer({ min: 0, max: 1_000_000 }).map((n) => amount(n).div(10_000).toFixed());
const tiers: fc.Arbitrary<Tier[]> = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 2_000_000 }), { maxLength: 6 }),
    fc.array(fc.tuple(decimal, decimal), { minLength: 7, maxLength: 7 }),
  )
  .map(([bounds, each]) => {
    const upper = [...bounds.sort((a, b) => a - b).map((n) => amount(n).div(1_000).toFixed()), ''];
    return upper.map((upTo, index) => tierOf(upTo, each[index]?.[0] ?? '0', each[index]?.[1] ?? '0'));
  });
const quantity = fc.integer({ min: 1, max: 1_000_000 }).map((n) => `${n}000000`);
const prices: fc.Arbitrary<UsagePrice> = fc.oneof(
  decimal.map((text): UsagePrice => ({ model: 'unit', amount: text })),
  decimal.map((text): UsagePrice => ({ model: 'flat', amount: text })),
  fc.record({ model: fc.constant('package' as const), size: quantity, free: quantity, amount: decimal }),
  fc.record({ model: fc.constantFrom('graduated' as const, 'volume' as const, 'stairStep' as const), tiers }),
);
const counts = fc.integer({ min: 0, max: 3_000_000 }).map((n) => amount(n).div(1_000));

test('pricing in steps equals pricing at once, and the parts cover the whole stretch', () => {
  fc.assert(
    fc.property(prices, fc.array(counts, { minLength: 1, maxLength: 5 }), (price, some) => {
      const steps = [amount(0), ...some.sort((a, b) => a.comparedTo(b))];
      const total = steps.at(-1) ?? amount(0);
      const inSteps = steps.slice(1).flatMap((after, at) => pricedParts(price, steps[at] ?? amount(0), after, total));
      expect(sum(inSteps.map((part) => part.amount)).toFixed()).toBe(costBetween(price, amount(0), total).toFixed());
      expect(sum(inSteps.map((part) => part.quantity)).toFixed()).toBe(total.toFixed());
    }),
  );
});

test('usage costs no less the more there is of it, where the model is such', () => {
  fc.assert(
    fc.property(prices, counts, counts, (price, a, b) => {
      fc.pre(price.model !== 'volume' && price.model !== 'stairStep');
      const [less, more] = [a, b].sort((x, y) => x.comparedTo(y)) as [typeof a, typeof b];
      expect(costBetween(price, amount(0), more).greaterThanOrEqualTo(costBetween(price, amount(0), less))).toBe(true);
    }),
  );
});

test('each counter runs for itself, in the order it is used', () => {
  const charge = chargeAt(VOLUME);
  const used = (counter: string, much: number) => ({ charge, counter, quantity: inBase(amount(much)) });
  const counted = countedParts([used('a', 6), used('b', 3), used('a', 6)], true);
  const told = counted.map(({ of, parts }) =>
    parts.map(
      (part) => `${of.counter} tier ${part.tier} ${tierAmount(charge, part.tier, part.quantity, part.entered)}`,
    ),
  );
  expect(told).toEqual([['a tier 2 30'], ['b tier 1 32'], ['a tier 2 33']]);
});
