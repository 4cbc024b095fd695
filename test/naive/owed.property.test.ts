import fc from 'fast-check';
import { test } from 'vitest';
import { arbitraryWorlds } from './arbitrary-worlds.ts';
import { naivelyOwed } from './owed.ts';
import { reallyOwed } from './real.ts';
import { toldDifference, toldLines } from './told.ts';

/** How many catalogues, each with about four worlds: some thousands of worlds in all. NAIVE_RUNS=15000 for more. */
const RUNS = Number(process.env.NAIVE_RUNS ?? 600);
const SEED = process.env.NAIVE_SEED === undefined ? {} : { seed: Number(process.env.NAIVE_SEED) };

test('what is owed is what a naive reading of the pricing rules says, line by line', () => {
  let [worlds, lines, empty] = [0, 0, 0];
  fc.assert(
    fc.property(arbitraryWorlds, (several) => {
      for (const world of several) {
        const [naive, real] = [toldLines(naivelyOwed(world)), toldLines(reallyOwed(world))];
        worlds++; lines += naive.length; if (naive.length === 0) empty++;
        if (naive.join('\n') !== real.join('\n')) throw new Error(toldDifference(world, naive, real));
      }
    }),
    { numRuns: RUNS, ...SEED, reporter: (d) => { if (d.failed) throw new Error(`seed ${d.seed} after ${d.numRuns} (${d.numShrinks})\n${(d.errorInstance as Error).message}`); } },
  );
  console.log({ worlds, lines, empty });
}, 3_600_000);
