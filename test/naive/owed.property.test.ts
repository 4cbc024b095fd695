import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ANY_STACKS, MIXED_STACKS } from './arbitrary-stacks.ts';
import { arbitraryWorlds } from './arbitrary-worlds.ts';
import { naivelyOwed } from './owed.ts';
import { reallyOwed } from './real.ts';
import { throwReadably, toldDifference, toldLines } from './told.ts';

/** Random catalogues, each with 4 to 16 worlds; NAIVE_RUNS=6000 for some 60,000 worlds. */
const RUNS = Number(process.env.NAIVE_RUNS ?? 400);
/** The same each time, so that a failure is about the change; NAIVE_SEED=7 plays others, and NAIVE_SEED=random new ones. */
const { NAIVE_SEED = '101' } = process.env;
const SEED = NAIVE_SEED === 'random' ? {} : { seed: Number(NAIVE_SEED) };
const TIME_LIMIT_MS = 60_000 + RUNS * 1_000;

test.each([
  ['what is owed is what the pricing rules say, worked out one record and one day at a time', ANY_STACKS, RUNS],
  ['likewise where individual allowances stand anywhere in stacks of pools (decision 61)', MIXED_STACKS, RUNS / 4],
])(
  '%s',
  (_, stacks, numRuns) => {
    let lines = 0;
    const worlds = fc.property(arbitraryWorlds(stacks), (several) => {
      for (const world of several) {
        const [naive, real] = [toldLines(naivelyOwed(world)), toldLines(reallyOwed(world))];
        if (naive.join('\n') !== real.join('\n')) throw new Error(toldDifference(world, naive, real));
        lines += real.length;
      }
    });
    fc.assert(worlds, { numRuns, reporter: throwReadably, ...SEED });
    expect(lines, 'lines that were compared').toBeGreaterThan(numRuns * 10);
  },
  TIME_LIMIT_MS,
);
