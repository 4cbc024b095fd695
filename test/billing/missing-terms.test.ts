import { expect, test } from 'vitest';
import { missingTerms } from '#shared/billing/use-cases/missing-terms.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { BERLIN, catalogWith, factsOf, planOf, type Turn } from '../rating/fleet.ts';
import { accountFact, memoryWorld } from './memory-world.ts';

const fee = '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }]';
const addOn = (id: string) => planOf(id, fee).replace('zoneModel: zones,', 'zoneModel: zones, kind: addOn,');
const CATALOG = catalogWith(planOf('a', fee) + planOf('b', fee) + planOf('c', fee) + addOn('extra'));
const without = (...ids: string[]): Catalog => ({
  ...CATALOG,
  plans: CATALOG.plans.filter(({ id }) => !ids.includes(id)),
});
const active = (plan: string, at = '2026-01-01'): Turn => ({ at, state: 'active', plan });

test.each<[string, readonly Turn[], Catalog, string[]]>([
  ['nothing', [active('a')], CATALOG, []],
  ['a plan nobody has', [active('a')], without('b', 'extra'), []],
  ['a plan that is in use', [active('a')], without('a'), ['plan a: 1 of p']],
  [
    'a plan that was left in a period that is open',
    [active('a'), active('b', '2026-03-10')],
    without('a'),
    ['plan a: 1 of p'],
  ],
  ['a plan that is to be taken', [active('a'), active('b', '2026-08-01')], without('b'), ['plan b: 1 of p']],
  ['a plan that was left in a period that is frozen', [active('a'), active('b', '2026-01-20')], without('a'), []],
  [
    'a plan of what ended in a period that is frozen',
    [active('a'), { at: '2026-01-20', state: 'terminated' }],
    without('a'),
    [],
  ],
  [
    'an add-on that is in use',
    [active('a'), { at: '2026-01-05', addOn: 'extra' }],
    without('extra'),
    ['add-on extra: 1 of p'],
  ],
  [
    'a plan that is an add-on now',
    [active('b')],
    { ...CATALOG, plans: CATALOG.plans.map((plan) => (plan.id === 'b' ? { ...plan, kind: 'addOn' } : plan)) },
    ['plan b: 1 of p'],
  ],
  ['a tax profile of accounts', [active('a')], { ...CATALOG, taxProfiles: [] }, ['tax profile de: 0 of p']],
  ['a seller of accounts', [active('a')], { ...CATALOG, sellers: [] }, ['seller acme: 0 of p']],
])('what a release lacks that accounts are billed by: %s', async (_, turns, next, expected) => {
  const world = await memoryWorld(CATALOG, { backBillingMonths: 1 });
  const facts = [...factsOf('1', turns, BERLIN), ...factsOf('2', [active('c')], BERLIN)];
  await world.record([accountFact('p'), ...facts.map(({ fact }) => fact)]);
  for (const month of ['2026-01', '2026-02', '2026-03']) {
    world.setClock(`2026-${`${Number(month.slice(5)) + 1}`.padStart(2, '0')}-02`);
    await world.bill(month);
  }
  const found = await missingTerms(world.ports, CATALOG, next);
  expect(
    found.map(({ what, id, subscriptions, accounts }) => `${what} ${id}: ${subscriptions} of ${accounts}`),
  ).toEqual(expected);
});

test('the plan on whose terms the account has a pool', async () => {
  const world = await memoryWorld(CATALOG);
  await world.record([accountFact('p', { pools: [{ pool: 'fleet', plan: 'b', from: '2026-01-01', until: '' }] })]);
  expect(await missingTerms(world.ports, CATALOG, without('b'))).toEqual([
    { what: 'plan', id: 'b', subscriptions: 0, accounts: ['p'] },
  ]);
});
