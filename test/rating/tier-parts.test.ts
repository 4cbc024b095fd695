import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { UsageCharge } from '#shared/catalog/catalog.ts';
import type { Tier, UsagePrice } from '#shared/catalog/price.ts';
import { amount, sum } from '#shared/money/amount.ts';
import {
  countedParts,
  NOT_OVER,
  NOTHING_FREE,
  pricedCount,
  tierAmount,
  tierParts,
  tierPrice,
} from '#shared/rating/tier-parts.ts';
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
      'package: 100 for 3 after 250 that are free',
      { ...PACKAGE, free: '250000000000' },
      [
        ['0', '100', '0'],
        ['0', '250.000000001', '3'],
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

  test('nothing is entered for a unit price, at the beginning neither', () => {
    expect(tierParts(chargeAt(UNIT), 0n, 5n, 5n)).toEqual([{ tier: 0, quantity: 5n, entered: 0 }]);
  });

  test('where tiers count anew in each record, what lies in a tier is raised to its increment, otherwise not', () => {
    const inMinutes = (upTo: string, first: string, next: string) => ({
      ...tierOf(upTo, '1', '0'),
      increment: { first, next },
    });
    const charge = {
      price: { model: 'graduated', tiers: [inMinutes('1', '40', '20'), inMinutes('', '30', '6')] },
      unit: 'minute',
      usageDiscount: NOTHING_FREE,
    } as const;
    const seconds = (count: 'record' | 'subscription') =>
      tierParts({ ...charge, count }, 0n, 92n, 92n).map(({ quantity }) => quantity);
    expect([seconds('record'), seconds('subscription')]).toEqual([
      [60n, 36n],
      [60n, 32n],
    ]);
  });

  test('a percentage is no price of a count', () => {
    const charge = chargeAt({ model: 'percentage', percent: '5' });
    expect(() => tierParts(charge, 0n, 5n, 5n)).toThrow('a percentage is taken of amounts: they are not counted');
    expect(tierPrice(charge, 0)).toEqual({ price: '0.05', flat: '0' });
  });

  test('a tier the price has not is refused by name', () => {
    expect(() => tierPrice(chargeAt(GRADUATED), 4)).toThrow('charge usage has no tier 4');
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

describe('what of a count is priced, less its usage discount (pricing rules §6)', () => {
  test.each([
    ['0', '0', 7n, 7n],
    ['0', '10', 6n, 0n],
    ['0', '10', 10n, 0n],
    ['0', '10', 12n, 2n],
    ['25', '0', 7n, 6n],
    ['25', '0', 8n, 6n],
    ['25', '2', 8n, 4n],
    ['100', '0', 8n, 0n],
  ])('less %s percent and %s: of %s are %s', (percent, quantity, count, priced) => {
    expect(pricedCount({ ...chargeAt(UNIT), usageDiscount: { percent, quantity } }, count)).toBe(priced);
  });
});

describe('usage that is counted, in its order', () => {
  const less = (quantity: string): UsageCharge => ({
    ...chargeAt(VOLUME),
    usageDiscount: { percent: '0', quantity: `${quantity}000000000` },
  });
  const later: UsagePrice = { model: 'graduated', tiers: [tierOf('20', '10', '2'), tierOf('', '5', '3')] };

  test.each<[string, [UsageCharge, string, number][], boolean, string[]]>([
    [
      'each counter runs for itself',
      [
        [chargeAt(VOLUME), 'a', 6],
        [chargeAt(VOLUME), 'b', 3],
        [chargeAt(VOLUME), 'a', 6],
      ],
      true,
      ['a: 6 in 2 = 30', 'b: 3 in 1 = 32', 'a: 6 in 2 = 33'],
    ],
    [
      'graduated, a stretch goes on where the one before ended',
      [
        [chargeAt(GRADUATED), 'a', 6],
        [chargeAt(GRADUATED), 'a', 6],
        [chargeAt(GRADUATED), 'b', 6],
      ],
      false,
      ['a: 6 in 1 = 62', 'a: 4 in 1 = 40, 2 in 2 = 13', 'b: 6 in 1 = 62'],
    ],
    [
      'what the total decides is not owed before the period is over',
      [
        [chargeAt(VOLUME), 'a', 6],
        [chargeAt(STAIRS), 'b', 6],
        [chargeAt(UNIT), 'c', 6],
      ],
      false,
      ['a: ', 'b: ', 'c: 6 in 0 = 0.12'],
    ],
    [
      'but a record that is counted by itself is over at once',
      [[{ ...chargeAt(VOLUME), count: 'record' }, 'a', 6]],
      false,
      ['a: 6 in 1 = 62'],
    ],
    [
      'stairs are climbed once, by the last of them',
      [
        [chargeAt(STAIRS), 'a', 6],
        [chargeAt(STAIRS), 'a', 6],
      ],
      true,
      ['a: 6 in 2 = 0', 'a: 6 in 2 = 3'],
    ],
    [
      'where another price follows, the last that the total decides has the fee',
      [
        [chargeAt(VOLUME), 'a', 6],
        [chargeAt(UNIT), 'a', 6],
      ],
      true,
      ['a: 6 in 2 = 33', 'a: 6 in 0 = 0.12'],
    ],
    [
      'stairs likewise',
      [
        [chargeAt(STAIRS), 'a', 6],
        [chargeAt(UNIT), 'a', 6],
      ],
      true,
      ['a: 6 in 2 = 3', 'a: 6 in 0 = 0.12'],
    ],
    [
      'use of nothing has no fee: the last before it has',
      [
        [chargeAt(VOLUME), 'a', 6],
        [chargeAt(VOLUME), 'a', 0],
      ],
      true,
      ['a: 6 in 1 = 62', 'a: '],
    ],
    [
      'a usage discount is had once in a count',
      [
        [less('10'), 'a', 6],
        [less('10'), 'a', 6],
        [less('10'), 'a', 6],
      ],
      true,
      ['a: ', 'a: 2 in 1 = 20', 'a: 6 in 1 = 62'],
    ],
    [
      'a tier is entered once, also where the next price has it from elsewhere',
      [
        [chargeAt(GRADUATED), 'a', 15],
        [chargeAt(later), 'a', 10],
      ],
      true,
      ['a: 10 in 1 = 102, 5 in 2 = 28', 'a: 5 in 1 = 50, 5 in 2 = 25'],
    ],
    [
      'a price that begins within a count has its fees, and its flat amount, from there',
      [
        [chargeAt(UNIT), 'a', 5],
        [chargeAt(GRADUATED), 'a', 1],
        [chargeAt(FLAT), 'a', 1],
        [chargeAt(FLAT), 'a', 1],
      ],
      true,
      ['a: 5 in 0 = 0.1', 'a: 1 in 1 = 12', 'a: 1 in 0 = 7.5', 'a: 1 in 0 = 0'],
    ],
    [
      'packages are paid as often as they are begun',
      [
        [chargeAt(PACKAGE), 'a', 121],
        [chargeAt(PACKAGE), 'a', 1],
      ],
      true,
      ['a: 121 in 0 = 6', 'a: 1 in 0 = 0'],
    ],
  ])('%s', (_, uses, isOver, expected) => {
    const counted = uses.map(([charge, counter, much]) => ({ charge, counter, quantity: inBase(amount(much)) }));
    const told = countedParts(counted, isOver).map(({ of, parts }) => {
      const its = parts.map(({ tier, quantity, entered }) => {
        const cost = tierAmount(of.charge, tier, quantity, entered);
        return `${amount(quantity).div(1e9)} in ${tier} = ${cost}`;
      });
      return `${of.counter}: ${its.join(', ')}`;
    });
    expect(told).toEqual(expected);
  });
});
