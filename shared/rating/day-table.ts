import { daysOf, type Instant, type LocalDate, type TimeZones, zoneName } from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';

/** The local days of some consecutive periods, laid out for finding the day of an instant quickly. */
export interface DayTable {
  readonly zone: TimeZones;
  readonly periods: readonly Period[];
  readonly dates: readonly LocalDate[];
  /** Start of each day, and the end of the last: one longer than `dates`. */
  readonly starts: Float64Array;
  /** The days as spans of instants. */
  readonly spans: readonly { readonly from: Instant; readonly until: Instant }[];
  /** Which period each day belongs to. */
  readonly periodOfDay: Int32Array;
  /** First day of each period, and the number of days. */
  readonly firstDay: readonly number[];
  /** UTC midnight of a date "2026-10-31" as epoch seconds → its day: for aggregates that name a day and not an instant. */
  readonly dayOfUtcMidnight: ReadonlyMap<Instant, number>;
}

/** How many tables are kept: the cycles and time zones a bill run has to do with at the same time are few. */
const MOST_TABLES = 64;
const known = new Map<string, DayTable>();

/**
 * The days of periods that follow one another without a gap; payers of the same periods and time zone share one table.
 * @throws RangeError when the periods do not follow one another.
 */
export function dayTable(periods: readonly Period[], zone: TimeZones): DayTable {
  const key = `${zoneName(zone)} ${periods.map(({ from, until }) => `${from}/${until}`).join(' ')}`;
  const there = known.get(key);
  if (there !== undefined) return there;
  const made = layOut(periods, zone);
  if (known.size >= MOST_TABLES) known.clear();
  known.set(key, made);
  return made;
}

function layOut(periods: readonly Period[], zone: TimeZones): DayTable {
  const dates: LocalDate[] = [];
  const starts: number[] = [];
  const periodOfDay: number[] = [];
  const firstDay: number[] = [];
  let end = 0;
  for (const [place, period] of periods.entries()) {
    if (place > 0 && periods[place - 1]?.until !== period.from)
      throw new RangeError(`no period leads up to ${period.from}`);
    firstDay.push(dates.length);
    for (const day of daysOf(period.from, period.until, zone)) {
      dates.push(day.date);
      starts.push(day.from);
      periodOfDay.push(place);
      end = day.until;
    }
  }
  firstDay.push(dates.length);
  const dayOfUtcMidnight = new Map(dates.map((date, day) => [Date.parse(`${date}T00:00:00Z`) / 1000, day]));
  return {
    zone,
    periods,
    dates,
    starts: Float64Array.from([...starts, end]),
    spans: starts.map((start, day) => ({ from: start, until: starts[day + 1] ?? end })),
    periodOfDay: Int32Array.from(periodOfDay),
    firstDay,
    dayOfUtcMidnight,
  };
}

/** The day an instant falls on, −1 outside the table. A guess by 24-hour days is seldom far off (days are 23 to 25 hours long, but where a time zone was moved). */
export function dayAt(starts: Float64Array, instant: Instant): number {
  const last = starts.length - 1;
  const first = starts[0] as number;
  if (instant < first || instant >= (starts[last] as number)) return -1;
  let day = Math.floor((instant - first) / 86_400);
  if (day >= last) day = last - 1;
  while (instant < (starts[day] as number)) day--;
  while (instant >= (starts[day + 1] as number)) day++;
  return day;
}
