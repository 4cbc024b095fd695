import type { ClockRange, Season, TimeBand, Weekday } from '#shared/catalog/catalog.ts';
import { addDays, type LocalDate } from '#shared/time/local-date.ts';

const WEEK: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Whether a local day is in a season (pricing rules §5): one whose end is at or before its beginning goes on into the next year. */
export function isInSeason({ ranges }: Season, date: LocalDate): boolean {
  const day = date.slice(5);
  return ranges.some(({ from, until }) => (from < until ? from <= day && day < until : day >= from || day < until));
}

/** Whether a second of a local day's clock is in a time band: hours that end at or before they begin end on the next day. */
export function inBand({ hours }: TimeBand, date: LocalDate, clock: number): boolean {
  const yesterday = addDays(date, -1);
  return hours.some((range) => {
    const [from, until] = [secondsOf(range.from), secondsOf(range.until)];
    if (from < until) return isOn(range, date) && from <= clock && clock < until;
    return (isOn(range, date) && from <= clock) || (isOn(range, yesterday) && clock < until);
  });
}

function isOn({ days }: ClockRange, date: LocalDate): boolean {
  return days.includes(WEEK[weekdayOf(date)] as Weekday);
}

/** Sunday is 0: days since 1970-01-01, a Thursday. */
function weekdayOf(date: LocalDate): number {
  return (Math.floor(Date.parse(`${date}T00:00:00Z`) / 86_400_000) + 4) % 7;
}

/** A time of day "08:30" in seconds; "24:00" is 86,400. */
export function secondsOf(clock: string): number {
  const [hours = '0', minutes = '0'] = clock.split(':');
  return Number(hours) * 3_600 + Number(minutes) * 60;
}
