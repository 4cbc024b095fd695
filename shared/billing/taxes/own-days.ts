import type { LocalDate } from '#shared/time/local-date.ts';
import type { LineTax, TaxedPart } from '../draft.ts';
import type { ChargeLine } from '../lines/charge-line.ts';

/** The days of what has days of its own, and what is counted on each; nothing where each day of the period has its part of the line. */
function ownDays({ arithmetic }: ChargeLine): readonly (readonly [LocalDate, bigint])[] | undefined {
  if (arithmetic.kind === 'adHoc') return [[arithmetic.date, 1n]];
  if (arithmetic.kind !== 'oneTime' && arithmetic.kind !== 'recurring') return undefined;
  const days = Object.entries(arithmetic.byDay ?? {}).map(([day, count]) => [day, BigInt(count)] as const);
  return days.some(([, count]) => count !== 0n) ? days : undefined;
}

/** The parts of a split period with what of a line belongs to each: by its own days, where it has such, else by the days of the period. */
export function weightedParts(parts: readonly TaxedPart[], line: ChargeLine): TaxedPart[] {
  const own = ownDays(line);
  if (own === undefined || parts.length < 2) return [...parts];
  const weights = parts.map(() => 0n);
  for (const [day, count] of own) {
    const place = parts.findIndex(({ taxPoint }) => day <= taxPoint);
    const of = place < 0 ? parts.length - 1 : place;
    weights[of] = (weights[of] ?? 0n) + count;
  }
  return parts.map((part, place) => ({ ...part, weight: (weights[place] ?? 0n).toString() }));
}

/**
 * A treatment that is kept, for a line as it is now: its rates stay, and its parts follow the days that the line has by now, so that what ends is credited at
 * the rate of the days it no longer has (decision 34). What is not refunded stays as it was billed.
 */
export function byOwnDays(tax: LineTax, line: ChargeLine): LineTax {
  return tax.parts.length < 2 || line.refund === 'none' ? tax : { ...tax, parts: weightedParts(tax.parts, line) };
}
