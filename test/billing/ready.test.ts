import { describe, expect, test } from 'vitest';
import type { Draft } from '#shared/billing/draft.ts';
import { type DraftSummary, runKeys } from '#shared/billing/run.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import { inventoryHistory } from '#shared/commit-log/use-cases/inventory-history.ts';
import { instantOf, isoInstant } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, planOf, type Turn, type Use } from '../rating/fleet.ts';
import { FILES } from '../simulation/world.ts';
import { owedBy } from './chain.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';
import { smallOperator } from './small-operator.ts';

const CHARGES = `[
  { kind: recurring, id: fee, name: Fee, due: arrears, price: 31.00 },
  { kind: oneTime, id: once, name: Once, at: activation, price: 10.00 },
  { kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }]`;
const CATALOG = catalogWith(planOf('a', CHARGES));
const READY: Turn = { at: '2026-03-01', state: 'ready', plan: 'a' };
const used = (date: string, megabytes: number): Use => ({ at: `${date}T12:00:00Z`, bytes: megabytes * 1_000_000 });

/** SIM 1, with two identifiers, ready from 1 March on. */
async function opening(turns: readonly Turn[] = [READY]): Promise<MemoryWorld> {
  const world = await memoryWorld(CATALOG);
  const had = ['imsi#1', 'imsi#2'].map((has): Turn => ({ at: '2020-01-01', has, payer: '' }));
  const facts = factsOf('1', [...had, ...turns], BERLIN).map(({ fact }) => fact);
  await world.record([accountFact('p', { effectiveFrom: instantOf('2026-03-01', BERLIN) }), ...facts]);
  return world;
}

/** Bills a month after rating saw what came: "2026-03 fee 22.00", with the reason of what moved. */
async function bill(world: MemoryWorld, month: string): Promise<string[]> {
  await world.rateFirstUses(['1']);
  world.setClock(`2026-${`${Number(month.slice(5)) + 1}`.padStart(2, '0')}-02`);
  const run = await world.bill(month);
  const summary = await world.ports.decisions.get<DraftSummary>(runKeys.draft(run, 'p'));
  if (summary === undefined) return [];
  const { documents } = (await readContent(world.ports.objects, summary.draft)) as Draft;
  return documents
    .flatMap((document) => document.lines)
    .map(({ line, net, reason }) => `${line.period.from.slice(0, 7)} ${line.charge} ${net} ${reason}`.trim())
    .sort();
}

/** First uses as they stand recorded: "2026-03-10 used". */
async function firstUses({ ports }: MemoryWorld): Promise<string[]> {
  const [history] = await inventoryHistory(ports, '1');
  const about = history?.entries.filter((entry) => entry.about === 'first use') ?? [];
  return about.map(({ from, says }) => `${isoInstant(from).slice(0, 10)} ${says}`);
}

describe('what is ready becomes active by itself (pricing rules §1)', () => {
  // March has 31 days at 1.00 each. Used first on the 10th: days 10 to 31 = 22. Nothing but a record of nothing on the 5th.
  const march = [used('2026-03-05', 0), used('2026-03-10', 2), used('2026-03-20', 3)];
  const billed = ['2026-03 data 5.00', '2026-03 fee 22.00', '2026-03 once 10.00'];

  test('at its first use of more than nothing, which is charged, as is its day', async () => {
    const world = await opening();
    await world.load('march', '1', march);
    expect(await bill(world, '2026-03')).toEqual(billed);
    expect(await firstUses(world)).toEqual(['2026-03-10 used']);
  });

  test('an earlier use that comes late moves it: days 4 to 31 = 28; backed out, it moves back; without any use it is ready again', async () => {
    const world = await opening();
    const months = await world.load('march', '1', march);
    expect(await bill(world, '2026-03')).toEqual(billed);
    await world.load('late', '2', [used('2026-03-04', 1)]);
    expect(await bill(world, '2026-04')).toEqual([
      '2026-03 data 1.00 late usage',
      '2026-03 fee 6.00 first use',
      '2026-04 fee 31.00',
    ]);
    await world.backOut('late', months);
    expect(await bill(world, '2026-05')).toEqual([
      '2026-03 data -1.00 backed-out file',
      '2026-03 fee -6.00 first use',
      '2026-05 fee 31.00',
    ]);
    await world.backOut('march', months);
    expect(await bill(world, '2026-06')).toEqual([
      '2026-03 data -5.00 backed-out file',
      '2026-03 fee -22.00 first use',
      '2026-03 once -10.00 first use',
      '2026-04 fee -31.00 first use',
      '2026-05 fee -31.00 first use',
    ]);
    expect(await firstUses(world)).toEqual([
      '2026-03-04 used',
      '2026-03-04 not used after all',
      '2026-03-10 used',
      '2026-03-10 not used after all',
    ]);
  });

  test('a file that is read anew may say otherwise: 11 March, days 11 to 31 = 21', async () => {
    const world = await opening();
    await world.load('march', '1', march);
    expect(await bill(world, '2026-03')).toEqual(billed);
    await world.load('march', '1', [used('2026-03-11', 5)], 2);
    expect(await bill(world, '2026-04')).toEqual(['2026-03 fee -1.00 first use', '2026-04 fee 31.00']);
  });

  test('rated again, nothing more is recorded', async () => {
    const world = await opening();
    await world.load('march', '1', march);
    await world.rateFirstUses(['1']);
    const before = await tail(world.ports.decisions, 0);
    await world.rateFirstUses(['1', '1']);
    expect(await tail(world.ports.decisions, 0)).toBe(before);
  });

  test.each<[string, Turn[], string[]]>([
    [
      'a person says it is active before: days 8 to 31 = 24',
      [READY, { at: '2026-03-08', state: 'active' }],
      ['2026-03 data 5.00', '2026-03 fee 24.00', '2026-03 once 10.00'],
    ],
    ['it is in test', [{ ...READY, state: 'test' }], []],
    ['it was terminated before', [READY, { at: '2026-03-08', state: 'terminated' }], []],
  ])('not by its use, where %s', async (_, turns, lines) => {
    const world = await opening(turns);
    await world.load('march', '1', march);
    expect(await bill(world, '2026-03')).toEqual(lines);
    expect(await firstUses(world)).toEqual([]);
  });
});

test.each<[string, Partial<Turn>, Turn[], string[]]>([
  ['5 days: active from the 6th, 26 days', { readyDays: 5 }, [], ['26.00', '10.00']],
  ['5 days from an afternoon on: the same', { at: '2026-03-01T15:00:00+01:00', readyDays: 5 }, [], ['26.00', '10.00']],
  ['29 days, over the night to summer time: active from the 30th, 2 days', { readyDays: 29 }, [], ['2.00', '10.00']],
  ['31 days: not in March', { readyDays: 31 }, [], []],
  ['5 days, suspended before they are over', { readyDays: 5 }, [{ at: '2026-03-04', state: 'suspended' }], []],
  ['never', {}, [], []],
])('ready without use, after %s', (_, more, turns, expected) => {
  const sims = [{ id: '1', turns: [{ ...READY, ...more }, ...turns] }];
  expect(owedBy({ catalog: CATALOG, sims, months: ['2026-03'] }).map(({ amount }) => amount)).toEqual(expected);
});

test('from a usage file to the bill: rating records the first use, what was suspended is charged, as if a person had said it', async () => {
  const [operator, informed] = [await smallOperator(), await smallOperator()];
  const file = (rows: readonly string[]) => ({
    name: 'nine.csv',
    text: ['subscription,effectiveFrom,state,payer,plan,businessUnit,imsi', ...rows].join('\n'),
  });
  const nine = (state: string) => `S9,2026-10-05,${state},alpha,flex,east,262010000000009`;
  await operator.load([file([nine('ready')])]);
  await informed.load([file([nine('inventory'), 'S9,2026-10-07T10:00:00Z,active,,,,'])]);
  for (const each of [operator, informed]) {
    await each.dropFile(FILES.early);
    await each.dropFile(FILES.first);
  }
  expect(await operator.suspended()).toEqual(await informed.suspended());
  const [history] = await inventoryHistory(operator.world, 'S9');
  expect(history?.entries.filter(({ about }) => about === 'first use')).toMatchObject([
    { from: instantOf('2026-10-07T10:00:00Z', 'UTC'), says: 'used', replacedAt: 0 },
  ]);
  const billed = await operator.bill('2026-10');
  expect(billed).toEqual(await informed.bill('2026-10'));
  expect(billed.length).toBeGreaterThan(0);
});
