import { expect, test } from 'vitest';
import { draftReport } from '#shared/billing/use-cases/runs/close-draft.ts';
import { discardRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { listRuns } from '#shared/billing/use-cases/runs/list-runs.ts';
import { runRequest } from '#shared/billing/use-cases/runs/run-state.ts';
import { startDueRuns } from '#shared/billing/use-cases/runs/start-due-runs.ts';
import { memoryDecisions } from '#shared/memory/decisions.ts';
import { catalogWith, planOf } from '../../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from '../memory-world.ts';

const CATALOG = catalogWith(planOf('a', '[]'));
/** What the schedule opened at an instant. */
async function startedAt(world: MemoryWorld, at: string): Promise<string[]> {
  world.setClock(at);
  const due = await startDueRuns(world.ports);
  await world.work();
  return due.flatMap(({ result }) => (result.outcome === 'opened' ? [result.run] : []));
}

test('a cycle is started once, when its period has ended where each of its accounts is', async () => {
  const world = await memoryWorld(CATALOG);
  await world.record([
    accountFact('berlin'),
    accountFact('auckland', { timeZone: 'Pacific/Auckland' }),
    accountFact('honolulu', { timeZone: 'Pacific/Honolulu' }),
    accountFact('tokyo', { timeZone: 'Asia/Tokyo', billingDay: 3 }),
  ]);
  const hours: string[][] = [];
  for (const at of [
    '2026-02-28T11:30:00Z',
    '2026-03-01T00:30:00+01:00',
    '2026-03-01T09:59:00Z',
    '2026-03-01T10:00:00Z',
  ])
    hours.push(await startedAt(world, at));
  expect(hours).toEqual([[], [], [], ['acme-c01-2026-02-1']]);
  const { payers, leftOut } = await draftReport(world.ports, 'acme-c01-2026-02-1');
  expect([payers, leftOut]).toEqual([3, []]);
  expect(await startedAt(world, '2026-03-01T11:00:00Z')).toEqual([]);
  expect(await startedAt(world, '2026-03-02T14:59:00Z')).toEqual([]);
  expect(await startedAt(world, '2026-03-02T15:00:00Z')).toEqual(['acme-c03-2026-02-1']);
});

test.each([
  ['on the fifth day', '2026-03-06T09:59:59Z', ['acme-c01-2026-02-1']],
  ['no more once the sixth has begun where days begin first', '2026-03-06T10:00:00Z', []],
])('a cycle that was not started when it ended is started %s', async (_, at, runs) => {
  const world = await memoryWorld(CATALOG);
  await world.record([accountFact('p')]);
  expect(await startedAt(world, at)).toEqual(runs);
  for (const run of runs)
    expect(await runRequest(world.ports.decisions, run)).toMatchObject({
      by: 'schedule',
      beforeEnd: false,
      account: '',
      invoiceDate: '2026-03-06',
    });
});

test.each([
  ['drafted', true],
  ['opened, and its workflow died', false],
])('a run that was %s when a person discarded it is opened again by a person only, once', async (_, isDrafted) => {
  const world = await memoryWorld(CATALOG);
  await world.record([accountFact('p')]);
  world.setClock('2026-03-01');
  await startDueRuns(world.ports);
  if (isDrafted) await world.work();
  else world.killWorkflows();
  await discardRun({ ...world.ports, fourEyes: false }, 'acme-c01-2026-02-1', 'anna', 'a price is wrong');
  for (const at of ['2026-03-01T01:00:00+01:00', '2026-03-01T02:00:00+01:00', '2026-03-04'])
    expect(await startedAt(world, at)).toEqual([]);
  expect((await startDueRuns(world.ports)).map(({ result }) => result)).toEqual([
    {
      outcome: 'refused',
      reason: 'run acme-c01-2026-02-1 was discarded; once its cause is mended, open it again with `billing run open`',
    },
  ]);
  expect(await world.open('2026-02')).toEqual({ outcome: 'opened', run: 'acme-c01-2026-02-2' });
  await world.work();
  expect(await startedAt(world, '2026-03-05')).toEqual([]);
});

test('a run that a person tried before the period ended and discarded does not stand in the way of the one that is due', async () => {
  const world = await memoryWorld(CATALOG);
  await world.record([accountFact('p')]);
  world.setClock('2026-02-20');
  expect(await world.open('2026-02', { beforeEnd: true })).toMatchObject({ outcome: 'opened' });
  await world.work();
  await discardRun({ ...world.ports, fourEyes: false }, 'acme-c01-2026-02-1', 'anna', 'a trial');
  expect(await startedAt(world, '2026-03-01')).toEqual(['acme-c01-2026-02-2']);
  expect(await startedAt(world, '2026-03-02')).toEqual([]);
});

test('a due run that died half way is taken up again', async () => {
  const world = await memoryWorld(CATALOG);
  await world.record([accountFact('p')]);
  world.setClock('2026-03-01');
  await startDueRuns(world.ports);
  world.killWorkflows();
  expect(await startedAt(world, '2026-03-01T01:00:00+01:00')).toEqual([]);
  expect((await draftReport(world.ports, 'acme-c01-2026-02-1')).payers).toBe(1);
});

test('nothing is asked for where nobody is billed on a day, and nothing before a catalogue is released', async () => {
  const world = await memoryWorld(CATALOG);
  await world.record([accountFact('p', { billingDay: 9 })]);
  world.setClock('2026-03-02');
  expect(await startDueRuns(world.ports)).toEqual([]);
  expect(await startDueRuns({ ...world.ports, decisions: memoryDecisions() })).toEqual([]);
});

test('every billing day from 1 to 31 is started once a month, whatever the month lacks, by one schedule', async () => {
  const world = await memoryWorld(CATALOG);
  await world.record(
    Array.from({ length: 31 }, (_, day) =>
      accountFact(`p${day + 1}`, { billingDay: day + 1, timeZone: 'America/Lima' }),
    ),
  );
  for (let day = 1; day <= 61; day++) {
    const date = new Date(Date.UTC(2026, 1, day, 18)).toISOString();
    await startedAt(world, date);
    await startedAt(world, date);
  }
  const runs = (await listRuns(world.ports)).map(({ request: { cycle, month } }) => `${month} ${cycle}`);
  const all = (month: string, days: number) => Array.from({ length: days }, (_, day) => `${month} ${day + 1}`);
  expect(new Set(runs).size).toBe(runs.length);
  expect(runs).toEqual(expect.arrayContaining([...all('2026-02', 31)]));
  expect(runs.filter((run) => run.startsWith('2026-02'))).toHaveLength(31);
});
