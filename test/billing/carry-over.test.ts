import { describe, expect, test } from 'vitest';
import type { Draft } from '#shared/billing/draft.ts';
import { heldStatus } from '#shared/billing/lines/held-status.ts';
import { type RunningMonth, ratedKeys } from '#shared/billing/rated-rows.ts';
import { type DraftSummary, runKeys } from '#shared/billing/run.ts';
import { previewAccount } from '#shared/billing/use-cases/runs/preview-account.ts';
import { whatIf } from '#shared/billing/use-cases/runs/what-if.ts';
import { rateUsage } from '#shared/billing/use-cases/usage/rate-usage.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import { BERLIN, catalogWith, factsOf, planOf, SELLER, type Turn, type Use } from '../rating/fleet.ts';
import { owedBy, type Sim, settledBy, told } from './chain.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

const MB = 1_000_000;
const DATA = '{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }';
const own = (carryOver: string) =>
  `{ id: own, name: Own, kind: individual, size: 100 MB, covers: [data], carryOver: ${carryOver} }`;
const pool = (carryOver: string, more = '') =>
  `{ id: fleet, name: Fleet, kind: flexible, pool: fleet, size: 100 MB, covers: [data], carryOver: ${carryOver} ${more} }`;
const fixed = (carryOver: string) =>
  `{ id: site, name: Site, kind: static, pool: site, size: 100 MB, price: 5, covers: [data], carryOver: ${carryOver} }`;
const catalog = (allowances: string) =>
  catalogWith(planOf('a', `[${DATA}]`, `[${allowances}]`) + planOf('b', `[${DATA}]`, '[]'));
const MONTHS = ['2026-01', '2026-02', '2026-03', '2026-04'];

/** So many megabytes in each of some months, from January on, on their tenth. */
const uses = (...megabytes: readonly number[]): Use[] =>
  megabytes.map((each, place) => ({ at: `2026-0${place + 1}-10T12:00:00Z`, bytes: each * MB }));
const sim = (id: string, megabytes: readonly number[], more: readonly Turn[] = []): Sim => ({
  id,
  turns: [{ at: '2026-01-01', state: 'active', plan: 'a' }, ...more],
  uses: uses(...megabytes),
});
/** What is owed in which month: "2026-03 data de: 10.00". */
const owed = (allowances: string, ...sims: readonly Sim[]) =>
  MONTHS.flatMap((month) => {
    const lines = owedBy({ catalog: catalog(allowances), sims, months: MONTHS });
    return told(lines.filter(({ period }) => period.from.startsWith(month))).map((line) => `${month} ${line}`);
  });

describe('unused allowance moves on (pricing rules §4)', () => {
  test.each<[string, string, number[], string[]]>([
    ['one period: 60 of January in February, 30 of February in March', '1', [40, 130, 140], ['2026-03 data de: 10.00']],
    ['what was carried is used before the month’s own', '1', [0, 100, 200, 100], []],
    ['one period only: January’s is gone in March', '1', [0, 0, 250], ['2026-03 data de: 50.00']],
    ['two periods: January’s is there in March', '2', [0, 0, 300], []],
    ['and gone in April', '2', [0, 0, 0, 301], ['2026-04 data de: 1.00']],
    ['at most so much of it', '{ periods: 1, cap: 50 MB }', [0, 160], ['2026-02 data de: 10.00']],
    [
      'of two months the younger is kept below the cap',
      '{ periods: 2, cap: 150 MB }',
      [0, 0, 150, 200],
      // Into March: 50 of January, 100 of February. 150 used: January's 50 and February's 100. March's own 100 moves into April.
      [],
    ],
  ])('%s', (_, carryOver, megabytes, expected) => {
    expect(owed(own(carryOver), sim('1', megabytes))).toEqual(expected);
  });

  test('what subscriptions have each for themselves is told by plan and name: of 160 MB in February 30 are left', () => {
    const more = '{ id: more, name: More, kind: individual, size: 1 MB, covers: [data] }';
    const plans =
      planOf('b', `[${DATA}]`, `[${own('1')}]`) +
      planOf('c', `[${DATA}]`, `[${own('1')}, ${more}]`) +
      planOf('a', `[${DATA}]`, `[${own('1').replace('name: Own', 'name: Mine')}]`);
    const lives = (['b', 'c', 'a'] as const).map((plan) => ({
      ...sim(plan, [40, 130]),
      turns: [{ at: '2026-01-01', state: 'active', plan } as Turn],
    }));
    const [, february] = settledBy({ catalog: catalogWith(plans), sims: lives, months: MONTHS });
    // 60 of January; of 160 in February 130 are used, and 30 move on
    const its = { subscriptions: 1, size: '100000000', carried: '60000000', left: '30000000', moved: '30000000' };
    expect(heldStatus(february!.its, february!.of)).toEqual([
      { plan: 'a', allowance: 'own', name: 'Mine', unit: 'MB', ...its },
      { plan: 'b', allowance: 'own', name: 'Own', unit: 'MB', ...its },
      { plan: 'c', allowance: 'own', name: 'Own', unit: 'MB', ...its },
    ]);
    expect(heldStatus(february!.its, { ...february!.of, held: undefined })).toEqual([]);
  });

  test('of a pool as a whole', () => {
    expect(owed(pool('1'), sim('1', [120, 290]), sim('2', [0, 0]))).toEqual(['2026-02 data de: 10.00']);
  });

  test('of a static pool', () => {
    const lines = owed(fixed('1'), sim('1', [30, 180]));
    expect(lines).toEqual(
      MONTHS.flatMap((month) =>
        month === '2026-02' ? ['2026-02 data de: 10.00', '2026-02 pool:site: 5.00'] : [`${month} pool:site: 5.00`],
      ),
    );
  });

  test('until the subscription has the allowance no more', () => {
    const away = [
      { at: '2026-02-01', plan: 'b' },
      { at: '2026-03-01', plan: 'a' },
    ];
    expect(owed(own('3'), sim('1', [0, 10, 150], away))).toEqual(['2026-02 data de: 10.00', '2026-03 data de: 50.00']);
  });
});

const FEE = '{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }';

/** A world whose account begins in January, on plan a beside other plans; its runs freeze what is older than so many months. */
async function opening(allowances: string, backBillingMonths = 2, others = ''): Promise<MemoryWorld> {
  const sold = catalogWith(planOf('a', `[${FEE}, ${DATA}]`, `[${allowances}]`) + others);
  const world = await memoryWorld(sold, { backBillingMonths });
  const turns = (id: string) => [
    { at: '2020-01-01', has: `imsi#${id}` },
    { at: '2026-01-01', state: 'active' as const, plan: 'a' },
  ];
  const facts = ['1', '2'].flatMap((id) => factsOf(id, turns(id), BERLIN).map(({ fact }) => fact));
  await world.record([accountFact('p'), ...facts]);
  return world;
}
async function bill(world: MemoryWorld, month: string): Promise<Draft> {
  world.setClock(`2026-0${Number(month.slice(6)) + 1}-02`);
  const run = await world.bill(month);
  const summary = await world.ports.decisions.get<DraftSummary>(runKeys.draft(run, 'p'));
  return (await readContent(world.ports.objects, summary!.draft)) as Draft;
}
const billed = (draft: Draft) =>
  draft.documents.flatMap(({ lines }) =>
    lines
      .filter(({ line }) => line.charge === 'data')
      .map(({ line, net, reason }) => `${line.period.from.slice(0, 7)} ${net}${reason === '' ? '' : ` ${reason}`}`),
  );
const load = (world: MemoryWorld, file: string, month: string, megabytes: number) =>
  world.load(file, '1', [{ at: `${month}-10T12:00:00Z`, bytes: megabytes * MB }]);

test.each<[string, string, megabytes: number, string | undefined]>([
  ['says which run wrote down what subscriptions have left', own('2'), 0, 'acme-c01-2026-01-1'],
  ['says so of none where all have used up what they had', own('2'), 100, undefined],
  ['says so of none where only pools leave something', pool('2'), 0, ''],
  ['is nothing where nothing moves', own('2').replace(', carryOver: 2', ''), 0, undefined],
])('what January hands on %s', async (_, allowances, megabytes, run) => {
  const world = await opening(allowances);
  for (const id of megabytes > 0 ? ['1', '2'] : [])
    await world.load(id, id, [{ at: '2026-01-10T12:00:00Z', bytes: megabytes * MB }]);
  const { measured } = await bill(world, '2026-01');
  expect(measured[0]?.closing?.run).toBe(run);
});

describe.each([
  ['of subscriptions', own('2')],
  ['of a pool', `{ id: fleet, name: Fleet, kind: flexible, pool: fleet, size: 50 MB, covers: [data], carryOver: 2 }`],
])('allowances %s in bill runs', (_, allowances) => {
  test('late usage in one period is taken out of what the later ones were given, with the reason', async () => {
    const world = await opening(allowances);
    expect(billed(await bill(world, '2026-01'))).toEqual([]);
    await load(world, 'february', '2026-02', 190);
    expect(billed(await bill(world, '2026-02'))).toEqual([]);
    await load(world, 'late', '2026-01', 70);
    expect(billed(await bill(world, '2026-03'))).toEqual(['2026-02 60.00 late usage']);
    expect(billed(await bill(world, '2026-04'))).toEqual([]);
  });

  test('late usage of January is the reason too where it is March that has less for it', async () => {
    const world = await opening(allowances, 4);
    for (const month of ['2026-01', '2026-02']) await bill(world, month);
    await load(world, 'march', '2026-03', 300);
    expect(billed(await bill(world, '2026-03'))).toEqual([]);
    await load(world, 'late', '2026-01', 70);
    expect(billed(await bill(world, '2026-04'))).toEqual(['2026-03 70.00 late usage']);
  });

  test('a period that nothing touched is not measured again, and what it left is known', async () => {
    const world = await opening(allowances);
    await bill(world, '2026-01');
    await bill(world, '2026-02');
    await load(world, 'march', '2026-03', 310);
    expect(billed(await bill(world, '2026-03'))).toEqual(['2026-03 10.00']);
  });

  test('also beside subscriptions that leave nothing', async () => {
    const world = await opening(allowances, 2, planOf('b', '[]'));
    const turns = [{ at: '2026-01-01', state: 'active', plan: 'b' }] as const;
    await world.record(['3', '4'].flatMap((id) => factsOf(id, turns, BERLIN).map(({ fact }) => fact)));
    await bill(world, '2026-01');
    await load(world, 'february', '2026-02', 210);
    expect(billed(await bill(world, '2026-02'))).toEqual(['2026-02 10.00']);
  });

  test('what a frozen period left stays as it was posted', async () => {
    const world = await opening(allowances);
    for (const month of ['2026-01', '2026-02', '2026-03']) await bill(world, month);
    await load(world, 'too late', '2026-01', 80);
    await load(world, 'late', '2026-02', 230);
    expect(billed(await bill(world, '2026-04'))).toEqual(['2026-02 30.00 late usage']);
  });

  test('what if is asked of a month behind a frozen one, that has what it left: of 190 in February nothing is over', async () => {
    const world = await opening(allowances);
    await bill(world, '2026-01');
    await load(world, 'february', '2026-02', 190);
    for (const month of ['2026-02', '2026-03']) expect(billed(await bill(world, month))).toEqual([]);
    const asked = { account: 'p', plans: new Map(), subscription: '', catalog: null };
    expect(await whatIf(world.ports, { ...asked, month: '2026-01' })).toMatchObject({ outcome: 'refused' });
    expect(await whatIf(world.ports, { ...asked, month: '2026-02' })).toMatchObject({ is: '6.00', wouldBe: '6.00' });
  });

  test('the running month has what was carried: 30 in January, 180 in February, of which 10 are left to pay beside two fees', async () => {
    const world = await opening(allowances);
    const inventory = 2;
    const rating = { ...world.ports, queues: { send: async () => undefined }, keepMonths: 12 };
    const pace = { identifiersTogether: 1, isTimeLeft: () => true };
    const running = async (from: string) => {
      await rateUsage(rating, [{ file: '', generation: 0, chunk: -1, position: inventory }], pace);
      const key = { partition: ratedKeys.running(SELLER, 'p'), sort: from };
      return (await world.ports.projections.get<RunningMonth>(key))?.value.net;
    };
    world.setClock('2026-01-25');
    await load(world, 'january', '2026-01', 30);
    expect(await running('2026-01-01')).toEqual({ '': '6' });
    await bill(world, '2026-01');
    world.setClock('2026-02-20');
    await load(world, 'february', '2026-02', 180);
    expect(await running('2026-02-01')).toEqual({ '': '16' });
  });

  test('a preview says what was carried and what is left', async () => {
    const world = await opening(allowances);
    await load(world, 'january', '2026-01', 30);
    await bill(world, '2026-01');
    world.setClock('2026-02-20');
    await load(world, 'february', '2026-02', 50);
    const [, february] = (await previewAccount(world.ports, 'p')).measured;
    const pools = february!.pools.map(({ carried, left }) => `${carried} ${left}`);
    const held = (february!.held ?? []).map(({ carried, left }) => `${carried} ${left}`);
    expect([...pools, ...held]).toEqual(pools.length > 0 ? ['70000000 120000000'] : ['170000000 320000000']);
  });
});
