import { describe, expect, test } from 'vitest';
import { owedBy, told } from '../billing/chain.ts';
import { catalogWith, planOf } from './fleet.ts';
import { ledger } from './ledger.ts';

const charge = (percent: string, more = '') =>
  `[{ kind: usage, id: mark, name: Roaming, measure: amount, price: { model: percentage, percent: ${percent} }${more} }]`;
const at = '2026-03-10T12:00:00Z';

describe('a percentage of what the carrier charges', () => {
  test.each([
    ['the charge and a tenth of it', '110', '', ['mark de 0.08406 = 0.09']],
    ['a part of it', '3', '', ['mark de 0.08406 = 0.00']],
    [
      'a fee for each record of more than nothing',
      '110',
      ', connectionFee: 0.05',
      ['mark de 0.08406 = 0.09', 'mark#fee de 2 = 0.10'],
    ],
    ['at least so much for each', '110', ', minimum: 0.05', ['mark de 0.06203 = 0.07', 'mark#minimum de 1 = 0.05']],
    ['at most so much for each', '110', ', maximum: 0.05', ['mark de 0.02203 = 0.02', 'mark#maximum de 1 = 0.05']],
    [
      'a fee beside the least, which counts it: 0.0242 and 0.01 are raised to it, 0.0682 and 0.01 are more',
      '110',
      ', minimum: 0.05, connectionFee: 0.01',
      ['mark de 0.06203 = 0.07', 'mark#fee de 1 = 0.01', 'mark#minimum de 1 = 0.05'],
    ],
    ['in another season', '100', ', seasons: [{ season: spring, factor: 2 }]', ['mark@spring de 0.08406 = 0.17']],
  ])('%s', (_, percent, more, lines) => {
    const uses = [
      { at, amount: [22_030, 'EUR/6'] },
      { at, amount: [62_030, 'EUR/6'] },
      { at, amount: [0, 'EUR/0'] },
    ] as const;
    expect(ledger({ charges: charge(percent, more), uses })).toEqual(lines);
  });

  test.each([
    ['a percentage', '', ['2026-03 mark: 0.02', '2026-04 mark: 0.07']],
    [
      'the least of each, and a fee',
      ', minimum: 0.05, connectionFee: 0.01',
      ['2026-03 mark#minimum: 0.05', '2026-04 mark#fee: 0.01', '2026-04 mark: 0.07'],
    ],
  ])('each in its own period: %s', (_, more, lines) => {
    const uses = [
      { at: '2026-03-31T21:59:59Z', amount: [22_030, 'EUR/6'] },
      { at: '2026-03-31T22:00:00Z', amount: [62_030, 'EUR/6'] },
    ] as const;
    const sims = [{ id: '1', turns: [{ at: '2026-03-01', state: 'active', plan: 'a' } as const], uses }];
    const owed = owedBy({
      catalog: catalogWith(planOf('a', charge('110', more))),
      sims,
      months: ['2026-03', '2026-04'],
    });
    expect(
      owed.map((line) => `${line.period.from.slice(0, 7)} ${told([line]).join('').replace(' de', '')}`).sort(),
    ).toEqual(lines);
  });

  test('of a day add up to no more than can be counted exactly', () => {
    const most = { at, amount: [Number.MAX_SAFE_INTEGER, 'EUR/6'] as const };
    expect(ledger({ charges: charge('100'), uses: [most] })).toEqual(['mark de 9007199254.740991 = 9007199254.74']);
    expect(() => ledger({ charges: charge('100'), uses: [most, { at, amount: [1, 'EUR/6'] }] })).toThrow(
      'amounts of plan/mark on 2026-03-10 add up to more than can be counted exactly',
    );
  });

  test('records without an amount go on to the next charge, or wait', () => {
    const uses = [
      { at, amount: [5, 'EUR/2'] as const },
      { at, bytes: 2_000_000 },
    ];
    const data = '{ kind: usage, id: data, name: Data, measure: bytes, unit: MB, price: 0.10 }';
    expect(ledger({ charges: charge('100').replace(']', `, ${data}]`), uses })).toEqual([
      'data de 2 = 0.20',
      'mark de 0.05 = 0.05',
    ]);
    expect(ledger({ charges: charge('100'), uses })).toEqual(['mark de 0.05 = 0.05', 'suspended NO_PRICE 1']);
  });

  test.each([
    ['its file’s rate, not the day’s', 'XDR/3 EUR 1.5', 'mark de 3 = 3.00'],
    ['the day’s rate, where the file’s leads elsewhere', 'XDR/3 USD 1.5', 'mark de 4 = 4.00'],
    ['none, where it is the plan’s already', 'EUR/3 USD 1.5', 'mark de 2 = 2.00'],
  ])('converted by %s', (_, unit, line) => {
    const rates = 'exchangeRates: [{ source: ECB, base: EUR, days: { 2026-03-01: { XDR: 0.5, USD: 1.25 } } }]\n';
    const uses = [{ at, amount: [2000, unit] as const }];
    expect(ledger({ charges: charge('100'), more: rates, uses })).toEqual([line]);
  });

  test('by each file’s own rate, where two have one for the same month', () => {
    const uses = [
      { at, amount: [1000, 'XDR/3 EUR 1.2'] as const },
      { at, amount: [1_000_000, 'XDR/6 EUR 1.2'] as const },
      { at, amount: [1000, 'XDR/3 EUR 1.25'] as const },
    ];
    expect(ledger({ charges: charge('100'), uses })).toEqual(['mark de 3.65 = 3.65']);
  });

  test('amounts of one currency are summed exactly, however many places their records give', () => {
    const uses = Array.from({ length: 300 }, (_, i) => ({
      at,
      amount: i % 2 === 0 ? ([1, 'EUR/3'] as const) : ([1_000_000, 'EUR/9'] as const),
    }));
    expect(ledger({ charges: charge('50'), uses })).toEqual(['mark de 0.3 = 0.15']);
  });
});
