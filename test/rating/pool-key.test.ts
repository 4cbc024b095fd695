import { describe, expect, test } from 'vitest';
import type { AccountPool } from '#shared/inventory/fact.ts';
import { planBook } from '#shared/rating/plan-terms.ts';
import { accountPools, mayStand, ownTerms, poolIn } from '#shared/rating/pools/account-pools.ts';
import { countedUnder, keyOfPool, routeOf } from '#shared/rating/pools/pool-key.ts';
import { inStackOrder } from '#shared/rating/pools/stack-levels.ts';
import { BERLIN, catalogWith } from './fleet.ts';

const usage = (id: string, count: string) =>
  `{ kind: usage, id: ${id}, name: ${id}, match: { ratingGroups: ${id.length} }, measure: bytes, unit: MB, price: 1, count: ${count} }`;
const charges = [
  usage('data', 'subscription'),
  usage('tiered', 'pool'),
  usage('counted', 'account'),
  usage('mb', 'pool'),
  usage('a', 'subscription'),
  usage('all', 'account'),
];
const allowances = [
  '{ id: own, name: Own, kind: individual, size: 1 MB, covers: [data, a] }',
  '{ id: fleet, name: Fleet, kind: flexible, pool: fleet, size: 2 MB, covers: [data, tiered, mb] }',
  '{ id: most, name: Most, kind: flexible, pool: most, size: 2 MB, covers: [counted], cap: 5 MB }',
  '{ id: site, name: Site, kind: static, pool: site, scope: businessUnit, size: 3 MB, price: 1, covers: [data, tiered] }',
];
const catalog =
  catalogWith(`  - { id: a, name: A, currency: EUR, zoneModel: zones, versions: [{ from: 2020-01-01, charges: [${charges}], allowances: [${allowances}] }, { from: 2026-04-10, charges: [${charges[4]}] }] }
`);
const plans = planBook(catalog, BERLIN, 'p');
const terms = plans.get('a')![0]!;
const charge = (id: string) => {
  const found = terms.version.charges.find((each) => each.id === id);
  if (found?.kind !== 'usage') throw new Error(id);
  return found;
};

describe('where usage goes when its own allowances have taken theirs (pricing rules §4 and §5): of unit "north"', () => {
  test.each<[string, string, string, string[], bigint, string]>([
    ['two pools that cover it, in their order', 'data', 'fleet|', ['site'], -1n, ''],
    ['counted over the last of its pools, which a unit shares', 'tiered', 'fleet|', ['site'], -1n, 'site|north'],
    ['counted over its only pool', 'mb', 'fleet|', [], -1n, 'fleet|'],
    ['drawn from a pool, and counted over the account', 'counted', 'most|', [], 5_000_000n, '|'],
    ['an individual allowance is no pool', 'a', '', [], -1n, ''],
    ['nothing covers it: counted over the account', 'all', '|', [], -1n, '|'],
  ])('%s', (_, id, pool, behind, cap, counted) => {
    expect(routeOf(terms, charge(id), 'north')).toEqual({ pool, behind, cap });
    expect(countedUnder(terms, charge(id), 'north')).toBe(counted);
  });

  test.each([
    ['fleet', 'fleet|'],
    ['site', 'site|north'],
    ['not of this plan', 'not of this plan|'],
  ])('pool %s has the key %s', (name, key) => {
    expect(keyOfPool(terms, name, 'north')).toBe(key);
  });

  test('what has no name is no pool', () => {
    expect(poolIn(terms, '')).toBeUndefined();
    expect(poolIn(terms, 'site')?.id).toBe('site');
  });
});

describe('where usage goes that is told apart, since an allowance of its own stands behind a pool in a version of its plan', () => {
  const own = (covers: string) => `{ id: own, name: Own, kind: individual, size: 1 MB, covers: [${covers}] }`;
  const pool = (id: string, covers: string) =>
    `{ id: ${id}, name: ${id}, kind: flexible, pool: ${id}, size: 2 MB, covers: [${covers}] }`;
  const its = ['x', 'yy', 'zzz'].map((id) => usage(id, id === 'x' ? 'subscription' : 'account'));
  const stacks = {
    behind: `${pool('front', 'x, yy, zzz')}, ${own('x, yy, zzz')}, ${pool('back', 'x, zzz')}`,
    inFront: `${own('x')}, ${pool('back', 'x')}`,
    alone: pool('front', 'x'),
    none: '',
  };
  const dates = ['2020-01-01', '2026-04-01', '2026-05-01', '2026-06-01'];
  const versions = Object.values(stacks).map((stack, place) => {
    return `{ from: ${dates[place]}, charges: [${its}], allowances: [${stack}] }`;
  });
  const told = planBook(
    catalogWith(`  - { id: t, name: T, currency: EUR, zoneModel: zones, versions: [${versions}] }\n`),
    BERLIN,
    'p',
  ).get('t')!;

  test.each<[string, keyof typeof stacks, string, string, string[], string[] | undefined]>([
    ['by all of its stack', 'behind', 'x', 'front|', ['back'], ['front|', 't/own', 'back|']],
    ['and then to the count of the account', 'behind', 'yy', 'front|', [], ['front|', 't/own', '|']],
    ['which a pool at its end has', 'behind', 'zzz', 'front|', ['back'], ['front|', 't/own', 'back|']],
    ['first to its own, where that stands in front', 'inFront', 'x', '', ['back'], ['t/own', 'back|']],
    ['where no own covers it, to the pool alone', 'alone', 'x', 'front|', [], undefined],
    ['where nothing does, nowhere, beside what is told apart', 'none', 'x', '', [], []],
    ['or to the count of the account', 'none', 'yy', '|', [], undefined],
  ])('%s', (_, version, id, pool, behind, stack) => {
    const its = told[Object.keys(stacks).indexOf(version)]!;
    const { charge } = its.usageCharges.find((each) => each.charge.id === id)!;
    expect(routeOf(its, charge, 'north')).toEqual({ pool, behind, cap: -1n, told: stack });
  });
});

describe('pools come before those behind them on any route, else by name', () => {
  test.each<[string[][], string[]]>([
    [[], []],
    [[['b', 'a']], ['b', 'a']],
    [
      [['c'], ['b'], ['a']],
      ['a', 'b', 'c'],
    ],
    [
      [
        ['c', 'a'],
        ['b', 'c'],
      ],
      ['b', 'c', 'a'],
    ],
    [
      [
        ['b', 'a'],
        ['a', 'b'],
      ],
      ['a', 'b'],
    ],
    [
      [['d', 'c', 'a'], ['b']],
      ['b', 'd', 'c', 'a'],
    ],
  ])('%j: %j', (routes, expected) => {
    expect(inStackOrder(routes)).toEqual(expected);
  });
});

describe('a pool of an account: of plan a until 10 April, from 20 April, and once more in May', () => {
  const has = (from: string, until: string, plan = 'a'): AccountPool => ({ pool: 'site', plan, from, until });
  const pools = accountPools([
    has('2020-01-01', '2026-04-10'),
    has('2026-04-20', '2026-05-01'),
    has('2026-05-05', '', 'x'),
  ]);

  test.each([
    ['2019-12-31', false, undefined],
    ['2020-01-01', true, 'site'],
    ['2026-04-09', true, 'site'],
    ['2026-04-10', false, undefined],
    // Its plan offers no such pool any more.
    ['2026-04-20', true, undefined],
    ['2026-05-01', false, undefined],
    ['2026-05-05', true, undefined],
  ])('on %s: %s, on the terms of %s', (day, stands, allowance) => {
    expect(mayStand(pools, 'site', day)).toBe(stands);
    expect(ownTerms(pools, plans, 'site', day)?.allowance.id).toBe(allowance);
  });

  test('one that it does not name stands always, on the terms of its members', () => {
    expect(mayStand(pools, 'fleet', '2026-04-10')).toBe(true);
    expect(ownTerms(pools, plans, 'fleet', '2026-04-10')).toBeUndefined();
  });
});
