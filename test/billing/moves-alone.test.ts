import { expect, test } from 'vitest';
import type { Fact } from '#shared/inventory/fact.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, planOf, SELLER, type Use } from '../rating/fleet.ts';
import { billedInAll } from './laws/billed.ts';
import type { MemoryWorld } from './memory-world.ts';
import { billed, MEGABYTE, moved, opening, sim } from './moved-account.ts';

const FEE = '{ kind: recurring, id: fee, name: Fee, due: arrears, price: 31.00 }';
const DATA = '{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1.00 }';
const SINCE_JANUARY = sim([{ at: '2026-01-01', state: 'active', plan: 'a' }]);
const used = (date: string, megabytes: number): Use => ({ at: `${date}T12:00:00Z`, bytes: megabytes * MEGABYTE });
const assigned = (seller: string, plan: string): Fact => ({
  kind: 'assignments',
  subscription: '1',
  seller,
  effectiveFrom: instantOf('2026-03-10', BERLIN),
  assignments: plan === '' ? [] : [{ payer: 'p', plan, businessUnit: '' }],
});

/** What is billed in all: "charge from net". */
async function inAll(world: MemoryWorld, seller = SELLER): Promise<string[]> {
  const lines = Object.entries(await billedInAll(world, seller, 'p'));
  return lines.map(([id, net]) => `${id.split('|')[3]} ${id.split('|').at(-1)} ${net}`);
}

test('an account can be billed alone by the seller it joined in the month: 31.00 × 22/31 (decision 42)', async () => {
  const world = await opening(planOf('a', `[${FEE}]`), [
    ...SINCE_JANUARY,
    moved('2026-03-10', { seller: 'beta' }),
    assigned(SELLER, ''),
    assigned('beta', 'a'),
  ]);
  world.setClock('2026-04-02');
  expect(await billed(world, '2026-03', { seller: 'beta', cycle: 0, account: 'p' })).toEqual([
    'fee 03-10..04-01 22.00',
  ]);
  expect(await world.open('2026-03', { seller: 'beta', cycle: 0, account: 'p' })).toMatchObject({
    reason: expect.stringContaining('posted already'),
  });
});

/** Billing day 1 → 15 on 10 March; February is billed, and nothing is used from 1 to 14 March. */
async function emptyShortPeriod() {
  const world = await opening(planOf('a', `[${DATA}]`), SINCE_JANUARY);
  await world.record([moved('2026-01-01', { group: 'fleet' })]);
  await world.load('used', '1', [used('2026-02-20', 3), used('2026-03-20', 7)]);
  world.setClock('2026-03-02');
  await world.bill('2026-02');
  await world.record([moved('2026-03-10', { billingDay: 15, group: 'fleet' })]);
  return world;
}

test.each<[string, string, Parameters<MemoryWorld['open']>[0], Parameters<MemoryWorld['open']>[1]]>([
  ['of the account', '2026-04-16', '2026-03', { cycle: 0, account: 'p' }],
  ['of its group', '2026-04-16', '2026-03', { cycle: 0, group: 'fleet' }],
  ['before the end', '2026-03-25', '2026-03', { cycle: 0, account: 'p', beforeEnd: true }],
  ['up to now', '2026-03-25', '', { cycle: 0, account: 'p' }],
])(
  'a period with nothing to bill keeps no later one from being billed alone: a run %s bills 7.00, once',
  async (_, clock, month, of) => {
    const world = await emptyShortPeriod();
    world.setClock(clock);
    for (let n = 0; n < 3; n++) {
      const opened = await world.open(month, of);
      if (opened.outcome !== 'refused') await world.finish(opened);
    }
    expect(await inAll(world)).toEqual(['data 2026-02-01 3.00', 'data 2026-03-15 7.00']);
  },
);

test('nor does it by its cycle, where the account left the seller and its assignment still stands', async () => {
  const world = await opening(planOf('a', `[${DATA}]`), [...SINCE_JANUARY, moved('2026-03-10', { seller: 'beta' })]);
  await world.load('used', '1', [used('2026-02-20', 3), used('2026-03-20', 7)]);
  for (const [clock, month] of [
    ['2026-03-02', '2026-02'],
    ['2026-04-02', '2026-03'],
    ['2026-05-02', '2026-04'],
  ] as const) {
    world.setClock(clock);
    await world.bill(month);
  }
  expect(await inAll(world)).toEqual(['data 2026-02-01 3.00', 'data 2026-03-10 7.00']);
});
