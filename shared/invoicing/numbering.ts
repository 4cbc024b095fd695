import type { NumberingSeries } from '#shared/catalog/numbering.ts';

/**
 * The number of a document: the series' prefix with the year filled in, and the counter in at least `width` digits.
 * { prefix: "INV-{year}-", width: 6 }, 2026, 123 → "INV-2026-000123". A counter that outgrows its width gets longer; numbers of one series
 * never meet, since the year always has four digits and the prefix is the same.
 * @param ordinal the counter. It begins at the `start` the series had when its first number was given; a release with another start moves nothing.
 * @throws RangeError for a year that has not four digits and a counter that is no whole number from 0 on.
 */
export function documentNumber(series: NumberingSeries, year: number, ordinal: number): string {
  if (!Number.isInteger(year) || year < 1000 || year > 9999)
    throw new RangeError(`${year} is not a year of four digits`);
  if (!Number.isSafeInteger(ordinal) || ordinal < 0)
    throw new RangeError(`${ordinal} is no counter of a series: a whole number from 0 on`);
  return series.prefix.replaceAll('{year}', String(year)) + String(ordinal).padStart(series.width, '0');
}
