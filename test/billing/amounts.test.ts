import { describe, expect, test } from 'vitest';
import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { owedLines } from '#shared/billing/lines/owed-lines.ts';
import { amount } from '#shared/money/amount.ts';
import { NOTHING_HELD } from '#shared/rating/holdings/holdings.ts';
import { joinSums } from '#shared/rating/join-sums.ts';
import { createMeter } from '#shared/rating/measure-subscription.ts';
import { pricePeriod } from '#shared/rating/price-subscription.ts';
import type { SubscriptionDetail } from '#shared/rating/subscription-details.ts';
import { openSums } from '#shared/rating/sum-slice.ts';
import { amountsText, partsText, worthOfDetail } from '../../cli/explain/explain-amounts.ts';
import { computation } from '../../cli/explain/explain-computation.ts';
import {
  BERLIN,
  catalogWith,
  factsOf,
  foldOf,
  historyOf,
  monthsOf,
  NO_EXCHANGE,
  planOf,
  scopeOf,
  type Use,
} from '../rating/fleet.ts';

const RATES = `exchangeRates:
  - { source: IMF, base: EUR, days: { 2026-02-27: { USD: 1.25, XDR: 0.8 }, 2026-03-16: { USD: 1.28 } } }
`;
const MARKUP = `[{ kind: usage, id: mark, name: Roaming, measure: amount, price: { model: percentage, percent: 110 }`;

/** The lines of March 2026 of subscriptions with this usage, each measured as a slice of its own. */
function owed(charges: string, fleet: readonly (readonly Use[])[]) {
  const catalog = catalogWith(`${planOf('plan', charges)}${RATES}`);
  const [period] = monthsOf('2026-03');
  if (period === undefined) throw new Error('March is a month');
  const scope = scopeOf(catalog, [period]);
  const meter = createMeter(scope);
  const slices = fleet.map((uses) => {
    const facts = factsOf('s', [{ at: '2026-01-01', state: 'active', plan: 'plan', has: 'imsi#1' }], BERLIN);
    const [measured] = meter.measure(historyOf('s', facts), new Map([['imsi#1', foldOf(uses)]]));
    const sums = openSums(scope.days, 0);
    if (measured !== undefined) sums.add(measured, pricePeriod(measured, scope.days, NOTHING_HELD));
    return sums.close();
  });
  const its = { period, plans: scope.plans, currency: 'EUR', isOver: true, isDue: true, pools: scope.pools };
  return owedLines({ ...its, agreementOn: () => undefined, billingDay: 1, exchange: NO_EXCHANGE }, joinSums(slices));
}

const on = (day: string, value: number, unit: string): Use => ({
  at: `2026-03-${day}T12:00:00Z`,
  amount: [value, unit],
});

describe('amounts in another currency are converted by the rate of their day (pricing rules §3.8)', () => {
  test('the example: 100 USD before and after the rate of 16 March, 8 XDR, 10 EUR, and a tenth of it', () => {
    const lines = owed(`${MARKUP} }]`, [
      [on('02', 100_000_000, 'USD/6'), on('16', 100, 'USD/0')],
      [on('02', 8, 'XDR/0'), on('09', 10_000, 'EUR/3')],
    ]);
    // 100 ÷ 1.25 = 80; 100 ÷ 1.28 = 78.125; 8 ÷ 0.8 = 10; 10: 178.125 × 1.1 = 195.9375.
    expect(lines.map(({ quantity, unit, unitPrice, amount: net }) => [quantity, unit, unitPrice, net])).toEqual([
      ['178.125', 'amount', '1.1', '195.94'],
    ]);
    const [line] = lines;
    expect(computation({ line: line! }, 'EUR')).toBe(
      '110 % of 178.125 EUR that carriers charged for 2 subscriptions = 195.9375 → 195.94 EUR, rounded once, half away from zero',
    );
    expect((line!.arithmetic.kind === 'amount' ? amountsText(line!.arithmetic, 'EUR') : '').split('\n')).toEqual([
      'carriers charged         at                                      EUR',
      'in EUR               10                                           10',
      '2026-03-02, in USD  100  1.25 USD = 1 EUR (IMF, 2026-02-27)       80',
      '2026-03-16, in USD  100  1.28 USD = 1 EUR (IMF, 2026-03-16)   78.125',
      '2026-03-02, in XDR    8  0.8 XDR = 1 EUR (IMF, 2026-02-27)        10',
      'together                                                     178.125',
    ]);
  });

  test('by the rate of their file, where it leads to the currency of the plan: explained beside the others', () => {
    const lines = owed(`${MARKUP} }]`, [
      [on('02', 8000, 'XDR/3 EUR 1.5'), on('09', 2000, 'XDR/3 EUR 1.5'), on('02', 8, 'XDR/0')],
      [on('02', 1, 'XDR/0 EUR 1.25'), on('02', 100, 'USD/0 GBP 0.75')],
    ]);
    // 10 × 1.5 = 15; 1 × 1.25; 8 ÷ 0.8 = 10; 100 ÷ 1.25 = 80: 106.25 × 1.1 = 116.875.
    expect(lines.map(({ quantity, amount: net }) => [quantity, net])).toEqual([['106.25', '116.88']]);
    const [{ arithmetic }] = lines as [ChargeLine];
    expect((arithmetic.kind === 'amount' ? amountsText(arithmetic, 'EUR') : '').split('\n')).toEqual([
      'carriers charged         at                                     EUR',
      '2026-03-02, in USD  100  1.25 USD = 1 EUR (IMF, 2026-02-27)      80',
      '2026-03-02, in XDR    8  0.8 XDR = 1 EUR (IMF, 2026-02-27)       10',
      'in XDR                1  1 XDR = 1.25 EUR (its usage files)    1.25',
      'in XDR               10  1 XDR = 1.5 EUR (its usage files)       15',
      'together                                                     106.25',
    ]);
    const detail = {
      amounts: { 'XDR/3 EUR 1.5|': '2000', 'XDR/0 EUR 1.25|': '1', 'USD/0 GBP 0.75|2026-03-02': '100' },
    };
    const parts =
      arithmetic.kind === 'amount' &&
      worthOfDetail(detail as Pick<SubscriptionDetail, 'amounts'> as SubscriptionDetail, arithmetic);
    expect(partsText(parts || 0n)).toBe('84.25');
  });

  test('the clock of the payer says which day it is', () => {
    const late = { at: '2026-03-15T23:30:00Z', amount: [128, 'USD/0'] as const };
    expect(owed(`${MARKUP} }]`, [[late]]).map((line) => line.amount)).toEqual(['110.00']);
  });

  test('the least of a record is held against what it is worth', () => {
    const lines = owed(`${MARKUP}, minimum: 1.10 }]`, [
      [on('02', 125, 'USD/2'), on('02', 124, 'USD/2'), on('16', 125, 'USD/2')],
    ]);
    expect(lines.map((line) => `${line.charge} ${line.quantity} = ${line.amount}`)).toEqual([
      'mark#minimum 2 = 2.20',
      'mark 1 = 1.10',
    ]);
  });

  test('a currency without a rate by then holds the account, and says what to do', () => {
    expect(() => owed(`${MARKUP} }]`, [[on('02', 1, 'GBP/0')]])).toThrow(
      'plan plan charges a percentage of amounts in GBP, but the catalogue has no exchange rate to EUR on or before 2026-03-02: add it under exchangeRates',
    );
  });

  test('sums are exact however records are divided among subscriptions', () => {
    const uses = Array.from({ length: 7 }, (_, i) => on('02', 10 ** i + 1, 'USD/6'));
    const whole = owed(`${MARKUP} }]`, [uses]);
    const parts = owed(
      `${MARKUP} }]`,
      uses.map((use) => [use]),
    );
    const exact = amount(1_111_118).div(1_000_000).div('1.25').times('1.1').toFixed();
    for (const [line] of [whole, parts]) expect('exact' in line!.arithmetic && line!.arithmetic.exact).toBe(exact);
  });
});

const refused = (charge: string) => {
  try {
    catalogWith(`${planOf('plan', `[${charge}]`)}${RATES}`);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

test.each([
  ['a price of each', 'price: 0.1', 'a percentage, as amounts are charged'],
  ['an increment', 'increment: 5, price: { model: percentage, percent: 1 }', 'increment of an amount'],
  ['a count', 'count: account, price: { model: percentage, percent: 1 }', 'count of an amount'],
  ['sessions', 'rounding: session, price: { model: percentage, percent: 1 }', 'rounding of an amount'],
  ['something free', 'usageDiscount: { percent: 5 }, price: { model: percentage, percent: 1 }', 'a smaller percentage'],
  [
    'a flat amount at zero',
    'flatAtZero: true, price: { model: percentage, percent: 1 }',
    'a price with tiers, or flat',
  ],
])('%s of an amount is refused', (_, fields, says) => {
  expect(refused(`{ kind: usage, id: mark, name: M, measure: amount, ${fields} }`)).toContain(says);
});

test('a percentage of what is counted is refused', () => {
  const price = 'price: { model: percentage, percent: 1 }';
  expect(refused(`{ kind: usage, id: mark, name: M, measure: bytes, unit: MB, ${price} }`)).toContain(
    'measure: amount',
  );
  expect(refused(`{ kind: recurring, id: fee, name: M, ${price} }`)).toContain('a price of what is counted');
});
