import { describe, expect, test } from 'vitest';
import type { Holding } from '#shared/rating/allowance.ts';
import { carriedOver, carryOverOf, carryOverOfPool } from '#shared/rating/holdings/carry-over.ts';
import { type PlanTerms, planBook } from '#shared/rating/plan-terms.ts';
import { periodOfMonth } from '#shared/time/period.ts';
import { BERLIN, catalogWith } from '../fleet.ts';

const MARCH = periodOfMonth('2026-03', 1);

/** What is left of some months, "2026-01 30" in turn; "own 30" = of the period's own size. */
const parts = (...said: readonly string[]): Holding[] =>
  said.map((each) => {
    const [origin = '', quantity = '', until = ''] = each.split(' ');
    const its = origin === 'own' ? { origin: '', from: '', until: '' } : { origin: `${origin}-01`, from: '', until };
    return { ...its, quantity: BigInt(quantity) };
  });

describe('what moves into April of what March left (pricing rules §4)', () => {
  const until = '2026-05-01';
  test.each<[string, string, string[], string[]]>([
    ['all of its own, until the day its terms say', '', ['own 40'], ['2026-03 40 2026-05-01']],
    [
      'and of what was carried before as much, until its own day',
      '',
      ['2026-02 30 2026-06-01', 'own 40'],
      ['2026-02 30 2026-06-01', '2026-03 40 2026-05-01'],
    ],
    ['not what ends with March', '', ['2026-01 20 2026-04-01', 'own 40'], ['2026-03 40 2026-05-01']],
    ['no part of nothing', '', ['2026-02 0 2026-05-01', 'own 0'], []],
    ['below the cap all of it', '100', ['2026-02 30 2026-05-01', 'own 70'], ['2026-02 30', '2026-03 70']],
    ['above the cap the oldest is lost', '100', ['2026-02 40 2026-05-01', 'own 70'], ['2026-02 30', '2026-03 70']],
    [
      'of three the oldest first: 50 of February, 40 of March and so 10 of January',
      '100',
      ['2026-01 60 2026-05-01', '2026-02 50 2026-05-01', 'own 40'],
      ['2026-01 10', '2026-02 50', '2026-03 40'],
    ],
    [
      'and all of it, where the younger are the cap',
      '90',
      ['2026-01 60 2026-05-01', '2026-02 50 2026-05-01', 'own 40'],
      ['2026-02 50', '2026-03 40'],
    ],
    ['no more of one month than the cap', '25', ['2026-02 30 2026-05-01', 'own 70'], ['2026-03 25']],
  ])('%s', (_, cap, left, expected) => {
    const moved = carriedOver(parts(...left), {
      period: MARCH,
      lasts: { since: '2026-03-01', periods: 2 },
      until,
      cap,
    });
    const told = moved.map(({ origin, quantity, until: end }) => `${origin.slice(0, 7)} ${quantity} ${end}`);
    expect(told).toEqual(expected.map((each) => (each.split(' ').length === 2 ? `${each} ${until}` : each)));
  });
});

const version = (from: string, periods: number, kind: string, until = '') =>
  `{ from: ${from}, ${until && `until: ${until}, `}charges: [{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }], allowances: [{ id: own, name: Own, kind: ${kind}, size: 1 MB, covers: [data]${periods > 0 ? `, carryOver: ${periods}` : ''} }] }`;
const plan = (id: string, ...versions: readonly string[]) =>
  `  - { id: ${id}, name: ${id}, currency: EUR, zoneModel: zones, versions: [${versions.join(', ')}] }\n`;
const book = (text: string): ReadonlyMap<string, readonly PlanTerms[]> => planBook(catalogWith(text), BERLIN, 'p');
const OF_EACH = 'individual';
const inPool = (name: string) => `flexible, pool: ${name}`;

describe('how long March’s own moves on, is said by the version in force on its last day', () => {
  test.each<[string, string[], string | undefined]>([
    ['the only one', [version('2020-01-01', 2, OF_EACH)], '2026-06-01'],
    [
      'one that begins on that day',
      [version('2020-01-01', 1, OF_EACH), version('2026-03-31', 3, OF_EACH)],
      '2026-07-01',
    ],
    [
      'not one that begins behind it',
      [version('2020-01-01', 1, OF_EACH), version('2026-04-01', 3, OF_EACH)],
      '2026-05-01',
    ],
    ['none, where the plan begins behind it', [version('2026-04-01', 3, OF_EACH)], undefined],
    ['none, where it ended in front of it', [version('2020-01-01', 3, OF_EACH, '2026-03-31')], undefined],
    ['none, where what it leaves is lost', [version('2020-01-01', 0, OF_EACH)], undefined],
  ])('%s', (_, versions, until) => {
    expect(carryOverOf(book(plan('a', ...versions)), 'a', 'own', MARCH, 1)?.until).toBe(until);
  });

  test('an allowance or a plan that is not there then moves nothing on', () => {
    const plans = book(plan('a', version('2020-01-01', 2, OF_EACH)));
    expect(carryOverOf(plans, 'a', 'other', MARCH, 1)).toBeUndefined();
    expect(carryOverOf(plans, 'b', 'own', MARCH, 1)).toBeUndefined();
  });

  test('of a pool, as any plan says that names it then', () => {
    const plans = book(
      plan('a', version('2020-01-01', 1, inPool('other'))) + plan('b', version('2020-01-01', 2, inPool('fleet'))),
    );
    expect(carryOverOfPool(plans, 'fleet', MARCH, 1)?.until).toBe('2026-06-01');
    expect(carryOverOfPool(plans, 'other', MARCH, 1)?.until).toBe('2026-05-01');
    expect(carryOverOfPool(plans, 'none', MARCH, 1)).toBeUndefined();
  });

  test('of a pool whose plan begins later, nothing', () => {
    const plans = book(plan('a', version('2026-04-01', 2, inPool('fleet'))));
    expect(carryOverOfPool(plans, 'fleet', MARCH, 1)).toBeUndefined();
  });
});
