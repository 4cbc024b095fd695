import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryWorlds } from './arbitrary-worlds.ts';
import { naivelyOwed } from './owed.ts';
import { reallyOwed } from './real.ts';
import type { NaiveLine, World } from './world.ts';

const RUNS = Number(process.env.NAIVE_RUNS ?? 100);
const text = (l: NaiveLine) => `${l.period} ${l.businessUnit}|${l.plan}|${l.version}|${l.charge}|${l.zone}|${l.tier}: ${l.quantity} = ${l.amount}`;
const told = (lines: NaiveLine[]) => lines.filter((l) => l.quantity !== '0' || Number(l.amount) !== 0).map(text).sort();

test('x', () => {
  let worlds = 0, lines = 0, naive = 0, real = 0;
  fc.assert(
    fc.property(arbitraryWorlds, (all: World[]) => {
      for (const world of all) {
        worlds++;
        const a = performance.now();
        const n = told(naivelyOwed(world));
        const b = performance.now();
        const r = told(reallyOwed(world));
        naive += b - a; real += performance.now() - b;
        lines += n.length;
        expect(n).toEqual(r);
      }
    }),
    { numRuns: RUNS, reporter: (d) => { if (d.failed) { const w = d.counterexample![0] as World[]; console.log(d.seed, JSON.stringify(w, undefined, 0), String(d.errorInstance)); throw new Error('different'); } } },
  );
  console.log({ worlds, lines, naive, real });
});
