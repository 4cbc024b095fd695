import { describe, expect, test } from 'vitest';
import { partsOf } from '#shared/billing/taxes/line-parts.ts';
import { STANDARD } from './lines.ts';

/** "amount quantity" of the parts of a line whose period is taxed in stretches of so many days. */
function parts(amount: string, quantity: string, days: readonly number[], currency = 'EUR'): string[] {
  const tax = { ...STANDARD, parts: days.map((its) => ({ taxPoint: '2026-03-31', days: its, taxes: [] })) };
  return partsOf({ amount, quantity, tax }, currency).map((part) => `${part.amount} ${part.quantity}`);
}

describe('a line over the parts of its period that are taxed apart, by their days', () => {
  test.each<[string, string, string, number[], string[]]>([
    ['one part is all of it', '1.00', '0.1234567', [31], ['1 0.1234567']],
    ['a line of no part is all of it', '1.00', '3', [], ['1 3']],
    ['15 and 16 days of 31', '31.00', '31', [15, 16], ['15 15', '16 16']],
    // 1.00 × 1/3 = 0.333…; 2 pieces: 0.666666… each part, of which two get the millionths that are missing.
    [
      'thirds: of equal remainders the earlier has it',
      '1.00',
      '2',
      [10, 10, 10],
      ['0.34 0.666667', '0.33 0.666667', '0.33 0.666666'],
    ],
    ['a quantity with more digits keeps them', '0.00', '0.0000001', [1, 1], ['0 0.0000001', '0 0']],
    ['what is given back', '-1.00', '-1', [15, 15], ['-0.5 -0.5', '-0.5 -0.5']],
    [
      'more than ten parts stay in their order',
      '0.66',
      '66',
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
      Array.from({ length: 11 }, (_, n) => `0.${`${n + 1}`.padStart(2, '0').replace(/0$/, '')} ${n + 1}`),
    ],
  ])('%s', (_, amount, quantity, days, expected) => {
    expect(parts(amount, quantity, days)).toEqual(expected);
  });

  test('in whole units of the currency', () => {
    expect(parts('101', '2', [1, 1], 'JPY')).toEqual(['51 1', '50 1']);
  });
});
