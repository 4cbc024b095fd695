import { describe, expect, test } from 'vitest';
import type { Draft } from '#shared/billing/draft.ts';
import { type DraftSummary, runKeys } from '#shared/billing/run.ts';
import { changeInventory } from '#shared/billing/use-cases/change-inventory.ts';
import { previewAccount } from '#shared/billing/use-cases/runs/preview-account.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import { BERLIN, catalogWith, factsOf, planOf, type Turn, type Use } from '../rating/fleet.ts';
import { owedBy, told } from './chain.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

const MB = 1_000_000;
const DATA = '{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }';
const FEE = '{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }';
const OWN = '{ id: own, name: Own, kind: individual, size: 40 MB, covers: [data] }';
const POOL = '{ id: fleet, name: Fleet, kind: flexible, pool: fleet, size: 75 MB, covers: [data] }';
const TOP_UPS = `[
  { id: boost, name: Boost, size: 100 MB, price: 5.00, covers: [data], days: 30 },
  { id: week, name: Week, size: 50 MB, price: 2.00, covers: [data], days: 7 },
  { id: rest, name: Rest, size: 100 MB, price: 4.00, covers: [data], periods: 1, from: period },
  { id: two, name: Two, size: 100 MB, price: 7.00, covers: [data], periods: 2 },
  { id: easter, name: Easter, size: 100 MB, price: 1.00, covers: [data], until: 2026-04-06 }]`;
const catalog = (charges = DATA, allowances = OWN) =>
  catalogWith(
    `  - { id: a, name: a, currency: EUR, zoneModel: zones, versions: [{ from: 2020-01-01, charges: [${charges}], allowances: [${allowances}], topUps: ${TOP_UPS.replaceAll('\n', ' ')} }] }\n${planOf('b', `[${charges}]`, `[${allowances}]`)}`,
  );

const used = (date: string, megabytes: number): Use => ({ at: `${date}T12:00:00Z`, bytes: megabytes * MB });
const bought = (date: string, topUp: string): Turn => ({ at: date, topUp });
/** What is owed from March to May: "2026-03 data de: 10.00". */
const owed = (turns: readonly Turn[], uses: readonly Use[], allowances = OWN, chargeCutOff = '') => {
  const sim = { id: '1', turns: [{ at: '2026-03-01', state: 'active' as const, plan: 'a' }, ...turns], uses };
  const months = ['2026-03', '2026-04', '2026-05'];
  const lines = owedBy({ catalog: catalog(DATA, allowances), sims: [sim], months, chargeCutOff });
  return lines.map((line) => `${line.period.from.slice(0, 7)} ${told([line]).join('')}`).sort();
};

describe('a top-up (pricing rules §4)', () => {
  test('is drawn on before allowances and pools: of 216, it takes 100, the subscription’s own 40, the pool 75', () => {
    expect(owed([bought('2026-03-01', 'boost:1')], [used('2026-03-05', 216)], `${OWN}, ${POOL}`)).toEqual([
      '2026-03 data de: 1.00',
      '2026-03 top-up:boost: 5.00',
    ]);
  });

  test('is connectivity, to the tax law', () => {
    const turns = [{ at: '2026-03-01', state: 'active' as const, plan: 'a' }, bought('2026-03-01', 'boost:1')];
    const lines = owedBy({ catalog: catalog(), sims: [{ id: '1', turns }], months: ['2026-03'] });
    expect(lines).toMatchObject([{ charge: 'top-up:boost', taxCategory: 'telecom' }]);
  });

  test.each<[string, Turn[], Use[], string[]]>([
    [
      'covers from the local day it is bought on, and nothing before',
      [bought('2026-03-10T15:00:00Z', 'boost:1')],
      [used('2026-03-05', 60), used('2026-03-10', 90)],
      ['2026-03 data de: 20.00', '2026-03 top-up:boost: 5.00'],
    ],
    [
      'covers all of the period where it says so, and lasts until its end',
      [bought('2026-03-20', 'rest:1')],
      [used('2026-03-05', 145), used('2026-04-01', 41)],
      ['2026-03 data de: 5.00', '2026-03 top-up:rest: 4.00', '2026-04 data de: 1.00'],
    ],
    [
      'lasts thirty days, over the edge of the period: 40 in March and 60 of the 110 in April',
      [bought('2026-03-20', 'boost:1')],
      [used('2026-03-25', 40), used('2026-04-18', 110), used('2026-04-19', 1)],
      ['2026-03 top-up:boost: 5.00', '2026-04 data de: 11.00'],
    ],
    [
      'is gone on the thirty-first day',
      [bought('2026-03-20', 'boost:1')],
      [used('2026-04-19', 50)],
      ['2026-03 top-up:boost: 5.00', '2026-04 data de: 10.00'],
    ],
    [
      'lasts two periods, the one it is bought in and the next',
      [bought('2026-03-31', 'two:1')],
      [used('2026-04-30', 140), used('2026-05-01', 41)],
      ['2026-03 top-up:two: 7.00', '2026-05 data de: 1.00'],
    ],
    [
      'lasts until a day',
      [bought('2026-03-31', 'easter:1')],
      [used('2026-04-05', 20), used('2026-04-06', 41)],
      ['2026-03 top-up:easter: 1.00', '2026-04 data de: 1.00'],
    ],
    [
      'that ends first is drawn on first: the week’s 50, then the boost’s 100, then its own 40',
      [bought('2026-03-01', 'boost:1'), bought('2026-03-02', 'week:2')],
      [used('2026-03-03', 50), used('2026-03-20', 141)],
      ['2026-03 data de: 1.00', '2026-03 top-up:boost: 5.00', '2026-03 top-up:week: 2.00'],
    ],
    [
      'that ends first is drawn on first, also where it was bought first',
      [bought('2026-03-01', 'week:1'), bought('2026-03-02', 'boost:2')],
      [used('2026-03-03', 50), used('2026-03-20', 141)],
      ['2026-03 data de: 1.00', '2026-03 top-up:boost: 5.00', '2026-03 top-up:week: 2.00'],
    ],
    [
      'may be bought again: one line, two of them',
      [bought('2026-03-01', 'boost:1'), bought('2026-03-02', 'boost:2')],
      [used('2026-03-03', 241)],
      ['2026-03 data de: 1.00', '2026-03 top-up:boost: 10.00'],
    ],
    [
      'that was taken back never was',
      [bought('2026-03-01', 'boost:1'), bought('2026-03-01', '-boost:1')],
      [used('2026-03-03', 50)],
      ['2026-03 data de: 10.00'],
    ],
    [
      'its plan does not offer is none',
      [bought('2026-03-01', 'gone:1')],
      [used('2026-03-03', 50)],
      ['2026-03 data de: 10.00'],
    ],
    [
      'is none where the plan at that instant offers none, or is not sold',
      [
        { at: '2026-03-10', plan: 'b' },
        bought('2026-03-11', 'boost:1'),
        { at: '2026-03-20', plan: 'gone' },
        bought('2026-03-21', 'boost:2'),
      ],
      [],
      [],
    ],
    [
      'is its that paid at that instant: not who did before',
      [{ at: '2026-03-10', payer: 'q', plan: 'a' }, bought('2026-03-10', 'boost:1')],
      [],
      [],
    ],
  ])('%s', (_, turns, uses, expected) => {
    expect(owed(turns, uses)).toEqual(expected);
  });

  test('covers what it is for, beside others that an allowance covers', () => {
    const sms = '{ kind: usage, id: sms, name: SMS, match: { services: sms }, measure: count, unit: piece, price: 1 }';
    const two = '{ id: texts, name: Texts, kind: individual, size: 2 piece, covers: [sms] }';
    const turns: Turn[] = [{ at: '2026-03-01', state: 'active', plan: 'a' }, bought('2026-03-10', 'boost:1')];
    const uses: Use[] = [used('2026-03-11', 90), { at: '2026-03-12T12:00:00Z', service: 'sms', count: 5 }];
    const lines = owedBy({
      catalog: catalog(`${DATA}, ${sms}`, `${OWN}, ${two}`),
      sims: [{ id: '1', turns, uses }],
      months: ['2026-03'],
    });
    expect(told(lines)).toEqual(['sms de: 3.00', 'top-up:boost: 5.00']);
  });

  test('is nobody’s before the subscription is anything', () => {
    const turns: Turn[] = [bought('2026-03-10', 'boost:1'), { at: '2026-03-20', state: 'active', plan: 'a' }];
    expect(owedBy({ catalog: catalog(), sims: [{ id: '1', turns }], months: ['2026-03'] })).toEqual([]);
  });

  test('is there at once, and due by the charge cut-off: on its instant, not after', () => {
    const turns = [bought('2026-03-10', 'boost:1'), bought('2026-03-11', 'boost:2')];
    expect(owed(turns, [used('2026-03-12', 240)], OWN, '2026-03-10')).toEqual(['2026-03 top-up:boost: 5.00']);
  });

  test('is not what another charge is for that is called alike', () => {
    const special = '{ kind: oneTime, id: specialboost, name: Special, at: activation, price: 3.00 }';
    const turns: Turn[] = [{ at: '2026-03-01', state: 'active', plan: 'a' }, bought('2026-03-10', 'boost:1')];
    const lines = owedBy({ catalog: catalog(`${special}, ${DATA}`), sims: [{ id: '1', turns }], months: ['2026-03'] });
    expect(told(lines).sort()).toEqual(['specialboost: 3.00', 'top-up:boost: 5.00']);
  });
});

async function opening(): Promise<MemoryWorld> {
  const world = await memoryWorld(catalog(`${FEE}, ${DATA}`), { backBillingMonths: 2 });
  await world.record([
    accountFact('p'),
    ...facts([
      { at: '2020-01-01', has: 'imsi#1' },
      { at: '2026-01-01', state: 'active', plan: 'a' },
    ]),
  ]);
  return world;
}
const facts = (turns: readonly Turn[]) => factsOf('1', turns, BERLIN).map(({ fact }) => fact);
async function bill(world: MemoryWorld, month: string): Promise<string[]> {
  world.setClock(`2026-0${Number(month.slice(6)) + 1}-02`);
  const run = await world.bill(month);
  const summary = await world.ports.decisions.get<DraftSummary>(runKeys.draft(run, 'p'));
  const { documents } = (await readContent(world.ports.objects, summary!.draft)) as Draft;
  const lines = documents.flatMap((document) => document.lines).filter(({ line }) => line.charge !== 'fee');
  return lines.map(({ line, net, reason }) =>
    [line.period.from.slice(0, 7), line.charge, net, reason].join(' ').trim(),
  );
}

describe('a top-up in bill runs', () => {
  test('what is left of it is there in the next period, unless late usage takes it', async () => {
    const world = await opening();
    await world.record(facts([bought('2026-01-20', 'boost:1')]));
    expect(await bill(world, '2026-01')).toEqual(['2026-01 top-up:boost 5.00']);
    await world.load('february', '1', [used('2026-02-10', 140)]);
    expect(await bill(world, '2026-02')).toEqual([]);
    await world.load('late', '1', [used('2026-01-25', 30)]);
    expect(await bill(world, '2026-03')).toEqual(['2026-02 data 30.00 late usage']);
  });

  test('taken back, it is given back, and what it covered is charged', async () => {
    const world = await opening();
    await world.record(facts([bought('2026-01-20', 'boost:1')]));
    await world.load('january', '1', [used('2026-01-25', 60)]);
    expect(await bill(world, '2026-01')).toEqual(['2026-01 top-up:boost 5.00']);
    await world.record(facts([bought('2026-01-20', '-boost:1')]));
    expect(await bill(world, '2026-02')).toEqual([
      '2026-01 data 20.00 backdated change',
      '2026-01 top-up:boost -5.00 backdated change',
    ]);
  });

  test('what a frozen period left of it is still there', async () => {
    const world = await opening();
    await world.record(facts([bought('2026-01-31', 'two:1')]));
    for (const month of ['2026-01', '2026-02', '2026-03']) await bill(world, month);
    await world.load('late', '1', [used('2026-02-10', 150)]);
    expect(await bill(world, '2026-04')).toEqual(['2026-02 data 10.00 late usage']);
  });

  test('keeps its date: else both would count', async () => {
    const world = await opening();
    await world.record(facts([bought('2026-01-20', 'boost:1')]));
    const moved = await changeInventory(world.ports, facts([bought('2026-01-21', 'boost:1')]), 'test');
    expect(JSON.stringify(moved)).toContain('take it back there (-boost:1)');
  });

  test('a preview says what was bought and what is left', async () => {
    const world = await opening();
    await world.record(facts([bought('2026-01-12', 'boost:1'), bought('2026-01-13', 'boost:2')]));
    await world.load('january', '1', [used('2026-01-15', 30)]);
    world.setClock('2026-01-20');
    const [january] = (await previewAccount(world.ports, 'p')).measured;
    expect(january!.held?.map(({ name, size, left }) => `${name} ${size} ${left}`)).toEqual([
      'Boost 200000000 170000000',
    ]);
  });
});
