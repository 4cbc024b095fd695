import type { TaxProfile } from '#shared/catalog/catalog.ts';
import { type Amount, amount, ZERO } from '#shared/money/amount.ts';
import { type Currency, formatMinor, roundToMinorUnit } from '#shared/money/currency.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import type { InvoiceTax, TaxCategory } from './invoice.ts';

/** How a net is taxed: category, percent as decimal text, and why nothing is charged ('' for category S). */
export interface TaxTreatment {
  readonly category: TaxCategory;
  readonly percent: string;
  readonly reason: string;
}

/** A line's net, already rounded, under its treatment. A net that several taxes stand on appears once for each. */
export interface TaxableNet extends TaxTreatment {
  readonly net: string;
}

/**
 * The treatment a profile gives at a tax point: the last rate that began on or before that day. Categories other than S charge nothing.
 * @throws RangeError when a standard-rated profile has no rate yet on that day.
 */
export function treatmentAt(profile: TaxProfile, taxPoint: LocalDate): TaxTreatment {
  if (profile.category !== 'S') return { category: profile.category, percent: '0', reason: profile.reason };
  let inForce = { from: '', percent: '' };
  for (const rate of profile.rates) if (rate.from <= taxPoint && rate.from >= inForce.from) inForce = rate;
  if (inForce.percent === '') {
    const first = profile.rates.map((rate) => rate.from).sort()[0] ?? 'none';
    throw new RangeError(
      `tax profile "${profile.id}" has no rate on ${taxPoint}; its first begins ${first}: add an earlier one`,
    );
  }
  return { category: 'S', percent: plain(inForce.percent), reason: '' };
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

/** A percent without trailing zeros: "19.00" → "19", so that one rate has one name. */
function plain(percent: string): string {
  return amount(percent).toFixed();
}
