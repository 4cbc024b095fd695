import { describe, expect, test } from 'vitest';
import type { Fact } from '#shared/inventory/fact.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, planOf, SELLER, type Turn, type Use } from '../rating/fleet.ts';
import { billedInAll } from './laws/billed.ts';
import type { MemoryWorld } from './memory-world.ts';
import { MEGABYTE, moved, opening, sim } from './moved-account.ts';

const CHARGES = `[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 },
  { kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1.00 }]`;
const SINCE_JANUARY: Turn = { at: '2026-01-01', state: 'active', plan: 'a' };
const used = (date: string, megabytes: number): Use => ({ at: `${date}T12:00:00Z`, bytes: megabytes * MEGABYTE });

/** What is billed of data in all, by the first day of its period. */
async function dataOf(world: MemoryWorld) {
  const lines = Object.entries(await billedInAll(world, SELLER, 'p')).filter(([id]) => id.includes('|data|'));
  return Object.fromEntries(lines.map(([id, net]) => [id.split('|').at(-1), net]));
}

async function run(world: MemoryWorld, clock: string, month: string, cycle = 1) {
  world.setClock(clock);
  await world.bill(month, { cycle });
}

const MODES = ['one bill', 'months, known at first', 'months, known in March'] as const;

/** Bills up to 15 April, by one run or by all of them; the move becomes known at first, or in March. */
async function billedIn(
  mode: (typeof MODES)[number],
  world: MemoryWorld,
  move: readonly Fact[],
  last: () => Promise<void>,
) {
  if (mode !== 'months, known in March') await world.record(move);
  if (mode !== 'one bill') {
    await run(world, '2026-02-02', '2026-01');
    await run(world, '2026-03-02', '2026-02');
  }
  if (mode === 'months, known in March') await world.record(move);
  await last();
  return dataOf(world);
}

describe.each(MODES)(
  'so many periods are those an account has, also where it moves while they last (pricing rules §1, §4): %s',
  (mode) => {
    const toTheFifteenth = [moved('2026-03-10', { billingDay: 15 })];
    test.each<[string, string, Turn[], Use[], Record<string, string>]>([
      [
        'own 310 MB for one more period: 310 and 140 of the short one, 310 × 14/31; February’s is gone: 550 of 1,000',
        '[{ id: own, name: Own, kind: individual, size: 310 MB, carryOver: 1, covers: [data] }]',
        [],
        [used('2026-03-20', 1_000)],
        { '2026-03-15': '550.00' },
      ],
      [
        'a static pool of 100 MB: 100 and 100 of the short one: 150 of 350',
        '[{ id: own, name: Own, kind: static, pool: f, size: 100 MB, price: 1.00, carryOver: 1, covers: [data] }]',
        [],
        [used('2026-03-20', 350)],
        { '2026-03-15': '150.00' },
      ],
      [
        'a top-up of February for two periods: its second is the short one',
        '[], topUps: [{ id: boost, name: Boost, size: 100 MB, price: 5.00, covers: data, periods: 2 }]',
        [{ at: '2026-02-10', topUp: 'boost:1' }],
        [used('2026-03-14', 30), used('2026-03-15', 60)],
        { '2026-03-15': '60.00' },
      ],
      [
        'one of a pool: the same',
        '[{ id: own, name: Own, kind: flexible, pool: f, size: 0 MB, covers: [data] }], topUps: [{ id: boost, name: Boost, size: 100 MB, price: 5.00, pool: f, periods: 2 }]',
        [{ at: '2026-02-10', topUp: 'boost:1' }],
        [used('2026-03-14', 30), used('2026-03-15', 60)],
        { '2026-03-15': '60.00' },
      ],
      [
        // In February, the one for two periods is to end on 1 April, after 21 March: the other is drawn on first, whatever becomes known later.
        'which top-up ends first in February does not follow from a move in March: of the one for 40 days 40 MB are left',
        '[], topUps: [{ id: boost, name: Boost, size: 100 MB, price: 5.00, covers: data, periods: 2 }, { id: days, name: Days, size: 100 MB, price: 5.00, covers: data, days: 40 }]',
        [
          { at: '2026-02-09', topUp: 'boost:1' },
          { at: '2026-02-09', topUp: 'days:2' },
        ],
        [used('2026-02-20', 60), used('2026-03-16', 200)],
        { '2026-03-15': '160.00' },
      ],
      [
        // The short period is its last: it ends on 15 March, before the other on 22 March, of which all 100 are there on the 20th.
        'in the short one the top-up for two periods is drawn on before one that ends later',
        '[], topUps: [{ id: boost, name: Boost, size: 100 MB, price: 5.00, covers: data, periods: 2 }, { id: days, name: Days, size: 100 MB, price: 5.00, covers: data, days: 40 }]',
        [
          { at: '2026-02-10', topUp: 'boost:1' },
          { at: '2026-02-10', topUp: 'days:2' },
        ],
        [used('2026-03-14', 30), used('2026-03-20', 130)],
        { '2026-03-15': '30.00' },
      ],
    ])('%s', async (_, allowances, turns, uses, expected) => {
      const world = await opening(planOf('a', CHARGES, allowances), sim([SINCE_JANUARY, ...turns]));
      await world.load('used', '1', uses);
      const last = async () => {
        if (mode !== 'one bill') await run(world, '2026-03-16', '2026-02', 15);
        await run(world, '2026-04-16', '2026-03', 15);
      };
      expect(await billedIn(mode, world, toTheFifteenth, last)).toEqual(expected);
    });

    const [BOOST, DAYS] = [
      '{ id: boost, name: Boost, size: 50 MB, price: 5.00, covers: data, periods: 2 }',
      '{ id: days, name: Days, size: 100 MB, price: 5.00, covers: data, days: 40 }',
    ];
    test.each<[string, string, Turn[], Use[], string]>([
      [
        'the top-up ends on the 10th, 12 MB of 31 are left of March',
        `[{ id: own, name: Own, kind: individual, size: 31 MB, carryOver: 2, covers: [data] }], topUps: [${BOOST}]`,
        [],
        [used('2026-03-05', 30), used('2026-03-25', 200)],
        '188.00',
      ],
      [
        'the top-up that ends on the 10th is drawn on before that of which all 100 are left until 22 March',
        `[], topUps: [${BOOST}, ${DAYS}]`,
        [{ at: '2026-02-10', topUp: 'days:2' }],
        [used('2026-03-05', 30), used('2026-03-21', 130)],
        '30.00',
      ],
    ])(
      'to another seller on 10 March and back on the 20th makes three of one: %s',
      async (_, allowances, turns, uses, expected) => {
        const life = [SINCE_JANUARY, { at: '2026-02-10', topUp: 'boost:1' }, ...turns];
        const world = await opening(planOf('a', CHARGES, allowances), sim(life));
        await world.load('used', '1', uses);
        const to = (day: string, seller: string): Fact[] => [
          moved(day, { seller }),
          ...[SELLER, 'beta'].map((its): Fact => {
            const assignments = its === seller ? [{ payer: 'p', plan: 'a', businessUnit: '' }] : [];
            return {
              kind: 'assignments',
              subscription: '1',
              seller: its,
              effectiveFrom: instantOf(day, BERLIN),
              assignments,
            };
          }),
        ];
        const move = [...to('2026-03-10', 'beta'), ...to('2026-03-20', SELLER)];
        expect(await billedIn(mode, world, move, () => run(world, '2026-04-02', '2026-03'))).toEqual({
          '2026-03-20': expected,
        });
      },
    );
  },
);
