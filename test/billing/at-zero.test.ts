import { describe, expect, test } from 'vitest';
import { catalogWith, planOf, type Turn, type Use } from '../rating/fleet.ts';
import { owedBy, told } from './chain.ts';

const charge = (count: string, price: string) =>
  `{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, flatAtZero: true, count: ${count}, price: ${price} }`;
const FLAT = '{ model: flat, amount: 9.00 }';
const TIERS = '{ model: volume, tiers: [{ upTo: 10, price: 1.00, flat: 4.00 }, { price: 0.50, flat: 2.00 }] }';
const pool = (size: string, scope = 'account') =>
  `{ id: pool, name: Pool, kind: flexible, pool: fleet, scope: ${scope}, size: ${size}, covers: [data] }`;
const sim = (id: string, unit = '', uses: Use[] = [], more: readonly Turn[] = []) => ({
  id,
  turns: [{ at: '2026-04-01', state: 'active', plan: 'a', unit } as Turn, ...more],
  uses,
});
const used = (megabytes: number): Use => ({
  at: '2026-04-10T12:00:00Z',
  bytes: megabytes * 1_000_000,
  network: 'DEU01',
});

test.each<[string, string, string, ReturnType<typeof sim>[], string[]]>([
  [
    'once for the account, however many could have used it',
    charge('account', FLAT),
    '',
    [sim('1'), sim('2', 'x')],
    ['data: 9.00'],
  ],
  ['not where anybody used it', charge('account', FLAT), '', [sim('1', 'x', [used(1)]), sim('2')], ['data@x de: 9.00']],
  [
    'not where nobody could',
    charge('account', FLAT),
    '',
    [{ ...sim('1'), turns: [{ at: '2026-04-01', state: 'suspended', plan: 'a' }] }],
    [],
  ],
  [
    'once for each pool of a unit',
    charge('pool', FLAT),
    pool('5 MB', 'businessUnit'),
    [sim('1', 'x'), sim('2', 'x'), sim('3', 'y')],
    ['data@x: 9.00', 'data@y: 9.00'],
  ],
  [
    'where a pool covers all that was used: 8 of 2 × 5 MB',
    charge('pool', TIERS),
    pool('5 MB'),
    [sim('1', 'x', [used(8)]), sim('2')],
    ['data 1: 4.00'],
  ],
  [
    'of each unit by its own pool: x left 3 MB, y nothing',
    charge('pool', TIERS),
    pool('5 MB', 'businessUnit'),
    [sim('1', 'x', [used(8)]), sim('2', 'y', [used(5)])],
    ['data@x de 1: 7.00', 'data@y 1: 4.00'],
  ],
  [
    'not where it is counted over the account, and a pool left 2 MB',
    charge('account', TIERS),
    pool('5 MB'),
    [sim('1', '', [used(12)]), sim('2')],
    ['data de 1: 6.00'],
  ],
  [
    'each charge by itself',
    `${charge('account', FLAT)}, ${charge('account', '{ model: flat, amount: 5.00 }').replace('id: data', 'id: sms').replace('services: data', 'services: sms').replace('measure: bytes, unit: MB', 'measure: count')}`,
    '',
    [sim('1', '', [used(1)])],
    ['data de: 9.00', 'sms: 5.00'],
  ],
  [
    'not where it leaves something: 12 less 10 MB are 2 × 1.00 + 4.00',
    charge('pool', TIERS),
    pool('5 MB'),
    [sim('1', '', [used(12)]), sim('2')],
    ['data de 1: 6.00'],
  ],
])(
  'a flat amount over pools and accounts is due without usage too (pricing rules §5): %s',
  (_, its, allowance, sims, lines) => {
    const catalog = catalogWith(planOf('a', `[${its}]`, `[${allowance}]`));
    expect(told(owedBy({ catalog, sims, months: ['2026-04'] }))).toEqual(lines);
  },
);

describe('a flat amount of a subscription is due without usage too (pricing rules §5)', () => {
  const sms = charge('subscription', FLAT)
    .replace('id: data', 'id: sms')
    .replace('services: data', 'services: sms')
    .replace('bytes, unit: MB', 'count, unit: piece');
  const data = charge('subscription', FLAT);
  const owed = (charges: string, its: ReturnType<typeof sim>) =>
    told(owedBy({ catalog: catalogWith(planOf('a', `[${charges}]`)), sims: [its], months: ['2026-04'] }));

  test.each<[string, string, ReturnType<typeof sim>, string[]]>([
    ['of each charge', `${data}, ${sms}`, sim('1'), ['data: 9.00', 'sms: 9.00']],
    ['of each that was not used', `${data}, ${sms}`, sim('1', '', [used(1)]), ['data de: 9.00', 'sms: 9.00']],
    [
      'not of a charge that does not say so',
      `${data.replace('flatAtZero: true, ', '')}, ${sms}`,
      sim('1'),
      ['sms: 9.00'],
    ],
    [
      'not before it is active',
      data,
      { ...sim('1'), turns: [{ at: '2026-04-01', state: 'suspended', plan: 'a' }] },
      [],
    ],
    [
      'once, by the unit it began with',
      data,
      sim('1', 'x', [], [{ at: '2026-04-10', plan: 'a', unit: 'y' }]),
      ['data@x: 9.00'],
    ],
  ])('%s', (_, charges, its, lines) => {
    expect(owed(charges, its)).toEqual(lines);
  });

  test('of a pool, once in each unit one subscription was in', () => {
    const catalog = catalogWith(planOf('a', `[${charge('pool', FLAT)}]`, `[${pool('5 MB', 'businessUnit')}]`));
    const sims = [sim('1', 'x', [], [{ at: '2026-04-10', plan: 'a', unit: 'y' }])];
    expect(told(owedBy({ catalog, sims, months: ['2026-04'] }))).toEqual(['data@x: 9.00', 'data@y: 9.00']);
  });

  test('not where an agreed price has no flat amount', () => {
    const agreed =
      'agreements:\n  - { account: p, currency: EUR, overrides: [{ plan: a, from: 2026-01-01, charges: [{ charge: data, price: 0.50 }] }] }\n';
    const catalog = catalogWith(planOf('a', `[${data}]`) + agreed);
    expect(told(owedBy({ catalog, sims: [sim('1')], months: ['2026-04'] }))).toEqual([]);
  });
});

test('each plan by itself: what was used under b leaves that of a due', () => {
  const its = `[${charge('account', FLAT)}]`;
  const inB = { ...sim('2', '', [used(1)]), turns: [{ at: '2026-04-01', state: 'active', plan: 'b' } as Turn] };
  const lines = owedBy({
    catalog: catalogWith(planOf('a', its) + planOf('b', its)),
    sims: [sim('1'), inB],
    months: ['2026-04'],
  });
  expect(lines.map(({ plan, zone, amount }) => `${plan} ${zone} ${amount}`)).toEqual(['a  9.00', 'b de 9.00']);
});

test('by the price the period begins with, whichever subscription is measured first', () => {
  const version = (from: string, price: string) => `{ from: ${from}, charges: [${charge('account', price)}] }`;
  const versions = [version('2020-01-01', FLAT), version('2026-04-16', '{ model: flat, amount: 5.00 }')].join(', ');
  const catalog = catalogWith(`  - { id: a, name: a, currency: EUR, zoneModel: zones, versions: [${versions}] }\n`);
  const later = { ...sim('1'), turns: [{ at: '2026-04-16', state: 'active', plan: 'a' } as Turn] };
  expect(told(owedBy({ catalog, sims: [later, sim('2')], months: ['2026-04'] }))).toEqual(['data: 9.00']);
});

test('the line says how many could have used it, and nothing that was used', () => {
  const catalog = catalogWith(planOf('a', `[${charge('account', TIERS)}]`));
  const [line] = owedBy({ catalog, sims: [sim('1'), sim('2')], months: ['2026-04'] });
  expect(line).toMatchObject({ tier: 1, quantity: '0', unit: 'MB', unitPrice: '1', amount: '4.00', refund: 'day' });
  expect(line?.arithmetic).toEqual({
    ...{ kind: 'usage', quantity: '0', model: 'volume', baseUnits: '1000000', price: '1', flat: '4', entered: 1 },
    ...{ subscriptions: 2, covered: '0', increment: '1/1', exact: '4' },
  });
});

describe('before the period is over', () => {
  const adaptive =
    '{ id: fit, name: Fit, kind: adaptive, pool: fit, sizes: [{ size: 5 MB, price: 1 }, { size: 9 MB, price: 2 }], covers: [data] }';
  test.each<[string, string, Use[], string[]]>([
    ['it is not due of what came to an adaptive pool, whose size is not known', adaptive, [used(1)], []],
    ['what nobody used is due', adaptive, [], ['data: 9.00']],
    ['so is what another pool covers', pool('5 MB'), [used(1)], ['data: 9.00']],
  ])('%s', (_, allowance, uses, expected) => {
    const catalog = catalogWith(planOf('a', `[${charge('pool', FLAT)}]`, `[${allowance}]`));
    const bill = { catalog, sims: [sim('1', '', uses)], months: ['2026-04'], usageCutOff: '2026-04-20' };
    expect(told(owedBy(bill))).toEqual(expected);
  });
});
