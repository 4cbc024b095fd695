import fc from 'fast-check';
import { expect, test } from 'vitest';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import { BERLIN, catalogWith, factsOf, planOf, SELLER } from '../../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from '../memory-world.ts';
import { billedInAll } from './billed.ts';

const catalogAt = (price: string) =>
  catalogWith(
    planOf(
      'a',
      `[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.10 }, { kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: ${price} }]`,
    ),
  );
const FIRST = catalogAt('0.50');
const MONTHS = ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05', '2026-06'] as const;
const nextOf = (month: number) => `2026-0${month + 2}-03`;

/** One thing that becomes known of a month, in a world in which nothing else does: what is not looked at for its sake is not looked at at all. */
type News = (world: MemoryWorld, month: number) => Promise<unknown>;
const useIn = (month: number, bytes: number) => [{ at: `2026-0${month + 1}-20T10:00:00Z`, bytes }];
const fileOf = (month: number) => `usage-${MONTHS[month]}`;
const NEWS: Readonly<Record<string, News>> = {
  'a late file': (world, month) => world.load('late', 's', useIn(month, 7_000_000)),
  'a file backed out': (world, month) => world.backOut(fileOf(month), [MONTHS[month]!]),
  'a file read anew': (world, month) => world.load(fileOf(month), 's', useIn(month, 11_000_000), 2),
  'a backdated change': (world, month) => {
    const turn = { at: `2026-0${month + 1}-21`, state: 'suspended' } as const;
    return world.record(factsOf('s', [turn], BERLIN).map(({ fact }) => fact));
  },
  'a corrected price': (world) => releaseCatalog(world.ports, catalogAt('0.70'), 'test'),
};

/** Bills six months, each when it has ended or all with the last, while one thing becomes known before the run of a month by its place. */
async function billed(news: News, of: number, knownBefore: number, isAtOnce: boolean): Promise<Record<string, string>> {
  const world = await memoryWorld(FIRST, { backBillingMonths: 36 });
  const turns = [
    { at: '2020-01-01', has: 'imsi#s' },
    { at: '2026-01-12', state: 'active', plan: 'a' },
  ] as const;
  await world.record([accountFact('p'), ...factsOf('s', turns, BERLIN).map(({ fact }) => fact)]);
  for (const [month] of MONTHS.entries()) {
    await world.load(fileOf(month), 's', useIn(month, 5_000_000));
    if (month === knownBefore) await news(world, of);
    world.setClock(nextOf(month));
    if (!isAtOnce || month === MONTHS.length - 1) await world.bill(MONTHS[month]!);
  }
  return billedInAll(world, SELLER, 'p');
}

test.each(Object.entries(NEWS))(
  '%s, and nothing else: the run after it looks at its month, however many were posted since',
  async (_, news) => {
    const months = fc.tuple(fc.nat(MONTHS.length - 2), fc.integer({ min: 1, max: 4 }));
    await fc.assert(
      fc.asyncProperty(months, async ([of, late]) => {
        const knownBefore = Math.min(of + late, MONTHS.length - 1);
        const atOnce = await billed(news, of, MONTHS.length - 1, true);
        expect(await billed(news, of, knownBefore, false)).toEqual(atOnce);
        expect(atOnce).not.toEqual(await billed(async () => undefined, 0, 0, true));
      }),
      { numRuns: 6, seed: 5 },
    );
  },
);
