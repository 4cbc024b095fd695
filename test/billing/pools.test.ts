import { describe, expect, test } from 'vitest';
import type { AccountPool } from '#shared/inventory/fact.ts';
import { catalogWith, planOf, type Turn, type Use } from '../rating/fleet.ts';
import { owedBy, type Sim, settledBy, told } from './chain.ts';
import { adaptive, data, fixed, flexible, has, owed, own, sim, used } from './pool-lines.ts';

describe('a flexible pool (pricing rules §4)', () => {
  test.each<[string, Sim[], string, string[]]>([
    ['up to the cap, the pool covers it', [sim('1', [used(150)]), sim('2')], ', cap: 150 MB', []],
    [
      'above the cap is overage, though the pool has some left',
      [sim('1', [used(151)]), sim('2')],
      ', cap: 150 MB',
      ['data de: 1.00'],
    ],
    [
      'the first days count towards the cap, and each has a cap of its own',
      [sim('1', [used(90, 3), used(20, 9)]), sim('2', [used(80, 5), used(20, 6)])],
      ', cap: 95 MB',
      ['data de: 20.00'],
    ],
    [
      'what is below the cap draws on the pool, day after day',
      [sim('1', [used(60, 3), used(60, 9)])],
      ', cap: 150 MB',
      ['data de: 20.00'],
    ],
    [
      'above the cap is all that comes later',
      [sim('1', [used(8, 3), used(8, 5), used(8, 7)]), sim('2')],
      ', cap: 10 MB',
      ['data de: 14.00'],
    ],
    ['a cap of nothing lets nothing draw', [sim('1', [used(8)])], ', cap: 0 MB', ['data de: 8.00']],
    ['above the pool and above the cap are one overage', [sim('1', [used(250)])], ', cap: 120 MB', ['data de: 150.00']],
  ])('with a cap: %s', (_, sims, more, expected) => {
    expect(told(owed(sims, data('1'), flexible('100 MB', more)))).toEqual(expected);
  });

  test('is made of what members put in for its own days: of 100 MB 6 of 30 days', () => {
    const pools = [has('2026-04-25', '', 'fleet')];
    expect(told(owed([sim('1', [used(30, 28)])], data('1'), flexible('100 MB'), { pools }))).toEqual([
      'data de: 10.00',
    ]);
  });

  test.each<[string, string, string[]]>([
    ['once, by the unit that has the last day', '', ['data@x de: 66.67', 'data@y de: 133.33']],
    ['once into the pool of each unit', ', scope: businessUnit', ['data@y de: 100.00']],
  ])('a whole size is put in %s', (_, more, expected) => {
    const uses = [used(100, 5), used(200, 28)];
    const moved = sim('1', uses, 'x', [{ at: '2026-04-16', plan: 'a', unit: 'y' }]);
    expect(told(owed([moved], data('1'), flexible('100 MB', `, proration: whole${more}`)))).toEqual(expected);
  });

  test.each<[string, Turn[], AccountPool[]]>([
    ['of who is suspended from the 16th on', [{ at: '2026-04-16', state: 'suspended' }], []],
    ['into a pool that ends with the 15th', [], [has('2026-01-01', '2026-04-16', 'fleet')]],
  ])('a whole size is put in whole %s', (_, turns, pools) => {
    const sims = [sim('1', [used(150, 5)], '', turns)];
    const lines = owed(sims, data('1'), flexible('100 MB', ', proration: whole'), { pools });
    expect(told(lines)).toEqual(['data de: 50.00']);
  });

  test('a whole size of each plan it was on is put in', () => {
    const its = (id: string) => planOf(id, `[${data('1')}]`, `[${flexible('100 MB', ', proration: whole')}]`);
    const moved = sim('1', [used(250, 28)], '', [{ at: '2026-04-16', plan: 'b' }]);
    const lines = owedBy({ catalog: catalogWith(its('a') + its('b')), sims: [moved], months: ['2026-04'] });
    expect(lines.map(({ plan, amount }) => `${plan}: ${amount}`)).toEqual(['b: 50.00']);
  });

  test('above the pool and above the cap is shared by all usage: 150 of 350 MB over, 100 of them of x and 250 of y', () => {
    const sims = [sim('1', [used(100)], 'x'), sim('2', [used(250)], 'y')];
    expect(told(owed(sims, data('1'), flexible('100 MB', ', cap: 120 MB')))).toEqual([
      'data@x de: 42.86',
      'data@y de: 107.14',
    ]);
  });

  test('what is over in a zone is shared by what was used there: x 50 of 150 MB in Germany, then y 60 in France', () => {
    const french: Use = { ...used(60, 20), network: 'FRA01' };
    const sims = [sim('1', [used(150)], 'x'), sim('2', [french], 'y')];
    expect(told(owed(sims, data('1'), flexible('50 MB')))).toEqual(['data@x de: 50.00', 'data@y eu: 60.00']);
  });

  test('by what units exceeded, it is shared by those alone that used any there: not by y, with 0 MB in Germany', () => {
    const sims = [sim('1', [used(150)], 'x'), sim('2', [used(0), { ...used(100, 20), network: 'FRA01' }], 'y')];
    expect(told(owed(sims, data('1'), flexible('50 MB', ', share: byExcess')))).toEqual([
      'data@x de: 50.00',
      'data@y eu: 100.00',
    ]);
  });

  test('draws on it until the moment it is terminated and its assignment ends: 100 MB and 63,333,333 octets for 170 MB', () => {
    const use = { at: '2026-04-20T08:00:00Z', bytes: 170_000_000, network: 'DEU01' };
    const [gone, stays] = [sim('1', [use]), sim('2')];
    const noon: Turn = { at: '2026-04-20T12:00:00+02:00', state: 'terminated', payer: '' };
    const sims = [{ ...gone, turns: [...gone.turns, noon] }, stays];
    expect(told(owed(sims, data('1'), flexible('100 MB')))).toEqual(['data de: 6.67']);
  });

  test('what is over of a charge that is hidden is on no line', () => {
    expect(owed([sim('1', [used(150)])], data('0', ', hidden: true'), flexible('100 MB'))).toEqual([]);
  });

  test('a line says the pool it is a part of, and each unit’s part, in order of their ids', () => {
    const lines = owed([sim('1', [used(140)], 'y'), sim('2', [used(70)], 'x')], data('1'), flexible('100 MB'));
    expect(lines[0]?.arithmetic).toEqual({
      ...{ kind: 'pool', pool: 'fleet', members: 2, size: '200000000', used: '210000000', over: '10000000' },
      ...{ model: 'unit', baseUnits: '1000000', price: '1', flat: '0', entered: 0, increment: '1/1', exact: '10' },
      ...{ rounded: '10.00', sharedBy: 'byUsage' },
      shares: [
        { businessUnit: 'x', used: '70000000', over: '3333333', amount: '3.33' },
        { businessUnit: 'y', used: '140000000', over: '6666667', amount: '6.67' },
      ],
    });
  });

  test('each pool has a cap of its own: 60 of each are covered', () => {
    const charges = [data('1').replace('data }', 'data, zones: de }'), data('1').replace('id: data', 'id: rest')];
    const pools = [
      flexible('100 MB', ', cap: 60 MB'),
      flexible('100 MB', ', cap: 60 MB', 'other').replace('[data]', '[rest]'),
    ];
    const lines = owed([sim('1', [used(61), { ...used(62), network: 'FRA01' }])], charges.join(), pools.join());
    expect(told(lines)).toEqual(['data de: 1.00', 'rest eu: 2.00']);
  });

  test.each<[string, AccountPool[], Use[], string[]]>([
    ['not named, it stands', [], [used(90, 5), used(10, 25)], []],
    [
      'from the 16th: half the contribution, and days before draw on nothing',
      [has('2026-04-16', '', 'fleet')],
      [used(90, 5), used(50, 25)],
      ['data de: 90.00'],
    ],
    ['until the 16th', [has('2020-01-01', '2026-04-16', 'fleet')], [used(50, 5), used(90, 25)], ['data de: 90.00']],
    [
      'in two parts',
      [has('2026-04-01', '2026-04-07', 'fleet'), has('2026-04-25', '', 'fleet')],
      [used(21, 5), used(19, 25), used(1, 10)],
      ['data de: 1.00'],
    ],
  ])('which the account has by itself: %s', (_, pools, uses, expected) => {
    expect(told(owed([sim('1', uses)], data('1'), flexible('100 MB'), { pools }))).toEqual(expected);
  });
});

describe('a static pool (pricing rules §4)', () => {
  test('10 MB for 5.00; A uses 8, B uses 8: 6 over at 0.10, shared half and half', () => {
    const sims = [sim('A', [used(8)], 'a'), sim('B', [used(8)], 'b')];
    expect(told(owed(sims, data('0.10'), fixed('10 MB', '5.00')))).toEqual([
      'data@a de: 0.30',
      'pool:site@a: 2.50',
      'data@b de: 0.30',
      'pool:site@b: 2.50',
    ]);
    expect(told(owed([sim('A', [used(8)]), sim('B', [used(8)])], data('0.10'), fixed('10 MB', '5.00')))).toEqual([
      'data de: 0.60',
      'pool:site: 5.00',
    ]);
  });

  const left: Turn = { at: '2026-03-01', state: 'terminated' };
  test.each<[string, Sim[], string, AccountPool[], string[]]>([
    [
      'it is due without members, if the account has it',
      [{ ...sim('1'), turns: [left] }],
      '',
      [has('2026-01-01')],
      ['pool:site: 5.00'],
    ],
    [
      'one of business units nobody has without members, though the account has it',
      [{ ...sim('1'), turns: [left] }],
      ', scope: businessUnit',
      [has('2026-04-30')],
      [],
    ],
    [
      'one of business units each has that has members, and the account none of its own',
      [sim('1', [used(11)], 'x'), sim('2', [], 'y')],
      ', scope: businessUnit',
      [has('2026-01-01')],
      ['data@x de: 0.10', 'pool:site@x: 5.00', 'pool:site@y: 5.00'],
    ],
    ['nobody has it without members', [{ ...sim('1'), turns: [left] }], '', [], []],
    [
      'one day of a member is enough for the whole price',
      [{ ...sim('1'), turns: [{ at: '2026-04-30', state: 'active', plan: 'a' }] }],
      '',
      [],
      ['pool:site: 5.00'],
    ],
    [
      'price and size prorate together: 6 of 30 days',
      [sim('1', [used(3, 28)])],
      ', proration: day',
      [has('2026-04-25')],
      ['data de: 0.10', 'pool:site: 1.00'],
    ],
    ['or neither', [sim('1', [used(11, 28)])], '', [has('2026-04-25')], ['data de: 0.10', 'pool:site: 5.00']],
    [
      'before it begins it covers nothing',
      [sim('1', [used(3, 20)])],
      '',
      [has('2026-04-25')],
      ['data de: 0.30', 'pool:site: 5.00'],
    ],
    [
      'a single day is enough for all of it',
      [sim('1', [used(11, 30)])],
      '',
      [has('2026-04-30')],
      ['data de: 0.10', 'pool:site: 5.00'],
    ],
    ['after its end it is gone', [sim('1', [used(3, 20)])], '', [has('2020-01-01', '2026-04-01')], ['data de: 0.30']],
  ])('%s', (_, sims, more, pools, expected) => {
    expect(told(owed(sims, data('0.10'), fixed('10 MB', '5.00', more), { pools }))).toEqual(expected);
  });

  test('the price is shared by member-days: 30, 30 and 10 of them', () => {
    const late: Sim = { id: '3', turns: [{ at: '2026-04-21', state: 'active', plan: 'a', unit: 'y' }] };
    const lines = owed([sim('2', [], 'y'), sim('1', [], 'x'), late], data('0.10'), fixed('10 MB', '5.00'));
    expect(told(lines)).toEqual(['pool:site@x: 2.14', 'pool:site@y: 2.86']);
    expect(lines.map(({ quantity, unit }) => `${quantity} ${unit}`)).toEqual(['0.428571 pool', '0.571429 pool']);
    expect(lines[1]?.arithmetic).toEqual({
      ...{ kind: 'poolPrice', pool: 'site', size: '10000000', baseUnits: '1000000', sizeUnit: 'MB' },
      ...{ days: 30, daysInPeriod: 30, price: '5', exact: '5', rounded: '5.00' },
      shares: [
        { businessUnit: 'x', memberDays: 30, amount: '2.14' },
        { businessUnit: 'y', memberDays: 40, amount: '2.86' },
      ],
    });
  });

  test('what nobody has is no pool', () => {
    const catalog = catalogWith(
      planOf('a', `[${data('0.10')}]`, `[${fixed('10 MB', '5.00', ', scope: businessUnit')}]`),
    );
    const sims = [{ ...sim('1'), turns: [left] }];
    const [april] = settledBy({ catalog, sims, months: ['2026-04'], pools: [has('2026-01-01')] });
    expect(april?.pools).toEqual([]);
  });

  test('each day is on the terms of the first plan that has a member then: half of 8.00, then half of 5.00', () => {
    const its = (size: string, price: string) => `[${fixed(size, price, ', proration: day')}]`;
    const catalog = catalogWith(
      planOf('a', `[${data('0.10')}]`, its('10 MB', '5.00')) + planOf('b', `[${data('0.10')}]`, its('20 MB', '8.00')),
    );
    const turns: Turn[] = [
      { at: '2026-04-01', state: 'active', plan: 'b' },
      { at: '2026-04-16', plan: 'a' },
    ];
    const lines = owedBy({ catalog, sims: [{ id: '1', turns }], months: ['2026-04'] });
    expect(lines.map(({ plan, amount }) => `${plan}: ${amount}`)).toEqual(['a: 2.50', 'b: 4.00']);
    expect(lines[0]?.arithmetic).toMatchObject({ size: '15000000' });
    const [inB, inA] = ['b', 'a'].map(
      (plan): Sim => ({ id: plan, turns: [{ at: '2026-04-01', state: 'active', plan }] }),
    );
    const both = owedBy({ catalog, sims: [inB!, inA!], months: ['2026-04'] });
    expect(both.map(({ plan, amount }) => `${plan}: ${amount}`)).toEqual(['a: 5.00']);
  });

  test('it is charged at the end of its period, not before', () => {
    expect(told(owed([sim('1')], data('0.10'), fixed('10 MB', '5.00'), { chargeCutOff: '2026-04-30' }))).toEqual([]);
  });
});

describe('stacks (pricing rules §4)', () => {
  const both = `${fixed('100 MB', '5.00')}, ${flexible('50 MB')}`;
  test.each<[string, Sim[], string, string[]]>([
    [
      'a pool behind a pool takes what the first left',
      [sim('1', [used(120)]), sim('2', [used(80)])],
      both,
      ['pool:site: 5.00'],
    ],
    [
      'what the last leaves is over',
      [sim('1', [used(120)]), sim('2', [used(81)])],
      both,
      ['data de: 1.00', 'pool:site: 5.00'],
    ],
    [
      'the other way round',
      [sim('1', [used(120)]), sim('2', [used(81)])],
      `${flexible('50 MB')}, ${fixed('100 MB', '5.00')}`,
      ['data de: 1.00', 'pool:site: 5.00'],
    ],
    [
      'individual, then two pools',
      [sim('1', [used(250)])],
      `${own('40 MB')}, ${flexible('100 MB')}, ${fixed('100 MB', '5.00')}`,
      ['data de: 10.00', 'pool:site: 5.00'],
    ],
    [
      'a pool of each unit in front of that of the account',
      [sim('1', [used(70)], 'x'), sim('2', [used(10)], 'y')],
      `${flexible('50 MB', ', scope: businessUnit')}, ${fixed('15 MB', '2.00')}`,
      ['data@x de: 5.00', 'pool:site@x: 1.00', 'pool:site@y: 1.00'],
    ],
    [
      'of somebody suspended, who adds to neither, all of it is over behind both',
      [{ ...sim('1', [used(50)]), turns: [{ at: '2026-04-01', state: 'suspended', plan: 'a' }] }],
      `${flexible('50 MB')}, ${flexible('50 MB', '', 'second')}`,
      ['data de: 50.00'],
    ],
  ])('%s', (_, sims, allowances, expected) => {
    expect(told(owed(sims, data('1'), allowances))).toEqual(expected);
  });
});

test('a pool is settled behind those in front of it, whichever plan is measured first: 90 of 190 MB come to the second, which has 70', () => {
  const second = flexible('50 MB');
  const catalog = catalogWith(
    planOf('a', `[${data('1')}]`, `[${fixed('100 MB', '5.00')}, ${second}]`) +
      planOf('b', `[${data('1')}]`, `[${second}]`),
  );
  const sims = [
    { id: '1', turns: [{ at: '2026-04-01', state: 'active', plan: 'b' } as Turn], uses: [used(30, 5)] },
    sim('2', [used(190)]),
  ];
  expect(told(owedBy({ catalog, sims, months: ['2026-04'] }))).toEqual(['data de: 20.00', 'pool:site: 5.00']);
});

test('what a flexible pool leaves is owed before its period is over', () => {
  const bill = { usageCutOff: '2026-04-20' };
  expect(told(owed([sim('1', [used(150, 5)])], data('1'), flexible('100 MB'), bill))).toEqual(['data de: 50.00']);
});

describe('tiers over a pool', () => {
  const tiers = data('{ tiers: [{ upTo: 10, price: 1 }, { price: 0.5 }] }', ', count: pool');

  test('count in each pool by itself: x and y are over by 10 each', () => {
    const sims = [sim('1', [used(60)], 'x'), sim('2', [used(60)], 'y')];
    expect(told(owed(sims, tiers, flexible('50 MB', ', scope: businessUnit')))).toEqual([
      'data@x de 1: 10.00',
      'data@y de 1: 10.00',
    ]);
  });

  test('and for each plan by itself', () => {
    const its = (id: string) => planOf(id, `[${tiers}]`, `[${flexible('50 MB')}]`);
    const inB = { id: '2', turns: [{ at: '2026-04-01', state: 'active', plan: 'b' } as Turn], uses: [used(10, 20)] };
    const lines = owedBy({
      catalog: catalogWith(its('a') + its('b')),
      sims: [sim('1', [used(110)]), inB],
      months: ['2026-04'],
    });
    expect(lines.map(({ plan, tier, amount }) => `${plan} ${tier}: ${amount}`)).toEqual(['a 1: 10.00', 'b 1: 10.00']);
  });
});

describe('an adaptive pool (pricing rules §4)', () => {
  test.each([
    [0, ['pool:fit 1: 10.00']],
    [1_000, ['pool:fit 1: 10.00']],
    [1_500, ['data de: 15.00', 'pool:fit 1: 10.00']],
    [2_000, ['data de: 30.00', 'pool:fit 1: 10.00']],
    [3_000, ['pool:fit 2: 40.00']],
    [6_000, ['data de: 30.00', 'pool:fit 2: 40.00']],
    [7_700, ['pool:fit 3: 120.00']],
  ])('1 GB 10.00, 5 GB 40.00, 20 GB 120.00, overage 0.03/MB: %i MB', (megabytes, expected) => {
    expect(told(owed([sim('1', megabytes === 0 ? [] : [used(megabytes)])], data('0.03'), adaptive()))).toEqual(
      expected,
    );
  });

  test('its overage counts too where the whole period prices it: 3,000 MB are 10.00 and 60.00, or 40.00', () => {
    const volume = '{ model: volume, tiers: [{ price: 0.03 }] }';
    expect(told(owed([sim('1', [used(3_000)])], data(volume, ', count: pool'), adaptive()))).toEqual([
      'pool:fit 2: 40.00',
    ]);
  });

  test('of two sizes that cost the same the smaller', () => {
    expect(told(owed([sim('1', [used(2_000)])], data('0.03'), adaptive()))).toContain('pool:fit 1: 10.00');
    expect(told(owed([sim('1', [used(2_001)])], data('0.03'), adaptive()))).toContain('pool:fit 2: 40.00');
  });

  test('nothing of it is owed before its period is over', () => {
    expect(told(owed([sim('1', [used(9_000)])], data('0.03'), adaptive(), { usageCutOff: '2026-04-30' }))).toEqual([]);
  });
});
