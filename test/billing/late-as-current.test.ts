import { describe, expect, test } from 'vitest';
import type { Draft } from '#shared/billing/draft.ts';
import { type DraftSummary, runKeys } from '#shared/billing/run.ts';
import { computeDraft } from '#shared/billing/use-cases/runs/compute-draft.ts';
import { approveRun, discardRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { accountOf } from '#shared/billing/use-cases/runs/measure-slice.ts';
import { previewAccount } from '#shared/billing/use-cases/runs/preview-account.ts';
import { runRequest } from '#shared/billing/use-cases/runs/run-state.ts';
import { readPlan } from '#shared/billing/use-cases/runs/stored-plan.ts';
import { rateUsage } from '#shared/billing/use-cases/usage/rate-usage.ts';
import { runningMonth } from '#shared/billing/use-cases/usage/running-month.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import { BERLIN, catalogWith, factsOf, SELLER, type Turn, type Use } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';
import { UNHURRIED } from './unhurried.ts';

const MB = 1_000_000;
const POOL = '[{ id: fleet, name: Fleet, kind: flexible, pool: fleet, size: 300 MB, covers: [data] }]';
const TIERS = '{ model: graduated, tiers: [{ upTo: 100, price: 1.00 }, { price: 0.10 }] }';

interface Plan {
  readonly price?: string;
  readonly allowances?: string;
  readonly late?: string;
  readonly rounding?: string;
}
const version = (from: string, { price = '0.02', allowances = POOL, late = 'current', rounding = '' }: Plan) =>
  `{ from: ${from}, late: ${late}, allowances: ${allowances}, charges: [{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }, { kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: ${price} ${rounding} }] }`;
const plan = (...versions: readonly string[]) =>
  `  - { id: a, name: a, currency: EUR, zoneModel: zones, versions: [${versions.join(', ')}] }\n`;
const used = (date: string, megabytes: number, more: Partial<Use> = {}): Use => ({
  at: `${date}T12:00:00Z`,
  bytes: megabytes * MB,
  ...more,
});

async function opening(
  text: string,
  turns: readonly Turn[] = [{ at: '2026-01-01', state: 'active', plan: 'a' }],
  timeZone = BERLIN,
): Promise<MemoryWorld> {
  const world = await memoryWorld(catalogWith(text), { backBillingMonths: 2 });
  const facts = factsOf('1', [{ at: '2020-01-01', has: 'imsi#1', payer: '' }, ...turns], timeZone);
  await world.record([accountFact('p', { timeZone }), ...facts.map(({ fact }) => fact)]);
  return world;
}
const draftIn = async ({ ports }: MemoryWorld, run: string) => {
  const summary = await ports.decisions.get<DraftSummary>(runKeys.draft(run, 'p'));
  return (await readContent(ports.objects, summary!.draft)) as Draft;
};
const told = ({ documents }: Draft) =>
  documents.flatMap(({ lines }) =>
    lines
      .filter(({ line }) => line.charge !== 'fee')
      .map(({ line, net, reason }) => `${line.period.from.slice(0, 7)} ${line.charge} ${net} ${reason}`.trim()),
  );
const runs = new WeakMap<MemoryWorld, string[]>();
async function bill(world: MemoryWorld, month: string): Promise<string[]> {
  world.setClock(`2026-${String(Number(month.slice(5)) + 1).padStart(2, '0')}-02`);
  const run = await world.bill(month);
  runs.set(world, [...(runs.get(world) ?? []), run]);
  return told(await draftIn(world, run));
}

/** Every draft billed so far is the same when it is computed again, after the link it followed. */
async function expectSameAgain(world: MemoryWorld): Promise<void> {
  for (const run of runs.get(world) ?? []) {
    const { position, payers } = await readPlan(world.ports, run);
    const [planned] = payers;
    const request = await runRequest(world.ports.decisions, run);
    const view = await accountOf(world.ports.projections, 'p', position, planned!.chargeCutOff, SELLER);
    const question = { request, planned: planned!, position, view, period: planned!.period! };
    expect(await computeDraft(world.ports, question)).toEqual(await draftIn(world, run));
  }
}

describe('usage that is loaded when its period is billed already (pricing rules §4)', () => {
  // January: 280 of 300 used. Then 50 more of January come late, and February uses 260.
  test.each([
    ['rerate', '2026-01 data 0.60 late usage', '280 + 50 − 300 = 30 of January at 0.02'],
    ['current', '2026-02 data 0.20', '260 + 50 − 300 = 10 of February at 0.02'],
  ])('late: %s bills %s (%s)', async (late, expected) => {
    const world = await opening(plan(version('2020-01-01', { late })));
    await world.load('january', '1', [used('2026-01-10', 280)]);
    expect(await bill(world, '2026-01')).toEqual([]);
    await world.load('late', '1', [used('2026-01-25', 50)]);
    await world.load('february', '1', [used('2026-02-10', 260)]);
    expect(await bill(world, '2026-02')).toEqual([expected]);
    expect(await bill(world, '2026-03')).toEqual([]);
  });

  test('it counts in the tiers of the open period: 60 of February and 50 of January are 100 at 1.00 and 10 at 0.10', async () => {
    const world = await opening(plan(version('2020-01-01', { price: TIERS, allowances: '[]' })));
    await world.load('january', '1', [used('2026-01-10', 100)]);
    expect(await bill(world, '2026-01')).toEqual(['2026-01 data 100.00']);
    await world.load('late', '1', [used('2026-01-25', 50)]);
    await world.load('february', '1', [used('2026-02-10', 60)]);
    expect(await bill(world, '2026-02')).toEqual(['2026-02 data 100.00', '2026-02 data 1.00']);
  });

  test('the price is that of its instant: 50 of January at 0.02, 10 of February at 1.00', async () => {
    const prices = [
      version('2020-01-01', { allowances: '[]' }),
      version('2026-02-01', { price: '1', allowances: '[]' }),
    ];
    const world = await opening(plan(...prices));
    expect(await bill(world, '2026-01')).toEqual([]);
    await world.load('late', '1', [used('2026-01-25', 50)]);
    await world.load('february', '1', [used('2026-02-10', 10)]);
    expect(await bill(world, '2026-02')).toEqual(['2026-02 data 1.00', '2026-02 data 10.00']);
  });

  test('who paid at its instant pays, on the first bill after it came', async () => {
    const turns: Turn[] = [
      { at: '2026-01-01', state: 'active', plan: 'a' },
      { at: '2026-02-01', payer: 'q', plan: 'a' },
    ];
    const world = await opening(plan(version('2020-01-01', { allowances: '[]' })), turns);
    expect(await bill(world, '2026-01')).toEqual([]);
    await world.load('late', '1', [used('2026-01-25', 50), used('2026-02-05', 7)]);
    expect(await bill(world, '2026-02')).toEqual(['2026-02 data 1.00']);
  });

  test('backed out, it is the reason for the line of the period it counted in, though the plan counts late usage otherwise by then', async () => {
    const versions = [
      version('2020-01-01', { allowances: '[]' }),
      version('2026-02-01', { allowances: '[]', late: 'rerate' }),
    ];
    const world = await opening(plan(...versions), undefined, 'UTC');
    expect(await bill(world, '2026-01')).toEqual([]);
    const months = await world.load('late', '1', [used('2026-01-25', 50)]);
    expect(await bill(world, '2026-02')).toEqual(['2026-02 data 1.00']);
    await world.backOut('late', months);
    expect(await bill(world, '2026-03')).toEqual(['2026-02 data -1.00 backed-out file']);
  });

  test('backed out when the period it counted in is frozen, nothing moves', async () => {
    const world = await opening(plan(version('2020-01-01', { allowances: '[]' })));
    await world.load('january', '1', [used('2026-01-10', 100)]);
    expect(await bill(world, '2026-01')).toEqual(['2026-01 data 2.00']);
    const months = await world.load('late', '1', [used('2026-01-25', 50)]);
    expect(await bill(world, '2026-02')).toEqual(['2026-02 data 1.00']);
    for (const month of ['2026-03', '2026-04']) expect(await bill(world, month)).toEqual([]);
    await world.backOut('late', months);
    expect(await bill(world, '2026-05')).toEqual([]);
  });

  test('backed out, it is taken off the period it counted in, also when its own is frozen by then', async () => {
    const world = await opening(plan(version('2020-01-01', { allowances: '[]' })));
    await world.load('january', '1', [used('2026-01-10', 100)]);
    await bill(world, '2026-01');
    const months = await world.load('late', '1', [used('2026-01-25', 50)]);
    expect(await bill(world, '2026-02')).toEqual(['2026-02 data 1.00']);
    expect(await bill(world, '2026-03')).toEqual([]);
    await world.backOut('late', months);
    expect(await bill(world, '2026-04')).toEqual(['2026-02 data -1.00 backed-out file']);
  });

  test('of months before the first that is not frozen it is taken off as well, where nothing else moved', async () => {
    const world = await opening(plan(version('2020-01-01', { allowances: '[]' })));
    await bill(world, '2026-01');
    await bill(world, '2026-02');
    const months = await world.load('late', '1', [used('2026-01-25', 50)]);
    expect(await bill(world, '2026-03')).toEqual(['2026-03 data 1.00']);
    expect(await bill(world, '2026-04')).toEqual([]);
    await world.backOut('late', months);
    expect(await bill(world, '2026-05')).toEqual(['2026-03 data -1.00 backed-out file']);
    await expectSameAgain(world);
  });

  test('nor is what else came late for months that are frozen by then, whichever came first, and what came in time beside it', async () => {
    const world = await opening(plan(version('2020-01-01', { allowances: '[]' })));
    await world.load('february', '1', [used('2026-02-10', 10)]);
    await world.load('january', '1', [used('2026-01-10', 100)]);
    expect(await bill(world, '2026-01')).toEqual(['2026-01 data 2.00']);
    expect(await bill(world, '2026-02')).toEqual(['2026-02 data 0.20']);
    await world.load('late', '1', [used('2026-02-25', 20), used('2026-01-25', 50)]);
    const months = await world.load('wrong', '1', [used('2026-01-26', 30)]);
    expect(await bill(world, '2026-03')).toEqual(['2026-03 data 2.00']);
    expect(await bill(world, '2026-04')).toEqual([]);
    await world.backOut('wrong', months);
    expect(await bill(world, '2026-05')).toEqual(['2026-03 data -0.60 backed-out file']);
  });

  test('nor is usage of the last hours of January in New York, which are of February where months are those of UTC', async () => {
    const turns: Turn[] = [{ at: '2026-01-01', state: 'active', plan: 'a' }];
    const world = await opening(plan(version('2020-01-01', { allowances: '[]' })), turns, 'America/New_York');
    await bill(world, '2026-01');
    await bill(world, '2026-02');
    await world.load('late', '1', [{ at: '2026-02-01T04:00:00Z', bytes: 50 * MB }]);
    const months = await world.load('wrong', '1', [used('2026-02-26', 30)]);
    expect(await bill(world, '2026-03')).toEqual(['2026-03 data 1.60']);
    expect(await bill(world, '2026-04')).toEqual([]);
    await world.backOut('wrong', months);
    expect(await bill(world, '2026-05')).toEqual(['2026-03 data -0.60 backed-out file']);
  });

  test('a late file read anew counts where it counted; one that was in time, in its own period', async () => {
    const world = await opening(plan(version('2020-01-01', { allowances: '[]' })));
    await world.load('january', '1', [used('2026-01-10', 100)]);
    expect(await bill(world, '2026-01')).toEqual(['2026-01 data 2.00']);
    await world.load('late', '1', [used('2026-01-25', 50)]);
    expect(await bill(world, '2026-02')).toEqual(['2026-02 data 1.00']);
    await world.load('late', '1', [used('2026-01-25', 60)], 2);
    await world.load('january', '1', [used('2026-01-10', 150)], 2);
    expect(await bill(world, '2026-03')).toEqual([
      '2026-01 data 1.00 file read anew',
      '2026-02 data 0.20 file read anew',
    ]);
  });

  test('what went away of others in a month that is measured anew is no reason', async () => {
    const world = await opening(plan(version('2020-01-01', { allowances: '[]' })));
    await world.load('january', '1', [used('2026-01-10', 150)]);
    const months = await world.load('others', '2', [used('2026-01-10', 20)]);
    expect(await bill(world, '2026-01')).toEqual(['2026-01 data 3.00']);
    await world.backOut('others', months);
    await world.load('january', '1', [used('2026-01-10', 100)], 2);
    expect(await bill(world, '2026-02')).toEqual(['2026-01 data -1.00 file read anew']);
  });

  test('an aggregate that grows counts where it first counted', async () => {
    const world = await opening(plan(version('2020-01-01', { allowances: '[]' })));
    const day = (bytes: number): Use => ({
      ...used('2026-01-10', bytes),
      at: '2026-01-10',
      precision: 'day',
      event: 'd',
    });
    await world.load('first', '1', [day(100)]);
    expect(await bill(world, '2026-01')).toEqual(['2026-01 data 2.00']);
    await world.load('again', '1', [day(150)]);
    expect(await bill(world, '2026-02')).toEqual(['2026-01 data 1.00 late usage']);
  });

  test('a discarded run makes nothing late', async () => {
    const world = await opening(plan(version('2020-01-01', { allowances: '[]' })));
    world.setClock('2026-02-02');
    const opened = await world.open('2026-01');
    await world.work();
    if (opened.outcome === 'refused') throw new Error(opened.reason);
    await world.load('late', '1', [used('2026-01-25', 50)]);
    await discardRun(world.ports, opened.run, 'x', 'wrong');
    expect(await bill(world, '2026-01')).toEqual(['2026-01 data 1.00']);
  });

  test('what comes between a run’s planning and its posting is late by that run', async () => {
    const world = await opening(plan(version('2020-01-01', { allowances: '[]' })));
    world.setClock('2026-02-02');
    const opened = await world.open('2026-01');
    await world.work();
    if (opened.outcome === 'refused') throw new Error(opened.reason);
    await world.load('late', '1', [used('2026-01-25', 50)]);
    await approveRun(world.ports, opened.run, 'approver', true);
    await postRun(world.ports, opened.run);
    await world.work();
    expect(await bill(world, '2026-02')).toEqual(['2026-02 data 1.00']);
  });

  test('what was frozen as it came is billed nowhere; what is frozen later stays where it counted', async () => {
    const world = await opening(plan(version('2020-01-01', { allowances: '[]' })));
    for (const month of ['2026-01', '2026-02', '2026-03']) await bill(world, month);
    await world.load('too late', '1', [used('2026-01-25', 50)]);
    await world.load('late', '1', [used('2026-02-25', 70)]);
    expect(await bill(world, '2026-04')).toEqual(['2026-04 data 1.40']);
    await bill(world, '2026-05');
    await world.load('april', '1', [used('2026-04-10', 10)]);
    expect(await bill(world, '2026-06')).toEqual(['2026-06 data 0.20']);
    await world.record(factsOf('1', [{ at: '2026-04-20', unit: 'x', plan: 'a' }], BERLIN).map(({ fact }) => fact));
    expect(await bill(world, '2026-07')).toEqual([]);
  });

  test('a posted draft can be computed again by what it followed, whatever was posted since', async () => {
    const world = await opening(plan(version('2020-01-01', {})));
    await world.load('january', '1', [used('2026-01-10', 280)]);
    await bill(world, '2026-01');
    await world.load('late', '1', [used('2026-01-25', 50)]);
    await world.load('february', '1', [used('2026-02-10', 260)]);
    await bill(world, '2026-02');
    await world.load('later', '1', [used('2026-01-26', 5), used('2026-02-26', 5)]);
    await bill(world, '2026-03');
    await expectSameAgain(world);
  });

  test('a preview counts it in the month that runs, and the line says how much of it was used before', async () => {
    const world = await opening(plan(version('2020-01-01', { allowances: '[]' })));
    await bill(world, '2026-01');
    await world.load('late', '1', [used('2026-01-25', 50)]);
    await world.load('february', '1', [used('2026-02-01', 30)]);
    const { documents } = await previewAccount(world.ports, 'p');
    const lines = documents.flatMap((document) => document.lines.map(({ line }) => line));
    expect(
      lines.filter(({ charge }) => charge === 'data').map(({ amount, arithmetic }) => ({ amount, ...arithmetic })),
    ).toEqual([expect.objectContaining({ amount: '1.60', quantity: '80000000', late: '50000000' })]);
  });

  test('the running month has it: 50 of January and 30 of February at 0.02, beside the fee', async () => {
    const world = await opening(plan(version('2020-01-01', { allowances: '[]' })));
    const inventory = await tail(world.ports.decisions, 0);
    await bill(world, '2026-01');
    await world.load('late', '1', [used('2026-01-25', 50)]);
    await world.load('february', '1', [used('2026-02-01', 30)]);
    world.setClock('2026-02-20');
    const rating = { ...world.ports, queues: { send: async () => undefined }, keepMonths: 12 };
    await rateUsage(rating, [{ file: '', generation: 0, chunk: -1, position: inventory }], UNHURRIED);
    expect((await runningMonth(world.ports, 'p'))?.running?.net).toEqual({ '': '4.6' });
  });

  test('rounded by the period, it is rounded with the period it counts in: 1.5 and 0.4 are 2 MB', async () => {
    const rounding = ', rounding: period, increment: 1 MB';
    const world = await opening(plan(version('2020-01-01', { price: '1', allowances: '[]', rounding })));
    await bill(world, '2026-01');
    await world.load('late', '1', [used('2026-01-25', 1.5)]);
    await world.load('february', '1', [used('2026-02-10', 0.4)]);
    expect(await bill(world, '2026-02')).toEqual(['2026-02 data 2.00']);
  });

  test('a session of which some was billed begins anew in it, once: 10 and 20 MB of 60, and one fee', async () => {
    const rounding = ', rounding: session, increment: 60 MB, connectionFee: 0.10';
    const world = await opening(plan(version('2020-01-01', { price: '1', allowances: '[]', rounding })));
    await world.load('january', '1', [used('2026-01-25', 30, { session: 7 })]);
    expect(await bill(world, '2026-01')).toEqual(['2026-01 data#fee 0.10', '2026-01 data 60.00']);
    await world.load('late', '1', [used('2026-01-25', 10, { session: 7 }), used('2026-01-26', 20, { session: 7 })]);
    expect(await bill(world, '2026-02')).toEqual(['2026-02 data#fee 0.10', '2026-02 data 60.00']);
  });
});

test('an add-on does not say what becomes of late usage: its plan does', () => {
  const addOn = plan(version('2020-01-01', {})).replace('id: a, name: a', 'id: b, name: b, kind: addOn');
  expect(() => catalogWith(plan(version('2020-01-01', {})) + addOn)).toThrow('none in an add-on');
});
