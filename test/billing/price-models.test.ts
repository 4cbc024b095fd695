import { describe, expect, test } from 'vitest';
import { catalogWith, planOf, type Use } from '../rating/fleet.ts';
import { owedBy } from './chain.ts';

const charge = (price: string, more = '') =>
  `{ kind: usage, id: data, name: Data, measure: bytes, unit: MB, price: ${price}${more} }`;
const VOLUME = '{ model: volume, tiers: [{ upTo: 100, price: 0.10, flat: 1 }, { price: 0.05, flat: 2 }] }';
const STAIRS = '{ model: stairStep, tiers: [{ upTo: 100, amount: 5 }, { upTo: 1 GB, amount: 20 }, { amount: 50 }] }';
const PACKAGES = '{ model: package, size: 100 MB, free: 10 MB, amount: 3 }';
const FLAT = '{ model: flat, amount: 7.50 }';
const POOL = '[{ kind: flexible, id: included, name: Included, pool: shared, size: 100 MB, covers: [data] }]';

const MB = 1_000_000;
const used = (day: string, megabytes: number): Use => ({ at: `2026-10-${day}T12:00:00Z`, bytes: megabytes * MB });

interface Sim {
  readonly unit?: string;
  readonly uses: readonly Use[];
}

/** "tier: quantity unit × unit price = amount" of each line. */
function lines(price: string, sims: readonly Sim[], more = '', allowances = '[]', cutOff = '2026-12-01') {
  const catalog = catalogWith(planOf('a', `[${charge(price, more)}]`, allowances));
  const owed = owedBy({
    catalog,
    months: ['2026-10'],
    usageCutOff: cutOff,
    sims: sims.map(({ unit = '', uses }, at) => ({
      id: `${at + 1}`,
      turns: [{ at: '2026-01-01', state: 'active', plan: 'a', unit }],
      uses,
    })),
  });
  return owed.map((line) => {
    const unit = line.businessUnit === '' ? '' : `${line.businessUnit} `;
    return `${unit}${line.tier}: ${line.quantity} ${line.unit} × ${line.unitPrice} = ${line.amount}`;
  });
}

describe('price models, subscription by subscription (pricing rules §5)', () => {
  test.each<[string, string, Sim[], string[]]>([
    [
      'volume: all at the price of the tier reached, and its fee once',
      VOLUME,
      [{ uses: [used('01', 60), used('02', 40)] }, { uses: [used('01', 60), used('20', 41)] }],
      ['1: 100 MB × 0.1 = 11.00', '2: 101 MB × 0.05 = 7.05'],
    ],
    [
      'stair step: the amount of the tier reached',
      STAIRS,
      [{ uses: [used('01', 100)] }, { uses: [used('01', 100.5)] }, { uses: [used('01', 90), used('02', 950)] }],
      ['1: 1 flat × 5 = 5.00', '2: 1 flat × 20 = 20.00', '3: 1 flat × 50 = 50.00'],
    ],
    [
      'package: packages begun beyond what is free',
      PACKAGES,
      [{ uses: [used('01', 10)] }, { uses: [used('01', 11)] }, { uses: [used('01', 100), used('02', 11)] }],
      ['0: 3 package × 3 = 9.00'],
    ],
    [
      'flat: once where there is any',
      FLAT,
      [{ uses: [used('01', 1), used('02', 5)] }, { uses: [] }],
      ['0: 1 flat × 7.5 = 7.50'],
    ],
  ])('%s', (_, price, sims, expected) => {
    expect(lines(price, sims)).toEqual(expected);
  });
});

describe('the same, counted over the account or a pool', () => {
  test.each<[string, string, string, string, string[]]>([
    ['volume over the account', VOLUME, 'count: account', '[]', ['2: 120 MB × 0.05 = 8.00']],
    ['stair step over the account', STAIRS, 'count: account', '[]', ['2: 1 flat × 20 = 20.00']],
    ['packages over the account', PACKAGES, 'count: account', '[]', ['0: 2 package × 3 = 6.00']],
    ['flat over the account', FLAT, 'count: account', '[]', ['0: 1 flat × 7.5 = 7.50']],
  ])('%s: 80 MB and 40 MB', (_, price, count, allowances, expected) => {
    const sims = [{ uses: [used('01', 80)] }, { uses: [used('05', 40)] }];
    expect(lines(price, sims, `, ${count}`, allowances)).toEqual(expected);
  });

  test('what a pool leaves over, shared back to the units that used it', () => {
    const sims = [
      { unit: 'north', uses: [used('01', 180)] },
      { unit: 'south', uses: [used('05', 240)] },
    ];
    expect(lines(PACKAGES, sims, ', count: pool', POOL)).toEqual([
      'north 0: 1.285714 package × 3 = 3.86',
      'south 0: 1.714286 package × 3 = 5.14',
    ]);
  });
});

test('what needs the whole period is owed when the usage cut-off has reached its end', () => {
  const sims = [{ uses: [used('01', 60)] }];
  for (const price of [VOLUME, STAIRS]) {
    expect(lines(price, sims, '', '[]', '2026-10-31')).toEqual([]);
    expect(lines(price, sims, ', count: account', '[]', '2026-10-31')).toEqual([]);
    expect(lines(price, sims, '', '[]', '2026-11-01')).toHaveLength(1);
  }
});

describe('usage discounts (pricing rules §6: usage discount → price)', () => {
  const free = (what: string) => `, usageDiscount: { ${what} }`;
  const one = (...megabytes: number[]) => [{ uses: megabytes.map((each, at) => used(`0${at + 1}`, each)) }];
  test.each<[string, string, string, Sim[], string[]]>([
    ['half of it is free', '0.10', 'percent: 50', one(100), ['0: 50 MB × 0.1 = 5.00']],
    ['the first 30 MB are', '0.10', 'quantity: 30 MB', one(20, 80), ['0: 70 MB × 0.1 = 7.00']],
    ['both, the percentage first', '0.10', 'percent: 50, quantity: 30 MB', one(20, 80), ['0: 20 MB × 0.1 = 2.00']],
    ['all of it', '0.10', 'quantity: 100 MB', one(20, 80), []],
    ['tiers count what is priced', VOLUME, 'percent: 50', one(120, 40), ['1: 80 MB × 0.1 = 9.00']],
    ['and so do packages', PACKAGES, 'quantity: 90 MB', one(100, 101), ['0: 2 package × 3 = 6.00']],
    ['each subscription has its own', '0.10', 'quantity: 30 MB', [...one(40), ...one(40)], ['0: 20 MB × 0.1 = 2.00']],
  ])('%s', (_, price, what, sims, expected) => {
    expect(lines(price, sims, free(what))).toEqual(expected);
  });

  test('after the allowance, of what is left of it, over the whole pool', () => {
    const sims = [...one(100), ...one(180)];
    expect(lines('0.10', sims, `${free('percent: 50')}, count: pool`, POOL)).toEqual(['0: 40 MB × 0.1 = 4.00']);
  });
});
