import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type TaxableNet, taxOf } from '#shared/invoicing/tax.ts';
import { amount, sum } from '#shared/money/amount.ts';
import { minorDigits } from '#shared/money/currency.ts';

const standard = (net: string, percent: string): TaxableNet => ({ net, category: 'S', percent, reason: '' });

test('nets add up, and no row is further from the exact tax than half a minor unit', () => {
  const currency = fc.constantFrom('EUR', 'JPY', 'KWD');
  const net = fc.tuple(
    fc.integer({ min: -10_000_000, max: 10_000_000 }),
    fc.constantFrom('0', '5', '8.875', '19', '24'),
  );
  fc.assert(
    fc.property(currency, fc.array(net, { minLength: 1 }), (unit, raw) => {
      const digits = minorDigits(unit);
      const nets = raw.map(([minor, percent]) =>
        standard(
          amount(minor)
            .div(10 ** digits)
            .toFixed(digits),
          percent,
        ),
      );
      const rows = taxOf(nets, unit);
      const total = sum(rows.map((row) => amount(row.net)));
      expect(total.toFixed()).toBe(sum(nets.map((each) => amount(each.net))).toFixed());
      for (const row of rows) {
        const exact = amount(row.net).times(amount(row.percent)).div(100);
        expect(
          amount(row.tax)
            .minus(exact)
            .abs()
            .times(10 ** digits)
            .lte(amount('0.5')),
        ).toBe(true);
      }
    }),
  );
});
