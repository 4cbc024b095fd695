import { describe, expect, test } from 'vitest';
import { failuresPrefix, type RunRequest, runKeys, sumsKey } from '#shared/billing/run.ts';
import {
  closeDraft,
  type DraftReport,
  draftReport,
  recordFailure,
} from '#shared/billing/use-cases/runs/close-draft.ts';
import { approveRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { invoicePayers } from '#shared/billing/use-cases/runs/invoice-payers.ts';
import { accountOf, measureSlice } from '#shared/billing/use-cases/runs/measure-slice.ts';
import { planRun } from '#shared/billing/use-cases/runs/plan-run.ts';
import { runStates } from '#shared/billing/use-cases/runs/run-state.ts';
import { readPlan, readPlanHead, writePlan } from '#shared/billing/use-cases/runs/stored-plan.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
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

  test('leaves out who was said to be a customer, and by now is said never to have been', async () => {
    const world = await opened(['p']);
    await world.record([accountFact('other')]);
    await world.record([accountFact('other', { seller: 'beta' })]);
    await planRun(world.ports, RUN);
    expect((await readPlan(world.ports, RUN)).leftOut).toEqual([{ payer: 'other', reason: 'is a customer of beta' }]);
  });

  test('leaves out an account that is recorded while it is made', async () => {
    const world = await opened(['p']);
    const { projections } = world.ports;
    const query: typeof projections.query = async (partition, range) => {
      if (partition.startsWith('cycle#')) await world.record([accountFact('new')]);
      return projections.query(partition, range);
    };
    await planRun({ ...world.ports, projections: { ...projections, query } }, RUN);
    expect((await readPlan(world.ports, RUN)).leftOut).toEqual([
      { payer: 'new', reason: 'no account is known by this position' },
    ]);
  });

  test.each([
    ['with one subscription each share a slice of 7', 'sim-p', [['p', 'q']]],
    ['of which one has two in a shard have a slice each', 'sim-p-541', [['p'], ['q']]],
  ])('of two accounts: those %s, each of them counted as five more', async (_, subscription, expected) => {
    const world = await opened(['p', 'q']);
    await world.record(simOf('p', subscription));
    await planRun(world.ports, RUN);
    const { slices } = await readPlan(world.ports, RUN);
    expect(slices.map(({ parts }) => parts.map(({ payer }) => payer))).toEqual(expected);
  });

  test('that does not say how many accounts there were is of those it bills and leaves out', async () => {
    const world = await opened(PAYERS);
    await world.record([accountFact('new', { effectiveFrom: instantOf('2026-04-01', BERLIN) })]);
    await planRun(world.ports, RUN);
    const { accounts, ...before } = await readPlan(world.ports, RUN);
    expect(accounts).toBe(6);
    await world.ports.decisions.putIfAbsent(runKeys.plan('before'), await writePlan(world.ports, 'before', before));
    const opening = (await world.ports.decisions.get<RunRequest>(runKeys.opened(RUN)))!;
    await world.ports.decisions.putIfAbsent(runKeys.opened('before'), opening);
    const { checks } = await draftReport(world.ports, 'before');
    expect(checks.find(({ check }) => check === 'accounts')).toMatchObject({ state: 'green', terms: { accounts: 6 } });
  });

  test('that does not say behind which position a payer was last billed has its link looked up', async () => {
    const world = await measured();
    const { ports } = world;
    const { payers, ...plan } = await readPlan(ports, RUN);
    const before = { ...plan, payers: payers.map(({ since: _, ...payer }) => payer) };
    await ports.decisions.putIfAbsent(runKeys.plan('before'), await writePlan(ports, 'before', before));
    const opening = (await ports.decisions.get<RunRequest>(runKeys.opened(RUN)))!;
    await ports.decisions.putIfAbsent(runKeys.opened('before'), opening);
    for (const slice of plan.slices) await measureSlice(ports, 'before', slice);
    const sumsIn = async (run: string) =>
      JSON.parse(new TextDecoder().decode(await ports.objects.get('work', sumsKey(run, 'p', 0))));
    expect(await sumsIn('before')).toEqual(await sumsIn(RUN));
  });

  test('is of accounts that were ever the seller’s customers', async () => {
    const world = await opened(['p']);
    await expect(accountOf(world.ports.projections, 'q', 2, 0, 'acme')).rejects.toThrow(
      'no account q of acme is known at position 2',
    );
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

  test('a slice reads its world, its catalogue and what came since the last links once, however many payers it has', async () => {
    const world = await measured();
    const { ports, times } = countingWorld(world);
    const [slice] = (await readPlan(world.ports, RUN)).slices;
    expect(slice?.parts.length).toBe(2);
    await measureSlice(ports, RUN, slice!);
    expect(times(/^catalog/)).toBe(1);
    expect(times(/^log#/)).toBe(2);
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

  test('one of whose failure the reason is gone by now is in error all the same', async () => {
    const world = await measured();
    const { ports } = world;
    await recordFailure(ports.objects, RUN, 'payer-p', { payers: ['p'], error: 'no paper' });
    expect((await draftReport(ports, RUN)).inError[0]).toEqual({ payer: 'p', reason: 'no paper' });
    const get: typeof ports.objects.get = async (store, key) =>
      key.startsWith(failuresPrefix(RUN)) ? undefined : ports.objects.get(store, key);
    const { inError } = await draftReport({ ...ports, objects: { ...ports.objects, get } }, RUN);
    expect(inError).toEqual(PAYERS.map((payer) => ({ payer, reason: 'has not been drafted' })));
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

describe('a draft that comes once its run is closed, of a child that was taken for dead', () => {
  const REST = ['p', 'q', 'r', 's'];
  const LATE = { payer: 't', reason: 'has not been drafted' };
  const close = (world: MemoryWorld, ports: Partial<MemoryWorld['ports']>) =>
    closeDraft({ ...world.ports, ...ports, approval: 'person', reckon: async () => null }, RUN);

  test('is not shown and not posted: its account is in error, and is billed alone', async () => {
    const world = await measured();
    await invoicePayers(world.ports, RUN, REST, UNPROVED);
    const closed = await close(world, {});
    expect(closed.inError).toEqual([LATE]);
    expect(await invoicePayers(world.ports, RUN, PAYERS, UNPROVED)).toEqual([]);
    expect(await draftReport(world.ports, RUN)).toEqual(closed);
    expect((await approveRun(world.ports, RUN, 'approver', false)).outcome).toBe('done');
    await postRun(world.ports, RUN);
    await world.work();
    expect((await allDocuments(world.ports, RUN)).map(({ payer }) => payer)).toEqual(REST);
    const alone = await world.bill('2026-03', { cycle: 0, account: 't' });
    expect((await allDocuments(world.ports, alone)).map(({ payer }) => payer)).toEqual(['t']);
  });

  test('counts where the first to close the run saw it: whoever closes it as well says the same', async () => {
    const world = await measured();
    await invoicePayers(world.ports, RUN, REST, UNPROVED);
    let first: DraftReport | undefined;
    const putIfAbsent: typeof world.ports.decisions.putIfAbsent = async (key, value) => {
      if (first === undefined) {
        await invoicePayers(world.ports, RUN, PAYERS, UNPROVED);
        first = await close(world, {});
      }
      return world.ports.decisions.putIfAbsent(key, value);
    };
    const second = await close(world, { decisions: { ...world.ports.decisions, putIfAbsent } });
    expect(second.inError).toEqual([]);
    expect(second).toEqual(first);
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
  expect((await runStates(world.ports.decisions, RUN)).at(-1)).toMatchObject({
    state: 'failed',
    by: 'draft-run',
    note: '60 accounts in error',
  });
  const { type, detail } = world.published.find(({ id }) => id === `${RUN} drafted`)!;
  const told = detail as Record<string, unknown>;
  expect(type).toBe('BillRunFailed');
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
  expect(world.published.find(({ id }) => id === 'acme-c01-2026-02-2 drafted')).toMatchObject({
    type: 'BillRunDrafted',
    detail: { payers: 0, accounts: { leftOut: 60 }, leftOut: { length: 50 } },
  });
});

test('it names the first of those whose lines moved though no fact did', async () => {
  const payers = Array.from({ length: 51 }, (_, place) => `p${String(place).padStart(2, '0')}`);
  const world = await opened(payers);
  const { ports } = world;
  await planRun(ports, RUN);
  for (const slice of (await readPlan(ports, RUN)).slices) await measureSlice(ports, RUN, slice);
  await invoicePayers(ports, RUN, payers, UNPROVED);
  const query = async (...of: Parameters<typeof ports.decisions.query>) => {
    const found = await ports.decisions.query<object>(...of);
    return found.map((each) =>
      'documents' in each.value ? { ...each, value: { ...each.value, unexplained: 1 } } : each,
    );
  };
  const decisions = { ...ports.decisions, query: query as typeof ports.decisions.query };
  const { unexplained } = await closeDraft({ ...ports, decisions, approval: 'person', reckon: async () => null }, RUN);
  expect(unexplained).toEqual(payers);
  const told = world.published.find(({ id }) => id === `${RUN} drafted`)?.detail;
  expect(told).toMatchObject({ accounts: { unexplained: 51 }, unexplained: payers.slice(0, 50) });
});
