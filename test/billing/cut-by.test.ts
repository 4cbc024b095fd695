import { expect, test } from 'vitest';
import { cutBy } from '#shared/billing/cut-by.ts';

test.each<[string, number[], number[][]]>([
  ['nothing', [], []],
  ['three at most', [1, 1, 1, 1], [[1, 1, 1], [1]]],
  ['ten in all at most, reached exactly', [4, 6, 1], [[4, 6], [1]]],
  ['whichever is reached first', [5, 5, 1, 1, 1, 7], [[5, 5], [1, 1, 1], [7]]],
  ['what is more than a part by itself is one of its own, wherever it stands', [20, 1, 30, 2], [[20], [1], [30], [2]]],
  ['what takes nothing finds room beside it no more than others', [20, 0], [[20], [0]]],
])('parts of a list: %s', (_, items, parts) => {
  const limits = [
    [3, () => 1],
    [10, (item: number) => item],
  ] as const;
  expect(cutBy(items, limits)).toEqual(parts);
});
