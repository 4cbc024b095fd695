import { beforeEach, describe, expect, test } from 'vitest';
import { changeInventory } from '#shared/billing/use-cases/change-inventory.ts';
import { changeSubscription, loadInventory } from '#shared/billing/use-cases/load-inventory.ts';
import type { Fact } from '#shared/inventory/fact.ts';
import { NO_CHANGE } from '../inventory/no-change.ts';
import { BERLIN, catalogWith, factsOf, planOf, type Turn } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

const DATA = '[{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }]';
const topUp = (id: string, lasts: string) =>
  `{ id: ${id}, name: Top-up, size: 1 MB, price: 5.00, covers: [data], ${lasts} }`;
const having = (id: string, ...topUps: string[]) =>
  planOf(id, DATA).replace('charges:', `topUps: [${topUps.join(', ')}], charges:`);
const CATALOG = catalogWith(
  planOf('a', DATA) +
    having('topped', topUp('boost', 'days: 30'), topUp('winter', 'until: 2026-02-10')) +
    having('whole', topUp('boost', 'days: 30'), topUp('all', 'from: period, until: 2026-02-10')) +
    having('extra', topUp('more', 'days: 30')).replace('name: extra,', 'name: Extra, kind: addOn,') +
    having('further').replace('name: further,', 'name: Further, kind: addOn,'),
);

let world: MemoryWorld;
beforeEach(async () => {
  world = await memoryWorld(CATALOG);
  await world.record([accountFact('p'), ...life({ at: '2026-01-15', state: 'active', plan: 'topped' })]);
});
const life = (...turns: readonly Turn[]): Fact[] => factsOf('s', turns, BERLIN).map(({ fact }) => fact);
const bought = (at: string, said: string): Fact[] => life({ at, topUp: said }).filter(({ kind }) => kind === 'topUp');
const reasons = async (facts: readonly Fact[]) => {
  const result = await changeInventory(world.ports, facts, 'x');
  return result.outcome === 'refused' ? result.reasons : [];
};
const [IN_JANUARY, IN_FEBRUARY] = ['2026-01-19T23:00:00Z', '2026-02-19T23:00:00Z'];
const refused = (id: string, why: string, at = IN_JANUARY) => [
  `top-up 1 of subscription s: nothing offers ${id} at ${at}: ${why} then; correct its id or its date, or say the plan or add-on that has it from then on first`,
];

describe('a top-up is bought (pricing rules §4, decision 58)', () => {
  test.each<[string, Fact[], string[]]>([
    ['of the plan', bought('2026-01-20', 'boost:1'), []],
    ['of no plan it has', bought('2026-01-20', 'more:1'), refused('more', 'plan topped offers boost, winter alone')],
    [
      'of an add-on it is given with it',
      [
        ...life({ at: '2026-01-20', addOn: 'extra' }).filter(({ kind }) => kind === 'addOn'),
        ...bought('2026-01-20', 'more:1'),
      ],
      [],
    ],
    [
      'of a plan it had until then',
      [...life({ at: '2026-01-20', plan: 'a' }), ...bought('2026-01-20', 'boost:1')],
      refused('boost', 'plan a offers no top-up'),
    ],
    [
      'of neither plan nor add-on',
      [...life({ at: '2026-01-20', plan: 'a', addOn: 'extra' }), ...bought('2026-01-20', 'boost:1')],
      refused('boost', 'plan a and its add-ons extra offer more alone'),
    ],
    [
      'of none of several add-ons',
      [...life({ at: '2026-01-20', plan: 'a', addOn: 'extra' }, { at: '2026-01-20', payer: '', addOn: 'further' })]
        .filter(({ kind }) => kind !== 'assignments')
        .concat(life({ at: '2026-01-20', plan: 'a' }), bought('2026-01-20', 'boost:1')),
      refused('boost', 'plan a and its add-ons extra, further offer more alone'),
    ],
    [
      'twice of no plan it has',
      [...bought('2026-01-20', 'more:1'), ...bought('2026-01-20', 'more:2')],
      ['1', '2'].flatMap((order) =>
        refused('more', 'plan topped offers boost, winter alone').map((text) =>
          text.replace('top-up 1', `top-up ${order}`),
        ),
      ),
    ],
    [
      'by an account that is new, on its own days: it is still the last before the end',
      [
        accountFact('q'),
        ...life({ at: '2026-01-20', payer: 'q', plan: 'topped' }),
        ...bought('2026-02-09T23:30:00+01:00', 'winter:1'),
        accountFact('r', { timeZone: 'Pacific/Auckland' }),
      ],
      [],
    ],
    [
      'before anybody pays',
      bought('2026-01-10', 'boost:1'),
      refused('boost', 'nobody pays acme for it', '2026-01-09T23:00:00Z'),
    ],
    [
      'on a plan that is not sold',
      [...life({ at: '2026-01-20', plan: 'gone' }), ...bought('2026-01-20', 'boost:1')],
      refused('boost', 'plan gone is not sold'),
    ],
    ['on the last day before its end', bought('2026-02-09', 'winter:1'), []],
    [
      'on the day of its end',
      bought('2026-02-10', 'winter:1'),
      refused('winter', 'it covers nothing from 2026-02-10 on, and it is bought on 2026-02-10', '2026-02-09T23:00:00Z'),
    ],
    [
      'after its end',
      bought('2026-02-20', 'winter:1'),
      refused('winter', 'it covers nothing from 2026-02-10 on, and it is bought on 2026-02-20', IN_FEBRUARY),
    ],
    [
      'after its end, for earlier days of its period',
      [...life({ at: '2026-02-01', plan: 'whole' }), ...bought('2026-02-20', 'all:1')],
      [],
    ],
    ['and is not after all', bought('2026-01-20', '-more:1'), []],
  ])('%s', async (_, facts, expected) => {
    expect(await reasons(facts)).toEqual(expected);
  });

  test('and stays offered: what would take its plan or add-on away is refused, what comes later is not', async () => {
    await changeInventory(world.ports, bought('2026-01-20', 'boost:1'), 'x');
    const lost = [
      'top-up 1 of subscription s: nothing would offer boost any more at 2026-01-19T23:00:00Z, when it was bought: plan a offers no top-up then; take it back there first (-boost:1)',
    ];
    expect(await reasons(life({ at: '2026-01-18', plan: 'a' }))).toEqual(lost);
    expect(await reasons(life({ at: '2026-01-21', plan: 'a' }))).toEqual([]);
    expect(await reasons(bought('2026-01-20', '-boost:1'))).toEqual([]);
    expect(await reasons(life({ at: '2026-01-18', plan: 'a' }))).toEqual([]);
  });

  test('what was recorded and lost before holds up no other change', async () => {
    await world.record(bought('2026-01-20', 'more:1'));
    await world.record(bought('2026-01-20', 'boost:2'));
    expect(await reasons(life({ at: '2026-01-18', plan: 'a' }))).toEqual([
      expect.stringMatching(/^top-up 2 of subscription s: nothing would offer boost any more/),
    ]);
    expect(await reasons(bought('2026-01-20', '-boost:2'))).toEqual([]);
    expect(await reasons(life({ at: '2026-01-18', plan: 'a' }))).toEqual([]);
    expect(await reasons(bought('2026-01-20', '-more:1'))).toEqual([]);
  });
});

test('a file is told the line, a command its option, and nothing of either is recorded', async () => {
  const text =
    'subscription,effectiveFrom,topUp,state\ns,2026-01-20,boost:1,\ns,2026-01-20,more:2,\ns,2026-01-21,,suspended';
  const why = 'nothing offers more at 2026-01-19T23:00:00Z: plan topped offers boost, winter alone then';
  expect(await loadInventory(world.ports, [{ name: 'f.csv', text }], 'ops')).toEqual({
    outcome: 'refused',
    reasons: [expect.stringMatching(`^f.csv:3 topUp: top-up 2 of subscription s: ${why};`)],
  });
  const change = { ...NO_CHANGE, subscription: 's', effectiveFrom: '2026-01-20', topUp: 'more:2' };
  expect(await changeSubscription(world.ports, change, 'ops')).toEqual({
    outcome: 'refused',
    reasons: [expect.stringMatching(`^--top-up: top-up 2 of subscription s: ${why};`)],
  });
});
