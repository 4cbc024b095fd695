import { expect, test } from 'vitest';
import type { Manifest } from '#shared/mediation/usage-file.ts';
import { inEntries } from '#shared/mediation/use-cases/commit-files.ts';

const fileOf = (chunks: number) =>
  ({ file: `${chunks}`, chunks: Array.from({ length: chunks }) }) as unknown as Manifest;

test.each<[string, number[], number[][]]>([
  ['none', [], []],
  ['what fits', [1, 9_000, 999], [[1, 9_000, 999]]],
  ['one more', [1, 9_000, 999, 1], [[1, 9_000, 999], [1]]],
  ['what does not fit any more', [9_000, 1_001, 5], [[9_000], [1_001, 5]]],
  ['a file that fills more than one by itself', [5, 12_000, 5], [[5], [12_000], [5]]],
])('%s: entries of %j', (_, files, entries) => {
  expect(inEntries(files.map(fileOf)).map((some) => some.map((manifest) => manifest.chunks.length))).toEqual(entries);
});
