import { describe, expect, test } from 'vitest';
import type { AccountPool } from '#shared/inventory/fact.ts';
import { catalogWith, planOf, type Turn, type Use } from '../rating/fleet.ts';
import { type Bill, owedBy, type Sim, told } from './chain.ts';

const MB = 1_000_000;
const data = (price: string, more = '') =>
  `{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: ${price} ${more} }`;
const own = (size: string) => `{ id: own, name: Own, kind: individual, size: ${size}, covers: [data] }`;
const flexible = (size: string, more = '', pool = 'fleet') =>
  `{ id: ${pool}, name: Pool, kind: flexible, pool: ${pool}, size: ${size}, covers: [data] ${more} }`;
const fixed = (size: string, price: string, more = '') =>
  `{ id: site, name: Site, kind: static, pool: site, size: ${size}, price: ${price}, covers: [data] ${more} }`;
const adaptive = (more = '') =>
  `{ id: fit, name: Fit, kind: adaptive, pool: fit, sizes: [{ size: 1 GB, price: 10 }, { size: 5 GB, price: 40 }, { size: 20 GB, price: 120 }], covers: [data] ${more} }`;

const sim = (id: string, uses: readonly Use[] = [], unit = '', more: readonly Turn[] = []): Sim => ({
  id,
  turns: [{ at: '2026-04-01', state: 'active', plan: 'a', unit }, ...more],
  uses,
});
const used = (megabytes: number, day = 10): Use => ({
  at: `2026-04-${String(day).padStart(2, '0')}T12:00:00Z`,
  bytes: Math.round(megabytes * MB),
});
const has = (from: string, until = '', pool = 'site'): AccountPool => ({ pool, plan: 'a', from, until });

/** What is owed in April on a plan "a" of these charges and allowances. */
const owed = (sims: readonly Sim[], charges: string, allowances: string, more: Partial<Bill> = {}) =>
  owedBy({ catalog: catalogWith(planOf('a', `[${charges}]`, `[${allowances}]`)), sims, months: ['2026-04'], ...more });

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
    ['above the pool and above the cap are one overage', [sim('1', [used(250)])], ', cap: 120 MB', ['data de: 150.00']],
  ])('with a cap: %s', (_, sims, more, expected) => {
    expect(told(owed(sims, data('1'), flexible('100 MB', more)))).toEqual(expected);
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
    ['after its end it is gone', [sim('1', [used(3, 20)])], '', [has('2020-01-01', '2026-04-01')], ['data de: 0.30']],
  ])('%s', (_, sims, more, pools, expected) => {
    expect(told(owed(sims, data('0.10'), fixed('10 MB', '5.00', more), { pools }))).toEqual(expected);
  });

  test('the price is shared by member-days: 30, 30 and 10 of them', () => {
    const late: Sim = { id: '3', turns: [{ at: '2026-04-21', state: 'active', plan: 'a', unit: 'y' }] };
    const lines = owed([sim('1', [], 'x'), sim('2', [], 'y'), late], data('0.10'), fixed('10 MB', '5.00'));
    expect(told(lines)).toEqual(['pool:site@x: 2.14', 'pool:site@y: 2.86']);
    expect(lines[1]?.arithmetic).toMatchObject({ kind: 'poolPrice', size: '10000000', rounded: '5.00' });
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
  ])('%s', (_, sims, allowances, expected) => {
    expect(told(owed(sims, data('1'), allowances))).toEqual(expected);
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

  test('of two sizes that cost the same the smaller', () => {
    expect(told(owed([sim('1', [used(2_000)])], data('0.03'), adaptive()))).toContain('pool:fit 1: 10.00');
    expect(told(owed([sim('1', [used(2_001)])], data('0.03'), adaptive()))).toContain('pool:fit 2: 40.00');
  });

  test('nothing of it is owed before its period is over', () => {
    expect(told(owed([sim('1', [used(9_000)])], data('0.03'), adaptive(), { usageCutOff: '2026-04-30' }))).toEqual([]);
  });
});
