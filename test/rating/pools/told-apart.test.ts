import { describe, expect, test } from 'vitest';
import type { ChargeUsage } from '#shared/rating/charge-usage.ts';
import { dayTable } from '#shared/rating/day-table.ts';
import { type Member, memberOf } from '#shared/rating/pools/member.ts';
import { levelsOf } from '#shared/rating/pools/stack-levels.ts';
import { type LeftByPool, type StackedUsage, tellApart } from '#shared/rating/pools/told-apart.ts';
import { monthsOf } from '../fleet.ts';

const LINE = '|a|2020-01-01|data|de';
const CHARGE = { chargeOrder: 0, version: '2020-01-01', plan: 'a', charge: 'data', zone: 'de', businessUnit: '' };
const stack = ['fleet|', 'a/own'];
const came = (day: number, quantity: bigint, its = stack): StackedUsage => ({
  ...CHARGE,
  day: `2026-04-0${day}`,
  quantity,
  stack: its,
});
const used = (of: Readonly<Record<number, string>>, its = stack) => {
  const days = Object.entries(of).map(([day, quantity]) => [`2026-04-0${day}`, quantity]);
  return { line: LINE, order: 0, stack: its, covered: '0', days: Object.fromEntries(days) };
};
const member = (subscription: string, own: string, ...usage: Member['usage']): Member => ({
  subscription,
  own: { 'a/own': own },
  usage,
});
const telling = (left: readonly LeftByPool[], its = stack) => tellApart(() => left, levelsOf([its]));

describe('what a pool leaves of usage, told apart by member (pricing rules §4)', () => {
  // Of 60 the pool leaves 40: of A's 10 so 6.67, of B's 50 33.33. Behind it A has 5 of its own.
  const left = [{ bucket: came(1, 60n), over: 40n }];
  const told = (its: ReturnType<typeof telling>, one: Member) =>
    its
      .told(one)
      .map(({ bucket, covered, over }) => [
        bucket.day.slice(8),
        ...covered.map(({ allowance, quantity }) => `${allowance} ${quantity}`),
        over,
      ]);

  test('largest remainders: what the pool took, then its own, then what is over', () => {
    const [a, b] = [member('A', '5', used({ 1: '10' })), member('B', '0', used({ 1: '50' }))];
    const its = telling(left);
    expect(its.needsReading()).toBe(true);
    for (const each of [b, a]) its.add(each);
    its.endReading();
    expect(its.needsReading()).toBe(false);
    expect(told(its, a)).toEqual([['01', 'fleet| 3', 'a/own 5', 2n]]);
    expect(told(its, b)).toEqual([['01', 'fleet| 17', 33n]]);
  });

  test('a charge that was used under two stacks of its own comes once a day', () => {
    const [a, b] = [member('A', '5', used({ 1: '4' }), used({ 1: '6' })), member('B', '0', used({ 1: '50' }))];
    const its = telling(left);
    for (const each of [a, b]) its.add(each);
    its.endReading();
    expect(told(its, a)).toEqual([['01', 'fleet| 3', 'a/own 5', 2n]]);
  });

  test('its own is drawn on day by day', () => {
    const its = telling([
      { bucket: came(2, 6n), over: 6n },
      { bucket: came(1, 4n), over: 4n },
      { bucket: came(3, 7n), over: 0n },
    ]);
    expect(its.needsReading()).toBe(false);
    expect(told(its, member('A', '5', used({ 3: '7', 2: '6' }), used({ 1: '4' })))).toEqual([
      ['01', 'a/own 4', 0n],
      ['02', 'a/own 1', 5n],
      ['03', 'fleet| 7', 0n],
    ]);
  });

  test('is not known before the members were read', () => {
    const its = telling(left);
    expect(() => its.told(member('A', '5', used({ 1: '10' })))).toThrow(
      'what pool fleet| left of 2026-04-01 is not known yet',
    );
  });

  test('others who are read than came are refused: at the first pool, and at one behind it', () => {
    const first = telling(left);
    first.add(member('A', '5', used({ 2: '10' })));
    expect(() => first.endReading()).toThrow('nobody came to a pool with what it left a part of');

    const deep = [...stack, 'site|', 'a/more'];
    const second = telling(
      [
        { bucket: came(1, 60n, deep), over: 40n },
        { bucket: came(1, 35n, deep.slice(2)), over: 5n },
      ],
      deep,
    );
    for (const [id, quantity] of [
      ['A', '10'],
      ['B', '50'],
    ] as const)
      second.add(member(id, '5', used({ 1: quantity }, deep)));
    second.endReading();
    second.endReading();
    expect(() => second.endReading()).toThrow('nobody came to a pool with what it left a part of');
  });
});

test.each<[string[][], Record<string, number>]>([
  [[['a/x', 'a/y']], { 'a/x': 0, 'a/y': 0 }],
  [[['fleet|', 'site|x']], { fleet: 0, site: 0 }],
  [[['fleet|', 'a/x', 'a/y', 'site|x', 'b/x']], { fleet: 0, 'a/x': 1, 'a/y': 1, site: 1, 'b/x': 2 }],
  [[['fleet|', 'a/x'], ['fleeta/x']], { fleet: 0, 'a/x': 1, 'fleeta/x': 0 }],
])('levels of %j: an own allowance is one behind the pool in front of it', (stacks, levels) => {
  expect(Object.fromEntries(levelsOf(stacks))).toEqual(levels);
});

test('a member is what of its usage comes to pools by day, what its first allowances took, and what it has behind pools', () => {
  const of = (key: string, order: number, told: readonly string[]) =>
    ({ key, order, route: { told } }) as unknown as ChargeUsage;
  const [data, voice] = [of(LINE, 0, stack), of('|a|2020-01-01|voice|de', 1, ['fleet|', 'a/calls'])];
  const covered = [
    { of: data, quantity: 5n },
    { of: voice, quantity: 9n },
    { of: data, quantity: 2n },
  ];
  const drawn = [
    { of: data, dayAt: 0, quantity: 3n, isBeyondCap: false },
    { of: voice, dayAt: 0, quantity: 8n, isBeyondCap: false },
    { of: data, dayAt: 2, quantity: 4n, isBeyondCap: false },
  ];
  const days = dayTable(monthsOf('2026-04'), 'UTC');
  const sizes = new Map([
    ['a/own', 30n],
    ['a/first', 7n],
  ]);
  expect(memberOf('s', [data, voice], covered, drawn, sizes, days)).toEqual({
    subscription: 's',
    own: { 'a/own': '30', 'a/calls': '0' },
    usage: [
      { line: LINE, order: 0, stack, covered: '7', days: { '2026-04-01': '3', '2026-04-03': '4' } },
      {
        line: '|a|2020-01-01|voice|de',
        order: 1,
        stack: ['fleet|', 'a/calls'],
        covered: '9',
        days: { '2026-04-01': '8' },
      },
    ],
  });
});
