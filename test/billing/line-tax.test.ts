import { describe, expect, test } from 'vitest';
import type { ChargeLine } from '#shared/billing/charge-line.ts';
import { fixedTax } from '#shared/billing/line-tax.ts';
import type { FixedTaxProfile } from '#shared/catalog/tax-profile.ts';
import { fee, line } from './lines.ts';

const GERMANY: FixedTaxProfile = {
  kind: 'fixed',
  id: 'de',
  name: 'VAT',
  category: 'S',
  reason: '',
  reasonCode: '',
  taxPoint: 'periodEnd',
  taxes: [
    {
      name: '',
      on: 'net',
      rates: [
        { from: '2021-01-01', percent: '19.00' },
        { from: '2020-01-01', percent: '19' },
        { from: '2020-07-01', percent: '16' },
      ],
    },
  ],
};
/** Of each part its tax point, days and percents. */
const parts = (profile: FixedTaxProfile, of: ChargeLine, invoiceDate: string) =>
  fixedTax(profile, of, invoiceDate).parts.map(({ taxPoint, days, taxes }) => {
    return `${taxPoint} ${days} ${taxes.map((tax) => tax.percent).join('+')}`;
  });

describe('the tax point of a line when it is first billed (pricing rules §7)', () => {
  test.each<[string, FixedTaxProfile['taxPoint'], ChargeLine, string, string[]]>([
    ['the last day of its period', 'periodEnd', line('data', '2020-06', '1.00'), '2020-07-05', ['2020-06-30 30 19']],
    ['the day after it', 'periodEnd', line('data', '2020-07', '1.00'), '2020-08-05', ['2020-07-31 31 16']],
    ['arrears, late', 'periodEnd', fee('fee', '2020-12', '1.00', 'arrears'), '2021-01-05', ['2020-12-31 31 16']],
    ['in advance', 'periodEnd', fee('fee', '2020-07', '1.00', 'advance'), '2020-06-30', ['2020-06-30 31 19']],
    ['in advance, late', 'periodEnd', fee('fee', '2020-06', '1.00', 'advance'), '2020-07-05', ['2020-06-30 30 19']],
    ['first day of a rate', 'periodEnd', fee('fee', '2020-08', '1.00', 'advance'), '2020-07-01', ['2020-07-01 31 16']],
    ['last day of a rate', 'periodEnd', fee('fee', '2020-08', '1.00', 'advance'), '2020-06-30', ['2020-06-30 31 19']],
    ['long after', 'periodEnd', line('data', '2030-06', '1.00'), '2030-07-05', ['2030-06-30 30 19']],
    ['of the invoice', 'invoiceDate', line('data', '2020-06', '1.00'), '2020-07-05', ['2020-07-05 30 16']],
    ['of the invoice, before it', 'invoiceDate', line('data', '2020-06', '1'), '2020-06-29', ['2020-06-29 30 19']],
    ['split, no change inside', 'split', line('data', '2020-06', '1.00'), '2020-07-05', ['2020-06-30 30 19']],
    ['split at its first day: whole', 'split', line('data', '2020-07', '1.00'), '2020-08-05', ['2020-07-31 31 16']],
  ])('%s', (_, taxPoint, of, invoiceDate, expected) => {
    expect(parts({ ...GERMANY, taxPoint }, of, invoiceDate)).toEqual(expected);
  });

  test('split by the days of each rate, in advance too', () => {
    const period = { from: '2020-06-15', until: '2020-07-15' };
    for (const of of [line('data', '2020-06', '1', { period }), fee('fee', '2020-06', '1', 'advance', { period })]) {
      expect(parts({ ...GERMANY, taxPoint: 'split' }, of, '2020-06-15')).toEqual([
        '2020-06-30 16 19',
        '2020-07-14 14 16',
      ]);
    }
  });
});

test('other categories charge nothing, and say why', () => {
  const reverse: FixedTaxProfile = {
    ...GERMANY,
    category: 'AE',
    reason: 'Reverse charge',
    reasonCode: 'VATEX-EU-AE',
    taxes: [],
  };
  expect(fixedTax(reverse, line('data', '2020-06', '1.00'), '2020-07-05')).toEqual({
    category: 'AE',
    place: '',
    reason: 'Reverse charge',
    reasonCode: 'VATEX-EU-AE',
    parts: [{ taxPoint: '2020-06-30', days: 30, taxes: [] }],
  });
});

test('a day before the first rate has none', () => {
  expect(() => fixedTax(GERMANY, line('data', '2019-06', '1.00'), '2019-07-05')).toThrow(
    'tax profile "de" has no rate on 2019-06-30; its first begins 2020-01-01: add an earlier one',
  );
});
