import { expect, test } from 'vitest';
import type { MeasuredSlice } from '#shared/billing/draft-of.ts';
import { runKeys, sumsKey } from '#shared/billing/run.ts';
import { closeDraft } from '#shared/billing/use-cases/runs/close-draft.ts';
import { approveRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { invoicePayers } from '#shared/billing/use-cases/runs/invoice-payers.ts';
import { listRuns } from '#shared/billing/use-cases/runs/list-runs.ts';
import { measureSlice } from '#shared/billing/use-cases/runs/measure-slice.ts';
import { planRun } from '#shared/billing/use-cases/runs/plan-run.ts';
import { preparePosting } from '#shared/billing/use-cases/runs/prepare-posting.ts';
import { type RunProgress, runProgress, showRun } from '#shared/billing/use-cases/runs/show-run.ts';
import { readPlan } from '#shared/billing/use-cases/runs/stored-plan.ts';
import { BERLIN, catalogWith, factsOf, planOf } from '../../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld, UNPROVED } from '../memory-world.ts';
import { FEES, opening } from '../moved-account.ts';

const CATALOG = catalogWith(
  planOf(
    'a',
    '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }, { kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }]',
  ),
);
const RUN = 'acme-c01-2026-03-1';

/** February is posted for p and q, some of p's usage of it came late, and March is opened. */
async function opened(): Promise<MemoryWorld> {
  const world = await memoryWorld(CATALOG);
  const sim = (payer: string) =>
    factsOf(
      payer,
      [
        { at: '2020-01-01', has: `imsi#${payer}`, payer: '' },
        { at: '2026-02-01', state: 'active', payer, plan: 'a' },
      ],
      BERLIN,
    );
  await world.record(['p', 'q'].flatMap((payer) => [accountFact(payer), ...sim(payer).map(({ fact }) => fact)]));
  world.setClock('2026-03-03');
  await world.bill('2026-02');
  await world.load('late', 'p', [{ at: '2026-02-10T12:00:00Z', bytes: 5_000_000 }]);
  world.setClock('2026-04-03');
  await world.open('2026-03');
  return world;
}

test('a run shows how far it is: planned, drafted payer by payer, closed, posted, its documents written', async () => {
  const world = await opened();
  world.killWorkflows();
  const { ports } = world;
  const seen: string[] = [];
  const look = async () => {
    const { state, payers, drafted, posting }: RunProgress = await runProgress(ports, RUN);
    const written = posting === null ? '' : ` ${posting.rendered} of ${posting.documents}`;
    seen.push(`${state?.state} ${drafted} of ${payers}${written}`);
    expect((await showRun(ports, RUN, 1)).posting).toEqual(posting);
  };
  await look();
  await planRun(ports, RUN);
  await look();
  for (const slice of (await readPlan(ports, RUN)).slices) await measureSlice(ports, RUN, slice);
  await invoicePayers(ports, RUN, ['p'], UNPROVED);
  await look();
  await invoicePayers(ports, RUN, ['q'], UNPROVED);
  await closeDraft({ ...ports, approval: 'person', reckon: async () => null }, RUN);
  await look();
  await approveRun(ports, RUN, 'approver', true);
  await look();
  await postRun(ports, RUN);
  await preparePosting(ports, RUN);
  await look();
  await world.work();
  await look();
  expect(seen).toEqual([
    'opened 0 of 0',
    'opened 0 of 2',
    'opened 1 of 2',
    'drafted 0 of 0',
    'approved 0 of 0',
    'posting 0 of 0 0 of null',
    'posted 0 of 0 2 of 2',
  ]);
});

test('it has nothing to show but what was asked until it is planned; then documents of the first payers, with why lines moved', async () => {
  const world = await opened();
  const asked = await showRun(world.ports, RUN, 10);
  expect(asked).toEqual({
    request: expect.objectContaining({ run: RUN, month: '2026-03', by: 'opener' }),
    states: [expect.objectContaining({ state: 'opened' })],
    position: 0,
    report: null,
    posting: null,
    overtaken: [],
    untaxed: [],
    documents: [],
  });
  await world.work();
  const { position, documents, untaxed } = await showRun(world.ports, RUN, 10);
  expect(position).toBe((await readPlan(world.ports, RUN)).position);
  const its = { businessUnit: '', currency: 'EUR' };
  expect(documents).toEqual([
    { payer: 'p', ...its, net: '8.00', lines: 2, reasons: { 'late usage': 1 } },
    { payer: 'q', ...its, net: '3.00', lines: 1, reasons: {} },
  ]);
  expect(untaxed).toEqual([]);
  expect((await showRun(world.ports, RUN, 1)).documents.map(({ payer }) => payer)).toEqual(['p']);
});

test.each<[string, (kept: MeasuredSlice) => unknown]>([
  ['says nothing of what became known', ({ sums }) => ({ sums })],
  ['is its sums alone', ({ sums }) => sums],
])(
  'what an earlier version of the software measured is drafted the same: it %s, and the log says why lines moved',
  async (_, before) => {
    const world = await opened();
    world.killWorkflows();
    const { ports } = world;
    await planRun(ports, RUN);
    for (const slice of (await readPlan(ports, RUN)).slices) await measureSlice(ports, RUN, slice);
    const key = sumsKey(RUN, 'p', 0);
    const kept = JSON.parse(new TextDecoder().decode(await ports.objects.get('work', key)));
    await ports.objects.put('work', key, JSON.stringify(before(kept)), 'application/json');
    await invoicePayers(ports, RUN, ['p'], UNPROVED);
    expect((await showRun(ports, RUN, 10)).documents).toMatchObject([{ net: '8.00', reasons: { 'late usage': 1 } }]);
  },
);

test('a run whose opener died before it wrote that it is opened has no state, and is not under way', async () => {
  const { ports } = await opened();
  const { request } = await showRun(ports, RUN, 1);
  await ports.decisions.putIfAbsent(runKeys.opened('dead'), request);
  const nothing = { state: undefined, payers: 0, drafted: 0, posting: null };
  expect(await runProgress(ports, 'dead')).toEqual(nothing);
  await planRun(ports, 'dead');
  expect(await runProgress(ports, 'dead')).toEqual(nothing);
  expect(await showRun(ports, 'dead', 1)).toMatchObject({ states: [], posting: null, documents: [] });
});

test('the runs of all sellers are listed by month, then by id, with their states', async () => {
  const world = await opening(planOf('a', FEES), [accountFact('q', { seller: 'beta' })]);
  for (const [now, month, seller] of [
    ['2026-02-02', '2026-01', 'beta'],
    ['2026-03-02', '2026-02', 'acme'],
    ['2026-03-02', '2026-02', 'beta'],
    ['2026-03-02', '2026-01', 'acme'],
  ] as const) {
    world.setClock(now);
    await world.bill(month, { seller });
  }
  const runs = await listRuns(world.ports);
  expect(runs.map(({ request }) => request.run)).toEqual([
    'acme-c01-2026-01-1',
    'beta-c01-2026-01-1',
    'acme-c01-2026-02-1',
    'beta-c01-2026-02-1',
  ]);
  expect(runs.map(({ states }) => states.at(-1)?.state)).toEqual(Array(4).fill('posted'));
});
