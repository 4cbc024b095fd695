import { describe, expect, test } from 'vitest';
import { closeDraft, draftReport } from '#shared/billing/use-cases/runs/close-draft.ts';
import { invoicePayers } from '#shared/billing/use-cases/runs/invoice-payers.ts';
import { measureSlice } from '#shared/billing/use-cases/runs/measure-slice.ts';
import { planRun } from '#shared/billing/use-cases/runs/plan-run.ts';
import { readPlan, readPlanHead } from '#shared/billing/use-cases/runs/stored-plan.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, planOf } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld, UNPROVED } from './memory-world.ts';
import { countingWorld, readingWorld } from './reading-world.ts';
import { simOf } from './sim.ts';

const CATALOG = catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }]'));
const PAYERS = ['p', 'q', 'r', 's', 't'];
const RUN = 'acme-c01-2026-03-1';

/** A world in which February is posted for some payers, and March is opened. */
async function opened(payers: readonly string[]): Promise<MemoryWorld> {
  const world = await memoryWorld(CATALOG);
  await world.record(payers.flatMap((payer) => [accountFact(payer), ...simOf(payer)]));
  world.setClock('2026-03-03');
  await world.bill('2026-02');
  await world.record([accountFact('late', { billingDay: 2 })]);
  world.setClock('2026-04-03');
  await world.open('2026-03');
  world.killWorkflows();
  return world;
}

/** The same, and March is measured, in slices of one or two payers. */
async function measured(): Promise<MemoryWorld> {
  const world = await opened(PAYERS);
  await planRun(world.ports, RUN);
  for (const slice of (await readPlan(world.ports, RUN)).slices) await measureSlice(world.ports, RUN, slice);
  return world;
}

describe('a plan', () => {
  test('reads the log as often for many payers as for one', async () => {
    const reads: number[] = [];
    for (const payers of [PAYERS, ['p']]) {
      const { ports, times } = countingWorld(await opened(payers));
      await planRun(ports, RUN);
      reads.push(times(/^log#/));
    }
    expect(reads[0]).toBe(reads[1]);
  });

  test.each([
    [1, 1, 1],
    [5, 3, 1],
    [60, 30, 2],
  ])(
    'of %i accounts hands the workflow %i slices and %i batches: by themselves where one child does the work',
    async (accounts, slices, batches) => {
      const payers = Array.from({ length: accounts }, (_, place) => `p${String(place).padStart(2, '0')}`);
      const world = await opened(payers);
      const planned = await planRun(world.ports, RUN);
      expect(planned).toEqual({
        runId: RUN,
        sliceCount: slices,
        slicesKey: `runs/${RUN}/slices.json`,
        slice: slices === 1 ? (await readPlanHead(world.ports, RUN)).slices[0] : null,
        payerBatchCount: batches,
        payersKey: `runs/${RUN}/payers.json`,
        payers: batches === 1 ? { batch: 0, payers } : null,
      });
      const body = await world.ports.objects.get('work', planned.payersKey);
      const kept = JSON.parse(new TextDecoder().decode(body)) as { payers: string[] }[];
      expect(kept.flatMap((each) => each.payers)).toEqual(payers);
      expect(await planRun(world.ports, RUN)).toEqual(planned);
    },
  );

  test('leaves out who becomes a customer as the period ends', async () => {
    const world = await opened(['p']);
    await world.record([accountFact('new', { effectiveFrom: instantOf('2026-04-01', BERLIN) })]);
    await planRun(world.ports, RUN);
    expect((await readPlan(world.ports, RUN)).leftOut).toEqual([{ payer: 'new', reason: 'begins after the period' }]);
  });

  test('says which slices measure a payer', async () => {
    const world = await opened(PAYERS);
    await world.record(['u', 'v', 'w'].flatMap((id) => simOf('q', id)));
    await planRun(world.ports, RUN);
    const { payers, slices } = await readPlan(world.ports, RUN);
    for (const { payer, slices: numbers } of payers) {
      const holding = slices.filter(({ parts }) => parts.some((part) => part.payer === payer));
      expect(numbers).toEqual(holding.map(({ slice }) => slice));
    }
    expect(payers.find(({ payer }) => payer === 'q')?.slices.length).toBeGreaterThan(1);
  });
});

describe('a batch of payers', () => {
  test('is drafted on what is read once: request, plan, catalogue, and the log since the links', async () => {
    const world = await measured();
    const { ports, times } = countingWorld(world);
    expect(await invoicePayers(ports, RUN, PAYERS, UNPROVED)).toEqual([]);
    expect(times(/^run#.* opened$/)).toBe(1);
    expect(times(/^run#.* plan$/)).toBe(1);
    expect(times(/^catalog/)).toBe(1);
    expect(times(/^log#/)).toBe(1);
    expect((await draftReport(world.ports, RUN)).documents).toBe(PAYERS.length);
  });

  test('a slice reads its world and its catalogue once, however many payers it has', async () => {
    const world = await measured();
    const { ports, times } = countingWorld(world);
    const [slice] = (await readPlan(world.ports, RUN)).slices;
    expect(slice?.parts.length).toBe(2);
    await measureSlice(ports, RUN, slice!);
    expect(times(/^catalog/)).toBe(1);
    expect(times(/^log#/)).toBe(1);
  });

  test('one whose proof fails is left out with the reason, and the others are drafted', async () => {
    const world = await measured();
    const failed = await invoicePayers(world.ports, RUN, PAYERS, {
      byItself: async ({ payer }, seller) => {
        if (payer === 'q') throw new Error(`${seller.id} has no paper for ${payer}`);
      },
      byWorld: async ({ payer }) => (payer === 'r' ? 'r has been paid' : ''),
    });
    expect(failed).toEqual([
      { payer: 'q', reason: 'acme has no paper for q' },
      { payer: 'r', reason: 'r has been paid' },
    ]);
    const report = await draftReport(world.ports, RUN);
    expect(report.inError).toEqual(failed);
    expect(report.drafts.map(({ payer }) => payer)).toEqual(['p', 's', 't']);
  });

  test('one that was not measured is left out and says so', async () => {
    const { ports } = await measured();
    const get: typeof ports.objects.get = async (store, key) =>
      key.includes('/sums/r/') ? undefined : ports.objects.get(store, key);
    const failed = await invoicePayers({ ...ports, objects: { ...ports.objects, get } }, RUN, PAYERS, UNPROVED);
    expect(failed.map(({ payer }) => payer)).toEqual(['r']);
    expect(failed[0]?.reason).toContain('slice 1 of its subscriptions was not measured');
  });

  test.each([
    ['an object', /\/sums\/q\//],
    ['a link', /^link#acme#q /],
    ['the draft before', /\/drafts\/q\//],
  ])('when reading %s fails, nobody is at fault: it throws and is tried again', async (_, pattern) => {
    const world = await measured();
    const broken = readingWorld(world, (key) => {
      if (pattern.test(key)) throw new Error('the store does not answer');
    });
    await expect(invoicePayers(broken, RUN, PAYERS, UNPROVED)).rejects.toThrow('does not answer');
    const reasons = (await draftReport(world.ports, RUN)).inError.map(({ reason }) => reason);
    expect(new Set(reasons)).toEqual(new Set(['has not been drafted']));
    expect(await invoicePayers(world.ports, RUN, PAYERS, UNPROVED)).toEqual([]);
    expect((await draftReport(world.ports, RUN)).inError).toEqual([]);
  });

  test('drafted again, nothing is read but that it is there', async () => {
    const world = await measured();
    await invoicePayers(world.ports, RUN, PAYERS, UNPROVED);
    const { ports, times } = countingWorld(world);
    expect(await invoicePayers(ports, RUN, PAYERS, UNPROVED)).toEqual([]);
    expect(times(/./)).toBe(PAYERS.length);
  });
});

test('an event names the first accounts of a draft and counts all, so that it has room for it', async () => {
  const payers = Array.from({ length: 60 }, (_, place) => `p${String(place).padStart(2, '0')}`);
  const world = await opened(payers);
  await planRun(world.ports, RUN);
  expect((await readPlanHead(world.ports, RUN)).payerCount).toBe(60);
  for (const slice of (await readPlan(world.ports, RUN)).slices) await measureSlice(world.ports, RUN, slice);
  const byItself = async () => {
    throw new Error('no paper '.repeat(1000));
  };
  await invoicePayers(world.ports, RUN, payers.slice(1), { ...UNPROVED, byItself });
  await closeDraft({ ...world.ports, approval: 'person', reckon: async () => null }, RUN);
  const told = world.published.find(({ id }) => id === `${RUN} drafted`)?.detail as Record<string, unknown>;
  expect(told).toMatchObject({ payers: 60, accounts: { inError: 60, leftOut: 0, unexplained: 0 } });
  expect((told.inError as unknown[]).length).toBe(50);
  expect((told.inError as unknown[]).slice(0, 2)).toEqual([
    { payer: 'p00', reason: 'has not been drafted' },
    { payer: 'p01', reason: 'no paper '.repeat(112).slice(0, 1000) },
  ]);
  expect(JSON.stringify(told).length).toBeLessThan(100_000);
  const failed = (told.checks as { payers: string[]; accounts: number }[]).find(({ accounts }) => accounts === 60);
  expect(failed?.payers).toHaveLength(50);
  await world.open('2026-02', { terms: { isRest: true } });
  await world.work();
  const rest = world.published.find(({ id }) => id === 'acme-c01-2026-02-2 drafted')?.detail as typeof told;
  expect(rest).toMatchObject({ payers: 0, accounts: { leftOut: 60 }, leftOut: { length: 50 } });
});
