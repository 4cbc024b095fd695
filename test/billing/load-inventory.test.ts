import { beforeEach, expect, test } from 'vitest';
import { changeSubscription, loadInventory, sellOnce } from '#shared/billing/use-cases/load-inventory.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { accountFacts, subscriptionFacts } from '#shared/commit-log/use-cases/read-inventory.ts';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import type { AccountFact } from '#shared/inventory/fact.ts';
import { isoInstant } from '#shared/time/local-date.ts';
import { NO_CHANGE } from '../inventory/no-change.ts';
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

const change = (subscription: string, more: object) =>
  changeSubscription(world.ports, { ...NO_CHANGE, subscription, effectiveFrom: '2026-03-01', ...more }, 'ops');

test('of two payers from one day in the same file, the one said last', async () => {
  await life('s', paid('lima', '2026-02-01'), paid('tokyo', '2026-02-01'));
  const { position } = (await load('s,2026-03-01,suspended')) as { position: number };
  await projectFacts(world.ports, position);
  const facts = await subscriptionFacts(world.ports.projections, 's');
  const states = facts.flatMap(({ fact }) => (fact.kind === 'state' ? [isoInstant(fact.effectiveFrom)] : []));
  expect(states).toEqual(['2026-02-28T15:00:00Z']);
});

test('a change of one subscription holds from midnight where its payer is, and is checked as a row of a file', async () => {
  await life('s', paid('tokyo', '2026-01-15'));
  expect(await change('s', { state: 'suspended' })).toMatchObject({ outcome: 'recorded', facts: 1, known: 0 });
  expect(await load('s,2026-03-01,suspended')).toEqual({ outcome: 'known already', known: 1 });
  expect(await change('nobody', { state: 'suspended' })).toMatchObject({
    outcome: 'problems',
    problems: [{ field: 'SUBSCRIPTION' }],
  });
});

test('an order is recorded once, and what is wrong with it told whole', async () => {
  const sell = (more: object = {}) =>
    sellOnce(
      world.ports,
      {
        ...{ account: 'tokyo', order: 'A-1', date: '2026-02-01', businessUnit: '', product: 'Tracker' },
        ...{ quantity: '2', price: '50.00', reference: '', taxCategory: 'goods', ...more },
      },
      'ops',
    );
  const recorded = await sell();
  expect(recorded).toMatchObject({ outcome: 'recorded', facts: 1, known: 0 });
  await projectFacts(world.ports, (recorded as { position: number }).position);
  const facts = await accountFacts(world.ports.projections, 'tokyo');
  expect(facts.flatMap(({ fact }) => (fact.kind === 'adHoc' ? [isoInstant(fact.effectiveFrom)] : []))).toEqual([
    '2026-01-31T15:00:00Z',
  ]);
  expect(await sell()).toEqual({ outcome: 'known already', known: 1 });
  expect(await sell({ quantity: 'x', price: '-1' })).toMatchObject({
    outcome: 'problems',
    problems: [{ field: '--quantity' }, { field: '--price' }],
  });
});

test('an order of a product of the catalogue has its name, price and tax category, where nothing else is said', async () => {
  const prices = [{ currency: 'EUR', amount: '89' }];
  const tracker = { id: 'tracker', name: 'GPS tracker', taxCategory: 'goods', prices } as const;
  await releaseCatalog(world.ports, { ...CATALOG, products: [tracker] }, 'ops');
  const order = { account: 'tokyo', date: '2026-02-01', businessUnit: '', quantity: '2', reference: '' };
  const sold = [
    { order: 'A-1', product: 'tracker', price: '', taxCategory: '' },
    { order: 'A-2', product: 'tracker', price: '80.00', taxCategory: 'service' },
    { order: 'A-3', product: 'Visit', price: '149.00', taxCategory: '' },
  ];
  for (const each of sold)
    expect(await sellOnce(world.ports, { ...order, ...each }, 'ops')).toMatchObject({ outcome: 'recorded' });
  await projectFacts(world.ports, await tail(world.ports.decisions, 0));
  const facts = await accountFacts(world.ports.projections, 'tokyo');
  const said = facts.flatMap(({ fact }) => (fact.kind === 'adHoc' ? [fact] : []));
  expect(said.map(({ product, price, taxCategory }) => `${product} ${price} ${taxCategory}`)).toEqual([
    'GPS tracker 89 goods',
    'GPS tracker 80 service',
    'Visit 149 service',
  ]);
  const unpriced = { order: 'A-4', product: 'Visit', price: '', taxCategory: '' };
  expect(await sellOnce(world.ports, { ...order, ...unpriced }, 'ops')).toMatchObject({
    outcome: 'problems',
    problems: [{ field: '--price' }],
  });
});

test('a file without a row says nothing', async () => {
  expect(await load()).toEqual({ outcome: 'nothing to record' });
});
