import { expect, test } from 'vitest';
import { catalogWith, planOf } from '../rating/fleet.ts';
import { tierOf } from '../rating/price-in-steps.ts';

test.each<[string, object]>([
  ['0.05', { model: 'unit', amount: '0.05' }],
  ['{ amount: 0.05 }', { model: 'unit', amount: '0.05' }],
  ['{ model: flat, amount: 7.50 }', { model: 'flat', amount: '7.5' }],
  ['{ model: package, size: 100, amount: 3 }', { model: 'package', size: '100000000', free: '0', amount: '3' }],
  [
    '{ model: package, size: 1 GiB, free: 512 kB, amount: 3 }',
    { model: 'package', size: '1073741824', free: '512000', amount: '3' },
  ],
  [
    '{ tiers: [{ upTo: 10, price: 1, flat: 2 }, { price: 0.5 }] }',
    {
      model: 'graduated',
      tiers: [tierOf('10', '1', '2'), tierOf('', '0.5', '0')],
    },
  ],
  [
    '{ model: volume, tiers: [{ upTo: 1 GB, price: 1 }, { price: 0.5 }] }',
    {
      model: 'volume',
      tiers: [tierOf('1000', '1', '0'), tierOf('', '0.5', '0')],
    },
  ],
  [
    '{ model: stairStep, tiers: [{ upTo: 10, amount: 5 }, { amount: 20 }] }',
    {
      model: 'stairStep',
      tiers: [tierOf('10', '0', '5'), tierOf('', '0', '20')],
    },
  ],
])('%s', (price, expected) => {
  const charge = `{ kind: usage, id: data, name: Data, measure: bytes, unit: MB, price: ${price} }`;
  expect(catalogWith(planOf('a', `[${charge}]`)).plans[0]?.versions[0]?.charges[0]).toMatchObject({ price: expected });
});
