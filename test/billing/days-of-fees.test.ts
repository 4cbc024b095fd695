import { expect, test } from 'vitest';
import { owedLines } from '#shared/billing/lines/owed-lines.ts';
import { BERLIN, catalogWith, monthsOf, NO_EXCHANGE, scopeOf } from '../rating/fleet.ts';
import { prepared, sumsOf } from './chain.ts';

type Days = Readonly<Record<string, number>>;

/** Plan "a" of these versions of its fee, the second from 31 March; one subscription of unit "north" from 30 March on, two of "south" from the 31st. */
function daysOf(versions: readonly string[], measured = true, priced = measured): Record<string, Days | undefined> {
  const version = (fee: string, place: number) =>
    `{ from: ${['2020-01-01', '2026-03-31'][place]}, charges: [{ kind: recurring, id: fee, name: Fee, due: arrears, ${fee} }] }`;
  const catalog = catalogWith(
    `  - { id: a, name: A, currency: EUR, zoneModel: zones, versions: [${versions.map(version).join(', ')}] }\n`,
  );
  const life = (id: string, unit: string, at: string) =>
    prepared({ id, turns: [{ at, state: 'active', plan: 'a', unit }] }, BERLIN);
  const sims = [life('1', 'north', '2026-03-30'), life('2', 'south', '2026-03-31'), life('3', 'south', '2026-03-31')];
  const periods = monthsOf('2026-03');
  const scope = { ...scopeOf(catalog, periods), keepsDays: measured };
  const [sums] = sumsOf(scope, sims);
  const its = { period: periods[0]!, plans: scope.plans, currency: 'EUR', isOver: true, isDue: true, billingDay: 1 };
  const more = { agreementOn: () => undefined, pools: scope.pools, exchange: NO_EXCHANGE, keepsDays: priced };
  const lines = owedLines({ ...its, ...more }, sums!);
  return Object.fromEntries(
    lines.map(({ businessUnit, version, arithmetic }) => [
      `${businessUnit} ${version.slice(5)}`,
      arithmetic.kind === 'recurring' ? arithmetic.byDay : undefined,
    ]),
  );
}

const [THIRTIETH, LAST] = ['2026-03-30', '2026-03-31'];
const NONE = { 'north 01-01': undefined, 'south 01-01': undefined };

test.each<[string, string[], Record<string, Days | undefined>]>([
  [
    'by day: each counts on its own',
    ['price: 31'],
    { 'north 01-01': { [THIRTIETH]: 1, [LAST]: 1 }, 'south 01-01': { [LAST]: 2 } },
  ],
  [
    'by 30 days: the 30th is none, the 31st the thirtieth',
    ['price: 30, days: 30'],
    { 'north 01-01': { [THIRTIETH]: 0, [LAST]: 1 }, 'south 01-01': { [LAST]: 2 } },
  ],
  [
    'a number, however many there are: the days of each unit',
    ['price: 31, quantity: 5'],
    { 'north 01-01': { [THIRTIETH]: 1, [LAST]: 1 }, 'south 01-01': { [LAST]: 1 } },
  ],
  [
    'in tiers over the account, on two versions: each its own',
    [
      'price: { tiers: [{ upTo: 1, price: 31 }, { price: 62 }] }',
      'price: { tiers: [{ upTo: 1, price: 31 }, { price: 93 }] }',
    ],
    {
      'north 01-01': { [THIRTIETH]: 1 },
      'south 01-01': undefined,
      'north 03-31': { [LAST]: 1 },
      'south 03-31': { [LAST]: 2 },
    },
  ],
  ['whole', ['price: 31, proration: none'], NONE],
  ['a number, whole', ['price: 31, quantity: 5, proration: none'], NONE],
  ['the most of any day', ['price: 31, quantity: peak'], NONE],
  ['at least so many', ['price: 31, minimum: 1'], NONE],
])('a fee keeps the days of its units where a tax may be split by them (decision 34): %s', (_, fee, expected) => {
  expect(daysOf(fee)).toEqual(expected);
});

test('and none where it may not, nor where they were not measured', () => {
  expect(daysOf(['price: 31, quantity: 5'], false)).toEqual(NONE);
  expect(daysOf(['price: 31'], false, true)).toEqual(NONE);
});
