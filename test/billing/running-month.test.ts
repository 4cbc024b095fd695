import { expect, test } from 'vitest';
import { rateUsage } from '#shared/billing/use-cases/usage/rate-usage.ts';
import { runningMonth } from '#shared/billing/use-cases/usage/running-month.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, planOf, SELLER } from '../rating/fleet.ts';
import { accountFact, memoryWorld } from './memory-world.ts';

const CATALOG = catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }]'));

test('an account is shown as it is now, with its latest running month, as of what was rated', async () => {
  const world = await memoryWorld(CATALOG);
  const turns = [
    { at: '2020-01-01', has: 'imsi#1' },
    { at: '2026-01-01', state: 'active', plan: 'a' },
  ] as const;
  const unit = {
    kind: 'businessUnit',
    account: 'p',
    businessUnit: 'north',
    name: 'North',
    address: accountFact('p').address,
    reference: '',
  } as const;
  const effectiveFrom = instantOf('2026-01-10', BERLIN);
  await world.record([
    accountFact('p', { effectiveFrom: instantOf('2026-01-01', BERLIN) }),
    { ...unit, effectiveFrom },
    ...factsOf('1', turns, BERLIN).map(({ fact }) => fact),
  ]);
  await world.load('f', '1', [{ at: '2026-01-10T12:00:00Z', bytes: 1 }]);
  expect(await runningMonth(world.ports, 'p')).toMatchObject({ running: null, asOf: 0 });
  const inventory = 2;
  const rate = async () => {
    const rating = { ...world.ports, queues: { send: async () => undefined }, keepMonths: 12 };
    const pace = { identifiersTogether: 1, isTimeLeft: () => true };
    await rateUsage(rating, [{ file: '', generation: 0, chunk: -1, position: inventory }], pace);
  };
  await rate();
  world.setClock('2026-02-20');
  await world.load('g', '1', [{ at: '2026-02-10T12:00:00Z', bytes: 1 }]);
  await rate();
  const asOf = await tail(world.ports.decisions, 0);
  await world.record([accountFact('p', { effectiveFrom: instantOf('2026-02-10', BERLIN), name: 'New name' })]);
  expect(await runningMonth(world.ports, 'p')).toMatchObject({
    account: { account: 'p', seller: SELLER, name: 'New name' },
    businessUnits: [{ businessUnit: 'north' }],
    running: { period: { from: '2026-02-01' }, net: { '': '3' } },
    asOf,
    tail: asOf + 1,
  });
  expect(await runningMonth(world.ports, 'nobody')).toBeUndefined();
});
