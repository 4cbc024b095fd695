import { beforeEach, expect, test } from 'vitest';
import { loadInventory } from '#shared/billing/use-cases/load-inventory.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { subscriptionFacts } from '#shared/commit-log/use-cases/read-inventory.ts';
import type { AccountFact } from '#shared/inventory/fact.ts';
import { isoInstant } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, planOf, type Turn } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

const CATALOG = catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }]'));
let world: MemoryWorld;
/** An operator in Dresden, with accounts in Berlin, Lima and Tokyo. */
beforeEach(async () => {
  world = await memoryWorld(CATALOG);
  const inZone = (account: string, timeZone: AccountFact['timeZone']) => accountFact(account, { timeZone });
  await world.record([inZone('p', BERLIN), inZone('lima', 'America/Lima'), inZone('tokyo', 'Asia/Tokyo')]);
});
const life = (subscription: string, ...turns: readonly Turn[]) =>
  world.record(factsOf(subscription, turns, BERLIN).map(({ fact }) => fact));
const paid = (payer: string, at: string): Turn => ({ at, payer, plan: 'a' });
const load = (...rows: string[]) =>
  loadInventory(
    world.ports,
    [{ name: 'f.csv', text: ['subscription,effectiveFrom,state', ...rows].join('\n') }],
    'ops',
  );

test.each<[string, readonly Turn[], string]>([
  ['of the only payer it had', [paid('lima', '2026-01-15')], '2026-03-01T05:00:00Z'],
  ['of who pays last', [paid('lima', '2026-01-15'), paid('tokyo', '2026-02-01')], '2026-02-28T15:00:00Z'],
  ['of who pays last, said first', [paid('tokyo', '2026-02-01'), paid('lima', '2026-01-15')], '2026-02-28T15:00:00Z'],
  [
    'of who was said last to pay from a day',
    [paid('lima', '2026-02-01'), paid('tokyo', '2026-02-01')],
    '2026-02-28T15:00:00Z',
  ],
  [
    'of who paid last, though nobody does now',
    [paid('lima', '2026-01-15'), { at: '2026-02-01', payer: '', plan: '' }],
    '2026-03-01T05:00:00Z',
  ],
  ['of the operator, while nobody ever paid', [{ at: '2026-01-15', has: 'imsi#9', payer: '' }], '2026-02-28T23:00:00Z'],
])('a date in a file is midnight where the clocks are %s', async (_, turns, expected) => {
  for (const turn of turns) await life('s', turn);
  await life('other', paid('p', '2026-02-10'));
  const result = await load('s,2026-03-01,suspended');
  expect(result).toMatchObject({ outcome: 'recorded', facts: 1, known: 0 });
  await projectFacts(world.ports, (result as { position: number }).position);
  const facts = await subscriptionFacts(world.ports.projections, 's');
  expect(facts.flatMap(({ fact }) => (fact.kind === 'state' ? [isoInstant(fact.effectiveFrom)] : []))).toEqual([
    expected,
  ]);
  expect(await load('s,2026-03-01,suspended')).toEqual({ outcome: 'known already', known: 1 });
});

test('what is wrong is told whole, and nothing of it recorded', async () => {
  await life('s', paid('p', '2026-01-15'));
  const result = await load('s,2026-03-01,suspended', 'nobody,2026-03-01,suspended');
  expect(result).toMatchObject({ outcome: 'problems', problems: [{ line: 3 }] });
  expect(await load('s,2026-03-01,suspended')).toMatchObject({ outcome: 'recorded' });
});
