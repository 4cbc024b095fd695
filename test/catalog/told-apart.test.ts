import { expect, test } from 'vitest';
import { toldApart } from '#shared/catalog/told-apart.ts';
import { catalogWith } from '../rating/fleet.ts';

const charge = (id: string, more = '') =>
  `{ kind: usage, id: ${id}, name: ${id}, match: { services: data${id === 'eu' ? ', zones: eu' : ''} }, measure: bytes, unit: MB, price: 1 ${more} }`;
const own = (id: string, covers: string, more = '') =>
  `{ id: ${id}, name: Own, kind: individual, size: 1 MB, covers: [${covers}] ${more} }`;
const pool = (id: string, covers: string, more = '') =>
  `{ id: ${id}, name: Pool, kind: flexible, pool: ${id}, size: 1 MB, covers: [${covers}] ${more} }`;
const adaptive = (covers: string) =>
  `{ id: fit, name: Fit, kind: adaptive, pool: fit, sizes: [{ size: 1 MB, price: 1 }], covers: [${covers}] }`;
const version = (from: string, charges: readonly string[], allowances: readonly string[]) =>
  `{ from: ${from}, charges: [${charges}], allowances: [${allowances}] }`;
const plan = (id: string, versions: readonly string[], more = '') =>
  `  - { id: ${id}, name: ${id}, currency: EUR, zoneModel: zones, versions: [${versions}] ${more} }\n`;
const one = (charges: readonly string[], allowances: readonly string[]) =>
  plan('a', [version('2026-01-01', charges, allowances)]);

const BOTH = [charge('eu'), charge('data')];
const OTHER = plan('b', [version('2026-01-01', [charge('data')], [])]);

test.each([
  ['behind a pool', one(BOTH, [pool('p', 'data'), own('own', 'data')])],
  ['between pools', one(BOTH, [pool('p', 'data, eu'), own('own', 'data, eu'), pool('q', 'eu')])],
  ['behind a pool of one charge alone', one(BOTH, [pool('p', 'eu'), own('own', 'eu, data')])],
  [
    'which leaves tiers to the subscription',
    one(
      [charge('data', ', count: subscription').replace('price: 1', 'price: { tiers: [{ price: 1 }] }')],
      [pool('p', 'data'), own('own', 'data')],
    ),
  ],
  [
    'in front of it in a version where it covers another charge',
    plan('a', [
      version('2026-01-01', BOTH, [pool('p', 'data'), own('own', 'data')]),
      version('2026-02-01', BOTH, [pool('p', 'eu'), own('own', 'data')]),
    ]),
  ],
])('an individual allowance may stand %s', (_, plans) => {
  expect(() => catalogWith(plans)).not.toThrow();
});

const behind = [pool('p', 'data'), own('own', 'data')];
test.each([
  ['behind an adaptive pool', one(BOTH, [adaptive('data'), own('own', 'data')]), 'no allowance behind an adaptive one'],
  [
    'behind a pool with a cap',
    one(BOTH, [pool('p', 'data', ', cap: 1 MB'), own('own', 'data')]),
    'one pool, where one of them has a cap',
  ],
  [
    'that moves on what it has left',
    one(BOTH, [pool('p', 'data'), own('own', 'data', ', carryOver: 1')]),
    'none, as the allowance stands behind a pool',
  ],
  [
    'in front of a pool with a cap',
    one(BOTH, [pool('p', 'eu'), own('own', 'eu, data'), pool('q', 'data', ', cap: 1 MB')]),
    'none, as an individual allowance behind another pool stands before this one',
  ],
  [
    'in front of a pool shared by excess',
    one(BOTH, [...behind, pool('q', 'data', ', share: byExcess')]),
    'Write share: byUsage.',
  ],
  [
    'last, while tiers count over the pool',
    one([charge('data', ', count: pool')], behind),
    'an individual allowance is the last that covers this charge',
  ],
  ['while tiers count in each record', one([charge('data', ', count: record')], behind), 'no price of single records'],
  ['while a record has a minimum', one([charge('data', ', minimum: 1')], behind), 'a charge no pool covers'],
  [
    'that covers a charge with a minimum beside the one of the pool',
    one([charge('eu'), charge('data', ', minimum: 1')], [pool('p', 'eu'), own('own', 'eu, data')]),
    'Write a connectionFee instead.',
  ],
  [
    'of a charge that is due without usage',
    one([charge('data', ', flatAtZero: true').replace('price: 1', 'price: { model: flat, amount: 1 }')], behind),
    'false, as an individual allowance behind a pool covers this charge',
  ],
  [
    'that another version draws on before the pool',
    plan('a', [version('2026-01-01', BOTH, behind), version('2026-02-01', BOTH, behind.toReversed())]),
    'draws on them the other way round',
  ],
  [
    'whose pools another plan has the other way round',
    `${one(BOTH, [...behind, pool('q', 'data')])}${plan('b', [version('2026-01-01', BOTH, [pool('q', 'data'), pool('p', 'data')])])}`,
    'draws on them the other way round',
  ],
  [
    'of an add-on, for charges of plans',
    `${plan('x', [version('2026-01-01', [charge('data')], behind)], ', kind: addOn')}${OTHER}`,
    'charges of the add-on alone',
  ],
])('refused: an individual allowance behind a pool %s', (_, plans, says) => {
  expect(() => catalogWith(plans)).toThrow(says);
});

test('what stands behind pools in one version is told apart in all; what covers other charges is not', () => {
  const stack = (kind: 'individual' | 'static', id: string, covers: string[]) => ({
    kind,
    id,
    pool: kind === 'static' ? id : '',
    covers,
  });
  const first = [
    stack('individual', 'front', ['b']),
    stack('static', 'p', ['a']),
    stack('individual', 'own', ['a', 'b']),
    stack('individual', 'sms', ['c']),
  ];
  const second = [stack('individual', 'own', ['b']), stack('static', 'q', ['b']), stack('individual', 'last', ['b'])];
  const { allowances, pools, charges } = toldApart([first, second]);
  expect([[...allowances].sort(), [...pools], [...charges].sort()]).toEqual([['last', 'own'], ['q'], ['a', 'b']]);
});
