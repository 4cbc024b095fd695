import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runKeys } from '#shared/billing/run.ts';
import { draftOfRun } from '#shared/billing/use-cases/runs/chain.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { amount } from '#shared/money/amount.ts';
import { AGREED_CATALOG, arbitraryFleet, CATALOG } from '../../rating/arbitrary-fleet.ts';
import { BERLIN, factsOf } from '../../rating/fleet.ts';
import type { Sim } from '../chain.ts';
import { accountFact, type MemoryWorld, memoryWorld } from '../memory-world.ts';

const TIME_LIMIT_MS = 240_000;

const day = (month: string) => fc.integer({ min: 1, max: 28 }).map((of) => `${month}-${String(of).padStart(2, '0')}`);
/** A run of the account alone inside a month, with cut-offs apart or together; and those of the cycle's own run. */
const partly = (month: string) =>
  fc.record({
    alone: fc.option(fc.record({ usageCutOff: day(month), chargeCutOff: day(month) })),
    cycle: fc.option(fc.constantFrom({ usageCutOff: `${month}-28` }, { chargeCutOff: `${month}-28` })),
  });
const arbitraryMonths = fc.record({
  catalog: fc.constantFrom('plain', 'agreed'),
  sims: arbitraryFleet,
  parts: fc.tuple(partly('2026-02'), partly('2026-03'), partly('2026-04')),
});
const ENDS = [
  ['2026-02', '2026-03-02'],
  ['2026-03', '2026-04-02'],
  ['2026-04', '2026-05-02'],
] as const;

async function worldOf(catalog: Catalog, sims: readonly Sim[]): Promise<MemoryWorld> {
  const world = await memoryWorld(catalog);
  await world.record([accountFact('p'), accountFact('q')]);
  for (const { id, turns, uses = [] } of sims) {
    const facts = factsOf(id, [{ at: '2020-01-01', has: `imsi#${id}` }, ...turns], BERLIN);
    await world.record(facts.map(({ fact }) => fact));
    if (uses.length > 0) await world.load(id, id, uses);
  }
  return world;
}

/** Net by line of all runs, and every reason that stands on a line. */
async function billed(world: MemoryWorld, runs: readonly string[]) {
  const totals = new Map<string, ReturnType<typeof amount>>();
  const reasons = new Set<string>();
  for (const run of runs) {
    for (const { sort } of await world.ports.decisions.query(runKeys.run(run), withPrefix('draft#'))) {
      const draft = await draftOfRun(world.ports, run, sort.slice('draft#'.length));
      for (const { line, net, reason } of draft.documents.flatMap((document) => document.lines)) {
        totals.set(line.id, (totals.get(line.id) ?? amount(0)).plus(net));
        reasons.add(reason);
      }
    }
  }
  const nets = [...totals].filter(([, net]) => !net.isZero()).map(([id, net]) => [id, net.toFixed(2)] as const);
  return { nets: Object.fromEntries(nets.sort(([a], [b]) => (a < b ? -1 : 1))), reasons: [...reasons].sort() };
}

test(
  'wherever usage and charges are cut off, all runs bill what one at the end does, and nothing moves without a fact',
  async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryMonths, async ({ catalog, sims, parts }) => {
        const its = catalog === 'plain' ? CATALOG : AGREED_CATALOG;
        const [inParts, atOnce] = [await worldOf(its, sims), await worldOf(its, sims)];
        const posted: string[] = [];
        for (const [place, [month, now]] of ENDS.entries()) {
          const { alone, cycle } = parts[place]!;
          if (alone !== null) {
            inParts.setClock(`${month}-28T12:00:00+01:00`);
            const opened = await inParts.open(month, { cycle: 0, account: 'p', terms: alone });
            if (opened.outcome === 'opened') posted.push(await inParts.finish(opened));
            else expect(opened.reason).toContain('never goes back');
          }
          inParts.setClock(now);
          posted.push(await inParts.bill(month, cycle === null || place === 2 ? {} : { terms: cycle }));
        }
        atOnce.setClock('2026-05-02');
        const [told, wanted] = [await billed(inParts, posted), await billed(atOnce, [await atOnce.bill('2026-04')])];
        expect(told.nets).toEqual(wanted.nets);
        expect(told.reasons).not.toContain('computation changed');
        expect(told.reasons).not.toContain('late usage');
      }),
      { numRuns: 25 },
    );
  },
  TIME_LIMIT_MS,
);
