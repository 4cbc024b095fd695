import { describe, expect, test } from 'vitest';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { catalogWith, planOf } from '../rating/fleet.ts';
import { owedBy, type Sim } from './chain.ts';
import { fee, fleet, many, on, told } from './recurring-lines.ts';

/** Spring is from 16 to 31 March, the cold from 20 October to 9 January and on 29 March. */
const SEASONS: Catalog['seasons'] = [
  { id: 'spring', name: 'Spring', ranges: [{ from: '03-16', until: '04-01' }] },
  {
    id: 'cold',
    name: 'Cold',
    ranges: [
      { from: '10-20', until: '01-10' },
      { from: '03-29', until: '03-30' },
    ],
  },
];
const DOUBLE = 'seasons: [{ season: spring, factor: 2 }]';

function linesOf(charges: string, sims: readonly Sim[], months = ['2026-03'], more = '') {
  const catalog = { ...catalogWith(`${planOf('a', `[${charges}]`)}${more}`), seasons: SEASONS };
  return owedBy({ catalog, sims, months });
}
const owed = (...args: Parameters<typeof linesOf>) => told(linesOf(...args)).sort();

describe('seasons of recurring charges, day by day (pricing rules §5): 31.00 a month, 1.00 a day of March', () => {
  const [before, half] = ['fee: 0.483871 = 15.00', 'fee@spring: 0.516129 = 32.00'];

  test.each<[string, string, Sim['turns'], string[]]>([
    ['15 days, and 16 at twice as much', `due: arrears, ${DOUBLE}`, [on('2026-01-01')], [before, half]],
    ['the same in advance', `due: advance, ${DOUBLE}`, [on('2026-01-01')], [before, half]],
    [
      'a price of its own: 93.00 × 16/31',
      'seasons: [{ season: spring, price: 93.00 }]',
      [on('2026-01-01')],
      [before, 'fee@spring: 0.516129 = 48.00'],
    ],
    [
      'of two seasons the first that is listed: the cold on 29 March alone',
      'seasons: [{ season: cold, factor: 0 }, { season: spring, factor: 2 }]',
      [on('2026-01-01')],
      [before, 'fee@cold: 0.032258 = 0.00', 'fee@spring: 0.483871 = 30.00'],
    ],
    [
      'and where spring is listed first, spring on that day too',
      'seasons: [{ season: spring, factor: 2 }, { season: cold, factor: 0 }]',
      [on('2026-01-01')],
      [before, half],
    ],
    [
      'only days that count: from the 10th to the 19th',
      DOUBLE,
      [on('2026-03-10'), { at: '2026-03-20', state: 'terminated' }],
      ['fee: 0.193548 = 6.00', 'fee@spring: 0.129032 = 8.00'],
    ],
    ['none before the season', DOUBLE, [on('2026-03-16')], [half]],
    [
      'by a property of each: 2 until the 15th, 3 from the 16th',
      `quantity: { property: sensors }, ${DOUBLE}`,
      [on('2026-01-01', { property: ['sensors', '2'] }), { at: '2026-03-16', property: ['sensors', '3'] }],
      ['fee: 0.967742 = 30.00', 'fee@spring: 1.548387 = 96.00'],
    ],
    [
      'months of 30 days: 15 days, and 15 at twice as much',
      `days: 30, ${DOUBLE}`,
      [on('2026-01-01')],
      ['fee: 0.5 = 15.50', 'fee@spring: 0.5 = 31.00'],
    ],
  ])('%s', (_, terms, turns, expected) => {
    expect(owed(fee(`price: 31.00, ${terms}`), fleet(turns))).toEqual(expected);
  });

  test('in each of several months: of February nothing is in spring', () => {
    expect(owed(fee(`price: 31.00, ${DOUBLE}`), fleet([on('2026-01-01')]), ['2026-02', '2026-03'])).toEqual([
      before,
      'fee: 1 = 31.00',
      half,
    ]);
  });

  test('a line of a season is one of its own, named after it; the other keeps its id', () => {
    const lines = linesOf(fee(`price: 31.00, ${DOUBLE}`), fleet([on('2026-01-01')]));
    expect(lines.map(({ id, chargeName, unitPrice }) => [id, chargeName, unitPrice])).toEqual([
      ['|a|2020-01-01|fee@spring||0|2026-03-01', 'fee, Spring', '62'],
      ['|a|2020-01-01|fee||0|2026-03-01', 'fee', '31'],
    ]);
    expect(lines[0]?.arithmetic).toMatchObject({ days: 16, daysInPeriod: 31, season: { listed: '31', factor: '2' } });
    const own = linesOf(fee('price: 31.00, seasons: [{ season: spring, price: 93 }]'), fleet([on('2026-03-16')]));
    expect(own[0]?.arithmetic).not.toHaveProperty('season');
  });

  test('one, or a number, on each day that has any: 31.00 a month however many', () => {
    const sims = many(2, [on('2026-01-01')]);
    expect(owed(fee(`quantity: one, price: 31.00, ${DOUBLE}`), sims)).toEqual([before, half]);
    expect(owed(fee(`quantity: 3, price: 31.00, ${DOUBLE}`), sims)).toEqual([
      'fee: 1.451613 = 45.00',
      'fee@spring: 1.548387 = 96.00',
    ]);
  });

  test('each business unit has its part of the days of each season', () => {
    const moved = fleet([on('2026-01-01', { unit: 'x' }), { at: '2026-03-16', plan: 'a', unit: 'y' }]);
    expect(owed(fee(`quantity: one, price: 31.00, ${DOUBLE}`), moved)).toEqual([
      'fee@spring@y: 0.516129 = 32.00',
      'fee@x: 0.483871 = 15.00',
    ]);
  });

  test('volume tiers: the number of the whole interval picks the tier, each day has its price in it', () => {
    const tiers = 'price: { model: volume, tiers: [{ upTo: 1.5, price: 62.00 }, { price: 31.00 }] }';
    expect(owed(fee(`${tiers}, ${DOUBLE}`), many(2, [on('2026-01-01')]))).toEqual([
      'fee 2: 0.967742 = 30.00',
      'fee@spring 2: 1.032258 = 64.00',
    ]);
    // 16 days of one are less than one and a half
    expect(owed(fee(`${tiers}, ${DOUBLE}`), many(1, [on('2026-03-16')]))).toEqual(['fee@spring 1: 0.516129 = 64.00']);
    const own =
      'seasons: [{ season: spring, price: { model: volume, tiers: [{ upTo: 5, price: 3.10 }, { price: 1 }] } }]';
    // each in the season's own table: 2 are in its first tier
    expect(owed(fee(`${tiers}, ${own}`), many(2, [on('2026-01-01')]))).toEqual([
      'fee 2: 0.967742 = 30.00',
      'fee@spring 1: 1.032258 = 3.20',
    ]);
  });
});

describe('a year in advance (pricing rules §2, §5): 365.00, 1.00 a day', () => {
  const yearly = fee(
    `months: 12, price: 365.00, seasons: [{ season: spring, factor: 2 }, { season: cold, factor: 3 }]`,
  );
  const year = '2026-01-01..2027-01-01';

  test('all its seasons are charged at its start, also one that begins in the year before and ends in the next', () => {
    // 9 days of January and from 20 October 12 + 30 + 31 of the cold; 16 of spring; 267 others
    expect(owed(yearly, fleet([on('2026-01-01')]), ['2026-01'])).toEqual([
      `${year} fee: 0.731507 = 267.00`,
      `${year} fee@cold: 0.224658 = 246.00`,
      `${year} fee@spring: 0.043836 = 32.00`,
    ]);
  });

  test('what falls away is credited by the price of its season', () => {
    const ended = fleet([on('2026-01-01'), { at: '2026-03-20', state: 'terminated' }]);
    // 10 January to 15 March are 65 days, then 4 of spring; 9 of the cold
    expect(owed(yearly, ended, ['2026-01'])).toEqual([
      `${year} fee: 0.178082 = 65.00`,
      `${year} fee@cold: 0.024658 = 27.00`,
      `${year} fee@spring: 0.010959 = 8.00`,
    ]);
  });
});

describe('what is agreed names the charge in its plan', () => {
  const agreed = (its: string) => `agreements:\n  - { account: p, currency: EUR, ${its} }\n`;
  const march = (its: string) =>
    owed(fee(`price: 31.00, ${DOUBLE}`), fleet([on('2026-01-01')]), ['2026-03'], agreed(its));

  test('an agreed price stands for prices of seasons, and is multiplied by their factors', () => {
    const own = agreed('overrides: [{ plan: a, from: 2026-01-01, charges: [{ charge: fee, price: 62.00 }] }]');
    const priced = (its: string) => owed(fee(`price: 31.00, ${its}`), fleet([on('2026-01-01')]), ['2026-03'], own);
    expect(priced(DOUBLE)).toEqual(['fee: 0.483871 = 30.00', 'fee@spring: 0.516129 = 64.00']);
    expect(priced('seasons: [{ season: spring, price: 93.00 }]')).toEqual(['fee: 1 = 62.00']);
  });

  test('a discount on it is on all its seasons', () => {
    expect(march('discounts: [{ id: ten, name: Ten, from: 2026-01-01, percent: 10, on: [a/fee] }]')).toContain(
      'ten: -1 = -4.70',
    );
  });

  test('a commitment covers all its seasons: 100.00 less 47.00', () => {
    expect(
      march('commitments: [{ id: least, name: Least, from: 2026-01-01, minimum: 100, covers: [a/fee] }]'),
    ).toContain('least: 1 = 53.00');
  });

  test('a commitment counts a yearly fee by the days of each season: 15.00 and 32.00 of March', () => {
    const yearly = fee(`months: 12, price: 365.00, ${DOUBLE}`);
    const least = agreed('commitments: [{ id: least, name: Least, from: 2026-03-01, minimum: 100 }]');
    expect(owed(yearly, fleet([on('2026-01-01')]), ['2026-03'], least)).toContain('least: 1 = 53.00');
  });
});
