import { describe, expect, test } from 'vitest';
import { changeInventory } from '#shared/billing/use-cases/change-inventory.ts';
import { approveRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import type { AccountFact, Fact } from '#shared/inventory/fact.ts';
import { planOf } from '../rating/fleet.ts';
import type { MemoryWorld } from './memory-world.ts';
import { billed, FEES, linesOf, MEGABYTE, moved, NEW_YORK, opening, sim } from './moved-account.ts';

async function refusals(world: MemoryWorld, facts: readonly Fact[]): Promise<readonly string[]> {
  const result = await changeInventory(world.ports, facts, 'x');
  return result.outcome === 'refused' ? result.reasons : [];
}

describe('a move is refused', () => {
  const opened = async () => {
    const world = await opening(planOf('a', FEES), sim([{ at: '2026-02-01', state: 'active', plan: 'a' }]));
    world.setClock('2026-04-02');
    await world.bill('2026-03');
    return world;
  };

  test.each<[string, Partial<AccountFact>, string]>([
    ['of the billing day', { billingDay: 15 }, 'its billingDay cannot become 15 from 2026-03-31'],
    ['of the time zone', { timeZone: NEW_YORK }, 'its timeZone cannot become America/New_York from 2026-03-31'],
    ['of the seller', { seller: 'beta' }, 'its seller cannot become beta from 2026-03-31'],
  ])('%s before the end of a posted period', async (_, more, words) => {
    const world = await opened();
    const [reason, ...others] = await refusals(world, [moved('2026-03-31', more)]);
    expect(reason).toContain(words);
    expect(reason).toContain('what it owes until 2026-04-01 is posted');
    expect(others).toEqual([]);
    expect(await refusals(world, [moved('2026-04-01', more)])).toEqual([]);
  });

  test('to clocks that are ahead, from the very day up to which is posted: that day begins before what is posted ends', async () => {
    const world = await opened();
    const tokyo = { timeZone: 'Asia/Tokyo' };
    expect(await refusals(world, [moved('2026-04-01', tokyo)])).toEqual([
      expect.stringMatching(/cannot become Asia\/Tokyo from 2026-04-01: .* let it hold from 2026-04-02 or later$/),
    ]);
    expect(await refusals(world, [moved('2026-04-02', tokyo)])).toEqual([]);
  });

  test('to another currency, and to clocks more than a day ahead', async () => {
    const world = await opened();
    expect(await refusals(world, [moved('2026-05-01', { currency: 'USD' })])).toEqual([
      expect.stringContaining('its currency is EUR and cannot become USD'),
    ]);
    await world.record([moved('2026-05-01', { timeZone: 'Etc/GMT+12' })]);
    expect(await refusals(world, [moved('2026-06-01', { timeZone: 'Pacific/Kiritimati' })])).toEqual([
      expect.stringContaining('the day before would have no hours'),
    ]);
  });

  test.each<[string, Partial<AccountFact>, string]>([
    ['another billing day', { billingDay: 15 }, '2026-03'],
    ['another seller', { seller: 'beta' }, '2026-04'],
    ['another time zone', { timeZone: NEW_YORK }, '2026-04'],
  ])('no more once a run was planned: %s is put right by the next run', async (_, more, next) => {
    const totals: Map<string, number>[] = [];
    for (const isLate of [true, false]) {
      const world = await opening(planOf('a', FEES), sim([{ at: '2026-03-01', state: 'active', plan: 'a' }]));
      const move = () => world.record([moved('2026-03-15', more)]);
      world.setClock('2026-04-02');
      if (!isLate) await move();
      const opened = await world.open('2026-03', { cycle: 0, account: 'p' });
      if (opened.outcome === 'refused') throw new Error(opened.reason);
      await world.work();
      if (isLate) await move();
      expect((await approveRun(world.ports, opened.run, 'x', false)).outcome).toBe('done');
      expect((await postRun(world.ports, opened.run)).outcome).toBe('done');
      await world.work();
      world.setClock('2026-05-02');
      const lines = [...(await linesOf(world, opened.run)), ...(await billed(world, next, { cycle: 0, account: 'p' }))];
      const total = new Map<string, number>();
      for (const [charge = '', span = '', amount] of lines.map((line) => line.split(' '))) {
        const id = `${charge} ${span.slice(0, 5)}`;
        total.set(id, Math.round(100 * (total.get(id) ?? 0) + 100 * Number(amount)) / 100);
      }
      totals.push(new Map([...total].filter(([, amount]) => amount !== 0)));
    }
    expect(totals[0]).toEqual(totals[1]);
    expect(totals[0]?.get('fee 03-01')).toBe(more.timeZone === undefined ? 14 : 31);
  });

  test('nor then: a period that ends earlier by clocks that are ahead gives to the next what it no longer has', async () => {
    const world = await opening(planOf('a', FEES), sim([{ at: '2026-03-01', state: 'active', plan: 'a' }]));
    // 31 March ends in Berlin at 22:00Z, and where 1 April is of Tokyo at 15:00Z.
    await world.load('f', '1', [
      { at: '2026-03-31T14:59:59Z', bytes: 300 * MEGABYTE },
      { at: '2026-03-31T15:00:00Z', bytes: 100 * MEGABYTE },
    ]);
    world.setClock('2026-04-02');
    const opened = await world.open('2026-03');
    await world.work();
    await world.record([moved('2026-04-01', { timeZone: 'Asia/Tokyo' })]);
    expect(await linesOf(world, await world.finish(opened))).toContain('data 03-01..04-01 4.00');
    world.setClock('2026-05-02');
    expect((await billed(world, '2026-04')).filter((line) => line.startsWith('data'))).toEqual([
      'data 04-01..05-01 1.00',
      'data 03-01..04-01 -1.00 (backdated change)',
    ]);
  });
});
