import { describe, expect, test } from 'vitest';
import { owedBy, told } from '../billing/chain.ts';
import { catalogWith, planOf, type Use } from './fleet.ts';
import { ledger } from './ledger.ts';

const voice = (more: string, price = '0.10') =>
  `[{ kind: usage, id: v, name: V, match: { services: voice }, measure: seconds, unit: min, price: ${price}, ${more} }]`;
const call = (seconds: number, at = '2026-03-02T12:00:00Z', more: Partial<Use> = {}): Use => ({
  at,
  service: 'voice',
  seconds,
  ...more,
});
const CALLS = [call(0), call(30), call(60), call(600, '2026-03-03T12:00:00Z')];
const MINUTES = '[{ id: m, name: M, kind: individual, size: 5 min, covers: [v] }]';

describe('what each record pays', () => {
  test.each<[string, string, string, Use[], string[]]>([
    [
      'a connection fee of those of more than nothing',
      voice('connectionFee: 0.05'),
      '[]',
      CALLS,
      ['v de 11.5 = 1.15', 'v#fee de 3 = 0.15'],
    ],
    [
      'the fee also of what an allowance covers',
      voice('connectionFee: 0.05'),
      MINUTES,
      CALLS,
      ['v de 6.5 = 0.65', 'v#fee de 3 = 0.15'],
    ],
    ['no fee where there is none of more than nothing', voice('connectionFee: 0.05'), '[]', [call(0)], []],
    [
      'a session is one call: of three partials one fee',
      voice('connectionFee: 0.05, increment: 60/1 s'),
      '[]',
      [
        call(0, '2026-03-02T11:00:00Z', { session: 7 }),
        ...[30, 30, 30].map((s) => call(s, undefined, { session: 7 })),
        call(1),
      ],
      ['v de 2.5 = 0.25', 'v#fee de 2 = 0.10'],
    ],
    [
      'partials are calls of their own where each record is rounded',
      voice('connectionFee: 0.05, increment: 60/1 s, rounding: record'),
      '[]',
      [30, 30].map((s) => call(s, undefined, { session: 7 })),
      ['v de 2 = 0.20', 'v#fee de 2 = 0.10'],
    ],
    [
      'each record of more than nothing, where increments are over the day',
      voice('connectionFee: 0.05, increment: 60 s, rounding: day'),
      '[]',
      [call(10), call(0), call(10), call(10)],
      ['v de 1 = 0.10', 'v#fee de 3 = 0.15'],
    ],
    [
      'a minimum, of 0.05 and 0.10 the one below 0.10',
      voice('minimum: 0.10'),
      '[]',
      CALLS,
      ['v de 11 = 1.10', 'v#minimum de 1 = 0.10'],
    ],
    [
      'the fee counts for the minimum: 0.05 + 0.05 is not below it, and nothing is nothing',
      voice('minimum: 0.10, connectionFee: 0.05'),
      '[]',
      CALLS,
      ['v de 11.5 = 1.15', 'v#fee de 3 = 0.15'],
    ],
    [
      'the minimum also of what an allowance covers, the first in time first',
      voice('minimum: 0.10'),
      MINUTES,
      CALLS,
      ['v de 6.5 = 0.65', 'v#minimum de 2 = 0.20'],
    ],
    [
      'a maximum, fee included',
      voice('maximum: 0.50, connectionFee: 0.41'),
      '[]',
      CALLS,
      ['v de 0.5 = 0.05', 'v#fee de 1 = 0.41', 'v#maximum de 2 = 1.00'],
    ],
    [
      'bounds where tiers count on: 60 s at 0.10 a minute, then 1.00',
      voice('minimum: 0.20, maximum: 5', '{ tiers: [{ upTo: 1, price: 0.1 }, { price: 1 }] }'),
      '[]',
      CALLS,
      ['v de 0.5 = 0.05', 'v de 0.5 = 0.50', 'v#maximum de 1 = 5.00', 'v#minimum de 1 = 0.20'],
    ],
  ])('%s', (_, charges, allowances, uses, lines) => {
    expect(ledger({ charges, allowances, uses })).toEqual(lines);
    expect(ledger({ charges, allowances, uses: [...uses].reverse() })).toEqual(lines);
  });

  test('what the total of the period decides is bounded when it is over', () => {
    const charges = voice('minimum: 0.20', '{ model: volume, tiers: [{ upTo: 5, price: 0.5 }, { price: 0.1 }] }');
    expect(ledger({ charges, uses: CALLS, until: '2026-03-31' })).toEqual([]);
    expect(ledger({ charges, uses: CALLS })).toEqual(['v de 10 = 1.00', 'v#minimum de 2 = 0.40']);
  });
});

describe('tiers that count anew in each record', () => {
  const GROUPS = '{ tiers: [{ upTo: 1, price: 0.2, increment: 60 s }, { price: 0.1, increment: 1 s }] }';
  test.each<[string, string, Use[], string[]]>([
    [
      'the first minute at one price, by the minute; then by the second',
      voice('count: record, connectionFee: 0.4', GROUPS),
      [call(20), call(90), call(0)],
      ['v de 0.5 = 0.05', 'v de 2 = 0.40', 'v#fee de 2 = 0.80'],
    ],
    [
      'a flat fee of a tier is due of each record that enters it',
      voice('count: record', '{ tiers: [{ upTo: 1, price: 0, flat: 1 }, { price: 0, flat: 10 }] }'),
      [call(30), call(60), call(61)],
      ['v de 0.016667 = 10.00', 'v de 2.5 = 3.00'],
    ],
    [
      'the total of a record picks its tier, whether the period is over or not',
      voice('count: record', '{ model: volume, tiers: [{ upTo: 1, price: 1 }, { price: 0.1 }] }'),
      [call(60), call(120)],
      ['v de 1 = 1.00', 'v de 2 = 0.20'],
    ],
    [
      'a package is begun in each record',
      voice('count: record', '{ model: package, size: 1, amount: 0.3 }'),
      [call(30), call(61)],
      ['v de 3 = 0.90'],
    ],
  ])('%s', (_, charges, uses, lines) => {
    expect(ledger({ charges, uses })).toEqual(lines);
    expect(ledger({ charges, uses, until: '2026-03-20' })).toEqual(lines);
  });

  test('what is left of a record behind an allowance begins at its first tier', () => {
    const charges = voice('count: record', '{ tiers: [{ upTo: 2, price: 1 }, { price: 0 }] }');
    expect(ledger({ charges, allowances: MINUTES, uses: [call(480)] })).toEqual(['v de 1 = 0.00', 'v de 2 = 2.00']);
  });
});

describe('flat amounts without usage', () => {
  const zero = (price: string) => voice('flatAtZero: true', price);
  test.each<[string, string, string[], string[]]>([
    ['flat', '{ model: flat, amount: 3 }', ['v  1 = 3.00'], ['v  1 = 3.00']],
    [
      'the first tier',
      '{ tiers: [{ upTo: 5, price: 1, flat: 2 }, { price: 1, flat: 7 }] }',
      ['v  0 = 2.00'],
      ['v  0 = 2.00'],
    ],
    [
      'the tier of nothing, when the period is over',
      '{ model: volume, tiers: [{ upTo: 5, price: 1, flat: 2 }, { price: 1, flat: 7 }] }',
      ['v  0 = 2.00'],
      [],
    ],
    [
      'the step of nothing, when the period is over',
      '{ model: stairStep, tiers: [{ upTo: 5, amount: 4 }, { amount: 7 }] }',
      ['v  1 = 4.00'],
      [],
    ],
  ])('%s', (_, price, atEnd, before) => {
    const charges = zero(price);
    expect(ledger({ charges, uses: [] })).toEqual(atEnd);
    expect(ledger({ charges, uses: [call(0)] })).toEqual(atEnd);
    expect(ledger({ charges, allowances: MINUTES, uses: [call(60)] })).toEqual(atEnd);
    expect(ledger({ charges, uses: [], until: '2026-03-20' })).toEqual(before);
  });

  test('are due once where there is usage', () => {
    const charges = zero('{ tiers: [{ upTo: 5, price: 1, flat: 2 }, { price: 1, flat: 7 }] }');
    expect(ledger({ charges, uses: [call(60)] })).toEqual(['v de 1 = 3.00']);
  });

  test.each([
    ['not of one that was never active', [{ at: '2026-01-01', state: 'ready', plan: 'plan' }]],
    ['not before it is active', [{ at: '2026-04-01', state: 'active', plan: 'plan' }]],
    [
      'not after its end',
      [
        { at: '2026-01-01', state: 'active', plan: 'plan' },
        { at: '2026-02-28', state: 'terminated' },
      ],
    ],
    ['not where somebody else pays', [{ at: '2026-01-01', state: 'active', plan: 'plan', payer: 'q' }]],
  ] as const)('%s', (_, turns) => {
    expect(ledger({ charges: zero('{ model: flat, amount: 3 }'), uses: [], turns })).toEqual([]);
  });

  test('are due of a subscription that was active for a part of the period', () => {
    const turns = [
      { at: '2026-03-05T12:00:00Z', state: 'active', plan: 'plan', has: 'imsi#1' },
      { at: '2026-03-05T13:00:00Z', state: 'terminated' },
    ] as const;
    expect(ledger({ charges: zero('{ model: flat, amount: 3 }'), uses: [], turns })).toEqual(['v  1 = 3.00']);
    expect(ledger({ charges: zero('{ model: flat, amount: 3 }'), uses: [], turns, until: '2026-03-05' })).toEqual([]);
  });
});

test.each([
  [
    'a fee',
    'connectionFee: 0.05',
    ['2026-03 v#fee: 0.05', '2026-03 v: 0.10', '2026-04 v#fee: 0.05', '2026-04 v: 1.00'],
  ],
  ['the least of each', 'minimum: 0.50', ['2026-03 v#minimum: 0.50', '2026-04 v: 1.00']],
])('each in its own period: %s', (_, more, lines) => {
  const uses = [call(60, '2026-03-31T21:59:59Z'), call(600, '2026-03-31T22:00:00Z')];
  const sims = [{ id: '1', turns: [{ at: '2026-03-01', state: 'active', plan: 'a' } as const], uses }];
  const owed = owedBy({ catalog: catalogWith(planOf('a', voice(more))), sims, months: ['2026-03', '2026-04'] });
  const said = owed.map((line) => `${line.period.from.slice(0, 7)} ${told([line]).join('').replace(' de', '')}`);
  expect(said.sort()).toEqual(lines);
});
