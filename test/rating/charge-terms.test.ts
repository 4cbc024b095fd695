import { describe, expect, test } from 'vitest';
import type { Use } from './fleet.ts';
import { ledger } from './ledger.ts';

const charge = (id: string, match: string, price: string, more = '') =>
  `{ kind: usage, id: ${id}, name: ${id}, match: ${match}, measure: records, price: ${price}${more} }`;
const at = '2026-03-02T12:00:00Z';

describe('which charge takes a record', () => {
  test.each<[string, string, Use[], string[]]>([
    [
      'a network, or the beginning of one',
      `[${charge('a', '{ networks: [FRA, 310] }', '1')}, ${charge('b', '{}', '2')}]`,
      [
        { at, network: 'FRA01' },
        { at, network: '310410' },
        { at, network: 'DEU01' },
      ],
      ['a eu 1 = 1.00', 'a world 1 = 1.00', 'b de 1 = 2.00'],
    ],
    [
      'by its bytes, whatever its carrier charges for them',
      '[{ kind: usage, id: a, name: a, match: {}, measure: bytes, unit: B, price: 2 }]',
      [
        { at, bytes: 3, amount: [7, 'EUR/2'] },
        { at, bytes: 4 },
      ],
      ['a de 7 = 14.00'],
    ],
    [
      'a slice',
      `[${charge('a', '{ slices: 1-0000ab }', '1')}, ${charge('b', '{}', '2')}]`,
      [
        { at, slice: '1-0000AB' },
        { at, slice: '1' },
      ],
      ['a de 1 = 1.00', 'b de 1 = 2.00'],
    ],
    [
      'a class of quality, and a rating group',
      `[${charge('a', '{ fiveQis: [82, 83] }', '1')}, ${charge('b', '{ ratingGroups: [100, 200] }', '2')}, ${charge('c', '{}', '4')}]`,
      [
        { at, fiveQi: '82', ratingGroup: '100' },
        { at, fiveQi: '9', ratingGroup: '200' },
        { at, fiveQi: '9', ratingGroup: '300' },
        { at },
      ],
      ['a de 1 = 1.00', 'b de 1 = 2.00', 'c de 2 = 8.00'],
    ],
    [
      'a time band by the clock of the payer, as the record starts',
      `[${charge('peak', '{ bands: office }', '1')}, ${charge('off', '{}', '2')}]`,
      [{ at: '2026-03-02T06:59:59Z' }, { at: '2026-03-02T07:00:00Z' }, { at: '2026-03-30T06:00:00Z' }],
      ['off de 1 = 2.00', 'peak de 2 = 2.00'],
    ],
    [
      'a zone by the number called',
      `[${charge('a', '{ zones: de-fr }', '1')}, ${charge('b', '{ zones: far }', '2')}, ${charge('c', '{}', '3')}]`,
      [
        { at, service: 'voice', called: '3312' },
        { at, service: 'voice', called: '3368' },
        { at, service: 'sms', called: '3312', network: 'FRA01' },
      ],
      ['a de-fr 1 = 1.00', 'b far 1 = 2.00', 'c eu 1 = 3.00'],
    ],
  ])('%s', (_, charges, uses, lines) => {
    expect(ledger({ charges, uses })).toEqual(lines);
    expect(ledger({ charges, uses: uses.toReversed() })).toEqual(lines);
  });

  test('a property the subscription has then, and a number it is counted by', () => {
    const charges = `[
      ${charge('red', '{ properties: { colour: [red, pink] } }', '1')},
      { kind: usage, id: sensors, name: sensors, match: {}, measure: property, property: sensors, price: 0.5 }]`;
    const properties = [
      { at: '2026-03-05', name: 'colour', value: 'red' },
      { at: '2026-03-10', name: 'colour', value: 'blue' },
      { at: '2026-03-01', name: 'sensors', value: '12' },
      { at: '2026-03-20', name: 'sensors', value: '3' },
      { at: '2026-03-25', name: 'sensors', value: 'many' },
    ];
    const uses = ['2026-03-02', '2026-03-06', '2026-03-12', '2026-03-21', '2026-03-26'].map((day) => ({
      at: `${day}T12:00:00Z`,
    }));
    expect(ledger({ charges, uses, properties })).toEqual([
      'red de 1 = 1.00',
      'sensors de 27 = 13.50',
      'suspended NO_PRICE 1',
    ]);
  });
});

describe('usage of a suspended subscription', () => {
  const turns = [
    { at: '2026-01-01', state: 'active', plan: 'plan', has: 'imsi#1' },
    { at: '2026-03-10', state: 'suspended' },
    { at: '2026-03-20', state: 'terminated' },
  ] as const;
  const uses = ['2026-03-05', '2026-03-06', '2026-03-15', '2026-03-25'].map((day) => ({ at: `${day}T12:00:00Z` }));
  test.each([
    ['charge', ['a de 3 = 3.00', 'suspended NOT_ACTIVE 1']],
    ['free', ['a de 2 = 2.00', 'suspended NOT_ACTIVE 1', 'free 1']],
    ['suspense', ['a de 2 = 2.00', 'suspended NOT_ACTIVE 2']],
  ])('whenSuspended: %s; after termination it waits', (whenSuspended, lines) => {
    const charges = `[${charge('a', '{}', '1', `, whenSuspended: ${whenSuspended}`)}]`;
    expect(ledger({ charges, uses, turns }).sort()).toEqual([...lines].sort());
  });
});

describe('a charge at price 0', () => {
  test.each([
    ['', ['a de 1 = 0.00', 'b eu 1 = 1.00']],
    [', hidden: true', ['b eu 1 = 1.00']],
  ])('is on the invoice unless hidden, and draws on nothing%s', (hidden, lines) => {
    const charges = `[${charge('a', '{ zones: de }', '0', hidden)}, ${charge('b', '{}', '1')}]`;
    const allowances = '[{ id: m, name: M, kind: individual, size: 1 piece, covers: [b] }]';
    const uses = [{ at }, { at, network: 'FRA01' }, { at, network: 'FRA01' }];
    expect(ledger({ charges, allowances, uses })).toEqual(lines);
  });
});

test('an allowance is drawn on by day, in a day in the order of the charges it covers (pricing rules §4)', () => {
  const charges = `[${charge('a', '{ zones: de }', '1')}, ${charge('b', '{}', '10')}]`;
  const allowances = '[{ id: m, name: M, kind: individual, size: 5 pieces, proration: whole, covers: [b, a] }]';
  const abroad = (day: string): Use => ({ at: `${day}T10:00:00Z`, network: 'FRA01' });
  const home = Array.from({ length: 4 }, () => ({ at: '2026-03-03T12:00:00Z' }));
  const uses = [abroad('2026-03-02'), abroad('2026-03-02'), abroad('2026-03-02'), abroad('2026-03-03'), ...home];
  // Three abroad on the 2nd, then two of the four at home on the 3rd.
  expect(ledger({ charges, allowances, uses })).toEqual(['a de 2 = 2.00', 'b eu 1 = 10.00']);
});

describe('seasons', () => {
  const season = (its: string) => `, seasons: [{ season: spring, ${its} }]`;
  const uses = [{ at: '2026-03-09T22:59:59Z' }, { at: '2026-03-09T23:00:00Z' }, { at: '2026-03-20T12:00:00Z' }];
  test.each([
    ['a factor', `[${charge('a', '{}', '0.10', season('factor: 1.5'))}]`, ['a de 1 = 0.10', 'a@spring de 2 = 0.30']],
    ['a price', `[${charge('a', '{}', '0.10', season('price: 2'))}]`, ['a de 1 = 0.10', 'a@spring de 2 = 4.00']],
    [
      'one count over the seasons, each part at the price of its own',
      `[${charge('a', '{}', '{ tiers: [{ upTo: 2, price: 1, flat: 10 }, { price: 0.5, flat: 20 }] }', season('factor: 2'))}]`,
      ['a de 1 = 11.00', 'a@spring de 1 = 2.00', 'a@spring de 1 = 41.00'],
    ],
    [
      'the total picks the tier in each table',
      `[${charge('a', '{}', '{ model: volume, tiers: [{ upTo: 2, price: 1 }, { price: 0.5 }] }', season('price: { model: volume, tiers: [{ upTo: 1, price: 7 }, { price: 3, flat: 5 }] }'))}]`,
      ['a de 1 = 0.50', 'a@spring de 2 = 11.00'],
    ],
  ])('%s', (_, charges, lines) => {
    expect(ledger({ charges, uses })).toEqual(lines);
  });

  test('of several the first that holds', () => {
    const its = ', seasons: [{ season: cold, factor: 3 }, { season: spring, factor: 2 }]';
    const days = ['2026-03-28', '2026-03-29'].map((day) => ({ at: `${day}T12:00:00Z` }));
    expect(ledger({ charges: `[${charge('a', '{}', '1', its)}]`, uses: days })).toEqual([
      'a@cold de 1 = 3.00',
      'a@spring de 1 = 2.00',
    ]);
  });
});

test('usage of a period adds up to no more than can be counted exactly', () => {
  const charges = '[{ kind: usage, id: data, name: Data, measure: bytes, unit: MB, price: 0 }]';
  const most = { at, bytes: Number.MAX_SAFE_INTEGER };
  expect(ledger({ charges, uses: [most] })).toEqual(['data de 9007199254.740991 = 0.00']);
  expect(() => ledger({ charges, uses: [most, { ...most, at: '2026-03-03T12:00:00Z' }] })).toThrow(
    'data adds up to 18014398509481982, more than can be counted exactly',
  );
});
