import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Draft } from '#shared/billing/draft.ts';
import { type DraftSummary, runKeys } from '#shared/billing/run.ts';
import { discardRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import { amount } from '#shared/money/amount.ts';
import { AGREED_CATALOG, arbitraryFleet, CATALOG } from '../rating/arbitrary-fleet.ts';
import { BERLIN, factsOf } from '../rating/fleet.ts';
import type { Sim } from './chain.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

/** Each story is billed twice, by all use cases of a run. */
const TIME_LIMIT_MS = 240_000;

const RUNS = [
  ['2026-02', '2026-03-02'],
  ['2026-03', '2026-04-02'],
  ['2026-04', '2026-05-02'],
] as const;

/** When each thing becomes known: before which of the three runs, and what becomes of the first two. */
const arbitraryHistory = fc.record({
  catalog: fc.constantFrom(CATALOG, AGREED_CATALOG),
  sims: arbitraryFleet,
  slots: fc.infiniteStream(fc.nat(2)),
  first: fc.constantFrom('post', 'discard', 'skip'),
  second: fc.constantFrom('post', 'discard', 'skip'),
});

interface Known {
  readonly slot: number;
  tell(world: MemoryWorld): Promise<unknown>;
}

/** Facts, files and back-outs, each with the slot in which it becomes known; a file is backed out after it came. */
function knownThings(sims: readonly Sim[], slots: Iterator<number>): Known[] {
  const slot = () => slots.next().value as number;
  return sims.flatMap(({ id, turns, uses = [] }) => {
    const [birth, ...later] = turns;
    const facts = (turn: Sim['turns']) => factsOf(id, turn, BERLIN).map(({ fact }) => fact);
    const born = {
      slot: 0,
      tell: (world: MemoryWorld) => world.record(facts([{ at: '2020-01-01', has: `imsi#${id}` }, birth!])),
    };
    const turned = later.map((turn) => ({ slot: slot(), tell: (world: MemoryWorld) => world.record(facts([turn])) }));
    const halves = [uses.slice(0, uses.length / 2), uses.slice(uses.length / 2)];
    const files = halves.flatMap((part, half): Known[] => {
      if (part.length === 0) return [];
      const name = `${id}-${half}`;
      const [came, wrong] = [slot(), slot() === 0];
      let months: string[] = [];
      const load = { slot: came, tell: async (world: MemoryWorld) => void (months = await world.load(name, id, part)) };
      return wrong ? [load, { slot: Math.min(came + 1, 2), tell: (world) => world.backOut(name, months) }] : [load];
    });
    return [born, ...turned, ...files];
  });
}

/** Net billed by all posted runs, by line; amounts a document does not carry are zero. */
async function billed({ ports }: MemoryWorld, runs: readonly string[]): Promise<Record<string, string>> {
  const totals = new Map<string, ReturnType<typeof amount>>();
  for (const run of runs) {
    for (const { value } of await ports.decisions.query<DraftSummary>(runKeys.run(run), withPrefix('draft#'))) {
      const draft = (await readContent(ports.objects, value.draft)) as Draft;
      for (const { line, net } of draft.documents.flatMap((document) => document.lines))
        totals.set(line.id, (totals.get(line.id) ?? amount(0)).plus(net));
    }
  }
  return Object.fromEntries(
    [...totals]
      .filter(([, net]) => !net.isZero())
      .map(([id, net]) => [id, net.toFixed(2)])
      .sort(),
  );
}

async function opening(catalog: Catalog): Promise<MemoryWorld> {
  const world = await memoryWorld(catalog);
  await world.record([accountFact('p'), accountFact('q')]);
  return world;
}

test(
  'runs, discards and late facts in any interleaving bill in all what one run at the end does (pricing rules §10)',
  async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryHistory, async ({ catalog, sims, slots, first, second }) => {
        const things = knownThings(sims, slots[Symbol.iterator]());
        const [inParts, atOnce] = [await opening(catalog), await opening(catalog)];
        const posted: string[] = [];
        for (const [slot, [month, now]] of RUNS.entries()) {
          for (const thing of things.filter((each) => each.slot === slot)) await thing.tell(inParts);
          inParts.setClock(now);
          const fate = [first, second, 'post'][slot];
          if (fate === 'post') posted.push(await inParts.bill(month));
          if (fate !== 'discard') continue;
          const opened = await inParts.open(month);
          await inParts.work();
          if (opened.outcome === 'opened') await discardRun(inParts.ports, opened.run, 'x', 'wrong');
        }
        for (const slot of [0, 1, 2])
          for (const thing of things.filter((each) => each.slot === slot)) await thing.tell(atOnce);
        atOnce.setClock('2026-05-02');
        const once = [await atOnce.bill('2026-04')];
        expect(await billed(inParts, posted)).toEqual(await billed(atOnce, once));
      }),
      { numRuns: 80 },
    );
  },
  TIME_LIMIT_MS,
);
