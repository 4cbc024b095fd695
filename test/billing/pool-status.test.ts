import { describe, expect, test } from 'vitest';
import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { poolStatus } from '#shared/billing/lines/pool-status.ts';
import { catalogWith, planOf, type Turn } from '../rating/fleet.ts';
import { owedBy, settledBy, told } from './chain.ts';
import { data, fixed, flexible, has, owed, sim, used } from './pool-lines.ts';

test('how a pool stands is told by name, with what each unit used and what is over', () => {
  const sims = [
    sim('1', [used(140)], 'x'),
    sim('2', [used(70)], 'y'),
    sim('3', [{ ...used(5), network: 'FRA01' }], 'y'),
  ];
  const catalog = catalogWith(planOf('a', `[${data('1')}]`, `[${flexible('70 MB')}]`));
  const [april] = settledBy({ catalog, sims, months: ['2026-04'] });
  const whole = { plan: 'a', version: '2020-01-01', each: '70000000', daysInPeriod: 30 };
  expect(poolStatus(april!.its, april!.pools)).toEqual([
    {
      ...{ name: 'Pool', unit: 'MB', businessUnit: '', members: 3, size: '210000000', used: '215000000' },
      ...{ over: '5000000', usedBy: { x: '140000000', y: '75000000' } },
      ...{ pool: 'fleet', took: '210000000', dry: { day: '2026-04-10', before: '0', on: '215000000' } },
      contributions: [
        { ...whole, businessUnit: 'x', members: 1, days: 30, quantity: '70000000' },
        { ...whole, businessUnit: 'y', members: 2, days: 60, quantity: '140000000' },
      ],
    },
  ]);
});

test('a pool tells by which days it was made up, what is above its cap, and on which day it ran dry', () => {
  const catalog = catalogWith(planOf('a', `[${data('1')}]`, `[${flexible('60 MB', ', cap: 70 MB')}]`));
  const late: Turn[] = [{ at: '2026-04-21', state: 'active', plan: 'a' }];
  const sims = [sim('1', [used(90, 5)]), { id: '2', turns: late, uses: [used(30, 22)] }];
  const [april] = settledBy({ catalog, sims, months: ['2026-04'] });
  // 60 MB × (30 + 10) days ÷ 30; 20 of 90 are above the cap, and of the 30 on the 22nd there are 10 left
  expect(poolStatus(april!.its, april!.pools)).toMatchObject([
    {
      ...{ size: '80000000', took: '80000000', over: '40000000', beyondCap: '20000000' },
      contributions: [{ each: '60000000', members: 2, days: 40, daysInPeriod: 30, quantity: '80000000' }],
      dry: { day: '2026-04-22', before: '70000000', on: '30000000' },
    },
  ]);
});

test('what members put in is told in order of their units and plans, of what is not prorated whole; of a static pool it is not', () => {
  const whole = flexible('70 MB', ', proration: whole');
  const catalog = catalogWith(planOf('a', `[${data('1')}]`, `[${whole}, ${fixed('20 MB', '7')}]`));
  const [april] = settledBy({ catalog, sims: [sim('1', [], 'y'), sim('2', [used(30)], 'x')], months: ['2026-04'] });
  const each = { plan: 'a', version: '2020-01-01', each: '70000000', members: 1, days: 0, daysInPeriod: 0 };
  const none = { unit: 'MB', businessUnit: '', members: 2, used: '0', over: '0', usedBy: {}, took: '0' };
  expect(poolStatus(april!.its, april!.pools)).toEqual([
    {
      ...{ ...none, name: 'Pool', pool: 'fleet', size: '140000000', used: '30000000', usedBy: { x: '30000000' } },
      took: '30000000',
      contributions: [
        { ...each, businessUnit: 'x', quantity: '70000000' },
        { ...each, businessUnit: 'y', quantity: '70000000' },
      ],
    },
    { ...none, name: 'Site', pool: 'site', size: '20000000' },
  ]);
});

test('a pool that the account has from the 10th on runs dry on a day from then on', () => {
  const catalog = catalogWith(planOf('a', `[${data('1')}]`, `[${fixed('20 MB', '7')}]`));
  const pools = [has('2026-04-10')];
  const sims = [sim('1', [used(50, 5), used(15, 10), used(15, 12)])];
  const [april] = settledBy({ catalog, sims, months: ['2026-04'], pools });
  const dry = { day: '2026-04-12', before: '15000000', on: '15000000' };
  expect(poolStatus(april!.its, april!.pools)).toMatchObject([{ used: '80000000', over: '60000000', dry }]);
});

describe('what pools in front took of an overage', () => {
  /** "charge[@unit]": what is over in all, and "pool[@unit] took" of those in front, in MB. */
  const told = (lines: readonly ChargeLine[]) =>
    lines.flatMap(({ charge, businessUnit, arithmetic }) => {
      if (arithmetic.kind !== 'pool') return [];
      const { before = [], left = arithmetic.over } = arithmetic;
      const took = before.map(
        (each) => `, ${each.pool}${each.businessUnit && `@${each.businessUnit}`} ${mb(each.took)}`,
      );
      return [`${charge}${businessUnit && `@${businessUnit}`} ${mb(left)}${took.join('')}`];
    });
  const mb = (bytes: string) => Number(bytes) / 1_000_000;

  // 15 MB of each in the first, then a site of 20; y uses its own on the 5th, x 73 MB on the 10th
  const [account, unit] = ['', ', scope: businessUnit'];
  test.each<[string, string, string, number, string[]]>([
    ['both are the account’s', account, account, 50, ['data@x 73, fleet 30', 'data@y 73, fleet 30']],
    ['the first is: of what its unit used', account, unit, 10, ['data@x 33, fleet 20']],
    [
      'the last is: what those of all units took',
      unit,
      account,
      50,
      ['data@x 73, fleet@x 15, fleet@y 15', 'data@y 73, fleet@x 15, fleet@y 15'],
    ],
    ['none is: that of its unit', unit, unit, 50, ['data@x 38, fleet@x 15', 'data@y 15, fleet@y 15']],
  ])('%s', (_, first, last, ofY, expected) => {
    const sims = [sim('1', [used(73)], 'x'), sim('2', [used(ofY, 5)], 'y')];
    expect(told(owed(sims, data('1'), `${flexible('15 MB', first)}, ${fixed('20 MB', '7', last)}`))).toEqual(expected);
  });

  // 73 MB here, of which the first has 15 and the site 20, and 40 MB abroad
  const site = fixed('20 MB', '7');
  test.each<[string, string, string[]]>([
    ['none of what it does not pass', `, ${site}`, ['abroad 40', 'data 38, fleet 15']],
    ['none of one alone, which says what is over of each', '', ['abroad 40', 'data 58']],
  ])('%s', (_, more, expected) => {
    const zoned = (id: string, zone: string) =>
      `{ kind: usage, id: ${id}, name: Data, match: { services: data, zones: ${zone} }, measure: bytes, unit: MB, price: 1 }`;
    const both = flexible('15 MB').replace('[data]', '[data, abroad]');
    const sims = [sim('1', [used(73), { ...used(40), network: 'FRA01' }])];
    expect(told(owed(sims, `${zoned('data', 'de')}, ${zoned('abroad', 'eu')}`, `${both}${more}`))).toEqual(expected);
  });
});

test('an overage says what pools in front took of it, what is left over all tiers, and what was used above contributions', () => {
  const tiers = data(
    '{ tiers: [{ upTo: 10, price: 1 }, { price: 0.5 }] }',
    ', count: pool, usageDiscount: { quantity: 2 MB }',
  );
  const site = fixed('20 MB', '7', ', share: byExcess');
  const lines = owed([sim('1', [used(73)], 'x'), sim('2', [used(10)], 'y')], tiers, `${flexible('15 MB')}, ${site}`);
  // 83 used: 30 by the first pool, 20 by the second, 33 left, of which 2 are free; x is 73 − 15 above what it put in, y nothing
  const told = { used: '53000000', left: '33000000', before: [{ pool: 'fleet', businessUnit: '', took: '30000000' }] };
  const shares = [
    { businessUnit: 'x', excess: '58000000' },
    { businessUnit: 'y', excess: '0' },
  ];
  expect(lines.filter(({ charge }) => charge === 'data').map(({ arithmetic }) => arithmetic)).toMatchObject([
    { ...told, over: '10000000', shares },
    { ...told, over: '21000000', shares },
    { ...told, over: '10000000', shares },
    { ...told, over: '21000000', shares },
  ]);
});

test('pools of business units are told in order of their ids', () => {
  const catalog = catalogWith(planOf('a', `[${data('1')}]`, `[${flexible('70 MB', ', scope: businessUnit')}]`));
  const [april] = settledBy({ catalog, sims: [sim('1', [], 'y'), sim('2', [], 'x')], months: ['2026-04'] });
  expect(poolStatus(april!.its, april!.pools).map(({ businessUnit }) => businessUnit)).toEqual(['x', 'y']);
});

test('what is counted over the account without a pool is told of none, and shared by usage', () => {
  const sims = [sim('1', [used(140)], 'x'), sim('2', [used(70)], 'y')];
  const catalog = catalogWith(
    planOf('a', `[${data('{ tiers: [{ upTo: 100, price: 1 }, { price: 0.5 }] }', ', count: account')}]`),
  );
  const [april] = settledBy({ catalog, sims, months: ['2026-04'] });
  expect(poolStatus(april!.its, april!.pools)).toEqual([]);
  const lines = owedBy({ catalog, sims, months: ['2026-04'] });
  // 100 at 1.00 and 110 at 0.50, two thirds and one third
  expect(told(lines)).toEqual(['data@x de 1: 66.67', 'data@x de 2: 36.67', 'data@y de 1: 33.33', 'data@y de 2: 18.33']);
  expect(lines[0]?.arithmetic).toMatchObject({ pool: '', sharedBy: 'byUsage' });
});

test('what pools of units leave is counted over the account in the order of the days: y’s of the 5th, then x’s of the 10th', () => {
  const tiers = data('{ tiers: [{ upTo: 10, price: 1 }, { price: 0.5 }] }', ', count: account');
  const sims = [sim('1', [used(60, 10)], 'x'), sim('2', [used(60, 5)], 'y')];
  expect(told(owed(sims, tiers, flexible('50 MB', ', scope: businessUnit')))).toEqual([
    'data@x de 2: 5.00',
    'data@y de 1: 10.00',
  ]);
});

test('a pool is told by what the first plan by id calls it, that has it', () => {
  const plans = [
    planOf('c', `[${data('1')}]`, `[${flexible('100 MB')}]`),
    planOf('b', `[${data('1')}]`, `[${flexible('10 MB').replace('name: Pool', 'name: Fleet')}]`),
    planOf('a', `[${data('1')}]`),
  ];
  const turns: Turn[] = [{ at: '2026-04-01', state: 'active', plan: 'c' }];
  const [april] = settledBy({ catalog: catalogWith(plans.join('')), sims: [{ id: '1', turns }], months: ['2026-04'] });
  expect(poolStatus(april!.its, april!.pools)).toMatchObject([{ name: 'Fleet', unit: 'MB', size: '100000000' }]);
});

test('what was carried into a pool is told also where it was not always carried', () => {
  const version = (from: string, more: string) =>
    `{ from: ${from}, charges: [${data('1')}], allowances: [${flexible('100 MB', more)}] }`;
  const versions = [version('2020-01-01', ''), version('2026-03-01', ', carryOver: 1')].join(', ');
  const catalog = catalogWith(`  - { id: a, name: A, currency: EUR, zoneModel: zones, versions: [${versions}] }\n`);
  const turns: Turn[] = [{ at: '2026-03-01', state: 'active', plan: 'a' }];
  const [, april] = settledBy({ catalog, sims: [{ id: '1', turns }], months: ['2026-03', '2026-04'] });
  expect(poolStatus(april!.its, april!.pools)).toMatchObject([{ carried: '100000000', left: '200000000' }]);
});
