import { expect, test } from 'vitest';
import { poolStatus } from '#shared/billing/lines/pool-lines.ts';
import { catalogWith, planOf, type Turn } from '../rating/fleet.ts';
import { owedBy, settledBy, told } from './chain.ts';
import { data, flexible, owed, sim, used } from './pool-lines.ts';

test('how a pool stands is told by name, with what each unit used and what is over', () => {
  const sims = [
    sim('1', [used(140)], 'x'),
    sim('2', [used(70)], 'y'),
    sim('3', [{ ...used(5), network: 'FRA01' }], 'y'),
  ];
  const catalog = catalogWith(planOf('a', `[${data('1')}]`, `[${flexible('70 MB')}]`));
  const [april] = settledBy({ catalog, sims, months: ['2026-04'] });
  expect(poolStatus(april!.its, april!.pools)).toEqual([
    {
      ...{ name: 'Pool', unit: 'MB', businessUnit: '', members: 3, size: '210000000', used: '215000000' },
      ...{ over: '5000000', usedBy: { x: '140000000', y: '75000000' } },
    },
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
