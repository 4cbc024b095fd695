import type { LineTax } from '#shared/billing/draft.ts';
import { type Amount, amount, ZERO } from '#shared/money/amount.ts';
import { type Currency, formatMinor, roundToMinorUnit } from '#shared/money/currency.ts';
import type { InvoiceTax, TaxCategory } from './invoice.ts';

/** A line's net, already rounded, and how it is taxed. A net that several taxes stand on appears once for each. */
export interface TaxableNet extends LineTax {
  readonly net: string;
}

/**
 * The tax of a document: one row per category and rate, on the sum of its nets, rounded once, half away from zero (pricing rules §7).
 * 99.99 at 8.875 %, 2.125 % and 0.5 % → 8.87 + 2.12 + 0.50. Rows are in order of category, then the higher rate first.
 * @throws RangeError when a category that charges nothing comes with a percent, or O (outside scope) stands beside another category.
 */
export function taxOf(nets: readonly TaxableNet[], currency: Currency): InvoiceTax[] {
  const rows = new Map<string, { category: TaxCategory; percent: Amount; net: Amount; reasons: Set<string> }>();
  for (const each of nets) {
    const percent = amount(each.percent);
    if (each.category !== 'S' && !percent.isZero()) {
      throw new RangeError(`tax category ${each.category} charges nothing, but its percent is ${each.percent}`);
    }
    const key = `${each.category} ${percent.toFixed()}`;
    const row = rows.get(key) ?? { category: each.category, percent, net: ZERO, reasons: new Set<string>() };
    row.net = row.net.plus(amount(each.net));
    if (each.reason !== '') row.reasons.add(each.reason);
    rows.set(key, row);
  }
  const categories = new Set([...rows.values()].map((row) => row.category));
  if (categories.has('O') && categories.size > 1)
    throw new RangeError('what is outside the scope of tax (O) stands on a document of its own');
  return [...rows.values()]
    .sort((a, b) => (a.category === b.category ? b.percent.comparedTo(a.percent) : a.category < b.category ? -1 : 1))
    .map((row) => ({
      category: row.category,
      percent: row.percent.toFixed(),
      net: formatMinor(row.net, currency),
      tax: formatMinor(roundToMinorUnit(row.net.times(row.percent).div(100), currency), currency),
      reason: [...row.reasons].join('; '),
    }));
}
