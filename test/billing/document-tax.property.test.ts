import fc from 'fast-check';
import { expect, test } from 'vitest';
import { documentTax } from '#shared/billing/taxes/document-tax.ts';
import { amount, sum } from '#shared/money/amount.ts';
import { minorDigits, minorUnit } from '#shared/money/currency.ts';

const currency = fc.constantFrom('EUR', 'JPY', 'KWD', 'CHF');
const taxes = fc.constantFrom(
  [{ name: '', on: 'net', percent: '19' }] as const,
  [{ name: '', on: 'net', percent: '0' }] as const,
  [
    { name: 'State', on: 'net', percent: '8.875' },
    { name: 'City', on: 'net', percent: '0.5' },
  ] as const,
  [
    { name: 'GST', on: 'net', percent: '5' },
    { name: 'QST', on: 'taxed', percent: '9.5' },
  ] as const,
);
const lines = fc.array(fc.tuple(fc.integer({ min: -10_000_000, max: 10_000_000 }), taxes, fc.boolean()), {
  minLength: 1,
  maxLength: 20,
});
const total = (values: readonly string[]) => sum(values.map((value) => amount(value)));

test('what is priced with tax is kept to the last digit, what is priced without is its net, and no tax is far from exact', () => {
  fc.assert(
    fc.property(currency, lines, (unit, raw) => {
      const digits = minorDigits(unit);
      const head = { category: 'S', place: '', reason: '', basis: '', reasonCode: '', evidence: [] } as const;
      const given = raw.map(([minor, of, taxIncluded]) => {
        return {
          ...head,
          amount: amount(minor)
            .div(10 ** digits)
            .toFixed(digits),
          taxIncluded,
          taxes: of,
        };
      });
      const { nets, taxes: rows } = documentTax(given, unit);
      for (const [at, line] of given.entries()) if (!line.taxIncluded) expect(nets[at]).toBe(line.amount);
      for (const group of new Set(given.map((line) => line.taxes))) {
        const of = given.flatMap((line, at) => (line.taxes === group ? [{ ...line, net: nets[at] ?? '' }] : []));
        const its = rows.filter((row) => group.some((each) => each.name === row.name && each.percent === row.percent));
        const net = total(of.map((line) => line.net));
        const exact = group.reduce((before, each) => {
          const base = each.on === 'taxed' ? net.plus(before) : net;
          return before.plus(base.times(each.percent).div(100));
        }, amount(0));
        const off = total(its.map((row) => row.tax))
          .minus(exact)
          .abs();
        expect(off.lte(minorUnit(unit).times(2 * group.length))).toBe(true);
        if (of.every((line) => line.taxIncluded)) {
          const gross = total(of.map((line) => line.amount));
          expect(net.plus(total(its.map((row) => row.tax))).toFixed()).toBe(gross.toFixed());
        }
      }
    }),
  );
});

test('credits of a document, however small, come to its taxes and its net once nothing is left of it, and never to more on the way', () => {
  const head = { category: 'S', place: '', reason: '', basis: '', reasonCode: '', evidence: [] } as const;
  const billed = fc.array(fc.tuple(fc.integer({ min: 1, max: 2_000 }), taxes, fc.boolean()), {
    minLength: 1,
    maxLength: 4,
  });
  const given = fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 40 })), { maxLength: 20 });
  fc.assert(
    fc.property(currency, billed, given, (unit, raw, credits) => {
      const of = (minor: number, at: number) => {
        const [, its, taxIncluded] = raw[at % raw.length]!;
        const text = amount(minor).times(minorUnit(unit)).toFixed(minorDigits(unit));
        return { ...head, amount: text, taxIncluded, taxes: its };
      };
      const invoice = raw.map(([minor], at) => of(minor, at));
      const whole = documentTax(invoice, unit);
      const left = raw.map(([minor]) => minor);
      const parts = credits.flatMap(([at, minor]) => {
        const some = Math.min(minor, left[at % left.length]!);
        left[at % left.length]! -= some;
        return some === 0 ? [] : [of(-some, at)];
      });
      const rest = left.flatMap((minor, at) => (minor === 0 ? [] : [of(-minor, at)]));
      const standing = [...invoice];
      const taxOf = (rows: readonly { tax: string }[]) => total(rows.map((row) => row.tax));
      let [net, tax] = [total(whole.nets), taxOf(whole.taxes)];
      for (const credit of [...parts.map((part) => [part]), rest]) {
        const { nets, taxes: rows } = documentTax(credit, unit, standing);
        standing.push(...credit);
        [net, tax] = [net.plus(total(nets)), tax.plus(taxOf(rows))];
        expect(net.isNegative() && !net.isZero()).toBe(false);
        expect(tax.isNegative() && !tax.isZero()).toBe(false);
      }
      expect([net.toFixed(), tax.toFixed()]).toEqual(['0', '0']);
    }),
  );
});
