import type { NumberingSeries } from '#shared/catalog/catalog.ts';

/** Longest prefix, {year} filled in: with eight digits a number still fits the 36 characters ledgers take. */
const MAX_PREFIX = 24;

/**
 * The number of a document: the series' prefix with the year filled in, and the counter in at least `width` digits.
 * { prefix: "INV-{year}-", width: 6 }, 2026, 123 → "INV-2026-000123". A counter that outgrows its width gets longer; numbers of one series
 * never meet, since the year always has four digits and the prefix is the same.
 * @param ordinal the counter, from the series' `start` on.
 * @throws RangeError for a year that has not four digits and a counter that is no safe integer from `start` on.
 */
export function documentNumber(series: NumberingSeries, year: number, ordinal: number): string {
  if (!Number.isInteger(year) || year < 1000 || year > 9999)
    throw new RangeError(`${year} is not a year of four digits`);
  if (!Number.isSafeInteger(ordinal) || ordinal < series.start) {
    throw new RangeError(
      `${ordinal} is no counter of a series that starts at ${series.start}: a whole number from there on`,
    );
  }
  return series.prefix.replaceAll('{year}', String(year)) + String(ordinal).padStart(series.width, '0');
}

/** Whether the series' counter begins again each year: only where the year stands in the number. */
export function restartsEachYear(series: NumberingSeries): boolean {
  return series.prefix.includes('{year}');
}

/**
 * What is wrong with a seller's series, one sentence each; an empty list when its numbers are fit for invoices. Prefixes hold letters,
 * digits, "-" and "_" only, so that a number is also a file name, a part of an address and a ledger's reference as it stands.
 */
export function numberingProblems(numbering: {
  readonly invoice: NumberingSeries;
  readonly creditNote: NumberingSeries;
}): string[] {
  const problems = [
    ...seriesProblems('numbering.invoice', numbering.invoice),
    ...seriesProblems('numbering.creditNote', numbering.creditNote),
  ];
  if (numbering.invoice.prefix === numbering.creditNote.prefix) {
    problems.push(
      `numbering.creditNote.prefix is "${numbering.creditNote.prefix}" like the invoices': two documents would share a number`,
    );
  }
  return problems;
}

function seriesProblems(path: string, series: NumberingSeries): string[] {
  const problems: string[] = [];
  const literal = series.prefix.replace('{year}', '');
  if (!/^[A-Za-z0-9_-]*$/.test(literal)) {
    problems.push(`${path}.prefix is "${series.prefix}"; use letters, digits, "-" and "_", and {year} at most once`);
  }
  if (series.prefix.replace('{year}', '2026').length > MAX_PREFIX) {
    problems.push(`${path}.prefix is longer than ${MAX_PREFIX} characters`);
  }
  if (!Number.isInteger(series.width) || series.width < 1 || series.width > 10) {
    problems.push(`${path}.width is ${series.width}; it is the least number of digits, 1 to 10`);
  }
  if (!Number.isSafeInteger(series.start) || series.start < 1) {
    problems.push(`${path}.start is ${series.start}; the first number is a whole number from 1`);
  }
  return problems;
}
