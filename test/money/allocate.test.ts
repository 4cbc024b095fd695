import { describe, expect, test } from 'vitest';
import { allocate, compareIds } from '#shared/money/allocate.ts';
import { amount } from '#shared/money/amount.ts';

function shared(whole: string, weights: Record<string, string>, step: string): Record<string, string> {
  const shares = Object.entries(weights).map(([id, weight]) => ({ id, weight: amount(weight) }));
  return Object.fromEntries(
    [...allocate(amount(whole), shares, amount(step))].map(([id, part]) => [id, part.toFixed()]),
  );
}

test.each<[string, string, Record<string, string>, string, Record<string, string>]>([
  ['the pool of the pricing rules', '20.00', { a: '500', b: '2500' }, '0.01', { a: '3.33', b: '16.67' }],
  [
    'equal weights: ties to the smaller id',
    '1.00',
    { c: '1', b: '1', a: '1' },
    '0.01',
    { a: '0.34', b: '0.33', c: '0.33' },
  ],
  [
    'two steps over: to the two largest remainders',
    '100',
    { a: '1', b: '1', c: '4' },
    '1',
    { a: '17', b: '17', c: '66' },
  ],
  ['a negative whole', '-1.00', { a: '1', b: '1', c: '1' }, '0.01', { a: '-0.34', b: '-0.33', c: '-0.33' }],
  ['a weight of nothing', '-1.00', { a: '0', b: '1' }, '0.01', { a: '0', b: '-1' }],
  ['no weight at all', '5', { b: '0', a: '0' }, '1', { a: '5', b: '0' }],
  ['nothing to share', '0', { a: '1', b: '2' }, '0.01', { a: '0', b: '0' }],
  ['yen', '100', { a: '1', b: '2' }, '1', { a: '33', b: '67' }],
  ['the largest remainder comes first', '100', { a: '2', b: '1' }, '1', { a: '67', b: '33' }],
  ['dinar', '1.000', { a: '1', b: '2' }, '0.001', { a: '0.333', b: '0.667' }],
  ['fractions as weights', '10', { a: '0.1', b: '0.2' }, '1', { a: '3', b: '7' }],
  ['a discount over lines', '1.00', { a: '3.33', b: '3.33', c: '3.34' }, '0.01', { a: '0.33', b: '0.33', c: '0.34' }],
])('%s', (_name, whole, weights, step, parts) => {
  expect(shared(whole, weights, step)).toEqual(parts);
});

test('a part of nothing has no sign', () => {
  const parts = allocate(
    amount('-1'),
    [
      { id: 'a', weight: 0n },
      { id: 'b', weight: 1n },
    ],
    amount('0.01'),
  );
  expect(JSON.stringify([...parts.values()])).toBe('["0","-1"]');
});

test('weights of both forms are of one scale', () => {
  const shares = [
    { id: 'a', weight: amount('0.25') },
    { id: 'b', weight: 3n },
  ];
  expect([...allocate(amount('13'), shares, amount('1'))].map(String)).toEqual(['a,1', 'b,12']);
});

test.each([
  ['a', 'b', -1],
  ['b', 'a', 1],
  ['a', 'a', 0],
  ['Z', 'a', -1],
  ['a', 'ä', -1],
])('%s beside %s: %i', (a, b, order) => {
  expect(compareIds(a, b)).toBe(order);
});

describe('refused', () => {
  test.each<[string, { id: string; weight: bigint }[], string]>([
    ['nobody', [], 'among nobody'],
    [
      'one id twice',
      [
        { id: 'a', weight: 1n },
        { id: 'a', weight: 2n },
      ],
      'distinct ids',
    ],
    ['a negative weight', [{ id: 'a', weight: -1n }], 'weight of a is negative'],
  ])('%s', (_name, shares, says) => {
    expect(() => allocate(amount('1.00'), shares, amount('0.01'))).toThrow(says);
  });

  test('a whole that is no multiple of the step', () => {
    expect(() => allocate(amount('1.005'), [{ id: 'a', weight: 1n }], amount('0.01'))).toThrow('not a multiple');
  });
});
