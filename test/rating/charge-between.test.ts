import { describe, expect, test } from 'vitest';
import type { GraduatedPrice, UnitPrice } from '#shared/catalog/catalog.ts';
import { amount } from '#shared/money/amount.ts';
import { chargeBetween, priceParts } from '#shared/rating/charge-between.ts';

const TIERS: GraduatedPrice = {
  model: 'graduated',
  tiers: [
    { upTo: '10', amount: '10', flat: '2' },
    { upTo: '20', amount: '5', flat: '3' },
    { upTo: '', amount: '5', flat: '3' },
  ],
};
const UNIT: UnitPrice = { model: 'unit', amount: '0.02' };

describe('graduated: 0–10 at 10 + 2, to 20 at 5 + 3, beyond at 5 + 3', () => {
  test.each([
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
  ])('from %s to %s costs %s', (before, after, cost) => {
    expect(chargeBetween(TIERS, amount(before), amount(after)).toFixed()).toBe(cost);
  });

  test('says how it got there', () => {
    const parts = priceParts(TIERS, amount(4), amount(21));
    const text = (part: (typeof parts)[number]) =>
      `tier ${part.tier}: (${part.from}, ${part.to}] ${part.quantity} × ${part.amountPerUnit} + ${part.flat} = ${part.amount}`;
    expect(parts.map(text)).toEqual([
      'tier 1: (4, 10] 6 × 10 + 0 = 60',
      'tier 2: (10, 20] 10 × 5 + 3 = 53',
      'tier 3: (20, 21] 1 × 5 + 3 = 8',
    ]);
  });
});

describe('unit', () => {
  test.each([
    ['0', '66.666667', '1.33333334'],
    ['100', '100', '0'],
    ['0.1', '0.3', '0.004'],
  ])('from %s to %s costs %s', (before, after, cost) => {
    expect(chargeBetween(UNIT, amount(before), amount(after)).toFixed()).toBe(cost);
  });

  test('says how it got there', () => {
    expect(priceParts(UNIT, amount(2), amount(5))).toEqual([
      {
        tier: 0,
        from: amount(2),
        to: amount(5),
        quantity: amount(3),
        amountPerUnit: amount('0.02'),
        flat: amount(0),
        amount: amount('0.06'),
      },
    ]);
  });
});

test('a count cannot go back or begin below zero', () => {
  expect(() => chargeBetween(UNIT, amount(2), amount(1))).toThrow('cannot go back');
  expect(() => chargeBetween(TIERS, amount(-1), amount(1))).toThrow('below zero');
});
