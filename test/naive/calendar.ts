import { Temporal } from 'temporal-polyfill';
import type { Season, TimeBand } from '#shared/catalog/catalog.ts';
import type { Instant, LocalDate, TimeZone } from '#shared/time/local-date.ts';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Whether the payer's clock, looked at as a record starts, shows an hour of the band: of the day itself, or of the night it began on the day before. */
export function isInBand({ hours }: TimeBand, at: Instant, zone: TimeZone): boolean {
  const local = Temporal.Instant.fromEpochMilliseconds(at * 1000).toZonedDateTimeISO(zone);
  const clock = local.toPlainTime().toString({ smallestUnit: 'second' });
  const today = DAYS[local.dayOfWeek - 1]!;
  const yesterday = DAYS[(local.dayOfWeek + 5) % 7]!;
  return hours.some(({ days, from, until }) => {
    const isOvernight = until <= from;
    const isNow = days.includes(today) && from <= clock && (isOvernight || clock < until);
    return isNow || (isOvernight && days.includes(yesterday) && clock < until);
  });
}

/** Whether a day of a year is in a season. */
export function isInSeason({ ranges }: Season, date: LocalDate): boolean {
  const year = Number(date.slice(0, 4));
  return ranges.some(({ from, until }) =>
    [year - 1, year].some((first) => {
      const end = until <= from ? first + 1 : first;
      return `${first}-${from}` <= date && date < `${end}-${until}`;
    }),
  );
}
