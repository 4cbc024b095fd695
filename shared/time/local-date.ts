import { Temporal } from 'temporal-polyfill';

/** A moment, as whole seconds since 1970-01-01T00:00:00Z. Usage, facts and cut-offs are known to the second. */
export type Instant = number;

/** A calendar day "2026-10-31" of some party's time zone; 23 to 25 hours long (pricing rules §1). */
export type LocalDate = string;

/** IANA name of a time zone, e.g. "Europe/Berlin". */
export type TimeZone = string;

/** The time zones somebody's days go by: one, or, of who moved, one after the other. */
export type TimeZones = TimeZone | MovedTimeZone;

/**
 * Time zones one after the other: the first, and the others each from a local day of its own on, earliest first. A day begins at its zone's midnight, so
 * that the last day before a move is as much longer or shorter, and days have neither gap nor overlap.
 */
export interface MovedTimeZone {
  readonly first: TimeZone;
  readonly moves: readonly { readonly from: LocalDate; readonly timeZone: TimeZone }[];
}

/** Time zones as a text that no others have; of one, its name. */
export function zoneName(zones: TimeZones): string {
  if (typeof zones === 'string') return zones;
  return [zones.first, ...zones.moves.flatMap(({ from, timeZone }) => [from, timeZone])].join(' ');
}

/** The time zone a local day goes by. */
export function zoneOn(date: LocalDate, zones: TimeZones): TimeZone {
  if (typeof zones === 'string') return zones;
  return zones.moves.findLast(({ from }) => from <= date)?.timeZone ?? zones.first;
}

/** The time zone an instant's local day goes by. */
export function zoneAt(instant: Instant, zones: TimeZones): TimeZone {
  if (typeof zones === 'string') return zones;
  return zones.moves.findLast(({ from, timeZone }) => startOfDay(from, timeZone) <= instant)?.timeZone ?? zones.first;
}

/** The day after (or, with a negative count, before) by so many calendar days. */
export function addDays(date: LocalDate, days: number): LocalDate {
  const key = `${date}${days}`;
  const known = moved.get(key);
  if (known !== undefined) return known;
  const there = Temporal.PlainDate.from(date).add({ days }).toString();
  if (moved.size > 50_000) moved.clear();
  moved.set(key, there);
  return there;
}

const moved = new Map<string, LocalDate>();

/** Whole calendar days from one date to another; negative when the other is earlier. */
export function daysBetween(from: LocalDate, until: LocalDate): number {
  const key = `${from}${until}`;
  const known = lengths.get(key);
  if (known !== undefined) return known;
  const { days } = Temporal.PlainDate.from(from).until(until, { largestUnit: 'day' });
  if (lengths.size > 50_000) lengths.clear();
  lengths.set(key, days);
  return days;
}

const lengths = new Map<string, number>();

/** Day of the month, 1 to 31. */
export function dayOfMonth(date: LocalDate): number {
  return Temporal.PlainDate.from(date).day;
}

const starts = new Map<string, Instant>();

/** The instant a local day begins: local midnight, or the first moment that exists on a day whose midnight is skipped. */
export function startOfDay(date: LocalDate, zones: TimeZones): Instant {
  const zone = zoneOn(date, zones);
  const key = `${date}${zone}`;
  const known = starts.get(key);
  if (known !== undefined) return known;
  const instant = Math.floor(Temporal.PlainDate.from(date).toZonedDateTime(zone).startOfDay().epochMilliseconds / 1000);
  if (starts.size > 50_000) starts.clear();
  starts.set(key, instant);
  return instant;
}

/** The instant a local day has a time of day, "06:00"; one that is skipped is as much later, of one that occurs twice it is the first. */
export function instantAt(date: LocalDate, time: string, zones: TimeZones): Instant {
  const zone = zoneOn(date, zones);
  return Math.floor(Temporal.PlainDateTime.from(`${date}T${time}`).toZonedDateTime(zone).epochMilliseconds / 1000);
}

/** The local day an instant falls on. */
export function localDateOf(instant: Instant, zones: TimeZones): LocalDate {
  if (typeof zones !== 'string') return movedDateOf(instant, zones);
  const zone = zones;
  const last = latest.get(zone);
  if (last !== undefined && last.from <= instant && instant < last.until) return last.date;
  const date = dateAt(instant, zone);
  latest.set(zone, { date, from: startOfDay(date, zone), until: startOfDay(addDays(date, 1), zone) });
  return date;
}

/** What clocks before a move say may be past the day of the move, before that begins: it is the day before still. */
function movedDateOf(instant: Instant, zones: MovedTimeZone): LocalDate {
  const date = localDateOf(instant, zoneAt(instant, zones));
  const next = zones.moves.find(({ from, timeZone }) => startOfDay(from, timeZone) > instant);
  return next !== undefined && date >= next.from ? addDays(next.from, -1) : date;
}

/** The first local day that begins at or after an instant. */
export function firstDayFrom(instant: Instant, zones: TimeZones): LocalDate {
  const date = localDateOf(instant, zones);
  return startOfDay(date, zones) >= instant ? date : addDays(date, 1);
}

/** The day asked for last in each time zone: who asks once asks for it again. */
const latest = new Map<TimeZone, { readonly date: LocalDate; readonly from: Instant; readonly until: Instant }>();

function dateAt(instant: Instant, zone: TimeZone): LocalDate {
  return Temporal.Instant.fromEpochMilliseconds(instant * 1000)
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .toString();
}

/** Seconds that local clocks are ahead of UTC at an instant. */
export function utcOffset(instant: Instant, zones: TimeZones): number {
  const local = Temporal.Instant.fromEpochMilliseconds(instant * 1000).toZonedDateTimeISO(zoneAt(instant, zones));
  return Math.round(local.offsetNanoseconds / 1e9);
}

/** Reads an instant: "2026-10-31T12:00:00Z", with an offset, or a date, which is local midnight (pricing rules §1). */
export function instantOf(text: string, zones: TimeZones): Instant {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return startOfDay(text, zones);
  return Math.floor(Temporal.Instant.from(text).epochMilliseconds / 1000);
}

/** Writes an instant as ISO 8601 in UTC, to the second: "2026-10-31T12:00:00Z". */
export function isoInstant(instant: Instant): string {
  return Temporal.Instant.fromEpochMilliseconds(instant * 1000).toString({ smallestUnit: 'second' });
}

/** Whether the text is a calendar day that exists, written "2026-10-31". */
export function isLocalDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    Temporal.PlainDate.from(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether the name is an IANA time zone this system knows; a fixed offset such as "+02:00" is none, it has no summer time. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(name)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

/** The local days of [from, until) in order, each with the instants it begins and ends at. */
export function daysOf(
  from: LocalDate,
  until: LocalDate,
  zones: TimeZones,
): { date: LocalDate; from: Instant; until: Instant }[] {
  const days = [];
  for (let date = from; date < until; ) {
    const next = addDays(date, 1);
    days.push({ date, from: startOfDay(date, zones), until: startOfDay(next, zones) });
    date = next;
  }
  return days;
}
