import { describe, expect, test } from 'vitest';
import { noSums, type PartialSums } from '#shared/rating/pools/partial-sums.ts';
import { prepared, type Sim, sumsOf } from '../billing/chain.ts';
import { BERLIN, catalogWith, monthsOf, planOf, scopeOf, type Turn, type Use } from './fleet.ts';

const MB = 1_000_000;
const DATA = '{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }';
const on = (at: string, unit = ''): Turn => ({ at, state: 'active', plan: 'a', unit });
const used = (date: string, megabytes: number): Use => ({ at: `${date}T12:00:00Z`, bytes: megabytes * MB });
const charged = (date: string, cents: number): Use => ({ at: `${date}T12:00:00Z`, amount: [cents, 'EUR/2'] });

/** What subscriptions add up to in March 2026. */
function sumsIn(plan: string, sims: readonly Sim[]): PartialSums {
  const scope = scopeOf(catalogWith(plan), monthsOf('2026-03'));
  const sums = sumsOf(
    scope,
    sims.map((sim) => prepared(sim, BERLIN)),
  );
  return JSON.parse(JSON.stringify(sums[0]));
}

describe('two subscriptions, one from 30 March on, add up', () => {
  const sims: Sim[] = [
    { id: '1', turns: [on('2026-03-01')], uses: [used('2026-03-05', 3), charged('2026-03-06', 150)] },
    { id: '2', turns: [on('2026-03-30')], uses: [used('2026-03-30', 4), charged('2026-03-31', 250)] },
  ];
  const charges = [
    '{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }',
    '{ kind: oneTime, id: once, name: Once, at: activation, price: 5.00 }',
    '{ kind: usage, id: mark, name: Roaming, measure: amount, price: { model: percentage, percent: 10 } }',
    DATA,
  ].join(', ');
  const own = '{ id: own, name: Own, kind: individual, size: 2 MB, proration: whole, covers: [data], carryOver: 1 }';
  const plan = planOf('a', `[${charges}]`, `[${own}]`).replace(
    'versions: [{',
    'versions: [{ commitments: [{ id: least, name: Least, minimum: 30.00 }],',
  );
  const sums = sumsIn(plan, sims);

  test('the days of a fee, and of how many they are', () => {
    expect(sums.recurring).toEqual({ '|a|2020-01-01|fee': { days: 31 + 2, subscriptions: 2, byDay: {} } });
  });

  test('what is due once', () => {
    const byDay = { '2026-03-01': '1', '2026-03-30': '1' };
    const both = { quantity: '2', entered: 0, subscriptions: 2, byDay };
    expect(sums.once).toEqual({ '|a|2020-01-01|once|0': both });
  });

  test('what their allowances leave, 1 of 3 and 2 of 4 MB, and amounts of carriers', () => {
    expect(sums.priced).toEqual({
      '|a|2020-01-01|data|de|0': { quantity: '3000000', entered: 0, subscriptions: 2 },
      '|a|2020-01-01|mark|de|0': { quantity: '0', entered: 0, subscriptions: 2, amounts: { 'EUR/2|': '400' } },
    });
    const nothing = { carried: '0', left: '0', moved: '0' };
    expect(sums.held).toEqual({ 'a|own': { subscriptions: 2, size: '4000000', ...nothing } });
  });

  test('days on which they were active under a commitment', () => {
    const dates = Array.from({ length: 31 }, (_, place) => `2026-03-${String(place + 1).padStart(2, '0')}`);
    const counts = dates.map((date) => [date, date < '2026-03-30' ? 1 : 2]);
    expect(sums.committed).toEqual({ 'a|2020-01-01': Object.fromEntries(counts) });
  });

  test('what there is to read along: by service and zone', () => {
    expect(Object.keys(sums.overview['']?.services ?? {}).sort()).toEqual(['data|de|Germany', '|de|Germany']);
    expect(sums.overview['']).toMatchObject({
      subscriptions: 2,
      services: { 'data|de|Germany': { records: 2, bytes: 7_000_000 }, '|de|Germany': { records: 2 } },
      bytesByDay: { '2026-03-05': 3_000_000, '2026-03-30': 4_000_000 },
      covered: { 'a|data': '4000000' },
    });
  });
});

test('a subscription that another pays for adds nothing', () => {
  const turns: Turn[] = [{ ...on('2026-02-01'), payer: 'q' }];
  expect(sumsIn(planOf('a', `[${DATA}]`), [{ id: '1', turns, uses: [used('2026-03-05', 3)] }])).toEqual(noSums());
});

test('nor beside one that is paid for here and is alike in all', () => {
  const fee = '{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }';
  const sims: Sim[] = [
    { id: '1', turns: [on('2026-03-01')] },
    { id: '2', turns: [{ ...on('2026-03-01'), payer: 'q' }] },
  ];
  const { recurring } = sumsIn(planOf('a', `[${fee}]`), sims);
  expect(Object.values(recurring)).toEqual([{ days: 31, subscriptions: 1, byDay: {} }]);
});

test('so many could have used what is due once for all of them without usage too', () => {
  const flat = DATA.replace('price: 1', 'flatAtZero: true, count: account, price: { model: flat, amount: 9 }');
  const sims = [on('2026-03-01'), on('2026-03-30'), on('2026-04-01')].map((turn, id) => ({
    id: `${id}`,
    turns: [turn],
  }));
  expect(sumsIn(planOf('a', `[${flat}]`) + planOf('b', `[${DATA}]`), sims).atZero).toEqual({
    '||a|2020-01-01|data': 2,
  });
});

test('what there is to read along is of records there are, and by day of octets alone', () => {
  const voice = '{ kind: usage, id: v, name: V, match: { services: voice }, measure: seconds, unit: min, price: 1 }';
  const flat = DATA.replace('price: 1', 'flatAtZero: true, price: { model: flat, amount: 9 }');
  const uses: Use[] = [{ at: '2026-03-05T12:00:00Z', service: 'voice', seconds: 60 }];
  const { overview } = sumsIn(planOf('a', `[${voice}, ${flat}]`), [{ id: '1', turns: [on('2026-03-01')], uses }]);
  const services = { 'voice|de|Germany': { records: 1, bytes: 0, seconds: 60, count: 0 } };
  expect(overview).toEqual({ '': { subscriptions: 1, services, bytesByDay: {}, covered: {} } });
});

test('a subscription is one of those priced, however many days and records of it are', () => {
  const least = DATA.replace('price: 1', 'price: 1, minimum: 5, connectionFee: 1').replace('data,', 'least,');
  const charges = `[${least.replace('services: data', 'services: data, zones: eu')}, ${DATA}]`;
  const own = '[{ id: own, name: Own, kind: individual, size: 2 MB, covers: [data, least] }]';
  const abroad = ['05', '06', '07'].map((day) => ({ ...used(`2026-03-${day}`, 1), network: 'FRA01' }));
  const dear = ['08', '09'].map((day) => ({ ...used(`2026-03-${day}`, 6), network: 'FRA01' }));
  const uses = [used('2026-03-02', 3), used('2026-03-03', 4), ...abroad, ...dear];
  const { priced } = sumsIn(planOf('a', charges, own), [{ id: '1', turns: [on('2026-03-01')], uses }]);
  expect(priced).toEqual({
    '|a|2020-01-01|data|de|0': { quantity: '5000000', entered: 0, subscriptions: 1 },
    '|a|2020-01-01|least|eu|0': { quantity: '12000000', entered: 0, subscriptions: 1 },
    '|a|2020-01-01|least#fee|eu|0': { quantity: '2', entered: 0, subscriptions: 1 },
    '|a|2020-01-01|least#minimum|eu|0': { quantity: '3', entered: 0, subscriptions: 1 },
  });
});

describe('pools', () => {
  const pool = (id: string, more: string) =>
    `{ id: ${id}, name: ${id}, pool: ${id}, scope: account, covers: [data], ${more} }`;

  test('of which subscriptions are members on which days', () => {
    const plan = planOf('a', `[${DATA}]`, `[${pool('site', 'kind: static, size: 5 MB, price: 5')}]`);
    const sims = [
      { id: '1', turns: [on('2026-03-29', 'x'), { at: '2026-03-31', state: 'suspended' as const }] },
      { id: '2', turns: [on('2026-03-30', 'x')] },
      { id: '3', turns: [on('2026-03-31', 'y')] },
    ];
    expect(sumsIn(plan, sims).pools['site|']?.present).toEqual({
      'a|2020-01-01': { '2026-03-29': { x: 1 }, '2026-03-30': { x: 2 }, '2026-03-31': { x: 1, y: 1 } },
    });
  });

  test('what comes first to an allowance that stands behind a pool is told apart, and in none of them', () => {
    const own = '{ id: own, name: Own, kind: individual, size: 2 MB, covers: [data, rest] }';
    const charges = `[${DATA.replace('data }', 'data, zones: de }')}, ${DATA.replace('id: data', 'id: rest')}]`;
    const plan = planOf('a', charges, `[${pool('front', 'kind: flexible, size: 10 MB')}, ${own}]`);
    const uses = [used('2026-03-05', 50), { ...used('2026-03-06', 7), network: 'FRA01' }];
    const { pools, told } = sumsIn(plan, [{ id: '1', turns: [on('2026-03-01')], uses }]);
    expect(told).toBe(1);
    expect(Object.keys(pools)).toEqual(['front|']);
    expect(pools['front|']?.usage).toEqual({
      'a|2020-01-01|data|0|de|a/own': { '2026-03-05': { '': `${50 * MB}` } },
    });
  });

  test('what each member used above what it put in, of pools behind others above what it put in those too', () => {
    const flexible = (id: string, megabytes: number) => pool(id, `kind: flexible, size: ${megabytes} MB`);
    const stack = `[${flexible('front', 10)}, ${flexible('middle', 5)}, ${flexible('back', 20)}]`;
    const plan = planOf('a', `[${DATA}]`, stack) + planOf('b', `[${DATA}]`, `[${flexible('back', 20)}]`);
    const sims: Sim[] = [
      { id: '1', turns: [on('2026-03-01', 'x')], uses: [used('2026-03-05', 50), used('2026-03-06', 7)] },
      { id: '2', turns: [on('2026-03-01', 'x')], uses: [used('2026-03-05', 12)] },
      { id: '3', turns: [{ ...on('2026-03-01', 'y'), plan: 'b' }], uses: [used('2026-03-05', 23)] },
    ];
    const { pools } = sumsIn(plan, sims);
    // Of 57: 47 above 10, 42 above 10 + 5, 22 above 10 + 5 + 20. Of 12: 2, 0, 0.
    expect([pools['front|'], pools['middle|'], pools['back|']].map((each) => each?.excess)).toEqual([
      { x: `${49 * MB}` },
      { x: `${42 * MB}` },
      { x: `${22 * MB}`, y: `${3 * MB}` },
    ]);
    expect(pools['back|']).toMatchObject({ size: `${60 * MB}`, members: 3 });
  });

  test('what members put in: by its size, and where it is prorated by how many days; 0 draws without adding', () => {
    const flexible = (id: string, more: string) => pool(id, `kind: flexible, ${more}`);
    const stack = [
      flexible('shared', 'size: 31 MB'),
      flexible('fix', 'size: 5 MB, proration: whole'),
      flexible('none', 'size: 0 MB'),
    ];
    const sims: Sim[] = [
      { id: '1', turns: [on('2026-03-01')] },
      { id: '2', turns: [on('2026-03-30')] },
      { id: '3', turns: [{ ...on('2026-03-01'), state: 'suspended' }] },
    ];
    const { pools, overview } = sumsIn(planOf('a', `[${DATA}]`, `[${stack.join(', ')}]`), sims);
    expect(overview['']?.subscriptions).toBe(2);
    const unused = { members: 3, usage: {}, beyondCap: {}, present: {}, excess: {} };
    const of = (key: string, days: number, megabytes: number) => {
      const size = `${megabytes * MB}`;
      return { ...unused, size, contributed: { [`|a|2020-01-01|${key}`]: { members: 2, days, size } } };
    };
    expect(pools).toEqual({
      'shared|': of('31000000|day', 33, 33),
      'fix|': of('5000000|whole', 0, 10),
      'none|': of('0|day', 33, 0),
    });
  });
});

test('each of several months has what is its own', () => {
  const scope = scopeOf(catalogWith(planOf('a', `[${DATA}]`)), monthsOf('2026-02', '2026-03', '2026-04'));
  const turns: Turn[] = [on('2026-02-01', 'x'), { at: '2026-03-01', plan: 'a', unit: 'y' }];
  const uses = ['2026-02-05', '2026-03-05', '2026-04-05'].map((date) => used(date, 1));
  const unmatched: Use = { at: '2026-03-06T12:00:00Z', service: 'voice', seconds: 60, bytes: 5, count: 3 };
  const sums = sumsOf(scope, [prepared({ id: '1', turns, uses: [...uses, unmatched] }, BERLIN)]);
  const byDay = ({ overview }: PartialSums) => Object.entries(overview).map(([unit, of]) => [unit, of.bytesByDay]);
  expect(sums.map(byDay)).toEqual([
    [['x', { '2026-02-05': MB }]],
    [['y', { '2026-03-05': MB }]],
    [['y', { '2026-04-05': MB }]],
  ]);
  const suspended = { NO_PRICE: { records: 1, bytes: 5, seconds: 60, count: 3 } };
  expect(sums.map(({ apart }) => apart)).toEqual([{}, suspended, {}]);
});
