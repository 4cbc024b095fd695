import { expect, test } from 'vitest';
import { catalogWith } from '../rating/fleet.ts';
import { owedBy, type Sim } from './chain.ts';
import { fee, told } from './recurring-lines.ts';

const DATA = '{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1.00 }';
const OWN = 'allowances: [{ id: own, name: Own, kind: individual, size: 31 MB, covers: [data] }]';
const version = (whenTest: string, charges: string, more = '') =>
  `{ from: 2020-01-01, whenTest: ${whenTest}, charges: [${charges}]${more && `, ${more}`} }`;
const planOf = (id: string, ...versions: readonly string[]) =>
  `  - { id: ${id}, name: ${id}, currency: EUR, zoneModel: zones, versions: [${versions.join(', ')}] }\n`;

const use = (day: string, megabytes: number) => ({ at: `2026-03-${day}T12:00:00Z`, bytes: megabytes * 1_000_000 });
/** In test for all of March, or active from the 16th on. */
const tried = (uses: Sim['uses'], ...later: Sim['turns']): Sim[] => [
  { id: '1', turns: [{ at: '2026-01-01', state: 'test', plan: 'a' }, ...later], uses: uses ?? [] },
];
const ACTIVE = { at: '2026-03-16', state: 'active' } as const;
const march = (plans: string, sims: Sim[]) =>
  told(owedBy({ catalog: catalogWith(plans), sims, months: ['2026-03'] })).sort();

test.each<[string, string, Sim[], string[]]>([
  ['free where it is not said', version('free', DATA), tried([use('10', 5)]), []],
  ['5 MB at 1.00 where the plan charges them', version('charge', DATA), tried([use('10', 5)]), ['data: 5 = 5.00']],
  [
    'fees go by the states they list',
    version('charge', `${DATA}, ${fee('price: 31.00')}, ${fee('price: 3.10, states: [test]', 'trial')}`),
    tried([use('10', 5)], ACTIVE),
    // 15 days in test, 16 active
    ['data: 5 = 5.00', 'fee: 0.516129 = 16.00', 'trial: 0.483871 = 1.50'],
  ],
  ['an allowance covers: 31 MB of 33', version('charge', DATA, OWN), tried([use('10', 33)]), ['data: 2 = 2.00']],
  [
    'days in test bring none of an allowance where usage is free then: 16 MB of 31',
    version('free', DATA, OWN),
    tried([use('10', 5), use('20', 18)], ACTIVE),
    ['data: 2 = 2.00'],
  ],
  [
    'a commitment holds on them: 100.00 less 5.00',
    version('charge', DATA, 'commitments: [{ id: least, name: Least, minimum: 100 }]'),
    tried([use('10', 5)]),
    ['data: 5 = 5.00', 'least: 1 = 95.00'],
  ],
  [
    'a flat amount without usage is due of it',
    version(
      'charge',
      '{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: { model: flat, amount: 7 }, flatAtZero: true }',
    ),
    tried([]),
    ['data: 1 = 7.00'],
  ],
])('usage in test is free, or by a plan of its own (pricing rules §1): %s', (_, terms, sims, expected) => {
  expect(march(planOf('a', terms), sims)).toEqual(expected);
});

test('a plan of its own until it is active, then another: 5 MB at 1.00, and 4 MB at 0.10', () => {
  const other = version('free', DATA.replace('1.00', '0.10'));
  const sims = tried([use('10', 5), use('20', 4)], { ...ACTIVE, plan: 'b' });
  expect(march(`${planOf('a', version('charge', DATA))}${planOf('b', other)}`, sims)).toEqual([
    'data: 4 = 0.40',
    'data: 5 = 5.00',
  ]);
});

test('an add-on follows the plan it stands beside, and cannot say it', () => {
  const extra = (terms: string) =>
    `  - { id: x, name: x, kind: addOn, currency: EUR, zoneModel: zones, versions: [${terms}] }\n`;
  const terms = `{ from: 2020-01-01, charges: [${DATA.replace('1.00', '3.00').replace('id: data', 'id: extra')}] }`;
  const sims = tried([use('10', 5)], { at: '2026-03-01', addOn: 'x' });
  expect(march(`${planOf('a', version('charge', DATA))}${extra(terms)}`, sims)).toEqual(['extra: 5 = 15.00']);
  expect(march(`${planOf('a', version('free', DATA))}${extra(terms)}`, sims)).toEqual([]);
  expect(() => catalogWith(`${planOf('a', version('free', DATA))}${extra(version('charge', DATA))}`)).toThrow(
    'none in an add-on',
  );
});
