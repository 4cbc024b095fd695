import { expect, test } from 'vitest';
import { draftReport } from '#shared/billing/use-cases/runs/close-draft.ts';
import { listRuns } from '#shared/billing/use-cases/runs/list-runs.ts';
import { startDueRuns } from '#shared/billing/use-cases/runs/start-due-runs.ts';
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
