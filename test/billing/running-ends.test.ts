import { expect, test } from 'vitest';
import type { Draft } from '#shared/billing/draft.ts';
import { type DraftSummary, runKeys } from '#shared/billing/run.ts';
import { previewAccount } from '#shared/billing/use-cases/runs/preview-account.ts';
import { rateUsage } from '#shared/billing/use-cases/usage/rate-usage.ts';
import { runningMonth } from '#shared/billing/use-cases/usage/running-month.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, planOf, type Turn } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';
import { UNHURRIED } from './unhurried.ts';

const DATA = '{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1.00 }';
const FEE = '{ kind: recurring, id: fee, name: Fee, due: arrears, lastDay: counts, price: 31.00 }';
const LEAVE = '{ kind: oneTime, id: leave, name: Leave, at: termination, term: 12, price: 10.00 }';
const BOOST = 'topUps: [{ id: boost, name: Boost, size: 20 MB, price: 5.00, covers: [data], days: 30 }]';
const CATALOG = catalogWith(planOf('a', `[${DATA}, ${FEE}, ${LEAVE}]`).replace('charges:', `${BOOST}, charges:`));
const TURNS: readonly Turn[] = [
  { at: '2025-11-30', has: 'imsi#1' },
  { at: '2025-11-30', state: 'active', plan: 'a' },
  { at: '2026-01-10', topUp: 'boost:1' },
  { at: '2026-01-30', state: 'terminated', payer: '' },
];

async function billed(world: MemoryWorld, month: string, clock: string): Promise<string[]> {
  world.setClock(clock);
  const run = await world.bill(month);
  const summary = await world.ports.decisions.get<DraftSummary>(runKeys.draft(run, 'p'));
  const { documents } = (await readContent(world.ports.objects, summary!.draft)) as Draft;
  return told(documents);
}

function told(documents: Draft['documents']): string[] {
  return documents.flatMap(({ lines }) => lines.map(({ line, net }) => `${line.charge} ${net}`)).sort();
}

test('a top-up, a day of termination and an early termination are in the running month as on the bill, and in a preview but for what is due at the end', async () => {
  const world = await memoryWorld(CATALOG);
  const since = instantOf('2026-01-01', BERLIN);
  const facts = factsOf('1', TURNS, BERLIN).map(({ fact }) => fact);
  await world.record([accountFact('p', { effectiveFrom: since }), ...facts]);
  await world.load('f', '1', [{ at: '2026-01-15T12:00:00Z', bytes: 25_000_000 }]);
  const rating = { ...world.ports, queues: { send: async () => undefined }, keepMonths: 12 };
  await rateUsage(rating, [{ file: '', generation: 0, chunk: -1, position: 2 }], UNHURRIED);
  // 30 of 31 days at 1.00; 10 of 12 months, of which two were over on 30 January; 5 of 25 MB are beyond the top-up.
  expect((await runningMonth(world.ports, 'p'))?.running?.net).toEqual({ '': '140' });
  world.setClock('2026-01-31');
  const { documents } = await previewAccount(world.ports, 'p');
  expect(told(documents)).toEqual(['data 5.00', 'leave 100.00', 'top-up:boost 5.00']);
  expect(await billed(world, '2026-01', '2026-02-02')).toEqual([
    'data 5.00',
    'fee 30.00',
    'leave 100.00',
    'top-up:boost 5.00',
  ]);
});

test('a day of termination that is the first of a period is billed with it, and with nothing before or after', async () => {
  const world = await memoryWorld(CATALOG);
  const turns: readonly Turn[] = [...TURNS.slice(0, 2), { at: '2026-02-01', state: 'terminated', payer: '' }];
  const facts = factsOf('1', turns, BERLIN).map(({ fact }) => fact);
  await world.record([accountFact('p', { effectiveFrom: instantOf('2026-01-01', BERLIN) }), ...facts]);
  expect(await billed(world, '2026-01', '2026-02-02')).toEqual(['fee 31.00', 'leave 100.00']);
  expect(await billed(world, '2026-02', '2026-03-02')).toEqual(['fee 1.11']);
  expect(await billed(world, '2026-03', '2026-04-02')).toEqual([]);
});
