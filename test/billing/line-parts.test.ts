import { describe, expect, test } from 'vitest';
import type { Arithmetic, ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { categoryWith, partsOf } from '#shared/billing/taxes/line-parts.ts';
import { byOwnDays } from '#shared/billing/taxes/own-days.ts';
import { fee, line, STANDARD } from './lines.ts';

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

describe('a line whose period is split in two, by days of its own (decision 34)', () => {
  const split = (...until: string[]) => ({
    ...STANDARD,
    parts: until.map((taxPoint) => ({ taxPoint, days: 15, taxes: [] })),
  });
  const on = (byDay: Readonly<Record<string, string>>, more: Partial<ChargeLine> = {}): ChargeLine => {
    const of = fee('fee', '2026-03', '1.00', 'arrears', more);
    return { ...of, arithmetic: { ...of.arithmetic, byDay } as Arithmetic };
  };
  const bought = (byDay: Readonly<Record<string, string>>) => {
    const of = on(byDay);
    return { ...of, arithmetic: { ...of.arithmetic, kind: 'oneTime' } as Arithmetic };
  };
  const ordered = (date: string) =>
    line('order', '2026-03', '1.00', { arithmetic: { kind: 'adHoc', date } as Arithmetic });
  const NONE = [undefined, undefined];
  test.each<[string, ChargeLine, (string | undefined)[]]>([
    ['usage has none', line('data', '2026-03', '1.00'), NONE],
    ['an order is of its day', ordered('2026-03-20'), ['0', '1']],
    ['the last of a part is of that', ordered('2026-03-15'), ['1', '0']],
    ['what is behind all parts is of the last', ordered('2026-04-02'), ['0', '1']],
    [
      'a fee is of the days it is counted on',
      on({ '2026-03-10': '3', '2026-03-11': '0', '2026-03-16': '4' }),
      ['3', '4'],
    ],
    ['what happened is of its days', bought({ '2026-03-10': '1', '2026-03-11': '1' }), ['2', '0']],
    ['a fee that is counted on none has none', on({ '2026-03-10': '0', '2026-03-16': '0' }), NONE],
    ['nor has one of which no days are told', fee('fee', '2026-03', '1.00', 'arrears'), NONE],
    ['what is not refunded stays as it was billed', on({ '2026-03-10': '3' }, { refund: 'none' }), NONE],
  ])('%s', (_, of, weights) => {
    const parts = split('2026-03-15', '2026-03-31');
    expect(byOwnDays(parts, of).parts.map(({ weight }) => weight)).toEqual(weights);
    expect(byOwnDays(split('2026-03-31'), of)).toEqual(split('2026-03-31'));
  });
});

test.each([
  ['S', ['19'], 'S'],
  ['S', ['0'], 'Z'],
  ['S', ['0', '2.5'], 'S'],
  ['S', [], 'S'],
  ['E', ['0'], 'E'],
  ['O', [], 'O'],
] as const)('category %s with taxes of %j %% is %s (EN 16931, BR-S-05 and BR-Z-05)', (category, percents, expected) => {
  const taxes = percents.map((percent) => ({ name: '', percent, on: 'net' as const }));
  expect(categoryWith(category, taxes)).toBe(expected);
});
