import { expect, test } from 'vitest';
import type { Draft } from '#shared/billing/draft.ts';
import { type DraftSummary, runKeys } from '#shared/billing/run.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import type { Fact } from '#shared/inventory/fact.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, SELLER } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

const MEGABYTE = 1_000_000;
const CHARGES =
  '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 31.00 }, { kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1.00 }]';

/** The operator, and a reseller of the same catalogue. */
function catalogOf(plans: string): Catalog {
  const catalog = catalogWith(plans);
  const [operator] = catalog.sellers;
  return { ...catalog, sellers: [operator!, { ...operator!, id: 'beta', name: 'Beta' }] };
}

const assigned = (at: string, seller: string, plan: string): Fact => ({
  kind: 'assignments',
  subscription: '1',
  seller,
  effectiveFrom: instantOf(at, BERLIN),
  assignments: plan === '' ? [] : [{ payer: 'p', plan, businessUnit: '' }],
});

async function billed(world: MemoryWorld, month: string, seller = SELLER): Promise<string[]> {
  const run = await world.bill(month, { seller });
  const summary = await world.ports.decisions.get<DraftSummary>(runKeys.draft(run, 'p'));
  const { documents } = (await readContent(world.ports.objects, summary!.draft)) as Draft;
  return documents.flatMap(({ lines }) =>
    lines.map(({ line, net, reason }) => {
      const { from, until } = line.period;
      return `${line.charge} ${from.slice(5)}..${until.slice(5)} ${net}${reason === '' ? '' : ` (${reason})`}`;
    }),
  );
}

const COVERED = {
  'of its own': [
    '{ id: own, name: Own, kind: individual, size: 100 MB, proration: whole, covers: [data], carryOver: 2 }',
    'covers: [data]',
  ],
  'of a pool': [
    '{ id: own, name: Own, kind: flexible, pool: own, size: 100 MB, proration: whole, covers: [data], carryOver: 2 }',
    'pool: own',
  ],
};
test.each(Object.entries(COVERED))('what is left %s stays with the seller it was sold by', async (_, [own, top]) => {
  const topUps = `[{ id: boost, name: Boost, size: 100 MB, price: 5.00, ${top}, days: 60 }]`;
  const plan = `  - { id: a, name: a, currency: EUR, zoneModel: zones, versions: [{ from: 2020-01-01, charges: ${CHARGES}, allowances: [${own}], topUps: ${topUps} }] }\n`;
  const world = await memoryWorld(catalogOf(plan));
  const life = factsOf(
    '1',
    [
      { at: '2020-01-01', has: 'imsi#1', payer: '' },
      { at: '2026-02-01', state: 'active', plan: 'a' },
      { at: '2026-02-20', topUp: 'boost:1' },
    ],
    BERLIN,
  );
  await world.record([
    accountFact('p', { effectiveFrom: instantOf('2026-01-01', BERLIN) }),
    accountFact('p', { effectiveFrom: instantOf('2026-03-10', BERLIN), seller: 'beta' }),
    ...life.map(({ fact }) => fact),
    assigned('2026-03-10', SELLER, ''),
    assigned('2026-03-10', 'beta', 'a'),
  ]);
  const used = (date: string, megabytes: number) => [{ at: `${date}T12:00:00Z`, bytes: megabytes * MEGABYTE }];
  await world.load('february', '1', used('2026-02-10', 40));
  await world.load('before', '1', used('2026-03-05', 150));
  await world.load('after', '1', used('2026-03-12', 130));
  world.setClock('2026-03-02');
  expect(await billed(world, '2026-02')).toEqual(['fee 02-01..03-01 31.00', 'top-up:boost 02-01..03-01 5.00']);
  world.setClock('2026-04-02');
  // The top-up's 100 and 50 of the 60 carried over from February cover 150; the new seller covers 100 of 130, and knows of nothing else.
  expect(await billed(world, '2026-03')).toEqual(['fee 03-01..03-10 9.00']);
  expect(await billed(world, '2026-03', 'beta')).toEqual(['fee 03-10..04-01 22.00', 'data 03-10..04-01 30.00']);
  // 10 carried over and the period's own 100 are left of the old seller's: 5 of 115 are over.
  await world.load('late', '1', used('2026-03-09', 115));
  await world.record([
    {
      kind: 'topUp',
      subscription: '1',
      seller: 'beta',
      effectiveFrom: instantOf('2026-03-11', BERLIN),
      topUp: 'boost',
      order: '2',
      has: true,
    },
  ]);
  world.setClock('2026-05-02');
  expect(await billed(world, '2026-04')).toEqual(['data 03-01..03-10 5.00 (late usage)']);
  expect(await billed(world, '2026-04', 'beta')).toEqual([
    'fee 04-01..05-01 31.00',
    'data 03-10..04-01 -30.00 (backdated change)',
    'top-up:boost 03-10..04-01 5.00 (backdated change)',
  ]);
});
