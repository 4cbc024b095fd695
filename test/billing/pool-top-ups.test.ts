import { describe, expect, test } from 'vitest';
import type { Draft } from '#shared/billing/draft.ts';
import { poolStatus } from '#shared/billing/lines/pool-status.ts';
import { type DraftSummary, runKeys } from '#shared/billing/run.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import { BERLIN, catalogWith, factsOf, type Turn, type Use } from '../rating/fleet.ts';
import { owedBy, type Sim, settledBy, told } from './chain.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

const MB = 1_000_000;
const DATA = '{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }';
const FEE = '{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }';
const OWN = '{ id: own, name: Own, kind: individual, size: 40 MB, covers: [data] }';
const POOL = '{ id: fleet, name: Fleet, kind: flexible, pool: fleet, size: 75 MB, covers: [data] }';
const TOP_UPS =
  '[{ id: boost, name: Boost, size: 100 MB, price: 5.00, pool: fleet, days: 30 }, { id: week, name: Week, size: 50 MB, price: 2.00, pool: fleet, days: 7 }, { id: rest, name: Rest, size: 100 MB, price: 4.00, pool: fleet, periods: 1, from: period }, { id: long, name: Long, size: 100 MB, price: 4.00, pool: fleet, periods: 3 }]';
const plan = (allowances = POOL, topUps = TOP_UPS) =>
  `  - { id: a, name: a, currency: EUR, zoneModel: zones, versions: [{ from: 2020-01-01, charges: [${FEE}, ${DATA}], allowances: [${allowances}], topUps: ${topUps} }] }\n`;

const used = (date: string, megabytes: number): Use => ({ at: `${date}T12:00:00Z`, bytes: megabytes * MB });
const sim = (id: string, turns: readonly Turn[], uses: readonly Use[], unit = ''): Sim => ({
  id,
  turns: [{ at: '2026-03-01', state: 'active', plan: 'a', unit }, ...turns],
  uses,
});
const owed = (sims: readonly Sim[], allowances = POOL) =>
  owedBy({ catalog: catalogWith(plan(allowances)), sims, months: ['2026-03', '2026-04', '2026-05', '2026-06'] })
    .filter(({ charge }) => charge !== 'fee')
    .map((line) => `${line.period.from.slice(0, 7)} ${told([line]).join('')}`)
    .sort();

describe('a top-up of a pool (pricing rules §4)', () => {
  test('is there for all members: of 260, it takes 100, the pool 150', () => {
    const sims = [
      sim('1', [{ at: '2026-03-01', topUp: 'boost:1' }], [used('2026-03-05', 60)]),
      sim('2', [], [used('2026-03-06', 200)]),
    ];
    expect(owed(sims)).toEqual(['2026-03 data de: 10.00', '2026-03 top-up:boost: 5.00']);
  });

  test('of a pool that holds nothing else is a bundle of the account: subscriptions of several plans draw on its 100 for 30 days', () => {
    const empty = POOL.replace('75 MB', '0 MB');
    const other = plan(empty, '[]').replaceAll('id: a, name: a', 'id: b, name: b');
    const uses = { own: [used('2026-03-05', 60)], others: [used('2026-03-20', 30), used('2026-03-31', 200)] };
    const sims = [
      sim('1', [{ at: '2026-03-01', topUp: 'boost:1' }], uses.own),
      { id: '2', turns: [{ at: '2026-03-01', state: 'active', plan: 'b' } as const], uses: uses.others },
    ];
    const lines = owedBy({ catalog: catalogWith(plan(empty) + other), sims, months: ['2026-03', '2026-04'] })
      .filter(({ charge }) => charge !== 'fee')
      .map((line) => `${line.period.from.slice(0, 7)} ${line.plan} ${told([line]).join('')}`);
    // 60 and 30 are covered. It ends with 30 March: what is used on the 31st is over, though 10 are left.
    expect(lines.sort()).toEqual(['2026-03 a top-up:boost: 5.00', '2026-03 b data de: 200.00']);
  });

  test('is part of the pool: behind what a subscription has of its own, before what members put in', () => {
    const sims = [sim('1', [{ at: '2026-03-01', topUp: 'boost:1' }], [used('2026-03-05', 216)])];
    expect(owed(sims, `${OWN}, ${POOL}`)).toEqual(['2026-03 data de: 1.00', '2026-03 top-up:boost: 5.00']);
  });

  test.each<[string, string, [string, number][], string[]]>([
    [
      'counts from its day on: 80 before it draw on the pool alone',
      'boost',
      [
        ['2026-03-05', 80],
        ['2026-03-20', 90],
      ],
      ['2026-03 data de: 5.00'],
    ],
    ['counts for all of the period where it says so', 'rest', [['2026-03-05', 180]], ['2026-03 data de: 5.00']],
    [
      'lasts over the edge of the period: 75 of April and 100 of it',
      'boost',
      [['2026-04-08', 180]],
      ['2026-04 data de: 5.00'],
    ],
    ['is gone when it ends', 'week', [['2026-04-08', 80]], ['2026-04 data de: 5.00']],
    ['also on the day it ends in the period after', 'boost', [['2026-04-09', 80]], ['2026-04 data de: 5.00']],
    ['lasts so many periods, its own among them', 'long', [['2026-05-31', 180]], ['2026-05 data de: 5.00']],
    ['and is gone in the next', 'long', [['2026-06-01', 80]], ['2026-06 data de: 5.00']],
  ])('%s', (_, topUp, uses, expected) => {
    const sims = [
      sim(
        '1',
        [{ at: '2026-03-10', topUp: `${topUp}:1` }],
        uses.map(([date, megabytes]) => used(date, megabytes)),
      ),
    ];
    expect(owed(sims).filter((line) => line.includes('data'))).toEqual(expected);
  });

  test('that ends first is drawn on first: the week’s 50, then 30 of the boost’s, whose 70 are there in April', () => {
    const turns = [
      { at: '2026-03-20', topUp: 'boost:1' },
      { at: '2026-03-21', topUp: 'week:2' },
    ];
    const sims = [sim('1', turns, [used('2026-03-22', 80), used('2026-04-02', 150)])];
    expect(owed(sims)).toEqual(['2026-03 top-up:boost: 5.00', '2026-03 top-up:week: 2.00', '2026-04 data de: 5.00']);
  });

  test.each<[string, string, string, number, string[]]>([
    ['what is left of it, until it ends', 'boost', '2026-03-10', 60, ['40000000 until 2026-04-09']],
    ['nothing, when all of it is used', 'boost', '2026-03-10', 200, []],
    ['nothing, when it ends with the period', 'week', '2026-03-25', 10, []],
    ['what ends a day later', 'week', '2026-03-26', 10, ['40000000 until 2026-04-02']],
  ])('hands on to the next period %s', (_, topUp, at, megabytes, expected) => {
    const sims = [sim('1', [{ at, topUp: `${topUp}:1` }], [used('2026-03-28', megabytes)])];
    const [march] = settledBy({ catalog: catalogWith(plan()), sims, months: ['2026-03', '2026-04'] });
    const left = [...march!.left].flatMap(([key, parts]) =>
      parts.map((part) => `${key} ${part.quantity}${'until' in part ? ` until ${part.until}` : ''}`),
    );
    expect(left).toEqual(expected.map((each) => `fleet| ${each}`));
    expect(march!.left.size).toBe(expected.length);
  });

  test('hands on what is left of it beside what is carried over: 40 of it until it ends, and the pool’s own 75', () => {
    const catalog = catalogWith(plan(POOL.replace('75 MB', '75 MB, carryOver: 1')));
    const sims = [sim('1', [{ at: '2026-03-10', topUp: 'boost:1' }], [used('2026-03-28', 60)])];
    const [march] = settledBy({ catalog, sims, months: ['2026-03'] });
    expect(march!.left.get('fleet|')?.map(({ quantity }) => quantity)).toEqual([40_000_000n, 75_000_000n]);
  });

  test('is told beside what was carried and its own: 150, 150 and 100 of which x used 220 and y 200', () => {
    const sims = [
      sim('1', [{ at: '2026-04-01', topUp: 'boost:1' }], [used('2026-04-05', 200)], 'y'),
      sim('2', [], [used('2026-04-06', 220)], 'x'),
    ];
    const catalog = catalogWith(plan(POOL.replace('75 MB', '75 MB, carryOver: 1')));
    const [march, april] = settledBy({ catalog, sims, months: ['2026-03', '2026-04'] });
    const told = { name: 'Fleet', unit: 'MB', businessUnit: '', members: 2, size: '150000000' };
    expect(poolStatus(march!.its, march!.pools)).toMatchObject([
      { ...told, used: '0', over: '0', usedBy: {}, carried: '0', left: '150000000' },
    ]);
    expect(poolStatus(april!.its, april!.pools)).toMatchObject([
      {
        ...{ ...told, used: '420000000', over: '20000000', usedBy: { x: '220000000', y: '200000000' } },
        ...{ bought: '100000000', carried: '150000000', left: '0' },
      },
    ]);
    const bought = owedBy({ catalog, sims, months: ['2026-04'] }).find(({ charge }) => charge === 'top-up:boost');
    expect(bought).toMatchObject({
      chargeName: 'Boost',
      quantity: '1',
      unit: 'piece',
      unitPrice: '5',
      taxCategory: 'telecom',
    });
    expect(bought?.arithmetic).toMatchObject({ kind: 'oneTime', at: '', model: 'unit', price: '5' });
    const [, alone] = settledBy({ catalog: catalogWith(plan()), sims, months: ['2026-03', '2026-04'] });
    expect(poolStatus(alone!.its, alone!.pools)[0]).toMatchObject({ bought: '100000000', carried: '0', left: '0' });
    const over = owedBy({ catalog, sims, months: ['2026-03', '2026-04'] }).find(({ charge }) => charge === 'data');
    expect(over?.arithmetic).toMatchObject({
      ...{ size: '150000000', carried: '150000000', bought: '100000000', used: '420000000', over: '20000000' },
      shares: [
        { businessUnit: 'x', used: '220000000', amount: '10.48' },
        { businessUnit: 'y', used: '200000000', amount: '9.52' },
      ],
    });
  });

  test('of a business unit’s pool is for that unit', () => {
    const ofUnits = POOL.replace('pool: fleet', 'pool: fleet, scope: businessUnit');
    const sims = [
      sim('1', [{ at: '2026-03-01', topUp: 'boost:1' }], [used('2026-03-05', 175)], 'x'),
      sim('2', [], [used('2026-03-05', 80)], 'y'),
    ];
    expect(owed(sims, ofUnits)).toEqual(['2026-03 data@y de: 5.00', '2026-03 top-up:boost@x: 5.00']);
  });
});

async function opening(catalog = catalogWith(plan())): Promise<MemoryWorld> {
  const world = await memoryWorld(catalog, { backBillingMonths: 2 });
  const facts = ['1', '2'].flatMap((id) =>
    factsOf(
      id,
      [
        { at: '2020-01-01', has: `imsi#${id}`, payer: '' },
        { at: '2026-01-01', state: 'active', plan: 'a' },
      ],
      BERLIN,
    ),
  );
  await world.record([accountFact('p'), ...facts.map(({ fact }) => fact)]);
  return world;
}
const buy = (world: MemoryWorld, at: string, topUp: string) =>
  world.record(factsOf('1', [{ at, topUp }], BERLIN).map(({ fact }) => fact));
async function bill(world: MemoryWorld, month: string): Promise<string[]> {
  world.setClock(`2026-0${Number(month.slice(6)) + 1}-02`);
  const run = await world.bill(month);
  const summary = await world.ports.decisions.get<DraftSummary>(runKeys.draft(run, 'p'));
  const { documents } = (await readContent(world.ports.objects, summary!.draft)) as Draft;
  return documents
    .flatMap((document) => document.lines)
    .filter(({ line }) => line.charge !== 'fee')
    .map(({ line, net, reason }) => `${line.period.from.slice(0, 7)} ${line.charge} ${net} ${reason}`.trim());
}

describe('a top-up of a pool in bill runs', () => {
  test('what is left of it is there in the next period, unless late usage takes it', async () => {
    const world = await opening();
    await buy(world, '2026-01-20', 'boost:1');
    expect(await bill(world, '2026-01')).toEqual(['2026-01 top-up:boost 5.00']);
    await world.load('february', '2', [used('2026-02-10', 250)]);
    expect(await bill(world, '2026-02')).toEqual([]);
    await world.load('late', '1', [used('2026-01-25', 180)]);
    expect(await bill(world, '2026-03')).toEqual(['2026-02 data 100.00 late usage']);
  });

  test('of a pool in front of own allowances it is drawn on before them: January takes all of it and 20 of the own 40, February its 40 and 150', async () => {
    const bundle = '{ id: bundle, name: Bundle, kind: flexible, pool: bundle, size: 0 MB, covers: [data] }';
    const boost = '[{ id: boost, name: Boost, size: 100 MB, price: 5.00, pool: bundle, days: 60 }]';
    const world = await opening(catalogWith(plan(`${bundle}, ${OWN}, ${POOL}`, boost)));
    await buy(world, '2026-01-10', 'boost:1');
    await world.load('usage', '1', [used('2026-01-20', 120), used('2026-02-05', 200)]);
    expect(await bill(world, '2026-01')).toEqual(['2026-01 top-up:boost 5.00']);
    expect(await bill(world, '2026-02')).toEqual(['2026-02 data 10.00']);
  });

  test('taken back, it is given back, and what it covered is charged', async () => {
    const world = await opening();
    await buy(world, '2026-01-20', 'boost:1');
    await world.load('january', '1', [used('2026-01-25', 160)]);
    expect(await bill(world, '2026-01')).toEqual(['2026-01 top-up:boost 5.00']);
    await buy(world, '2026-01-20', '-boost:1');
    expect(await bill(world, '2026-02')).toEqual([
      '2026-01 data 10.00 backdated change',
      '2026-01 top-up:boost -5.00 backdated change',
    ]);
  });

  test('lasts when who bought it is gone', async () => {
    const world = await opening();
    await buy(world, '2026-01-20', 'boost:1');
    await world.record(
      factsOf('1', [{ at: '2026-02-01', state: 'terminated', payer: '' }], BERLIN).map(({ fact }) => fact),
    );
    await world.load('february', '2', [used('2026-02-10', 180)]);
    await bill(world, '2026-01');
    expect(await bill(world, '2026-02')).toEqual(['2026-02 data 5.00']);
  });
});

describe('refused', () => {
  test.each<[string, string, string]>([
    ['a pool no allowance names', 'pool: flet, days: 1', 'Did you mean fleet?'],
    ['charges beside a pool', 'pool: fleet, covers: [data], days: 1', 'it covers what the pool covers'],
    ['neither', 'days: 1', 'neither covers nor pool'],
    ['another kind of unit', 'pool: fleet, days: 1, size: 10 minute', 'a pool of'],
  ])('%s', (_, more, said) => {
    const size = more.includes('size') ? '' : 'size: 1 MB, ';
    const text = plan(POOL, `[{ id: boost, name: Boost, ${size}price: 5.00, ${more} }]`);
    const reading = readCatalog([{ path: 'catalog.yaml', text: `plans:\n${text}` }]);
    expect(JSON.stringify(reading)).toContain(said);
  });
});
