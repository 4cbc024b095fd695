import { beforeEach, describe, expect, test } from 'vitest';
import { changeInventory, knownInventory } from '#shared/billing/use-cases/change-inventory.ts';
import type { AdHocFact, Fact } from '#shared/inventory/fact.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, planOf, type Turn } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

const FEE = '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }]';
const POOLS =
  '[{ id: one, name: One, kind: flexible, pool: one, size: 1 MB, covers: [fee] }, { id: two, name: Two, kind: flexible, pool: two, size: 1 MB, covers: [fee] }, { id: own, name: Own, kind: individual, size: 1 MB, covers: [fee] }]';
const DATA = '[{ kind: usage, id: fee, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }]';
const TOP_UPS =
  'topUps: [{ id: boost, name: Boost, size: 1 MB, price: 5.00, covers: [fee], days: 30 }, { id: week, name: Week, size: 1 MB, price: 2.00, covers: [fee], days: 7 }]';
const CATALOG = catalogWith(
  `${planOf('a', FEE)}${planOf('extra', FEE).replace('name: extra,', 'name: Extra, kind: addOn,')}${planOf('pooled', DATA, POOLS)}${planOf('topped', DATA).replace('charges:', `${TOP_UPS}, charges:`)}`,
);
let world: MemoryWorld;
beforeEach(async () => {
  world = await memoryWorld(CATALOG, { backBillingMonths: 1 });
});
const change = (facts: readonly Fact[]) => changeInventory(world.ports, facts, 'x');
const reasons = async (facts: readonly Fact[]) => {
  const result = await change(facts);
  return result.outcome === 'refused' ? result.reasons : [];
};
const life = (subscription: string, turns: readonly Turn[]): Fact[] =>
  factsOf(subscription, turns, BERLIN).map(({ fact }) => fact);
const simOf = (payer: string, from = '2026-01-15') =>
  life(`s-${payer}`, [{ at: from, state: 'active', payer, plan: 'a', has: `imsi#${payer}` }]);
const order = (more: Partial<AdHocFact> = {}): AdHocFact => ({
  ...{ kind: 'adHoc', account: 'p', order: 'A-1', effectiveFrom: instantOf('2026-01-20', BERLIN) },
  ...{ product: 'Tracker', quantity: '1', price: '50.00', reference: '', taxCategory: 'goods', businessUnit: '' },
  ...more,
});
/** January and February are posted, and January is frozen. */
const frozen = async () => {
  await world.record([accountFact('p'), ...simOf('p')]);
  for (const [month, clock] of [
    ['2026-01', '2026-02-02'],
    ['2026-02', '2026-03-02'],
  ] as const) {
    world.setClock(clock);
    await world.bill(month);
  }
};

test('a command that is given twice says nothing new, and one that says more is recorded for what is new', async () => {
  const facts = [accountFact('p'), accountFact('q'), ...simOf('p'), ...simOf('q')];
  expect(await change(facts)).toMatchObject({ outcome: 'recorded', facts: facts.length, known: 0 });
  expect(await change(facts)).toEqual({ outcome: 'known already', known: facts.length });
  const more = life('s-p', [{ at: '2026-02-01', property: ['colour', 'red'] }]);
  expect(await change([...facts, ...more])).toMatchObject({ outcome: 'recorded', facts: 1, known: facts.length });
  expect(await change([...more, ...facts])).toEqual({ outcome: 'known already', known: facts.length + 1 });
});

test('an identifier that is given up, or another’s by now, is so once', async () => {
  await world.record([accountFact('p'), ...simOf('p')]);
  for (const [subscription, at] of [
    ['', '2026-02-01'],
    ['s-q', '2026-02-10'],
  ] as const) {
    const effectiveFrom = instantOf(at, BERLIN);
    const fact: Fact = { kind: 'identifier', identifier: 'imsi#p', subscription, effectiveFrom };
    expect((await change([fact])).outcome).toBe('recorded');
    expect(await change([fact])).toEqual({ outcome: 'known already', known: 1 });
  }
});

test('what is known: accounts of every billing day with their zones, and what of the catalogue may be named', async () => {
  await world.record([accountFact('p'), accountFact('last', { billingDay: 31, timeZone: 'America/Lima' })]);
  const { accounts, plans, addOns, topUps } = await knownInventory(world.ports);
  expect([...accounts].map(([id, { timeZone }]) => `${id} ${timeZone}`).sort()).toEqual([
    'last America/Lima',
    'p Europe/Berlin',
  ]);
  expect([[...plans], [...addOns], [...topUps]]).toEqual([['a', 'pooled', 'topped'], ['extra'], ['boost', 'week']]);
});

describe('an account moves', () => {
  test('at any time before it was billed', async () => {
    await world.record([accountFact('p')]);
    const early = { effectiveFrom: instantOf('2026-01-11', BERLIN), billingDay: 15 };
    expect((await change([accountFact('p', early)])).outcome).toBe('recorded');
  });

  test('not before the later of its cut-offs', async () => {
    await world.record([accountFact('p'), ...simOf('p')]);
    world.setClock('2026-03-02');
    const run = await world.bill('2026-02', { terms: { usageCutOff: '2026-02-10' } });
    const moved = (at: string) => [accountFact('p', { effectiveFrom: instantOf(at, BERLIN), billingDay: 15 })];
    expect(await reasons(moved('2026-02-20'))).toEqual([
      `account p: its billingDay cannot become 15 from 2026-02-20: what it owes until 2026-03-01 is posted (run ${run}), and its periods keep their borders; let it hold from 2026-03-01 or later`,
    ]);
    expect(await reasons(moved('2026-03-01'))).toEqual([]);
  });

  test('not to a tax profile of no catalogue, though it has another', async () => {
    const { taxProfiles } = CATALOG;
    world = await memoryWorld({ ...CATALOG, taxProfiles: [...taxProfiles, { ...taxProfiles[0]!, id: 'other' }] });
    expect(await reasons([accountFact('p', { taxProfile: 'other' })])).toEqual([]);
    expect(await reasons([accountFact('q', { taxProfile: 'xx' })])).toEqual([
      'account q: the catalogue has no tax profile xx',
    ]);
  });
});

describe('an order', () => {
  test('keeps its date; another is recorded beside it', async () => {
    await world.record([accountFact('p'), order()]);
    const later = { effectiveFrom: instantOf('2026-01-25', BERLIN) };
    expect(await reasons([order(later)])).toEqual([
      'order A-1 of p: its date is 2026-01-19T23:00:00Z; take it back there with a quantity of 0, and give the new one another id',
    ]);
    expect((await change([order({ ...later, order: 'A-2' }), order({ quantity: '0' })])).outcome).toBe('recorded');
  });

  test('is not recorded behind the back-billing limit, and is on that day', async () => {
    await frozen();
    const at = (date: string) => [order({ effectiveFrom: instantOf(date, BERLIN) })];
    expect(await reasons(at('2026-01-31'))).toEqual([
      'order A-1 of p: its date is behind 2026-02-01, the back-billing limit of p; let it be 2026-02-01 or later',
    ]);
    expect((await change(at('2026-02-01'))).outcome).toBe('recorded');
  });
});

describe('a top-up', () => {
  const topped = (payer: string) =>
    life(`s-${payer}`, [{ at: '2026-01-15', state: 'active', payer, plan: 'topped', has: `imsi#${payer}` }]);
  const only = (fact: Fact) => fact.kind === 'topUp';
  const bought = (subscription: string, at: string, topUp: string) =>
    life(subscription, [{ at, topUp, payer: '' }]).filter(only);
  test.each<[string, Fact[], string[]]>([
    ['of the same order at another instant', bought('s-p', '2026-01-21', 'boost:1'), ['s-p']],
    ['of the same order that is another', bought('s-p', '2026-01-20', 'week:1'), ['s-p']],
    ['of another order', bought('s-p', '2026-01-21', 'boost:2'), []],
    ['of the same order for another subscription', bought('s-q', '2026-01-21', 'boost:1'), []],
    ['taken back', bought('s-p', '2026-01-20', '-boost:1'), []],
  ])('%s', async (_, facts, refused) => {
    await world.record([accountFact('p'), accountFact('q'), ...topped('p'), ...topped('q')]);
    await world.record(bought('s-p', '2026-01-20', 'boost:1'));
    expect(await reasons(facts)).toEqual(
      refused.map(
        (subscription) =>
          `top-up 1 of subscription ${subscription}: it is boost, bought at 2026-01-19T23:00:00Z; take it back there (-boost:1), and give the new one another id`,
      ),
    );
  });
});

describe('of top-ups that are bought at once', () => {
  const topped = life('s', [{ at: '2026-01-15', state: 'active', plan: 'topped', has: 'imsi#1' }]);
  const bought = (at: string, topUp: string, subscription = 's') =>
    life(subscription, [{ at, topUp, payer: '' }]).filter(({ kind }) => kind === 'topUp');
  const both = (one: string, other: string) => [
    `top-up 1 of subscription s: it is said to be ${one}, and ${other}; give one of the two another id`,
  ];
  const [BOOST, LATER] = ['boost, bought at 2026-01-19T23:00:00Z', 'boost, bought at 2026-01-24T23:00:00Z'];
  test.each<[string, Fact[], string[]]>([
    [
      'one order has one instant',
      [...bought('2026-01-20', 'boost:1'), ...bought('2026-01-25', 'boost:1')],
      both(BOOST, LATER),
    ],
    [
      'and is one top-up',
      [...bought('2026-01-20', 'boost:1'), ...bought('2026-01-20', 'week:1')],
      both(BOOST, 'week, bought at 2026-01-19T23:00:00Z'),
    ],
    [
      'that is not bought elsewhere and taken back',
      [...bought('2026-01-25', 'boost:1'), ...bought('2026-01-20', '-boost:1')],
      both(LATER, BOOST),
    ],
    ['two orders are two', [...bought('2026-01-20', 'boost:1'), ...bought('2026-01-20', 'boost:2')], []],
  ])('%s', async (_, facts, expected) => {
    await world.record([accountFact('p'), ...topped]);
    expect(await reasons(facts)).toEqual(expected);
  });
});

describe('behind the back-billing limit', () => {
  const suspended = (payer: string, at: string) => life(`s-${payer}`, [{ at, state: 'suspended', payer: '' }]);
  test('of a payer only its own subscriptions are refused, beside those of one that was not billed', async () => {
    await frozen();
    await world.record([accountFact('q', { billingDay: 2 }), ...simOf('q')]);
    expect(await reasons([...suspended('q', '2026-01-20'), ...suspended('p', '2026-01-20')])).toEqual([
      'subscription s-p: a change from 2026-01-19T23:00:00Z reaches behind 2026-02-01, the back-billing limit of p; let it hold from 2026-02-01 or later',
    ]);
    const other = life('s-p', [{ at: '2026-02-10', payer: 'p', plan: 'pooled' }]);
    expect(await reasons([...suspended('q', '2026-01-20'), ...other])).toEqual([]);
  });

  test.each<[string, subscription: string, at: string, refused: boolean]>([
    ['is given up, is refused: what it used is frozen', '', '2026-01-20', true],
    ['becomes another’s is refused: it would be billed to both', 's-q', '2026-01-20', true],
    ['becomes another’s on that day is recorded', 's-q', '2026-02-01', false],
    ['becomes another’s before it was anyone’s is recorded', 's-q', '2026-01-14', false],
  ])('from when an identifier %s', async (_, subscription, at, isRefused) => {
    await frozen();
    await world.record([accountFact('q', { billingDay: 2 }), ...simOf('q')]);
    const effectiveFrom = instantOf(at, BERLIN);
    const said = await reasons([{ kind: 'identifier', identifier: 'imsi#p', subscription, effectiveFrom }]);
    expect(said).toEqual(
      isRefused
        ? [
            'subscription s-p: a change from 2026-01-19T23:00:00Z reaches behind 2026-02-01, the back-billing limit of p; let it hold from 2026-02-01 or later',
          ]
        : [],
    );
  });

  test('an identifier that has left a subscription concerns it no more', async () => {
    await frozen();
    await world.record([accountFact('q', { billingDay: 2 }), ...simOf('q')]);
    await world.record(life('s-p', [{ at: '2026-01-15', has: 'imsi#old' }]));
    await world.record(life('s-q', [{ at: '2026-01-20', has: 'imsi#old' }]));
    expect(await reasons(life('s-q', [{ at: '2026-01-25', has: 'imsi#old' }]))).toEqual([]);
  });

  test('an account may be named otherwise', async () => {
    await frozen();
    expect(await reasons([accountFact('p', { name: 'Other' })])).toEqual([]);
  });
});

describe('the catalogue lacks', () => {
  const pool = (name: string, plan: string) =>
    accountFact('p', { pools: [{ pool: name, plan, from: '2026-02-01', until: '' }] });
  test.each([
    ['pool one of plan poold', pool('one', 'poold'), ['is; did you mean pooled?']],
    ['pool one of plan zzzzzzzz', pool('one', 'zzzzzzzz'), ['on whose terms its pool one is']],
    [
      'pool three of plan pooled',
      pool('three', 'pooled'),
      ['account p: plan pooled has no pool three; it has one, two'],
    ],
    ['nothing: pool two of plan pooled', pool('two', 'pooled'), []],
  ])('%s', async (_, fact, ends) => {
    const said = await reasons([fact]);
    expect(said).toHaveLength(ends.length);
    for (const [place, end] of ends.entries()) expect(said[place]!.endsWith(end)).toBe(true);
  });

  test('a rate on the first day a plan in another currency may be invoiced, whichever fact comes first', async () => {
    const days = [{ date: '2026-02-01', rates: { USD: '1.1' } }];
    world = await memoryWorld({ ...CATALOG, exchangeRates: [{ source: 'ECB', base: 'EUR', days }] });
    await world.record([accountFact('p', { currency: 'USD' })]);
    const on = (at: string) => life('s', [{ at, state: 'active', plan: 'a' }]);
    expect(await reasons(on('2026-02-01'))).toEqual([]);
    expect(await reasons([...on('2026-02-05'), ...on('2026-01-20')])).toEqual([
      'account p: plan a is in EUR, its invoices are in USD, and the catalogue has no rate from EUR to USD on 2026-01-20 or before: add exchangeRates, and release it first',
    ]);
    expect(await reasons(on('2025-03-01'))).toHaveLength(1);
    world.setClock('2026-02-01');
    expect(await reasons(on('2025-03-01'))).toEqual([]);
    expect(await reasons(life('s', [{ at: '2026-01-20', state: 'active', plan: 'nowhere' }]))).toEqual([]);
    expect(await reasons(life('s', [{ at: '2026-01-20', state: 'active', plan: 'a', payer: 'nobody' }]))).toEqual([]);
  });
});
