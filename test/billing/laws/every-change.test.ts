import { describe, expect, test } from 'vitest';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import { instantOf, localDateOf } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, SELLER, type Turn, type Use } from '../../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from '../memory-world.ts';
import { billedInAll, netInAll } from './billed.ts';

/** What a plan costs from a date on: its fee, its size of the pool. */
interface Terms {
  readonly from: string;
  readonly until: string;
  readonly fee: string;
  readonly size: string;
}

const version = ({ from, until, fee, size }: Terms) =>
  `{ from: ${from}${until === '' ? '' : `, until: ${until}`}, charges: [
  { kind: recurring, id: fee, name: Fee, price: ${fee} },
  { kind: recurring, id: rent, name: Rent, due: arrears, price: 6.20, properties: { tier: gold } },
  { kind: recurring, id: rest, name: Rest, due: arrears, states: suspended, price: 3.10 },
  { kind: oneTime, id: begin, name: Begin, at: activation, price: 9 },
  { kind: usage, id: near, name: Near, match: { services: data, zones: [de, eu] }, measure: bytes, unit: MB, price: 0.10 },
  { kind: usage, id: far, name: Far, match: { services: data }, measure: bytes, unit: MB, count: pool, price: { tiers: [{ upTo: 5, price: 0.30 }, { price: 0.20, flat: 0.11 }] } }
], allowances: [{ id: pool, name: Pool, kind: flexible, pool: shared, size: ${size}, covers: [near, far] }] }`.replaceAll(
    '\n',
    ' ',
  );
const FIRST = { from: '2020-01-01', until: '', fee: '31.00', size: '10 MB' };
const catalogOf = (...terms: readonly Terms[]): Catalog =>
  catalogWith(
    `  - { id: a, name: A, currency: EUR, zoneModel: zones, versions: [${terms.map(version).join(', ')}] }
  - { id: b, name: B, currency: EUR, zoneModel: zones, versions: [${version({ ...FIRST, fee: '15.50', size: '3 MB' })}] }\n`,
  );
const CATALOG = catalogOf(FIRST);

const MONTHS = ['2028-01', '2028-02', '2028-03', '2028-04'];
const USES: readonly Use[] = MONTHS.flatMap((month) =>
  ['01T00:30:00Z', '14T10:30:00Z', '26T01:45:00Z', '28T23:15:00Z'].flatMap((at): Use[] => [
    { at: `${month}-${at}`, network: 'DEU01', bytes: 4_000_000 },
    { at: `${month}-${at}`, network: 'USA03', bytes: 3_000_000 },
  ]),
);

type Change = (world: MemoryWorld, at: string) => Promise<unknown>;
const turned =
  (...turns: readonly Omit<Turn, 'at'>[]): Change =>
  (world, at) =>
    world.record(turns.flatMap((turn) => factsOf('s1', [{ at, ...turn }], BERLIN).map(({ fact }) => fact)));
const released =
  (catalog: (day: string) => Catalog): Change =>
  (world, at) =>
    releaseCatalog(world.ports, catalog(localDateOf(instantOf(at, BERLIN), BERLIN)), 'test');
const changedTerms = (more: Partial<Terms>) =>
  released((from) => catalogOf({ ...FIRST, until: from }, { ...FIRST, from, ...more }));

const CHANGES: readonly [string, Change][] = [
  [
    'an activation',
    (world, at) => world.record(factsOf('s2', [{ at, state: 'active', plan: 'a' }], BERLIN).map(({ fact }) => fact)),
  ],
  ['a suspension', turned({ state: 'suspended' })],
  ['a termination', turned({ state: 'terminated' })],
  ['a plan', turned({ plan: 'b' })],
  ['a price', changedTerms({ fee: '46.50' })],
  ['an account', turned({ plan: 'a', payer: 'q' })],
  ['a business unit', turned({ plan: 'a', unit: 'south' })],
  [
    'a zone',
    released(() => ({
      ...CATALOG,
      zoneModels: CATALOG.zoneModels.map((model) => ({
        ...model,
        zones: model.zones.map((zone) =>
          zone.id === 'eu'
            ? { ...zone, networks: [...zone.networks, 'USA'] }
            : zone.id === 'world'
              ? { ...zone, networks: [] }
              : zone,
        ),
      })),
    })),
  ],
  ['a contribution', changedTerms({ size: '40 MB' })],
  ['a property', turned({ property: ['tier', 'gold'] })],
];

const MOMENTS = [
  ['in mid-month', '2028-02-14T10:00:00Z'],
  ["on a month's edge", '2028-01-31T23:00:00Z'],
  ['in the night the clocks go forward', '2028-03-26T01:30:00Z'],
  ['on 29 February', '2028-02-29T12:00:00Z'],
] as const;

/** Bills month by month, or all at once; the change becomes known before the run of a month by its place. */
async function billed(change: Change, at: string, knownBefore: number, atOnce: boolean) {
  const world = await memoryWorld(CATALOG);
  const effectiveFrom = instantOf('2028-01-01', BERLIN);
  await world.record([accountFact('p', { effectiveFrom }), accountFact('q', { effectiveFrom })]);
  for (const sim of ['s1', 's2'])
    await world.record(
      factsOf(sim, [{ at: '2020-01-01', has: `imsi#${sim}`, payer: '' }], BERLIN).map(({ fact }) => fact),
    );
  await world.record(factsOf('s1', [{ at: '2028-01-05', state: 'active', plan: 'a' }], BERLIN).map(({ fact }) => fact));
  await world.load('f', 's1', USES);
  for (const [place, month] of MONTHS.entries()) {
    if (place === knownBefore) await change(world, at);
    world.setClock(place === 3 ? '2028-05-02' : `2028-0${place + 2}-02`);
    if (!atOnce || place === MONTHS.length - 1) await world.bill(month);
  }
  const of = async (payer: string) => ({
    lines: await billedInAll(world, SELLER, payer),
    net: await netInAll(world, SELLER, payer),
  });
  return [await of('p'), await of('q')];
}

describe.each(MOMENTS)('%s', (_, at) => {
  const month = MONTHS.indexOf(localDateOf(instantOf(at, BERLIN), BERLIN).slice(0, 7));
  test.each(CHANGES)(
    '%s changes, known before and after an invoice was posted: all is billed as by a single bill at the end',
    async (_, change) => {
      const once = await billed(change, at, MONTHS.length - 1, true);
      expect(await billed(change, at, month, false)).toEqual(once);
      expect(await billed(change, at, Math.min(month + 1, MONTHS.length - 1), false)).toEqual(once);
      expect(once).not.toEqual(await unchanged());
    },
  );
});

let known: ReturnType<typeof billed> | undefined;
function unchanged() {
  known ??= billed(async () => {}, '2028-01-01', 0, true);
  return known;
}
