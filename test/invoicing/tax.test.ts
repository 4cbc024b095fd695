import { describe, expect, test } from 'vitest';
import { type TaxableNet, taxOf } from '#shared/invoicing/tax.ts';
import { amount, sum } from '#shared/money/amount.ts';

const standard = (net: string, percent: string): TaxableNet => ({ net, category: 'S', percent, reason: '' });

describe('tax of one rate: rounded once on the sum, half away from zero', () => {
  test.each([
    ['EUR', ['100.00'], '24', '24.00'],
    ['EUR', ['0.02', '0.02', '0.02'], '24', '0.01'],
    ['EUR', ['0.50'], '5', '0.03'],
    ['EUR', ['-0.50'], '5', '-0.03'],
    ['EUR', ['10.00', '-10.00'], '24', '0.00'],
    ['JPY', ['1005'], '10', '101'],
    ['JPY', ['1004'], '10', '100'],
    ['KWD', ['1.005'], '5', '0.050'],
    ['KWD', ['1.010'], '5', '0.051'],
    ['EUR', ['99999999999999999999.99'], '24', '24000000000000000000.00'],
  ])('%s %j at %s %% → %s', (currency, nets, percent, tax) => {
    expect(
      taxOf(
        nets.map((net) => standard(net, percent)),
        currency,
      ).map((row) => row.tax),
    ).toEqual([tax]);
  });

  // Cases other billing systems assert (Flexprice, Meteroid), as amounts in units of the currency.
  test.each([
    ['10 % of 100.00 USD', 'USD', '100.00', '10', '10.00'],
    ['33.333 % of 100.00 USD', 'USD', '100.00', '33.333', '33.33'],
    ['10 % of 1000 JPY', 'JPY', '1000', '10', '100'],
    ['10.5 % of 999 JPY', 'JPY', '999', '10.5', '105'],
    ['0.1 % of 1.00 USD', 'USD', '1.00', '0.1', '0.00'],
    ['10 % after a discount of 10 on 100', 'USD', '90.00', '10', '9.00'],
    ['21 % of 9.99', 'EUR', '9.99', '21', '2.10'],
    ['7.25 % of 100.00', 'USD', '100.00', '7.25', '7.25'],
  ])('%s', (_, currency, net, percent, tax) => {
    expect(taxOf([standard(net, percent)], currency)[0]?.tax).toBe(tax);
  });
});

describe('tax of a document', () => {
  test('several taxes on one net are rounded each (pricing rules §7): 8.87 + 2.12 + 0.50 = 11.49', () => {
    const taxes = taxOf([standard('99.99', '8.875'), standard('99.99', '2.125'), standard('99.99', '0.5')], 'USD');
    expect(taxes.map((row) => row.tax)).toEqual(['8.87', '2.12', '0.50']);
    expect(sum(taxes.map((row) => amount(row.tax))).toFixed(2)).toBe('11.49');
  });

  test('one row per category and rate, by category, the higher rate first; 19 and 19.00 are one rate', () => {
    const exempt = { net: '5.00', category: 'E', percent: '0', reason: 'Art. 132' } as const;
    expect(
      taxOf([standard('10.00', '7'), exempt, standard('1.00', '19'), standard('2.00', '19.00'), exempt], 'EUR'),
    ).toEqual([
      { category: 'E', percent: '0', net: '10.00', tax: '0.00', reason: 'Art. 132' },
      { category: 'S', percent: '19', net: '3.00', tax: '0.57', reason: '' },
      { category: 'S', percent: '7', net: '10.00', tax: '0.70', reason: '' },
    ]);
  });

  test('nothing taxed gives no rows', () => {
    expect(taxOf([], 'EUR')).toEqual([]);
  });

  test('a category that charges nothing has no percent', () => {
    expect(() => taxOf([{ net: '1.00', category: 'AE', percent: '19', reason: 'x' }], 'EUR')).toThrow(
      /AE charges nothing/,
    );
  });

  test('outside the scope stands alone', () => {
    const outside = { net: '1.00', category: 'O', percent: '0', reason: 'x' } as const;
    expect(taxOf([outside], 'EUR')).toHaveLength(1);
    expect(() => taxOf([outside, standard('1.00', '19')], 'EUR')).toThrow(/document of its own/);
  });
});
