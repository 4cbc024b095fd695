import { expect, test } from 'vitest';
import type { Holding } from '#shared/rating/allowance.ts';
import type { CarryOverTerms } from '#shared/rating/holdings/carry-over.ts';
import { whatIsLeft, withCarried } from '#shared/rating/holdings/held-allowance.ts';
import { type Holdings, holdingsOf, keptHoldings } from '#shared/rating/holdings/holdings.ts';
import { periodOfMonth } from '#shared/time/period.ts';

const MARCH = periodOfMonth('2026-03', 1);
const MOVES_ON: CarryOverTerms = {
  period: MARCH,
  lasts: { since: '2026-03-01', periods: 2 },
  until: '2026-05-01',
  cap: '',
};

const own = (quantity: bigint): Holding => ({ origin: '', quantity, from: '', until: '' });
const carried = (quantity: bigint): Holding => ({ origin: '2026-02-01', quantity, from: '', until: '2026-04-01' });
const topUp = (quantity: bigint, until: string): Holding => ({ origin: '1', quantity, from: '2026-03-10', until });

/** What becomes of March's holdings: "name size+carried left moved" of each, and the names of what April begins with. */
function told(
  { carryOver = false, isOver = true, size = 100n }: { carryOver?: boolean; isOver?: boolean; size?: bigint },
  opening: Readonly<Record<string, readonly Holding[]>>,
  bought: Readonly<Record<string, Holding>>,
  left: Readonly<Record<string, readonly Holding[]>>,
) {
  const of = { sizes: new Map([['a/own', size]]), carryOver: new Map(carryOver ? [['a/own', MOVES_ON]] : []) };
  const given = Object.entries(bought).map(([name, holding]) => ({ name, holding }));
  const held = (of: Readonly<Record<string, readonly Holding[]>>): Holdings => new Map(Object.entries(of));
  const found = whatIsLeft(of, held(opening), given, held(left), MARCH, isOver);
  const lines = found.held.map((each) => {
    const { plan, allowance, size, carried, left, moved } = each;
    return `${plan}/${allowance} ${size}+${carried} ${left} ${moved}`;
  });
  return [...lines, `April: ${[...found.left.keys()].join(' ')}`.trim()];
}

test.each<[string, string[], string[]]>([
  [
    'an allowance that moves on keeps what it has',
    told({ carryOver: true }, {}, {}, { 'a/own': [own(40n)] }),
    ['a/own 100+0 40 40', 'April: a/own'],
  ],
  [
    'not before the period is over',
    told({ carryOver: true, isOver: false }, {}, {}, { 'a/own': [own(40n)] }),
    ['a/own 100+0 40 0', 'April:'],
  ],
  [
    'where nothing is left, nothing moves on',
    told({ carryOver: true }, {}, {}, { 'a/own': [] }),
    ['a/own 100+0 0 0', 'April:'],
  ],
  [
    'one that moves on no more loses what it has',
    told({}, { 'a/own': [carried(30n)] }, {}, { 'a/own': [carried(30n), own(40n)] }),
    ['a/own 100+30 70 0', 'April:'],
  ],
  ['one it has no more is gone', told({}, { 'a/other': [carried(30n)] }, {}, {}), ['April:']],
  [
    'a top-up lasts until its end',
    told({}, {}, { 'a/boost#1': topUp(50n, '2026-04-09') }, { 'a/boost#1': [topUp(20n, '2026-04-09')] }),
    ['a/boost 50+0 20 20', 'April: a/boost#1'],
  ],
  [
    'and is gone where that is the period’s',
    told({}, {}, { 'a/boost#1': topUp(50n, '2026-04-01') }, { 'a/boost#1': [topUp(20n, '2026-04-01')] }),
    ['a/boost 50+0 20 0', 'April:'],
  ],
  [
    'or where all of it is used',
    told({}, { 'a/boost#1': [topUp(20n, '2026-04-09')] }, {}, { 'a/boost#1': [topUp(0n, '2026-04-09')] }),
    ['a/boost 0+20 0 0', 'April:'],
  ],
])('what a period leaves (pricing rules §4): %s', (_, lines, expected) => {
  expect(lines).toEqual(expected);
});

test('a period has what was carried, then its own, and top-ups; not what the subscription has no more', () => {
  const opening: Holdings = new Map([
    ['a/own', [carried(30n)]],
    ['a/other', [carried(7n)]],
    ['a/boost#1', [topUp(20n, '2026-04-09')]],
  ]);
  const bought = [{ name: 'a/boost#2', holding: topUp(50n, '2026-04-09') }];
  expect(withCarried(new Map([['a/own', 100n]]), opening, bought)).toEqual(
    new Map([
      ['a/own', [carried(30n), own(100n)]],
      ['a/boost#1', [topUp(20n, '2026-04-09')]],
      ['a/boost#2', [topUp(50n, '2026-04-09')]],
    ]),
  );
});

test('holdings make the same text in whatever order they came, and are again what they were', () => {
  const names = ['b/own', 'a/own', 'c/boost#1', 'a/boost#2'];
  const texts = [names, names.toReversed(), names.toSorted()].map((order) => {
    const holdings: Holdings = new Map(order.map((name) => [name, [carried(30n), own(40n)]]));
    expect(holdingsOf(JSON.parse(JSON.stringify(keptHoldings(holdings))))).toEqual(holdings);
    return JSON.stringify(keptHoldings(holdings));
  });
  expect(new Set(texts).size).toBe(1);
  expect(Object.keys(JSON.parse(texts[0] ?? ''))).toEqual(['a/boost#2', 'a/own', 'b/own', 'c/boost#1']);
});
