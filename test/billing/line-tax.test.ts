import { describe, expect, test } from 'vitest';
import type { ChargeLine } from '#shared/billing/charge-line.ts';
import { lineTax } from '#shared/billing/line-tax.ts';
import type { TaxProfile } from '#shared/catalog/catalog.ts';
import { fee, line } from './lines.ts';

const GERMANY: TaxProfile = {
  id: 'de',
  name: 'VAT',
  category: 'S',
  reason: '',
  rates: [
    { from: '2021-01-01', percent: '19.00' },
    { from: '2020-01-01', percent: '19' },
    { from: '2020-07-01', percent: '16' },
  ],
};

describe('the tax of a line when it is first billed (pricing rules §7)', () => {
  test.each<[string, ChargeLine, string, string]>([
    ['the last day of its period', line('data', '2020-06', '1.00'), '2020-07-05', '19'],
    ['the day after it', line('data', '2020-07', '1.00'), '2020-08-05', '16'],
    ['in arrears, billed late', fee('fee', '2020-12', '1.00', 'arrears'), '2021-01-05', '16'],
    ['in advance, billed before the period ends', fee('fee', '2020-07', '1.00', 'advance'), '2020-06-30', '19'],
    ['in advance, billed after it', fee('fee', '2020-06', '1.00', 'advance'), '2020-07-05', '19'],
    ['on the first day of a rate', fee('fee', '2020-08', '1.00', 'advance'), '2020-07-01', '16'],
    ['on the last day of a rate', fee('fee', '2020-08', '1.00', 'advance'), '2020-06-30', '19'],
    ['long after the last rate began', line('data', '2030-06', '1.00'), '2030-07-05', '19'],
  ])('%s', (_, of, invoiceDate, percent) => {
    expect(lineTax(GERMANY, of, invoiceDate)).toEqual({ category: 'S', percent, reason: '' });
  });

  test('other categories charge nothing, and say why', () => {
    const reverse: TaxProfile = { ...GERMANY, category: 'AE', reason: 'Reverse charge', rates: [] };
    expect(lineTax(reverse, line('data', '2020-06', '1.00'), '2020-07-05')).toEqual({
      category: 'AE',
      percent: '0',
      reason: 'Reverse charge',
    });
  });

  test('a day before the first rate has none', () => {
    expect(() => lineTax(GERMANY, line('data', '2019-06', '1.00'), '2019-07-05')).toThrow(
      'tax profile "de" has no rate on 2019-06-30; its first begins 2020-01-01: add an earlier one',
    );
  });
});
