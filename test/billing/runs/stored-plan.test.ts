import { describe, expect, test } from 'vitest';
import { type RunPlan, runKeys } from '#shared/billing/run.ts';
import {
  plannedPayer,
  readPlan,
  readPlanHead,
  readPlanOf,
  readSlice,
  writePlan,
} from '#shared/billing/use-cases/runs/stored-plan.ts';
import { writeContent } from '#shared/commit-log/use-cases/content.ts';
import { memoryDecisions } from '#shared/memory/decisions.ts';
import { memoryObjects } from '#shared/memory/objects.ts';

const RUN = 'acme-c01-2026-03-1';

/** A plan of so many payers with one subscription each, in slices of a thousand. */
function planOf(payers: number): RunPlan {
  const names = Array.from({ length: payers }, (_, place) => `payer-${String(place).padStart(5, '0')}`);
  const planned = names.map((payer, place) => ({
    payer,
    predecessor: place % 3,
    usageCutOff: 1_790_000_000,
    chargeCutOff: 1_790_000_000,
    measureFrom: '2026-03-01',
    measureThrough: '2026-03-01',
    slices: [Math.floor(place / 1000)],
  }));
  const slices = Array.from({ length: Math.ceil(payers / 1000) }, (_, slice) => ({
    slice,
    parts: names.slice(slice * 1000, slice * 1000 + 1000).map((payer) => ({ payer, shards: ['ab'] })),
  }));
  const leftOut = [{ payer: 'other', reason: 'is a customer of others' }];
  return { position: 7, catalog: { key: 'c', sha256: 'c' }, accounts: payers + 2, payers: planned, leftOut, slices };
}

/** Stores in which a plan is decided, and what is read of them. */
async function kept(plan: RunPlan, write: typeof writePlan) {
  const stored = memoryObjects({ now: () => 0 });
  const reads: string[] = [];
  const objects: typeof stored = {
    ...stored,
    get: async (store, key) => {
      reads.push(key);
      return stored.get(store, key);
    },
  };
  const ports = { decisions: memoryDecisions(), objects };
  await ports.decisions.putIfAbsent(runKeys.plan(RUN), await write(ports, RUN, plan));
  return { ports, reads };
}

const whole: typeof writePlan = ({ objects }, run, plan) => writeContent(objects, `runs/${run}/plan`, plan);

describe.each([
  ['in parts', writePlan],
  ['whole, as it was before there were parts', whole],
])('a plan that is kept %s', (_, write) => {
  const plan = planOf(2500);

  test('is read as it was written', async () => {
    const { ports } = await kept(plan, write);
    expect(await readPlan(ports, RUN)).toEqual(plan);
    expect(await readPlanHead(ports, RUN)).toMatchObject({ position: 7, catalog: plan.catalog, payerCount: 2500 });
  });

  test('tells a child of its own payers', async () => {
    const { ports } = await kept(plan, write);
    const told = await readPlanOf(ports, RUN, ['payer-00000', 'payer-01999', 'payer-02499', 'nobody', 'zoe']);
    expect([...told.payers.keys()]).toEqual(['payer-00000', 'payer-01999', 'payer-02499']);
    expect(plannedPayer(told, 'payer-01999')).toEqual(plan.payers[1999]);
    expect(() => plannedPayer(told, 'payer-00001')).toThrow('account payer-00001 is not in this run');
  });

  test('hands out its slices', async () => {
    const { ports } = await kept(plan, write);
    const { slices } = await readPlanHead(ports, RUN);
    const read = await Promise.all(slices.map((slice) => readSlice(ports.objects, slice)));
    expect(read).toEqual(plan.slices);
  });
});

test('a child reads the parts its payers are in, and a slice is told in a few bytes, however many payers there are', async () => {
  const { ports, reads } = await kept(planOf(20_000), writePlan);
  await readPlanOf(ports, RUN, ['payer-07999', 'payer-08000', 'payer-08001']);
  expect(reads.length).toBe(3);
  const { slices } = await readPlanHead(ports, RUN);
  expect(slices.length).toBe(20);
  for (const slice of slices) expect(JSON.stringify(slice).length).toBeLessThan(250);
});

test('a run that has no plan yet says so', async () => {
  const { ports } = await kept(planOf(1), writePlan);
  await expect(readPlan(ports, 'acme-c01-2026-04-1')).rejects.toThrow(
    'run acme-c01-2026-04-1 has not been planned yet',
  );
});

test('a plan of nobody is read as one', async () => {
  const { ports } = await kept({ ...planOf(0), leftOut: [] }, writePlan);
  expect(await readPlan(ports, RUN)).toMatchObject({ payers: [], leftOut: [], slices: [] });
  expect((await readPlanOf(ports, RUN, ['p'])).payers.size).toBe(0);
});
