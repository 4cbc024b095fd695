import type { Currency } from '#shared/money/currency.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import type { RecordedLine } from '../draft.ts';
import type { ChargeLine } from './charge-line.ts';
import { notRefunded } from './not-refunded.ts';

/** A measured period's first day and its priced lines. */
interface PricedPeriod {
  readonly from: LocalDate;
  readonly priced: readonly ChargeLine[];
}

/**
 * The lines of each period as commitments and discounts count them: with what of them is kept, although it fell away, since it was charged in advance
 * without refund (decision 62). So nobody pays more for a fee since part of it fell away. What is owed no more is with the period its first day is in.
 */
export function standingLines(
  periods: readonly PricedPeriod[],
  posted: readonly RecordedLine[],
  currency: Currency,
): ChargeLine[][] {
  const all = periods.flatMap(({ priced }) => priced);
  const kept = new Map(notRefunded(all, posted, currency).map((line) => [line.id, line]));
  if (kept.size === 0) return periods.map(({ priced }) => [...priced]);
  const owed = new Set(all.map(({ id }) => id));
  const placeOf = ({ period }: ChargeLine) =>
    Math.max(
      0,
      periods.findLastIndex(({ from }) => from <= period.from),
    );
  const gone = Map.groupBy(
    [...kept.values()].filter(({ id }) => !owed.has(id)),
    placeOf,
  );
  return periods.map(({ priced }, place) => [
    ...priced.map((line) => kept.get(line.id) ?? line),
    ...(gone.get(place) ?? []),
  ]);
}
