import { describe, expect, test } from 'vitest';
import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { catalogWith, NO_EXCHANGE } from '../rating/fleet.ts';
import { owedBy, type Sim } from './chain.ts';

const since = (id: string, at: string, ...turns: Sim['turns']): Sim => ({
  id,
  turns: [{ at, state: 'active', plan: 'a' }, ...turns],
});
const least = (minimum: string) => `{ id: least, name: At least, minimum: ${minimum} }`;
const most = (maximum: string) => `{ id: most, name: At most, maximum: ${maximum} }`;
const off = (id: string, what: string, from = '2026-01-01') => `{ id: ${id}, name: Off, from: ${from}, ${what} }`;

describe('percentages off fees of a year (pricing rules §6): 120.00 in advance, of the subscription from 10 April on', () => {
  const yearly = (discount: string, months = ['2026-04']) => {
    const fee = '{ kind: recurring, id: year, name: Year, months: 12, startsOn: anniversary, price: 120.00 }';
    const catalog =
      catalogWith(`  - { id: a, name: A, currency: EUR, zoneModel: zones, versions: [{ from: 2020-01-01, charges: [${fee}] }] }
agreements:
  - { account: p, currency: EUR, discounts: [${discount}] }
`);
    const lines = owedBy({ catalog, sims: [since('1', '2026-04-10'), since('2', '2026-05-01')], months });
    return lines.map(({ charge, id, amount }) => `${charge} ${id.split('|')[6]}: ${amount}`).sort();
  };
  const [april, may] = ['2026-04-10..2027-04-10', '2026-05-01..2027-05-01'];

  test.each<[string, string, string[], string[]]>([
    [
      'each year by itself',
      off('ten', 'percent: 10'),
      ['2026-04', '2026-05'],
      [`ten ${april}: -12.00`, `ten ${may}: -12.00`],
    ],
    [
      'on what is left',
      `${off('ten', 'percent: 10')}, ${off('half', 'percent: 50')}`,
      ['2026-04'],
      [`half ${april}: -54.00`, `ten ${april}: -12.00`],
    ],
    ['named by its charge', off('ten', 'percent: 10, on: [a/year]'), ['2026-04'], [`ten ${april}: -12.00`]],
    [
      'of one period: that in which the year begins',
      off('ten', 'percent: 10, periods: 1', '2026-04-01'),
      ['2026-04', '2026-05'],
      [`ten ${april}: -12.00`],
    ],
    ['not held on its last day', off('ten', 'percent: 10, until: 2027-01-01'), ['2026-04'], []],
    ['an amount is for the periods of the payer', off('five', 'amount: 5'), ['2026-04'], []],
  ])('%s', (_, discount, months, expected) => {
    const fees = months.length === 1 ? [`year ${april}: 120.00`] : [`year ${april}: 120.00`, `year ${may}: 120.00`];
    expect(yearly(discount, months)).toEqual([...expected, ...fees].sort());
  });
});

describe('commitments count fees for intervals of their own by the days of their service (pricing rules §6)', () => {
  const catalog = (fee: string, its: string) =>
    catalogWith(`  - { id: a, name: A, currency: EUR, zoneModel: zones, versions: [{ from: 2020-01-01, charges: [${fee}], commitments: [${its}] }] }
`);
  const yearly = (more = '') => `{ kind: recurring, id: year, name: Year, months: 12, price: 365.00${more} }`;
  const active = (...turns: Sim['turns']) => since('1', '2026-01-01', ...turns);
  const QUARTER = '{ kind: recurring, id: quarter, name: Quarter, months: 3, due: arrears, price: 60.00 }';
  const MONTHS = ['2026-01', '2026-02', '2026-03', '2026-04'];
  const told = (lines: readonly ChargeLine[]) =>
    lines
      .filter(({ version }) => version === '')
      .map(({ charge, period, amount }) => `${period.from} ${charge}: ${amount}`);

  test.each<[string, string, string, Sim, string[]]>([
    [
      'a year in advance: 31.00, 28.00 and 31.00 of 365.00 lie in its first months',
      yearly(),
      least('40'),
      active(),
      ['2026-01-01 least: 9.00', '2026-02-01 least: 12.00', '2026-03-01 least: 9.00', '2026-04-01 least: 10.00'],
    ],
    [
      'a year of months of 30 days: 30.00 of 360.00 lie in each',
      '{ kind: recurring, id: year, name: Year, months: 12, days: 30, price: 360.00 }',
      least('40'),
      active(),
      MONTHS.map((month) => `${month}-01 least: 10.00`),
    ],
    [
      'what exceeds a maximum is taken off them',
      yearly(),
      most('30'),
      active(),
      ['2026-01-01 most: -1.00', '2026-03-01 most: -1.00'],
    ],
    [
      'a termination changes nothing before it: nine days of March are 9.00, and nine of 31 of the minimum 11.61',
      yearly(),
      least('40'),
      active({ at: '2026-03-10', state: 'terminated' }),
      ['2026-01-01 least: 9.00', '2026-02-01 least: 12.00', '2026-03-01 least: 2.61'],
    ],
    [
      'a quarter in arrears counts where it ends, and in April no more',
      QUARTER,
      least('40'),
      active(),
      ['2026-01-01 least: 40.00', '2026-02-01 least: 40.00', '2026-04-01 least: 40.00'],
    ],
    ...[
      ['in full', 'proration: none, price: 60.00'],
      ['of who is there at its end', 'quantity: atEnd, price: 60.00'],
      ['of a number', 'quantity: 2, price: 30.00'],
      ['with a least quantity', 'quantity: subscriptions, minimum: 1, price: 60.00'],
      ['by the number of subscriptions', 'price: { tiers: [{ upTo: 10, price: 60.00 }, { price: 1.00 }] }'],
    ].map(([name, more]): [string, string, string, Sim, string[]] => [
      `and so does one in advance that is not so much a day: ${name}`,
      `{ kind: recurring, id: quarter, name: Quarter, months: 3, ${more} }`,
      least('40'),
      active(),
      ['2026-01-01 least: 40.00', '2026-02-01 least: 40.00', '2026-04-01 least: 40.00'],
    ]),
    [
      'a year by its days, beside a quarter in arrears: 31.00 and 28.00, then 31.00 and 60.00, then 30.00',
      `${yearly()}, ${QUARTER}`,
      least('40'),
      active(),
      ['2026-01-01 least: 9.00', '2026-02-01 least: 12.00', '2026-04-01 least: 10.00'],
    ],
    [
      'an interval of its own that is the period of the payer counts once: 31.00 a month',
      '{ kind: recurring, id: month, name: Month, startsOn: anniversary, price: 31.00 }',
      most('30'),
      active(),
      MONTHS.map((month) => `${month}-01 most: -1.00`),
    ],
  ])('%s', (_, fee, its, sim, expected) => {
    expect(told(owedBy({ catalog: catalog(fee, its), sims: [sim], months: MONTHS }))).toEqual(expected);
  });

  test('a year that is counted as a whole from a later version on counts where it ends', () => {
    const version = (from: string, price: string) =>
      `{ from: ${from}, charges: [${yearly().replace('365.00', price)}], commitments: [${least('40')}] }`;
    const versions = [
      version('2020-01-01', '365.00'),
      version('2026-03-01', '{ model: volume, tiers: [{ price: 365.00 }] }'),
    ];
    const sold = catalogWith(
      `  - { id: a, name: A, currency: EUR, zoneModel: zones, versions: [${versions.join(', ')}] }\n`,
    );
    expect(told(owedBy({ catalog: sold, sims: [active()], months: MONTHS }))).toEqual(
      MONTHS.map((month) => `${month}-01 least: 40.00`),
    );
  });

  /** A year of 365.00 of a price list, and at least 40.00 that the account agreed on. */
  const agreed = (list: string) =>
    catalogWith(`  - { id: a, name: A, ${list}, zoneModel: zones, versions: [{ from: 2020-01-01, charges: [${yearly()}] }] }
agreements:
  - { account: p, currency: EUR, commitments: [${least('40').replace(' }', ', from: 2026-01-01 }')}] }
`);

  test('of a year in dollars count its days in euros: at 1.25 USD, 24.80 of 31 days and 22.40 of 28', () => {
    const rate = { from: 'USD', to: 'EUR', times: '1', dividedBy: '1.25', date: '2026-01-01', source: 'ECB' };
    const rates = [{ source: 'ECB', base: 'EUR', days: [{ date: rate.date, rates: { USD: rate.dividedBy } }] }];
    const lines = owedBy({
      catalog: agreed('currency: USD'),
      sims: [active()],
      months: MONTHS,
      exchange: { ...NO_EXCHANGE, rates },
    });
    expect(lines.find(({ charge }) => charge === 'year')).toMatchObject({ amount: '292.00', exchange: rate });
    expect(told(lines)).toEqual([
      '2026-01-01 least: 15.20',
      '2026-02-01 least: 17.60',
      '2026-03-01 least: 15.20',
      '2026-04-01 least: 16.00',
    ]);
  });

  test.each<[string, string, string[]]>([
    [
      'an interval of its own that is the period of the payer',
      '{ kind: recurring, id: month, name: Month, startsOn: anniversary, price: 31.00 }',
      ['2026-01-01 off: -5.00', '2026-02-01 off: -5.00', '2026-03-01 off: -5.00', '2026-04-01 off: -5.00'],
    ],
    ['no quarter that ends with one', QUARTER, []],
    ['no year that begins with one', yearly(), []],
  ])('an amount is let off %s', (_, fee, expected) => {
    const sold =
      catalogWith(`  - { id: a, name: A, currency: EUR, zoneModel: zones, versions: [{ from: 2020-01-01, charges: [${fee}] }] }
agreements:
  - { account: p, currency: EUR, discounts: [${off('off', 'amount: 5')}] }
`);
    expect(told(owedBy({ catalog: sold, sims: [active()], months: MONTHS }))).toEqual(expected);
  });

  test('of a year on which nothing was agreed nothing is let off', () => {
    const lines = owedBy({ catalog: catalog(yearly(), ''), sims: [active()], months: ['2026-01'] });
    expect(lines.map(({ charge, amount }) => `${charge}: ${amount}`)).toEqual(['year: 365.00']);
  });

  test('a minimum counts no year with tax in its price', () => {
    const bill = (months: readonly string[]) =>
      owedBy({ catalog: agreed('currency: EUR, prices: gross'), sims: [since('1', '2026-03-01')], months });
    expect(told(bill(['2026-01', '2026-02']))).toEqual(['2026-01-01 least: 40.00', '2026-02-01 least: 40.00']);
    expect(() => bill(MONTHS)).toThrow(
      'commitment least counts amounts without tax, but what year of plan a was priced at for 2026-03-01 has tax in it',
    );
  });

  test('so do those of an account, whatever its plans commit to', () => {
    const plan = `  - { id: a, name: A, currency: EUR, zoneModel: zones, versions: [{ from: 2020-01-01, charges: [${yearly()}] }] }\n`;
    const agreed = `agreements:\n  - { account: p, currency: EUR, commitments: [${least('40').replace(' }', ', from: 2026-01-01 }')}] }\n`;
    const lines = owedBy({ catalog: catalogWith(plan + agreed), sims: [active()], months: ['2026-01', '2026-02'] });
    const told = lines.map(({ charge, period, amount }) => `${period.from} ${charge}: ${amount}`);
    expect(told.sort()).toEqual(['2026-01-01 least: 9.00', '2026-01-01 year: 365.00', '2026-02-01 least: 12.00']);
  });
});
