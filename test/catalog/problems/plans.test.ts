import { describe, expect, test } from 'vitest';
import { catalogProblemText } from '#shared/catalog/catalog-problem.ts';
import { SAMPLE } from '../sample.ts';
import { oneMistake, problemsOf } from './one-mistake.ts';

const SECOND_PLAN = `  - { id: q, name: Q, currency: EUR, zoneModel: world, versions: [{ from: 2026-01-01,
      charges: [{ kind: usage, id: d, name: D, measure: seconds, unit: s, price: 1 }],
      allowances: [{ id: a, name: A, kind: flexible, pool: eu-data, scope: businessUnit, size: 5 min, covers: d }] }] }
`;

oneMistake('a plan that is wrong', [
  [
    'a plan id twice',
    'plans:\n',
    'plans:\n  - { id: iot, name: I, currency: EUR, zoneModel: world, versions: [{ from: 2026-01-01 }] }\n',
    'plans[1].id',
    'id: iot\n',
    'the first is in c.yaml line 22',
  ],
]);

describe('plans and versions that do not agree', () => {
  test('a pool holds one kind of usage, shared in one way', () => {
    expect(problemsOf(SAMPLE + SECOND_PLAN).map(({ path, expected }) => `${path}: ${expected}`)).toEqual([
      'plans[1].versions[0].allowances[0].size: one of octets, as plan "iot" says of pool "eu-data"',
      'plans[1].versions[0].allowances[0].scope: account, as plan "iot" says of pool "eu-data"',
    ]);
  });

  test.each([
    [
      'adaptive',
      'USD',
      ['plans[2].versions[0].allowances[0].pool: pool "fit" in a plan in USD; plans in EUR, as plan "p" is'],
    ],
    ['adaptive', 'EUR', []],
    ['static', 'USD', []],
    ['flexible', 'USD', []],
  ])(
    'a pool that compares prices is in one currency, others may be in several: %s, EUR and %s',
    (kind, currency, expected) => {
      const size = {
        adaptive: 'sizes: [{ size: 1 MB, price: 1 }]',
        static: 'size: 1 MB, price: 1',
        flexible: 'size: 1 MB',
      };
      const plan = (id: string, its: string) =>
        `  - { id: ${id}, name: P, currency: ${its}, zoneModel: world, versions: [{ from: 2026-01-01,
      charges: [{ kind: usage, id: d, name: D, measure: bytes, unit: MB, price: 1 }],
      allowances: [{ id: fit, name: Fit, kind: ${kind}, pool: fit, ${size[kind as 'static']}, covers: d }] }] }
`;
      const problems = problemsOf(SAMPLE + plan('p', 'EUR') + plan('q', currency));
      expect(problems.map(({ path, found, expected: wanted }) => `${path}: ${found}; ${wanted.split(':')[0]}`)).toEqual(
        expected,
      );
    },
  );

  test('pools stand in one order in all stacks', () => {
    const stack = (...pools: string[]) =>
      pools
        .map((pool) => `{ id: ${pool}, name: P, kind: flexible, pool: ${pool}, size: 1 GB, covers: [d] }`)
        .join(', ');
    const plan = (
      id: string,
      ...pools: string[]
    ) => `  - { id: ${id}, name: P, currency: EUR, zoneModel: world, versions: [{ from: 2026-01-01,
      charges: [{ kind: usage, id: d, name: D, measure: bytes, unit: MB, price: 1 }], allowances: [${stack(...pools)}] }] }
`;
    const problems = problemsOf(SAMPLE + plan('p', 'a', 'b') + plan('q', 'b', 'c') + plan('r', 'c', 'a'));
    expect(problems.map(({ path, found, remedy }) => `${path}: ${found}. ${remedy}`)).toEqual([
      'plans[3].versions[0].allowances[1].pool: "a" behind "c". List them in the same order everywhere.',
    ]);
  });

  test.each([
    [
      'from: 2025-06-01, until: 2026-01-02',
      'plans[0].versions[0].from',
      'while the one from 2025-06-01 holds until 2026-01-02',
    ],
    ['from: 2026-01-01', 'plans[0].versions[1].from', 'a second version from 2026-01-01'],
    [
      'from: 2027-01-01, charges: [{ kind: recurring, id: voice, name: V, price: 1 }]',
      'plans[0].versions[1].charges[0].kind',
      'usage, as in the version',
    ],
    [
      'from: 2027-01-01, charges: [{ kind: usage, id: sms, name: S, measure: records, price: 1 }]',
      'plans[0].versions[1].charges[0].measure',
      'count, as in the version',
    ],
  ])('version {%s}', (version, path, says) => {
    const problems = problemsOf(`${SAMPLE}      - { ${version} }\n`);
    expect(problems.map((problem) => problem.path)).toEqual([path]);
    expect(problems.map(catalogProblemText).join()).toContain(says);
  });
});
