import { expect, test } from 'vitest';
import { draftOfRun } from '#shared/billing/use-cases/runs/chain.ts';
import { listSuspense } from '#shared/billing/use-cases/usage/list-suspense.ts';
import { rateUsage } from '#shared/billing/use-cases/usage/rate-usage.ts';
import { BERLIN, catalogWith, factsOf, planOf } from '../rating/fleet.ts';
import { accountFact, memoryWorld } from './memory-world.ts';
import { UNHURRIED } from './unhurried.ts';

const CATALOG = catalogWith(
  planOf(
    'a',
    '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }, { kind: usage, id: sms, name: Messages, match: { services: sms }, measure: count, price: 1.00 }]',
  ),
);

/** A carrier says of March that 100 messages were sent, and of 1 March that 7 were, of one subscription of an account of a billing day. */
async function worldOf(billingDay: number) {
  const world = await memoryWorld(CATALOG);
  const turns = [
    { at: '2020-01-01', has: 'imsi#1' },
    { at: '2026-02-15', state: 'active', plan: 'a' },
  ] as const;
  await world.record([accountFact('p', { billingDay }), ...factsOf('1', turns, BERLIN).map(({ fact }) => fact)]);
  world.setClock('2026-04-20');
  await world.load('f', '1', [
    { at: '2026-03-01', precision: 'month', service: 'sms', count: 100 },
    { at: '2026-03-01', precision: 'day', service: 'sms', count: 7 },
  ]);
  return world;
}

test.each<[number, string, string[], Record<string, number>]>([
  [1, '2026-03', ['fee 3.00', 'sms 107.00'], {}],
  [15, '2026-02', ['fee 3.00', 'sms 7.00'], { MONTHLY_AGGREGATE: 1 }],
  [15, '2026-03', ['fee 3.00'], {}],
])(
  'a monthly aggregate needs billing day 1 (pricing rules §1): of billing day %i, the period from %s owes %j',
  async (billingDay, month, lines, apart) => {
    const world = await worldOf(billingDay);
    const run = await world.bill(month, { cycle: billingDay });
    const draft = await draftOfRun(world.ports, run, 'p');
    const its = draft.lines.filter(({ period }) => period.from.startsWith(month));
    expect(its.map(({ charge, amount }) => `${charge} ${amount}`).sort()).toEqual(lines);
    const measured = draft.measured.find(({ period }) => period.from.startsWith(month));
    expect(
      Object.fromEntries(Object.entries(measured?.apart ?? {}).map(([word, { records }]) => [word, records])),
    ).toEqual(apart);
  },
);

test('what waits is listed with its reason and whose it is', async () => {
  const { ports } = await worldOf(15);
  const rating = { ...ports, queues: { send: async () => undefined }, keepMonths: 12 };
  await rateUsage(rating, [{ file: '', generation: 0, chunk: -1, position: 2 }], UNHURRIED);
  const listed = await listSuspense(ports, '2026-03');
  expect(listed.map(({ reason, totals }) => [reason, totals.count])).toEqual([['MONTHLY_AGGREGATE', 100]]);
});
