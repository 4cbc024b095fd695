import { expect, test } from 'vitest';
import { catalogProblemText } from '#shared/catalog/catalog-problem.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { SAMPLE } from './sample.ts';

function read(products: string) {
  const result = readCatalog([
    { path: 'a.yaml', text: SAMPLE },
    { path: 'b.yaml', text: products },
  ]);
  return 'problems' in result ? result.problems.map(catalogProblemText) : result.catalog.products;
}

test('products stand by their ids, goods unless they are said to be something else', () => {
  expect(
    read(`products:
  - { id: visit, name: Installation on site, taxCategory: service }
  - { id: tracker, name: GPS tracker, prices: [{ currency: EUR, amount: 89.00 }, { currency: JPY, amount: 14000 }] }
`),
  ).toEqual([
    {
      ...{ id: 'tracker', name: 'GPS tracker', taxCategory: 'goods' },
      prices: [
        { currency: 'EUR', amount: '89' },
        { currency: 'JPY', amount: '14000' },
      ],
    },
    { id: 'visit', name: 'Installation on site', taxCategory: 'service', prices: [] },
  ]);
});

test('a catalogue without products is the one it was before there were any', () => {
  expect(read('products: []\n')).toBeUndefined();
});

test.each([
  ['{ id: a, name: A, prices: [{ currency: EUR, amount: 1 }, { currency: EUR, amount: 2 }] }', 'one price a currency'],
  ['{ id: a, name: A }\n  - { id: a, name: B }', 'each id once'],
  ['{ id: a, name: A, prices: [{ currency: EUR, amount: -1 }] }', 'a number of 0 or more'],
  ['{ id: a, name: A, prices: { EUR: 89.00 } }', 'expected a list. Write [{ currency: …, amount: … }].'],
  ['{ id: a, name: A, taxCategory: food }', 'goods'],
  ['{ id: a }', 'products[0].name'],
])('%s is refused', (product, problem) => {
  expect(read(`products:\n  - ${product}\n`)).toEqual([expect.stringContaining(problem)]);
});
