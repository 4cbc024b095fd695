import type { PlanVersion, Season, TimeBand } from '#shared/catalog/catalog.ts';
import {
  addDays,
  daysBetween,
  type Instant,
  type LocalDate,
  localDateOf,
  startOfDay,
  type TimeZones,
  utcOffset,
} from '#shared/time/local-date.ts';
import { inBand, isInSeason, secondsOf } from './calendar.ts';

/** What the calendar says of an instant, as far as some terms ask: the time bands it is in, and the seasons. Equal moments are one object. */
export interface Moment {
  /** Both as one text: '' where the terms ask for neither. */
  readonly name: string;
  readonly bands: ReadonlySet<string>;
  readonly seasons: ReadonlySet<string>;
}

/** The moment of terms that ask for no band and no season. */
export const ANY_MOMENT: Moment = { name: '', bands: new Set(), seasons: new Set() };

/** A stretch of time in which the calendar says the same. */
export interface Stretch {
  readonly from: Instant;
  readonly until: Instant;
  readonly moment: Moment;
}

/** Tells the stretch an instant lies in. */
export type TermsClock = (at: Instant) => Stretch;

const UTC_DAY = 86_400;

/** Moments of several clocks as one, by the names of their parts: all that a moment says is in its name. */
const joinedMoments = new Map<string, Moment>();

/** One clock for terms that hold together: its answer changes where any of theirs does. Nothing when none has a clock. */
export function joinedClock(clocks: readonly TermsClock[]): TermsClock | undefined {
  if (clocks.length < 2) return clocks[0];
  return (at) => {
    const stretches = clocks.map((clock) => clock(at));
    return {
      from: Math.max(...stretches.map(({ from }) => from)),
      until: Math.min(...stretches.map(({ until }) => until)),
      moment: joinedMoment(stretches.map(({ moment }) => moment)),
    };
  };
}

function joinedMoment(moments: readonly Moment[]): Moment {
  const name = JSON.stringify(moments.map((moment) => moment.name));
  const there = joinedMoments.get(name);
  if (there !== undefined) return there;
  const bands = new Set(moments.flatMap((moment) => [...moment.bands]));
  const seasons = new Set(moments.flatMap((moment) => [...moment.seasons]));
  const made = { name, bands, seasons };
  joinedMoments.set(name, made);
  return made;
}

/**
 * The clock of a plan version for payers of a time zone, or nothing when no charge of it asks for a time band or season (pricing rules §5). A
 * stretch is worked out once a day, so that asking again costs one look-up.
 */
export function termsClock(
  { charges }: PlanVersion,
  timeBands: readonly TimeBand[],
  seasons: readonly Season[],
  zone: TimeZones,
): TermsClock | undefined {
  const usage = charges.filter((charge) => charge.kind === 'usage');
  const asked = new Set(usage.flatMap(({ match }) => match.bands));
  const ofYear = new Set(usage.flatMap((charge) => charge.seasons.map(({ season }) => season)));
  if (asked.size === 0 && ofYear.size === 0) return undefined;
  const bands = timeBands.filter(({ id }) => asked.has(id));
  const times = seasons.filter(({ id }) => ofYear.has(id));
  const moments = new Map<string, Moment>();
  const momentOf = (date: LocalDate, clock: number): Moment => {
    const its = bands.filter((band) => inBandOf(band, date, clock)).map(({ id }) => id);
    const held = times.filter((season) => isInSeason(season, date)).map(({ id }) => id);
    const name = `${its.join(',')} ${held.join(',')}`;
    const moment = moments.get(name) ?? { name, bands: new Set(its), seasons: new Set(held) };
    moments.set(name, moment);
    return moment;
  };
  const days = new Map<number, readonly Stretch[]>();
  const stretchesOn = (utcDay: number): readonly Stretch[] => {
    const first = localDateOf(utcDay * UTC_DAY, zone);
    const last = localDateOf((utcDay + 1) * UTC_DAY - 1, zone);
    const dates = Array.from({ length: daysBetween(first, last) + 1 }, (_, days) => addDays(first, days));
    return dates.flatMap((date) => stretchesOf(date, zone, bands, momentOf));
  };
  return (at) => {
    const utcDay = Math.floor(at / UTC_DAY);
    const there = days.get(utcDay) ?? stretchesOn(utcDay);
    days.set(utcDay, there);
    const stretch = there.find(({ from, until }) => from <= at && at < until);
    if (stretch === undefined) throw new RangeError(`no stretch of ${zone} holds the instant ${at}`);
    return stretch;
  };
}

/** Whether a second of a day is in a band: one past midnight, of the last day before a move to clocks behind, as that of the day after. */
function inBandOf(band: TimeBand, date: LocalDate, clock: number): boolean {
  return clock < UTC_DAY ? inBand(band, date, clock) : inBand(band, addDays(date, 1), clock - UTC_DAY);
}

/** A local day cut where the clock passes the edge of a band, or is put forward or back. */
function stretchesOf(
  date: LocalDate,
  zone: TimeZones,
  bands: readonly TimeBand[],
  momentOf: (date: LocalDate, clock: number) => Moment,
): Stretch[] {
  const midnight = Date.parse(`${date}T00:00:00Z`) / 1000;
  return piecesOf(date, zone).flatMap(({ from, until, offset }) => {
    const ofBands = bands.flatMap(({ hours }) =>
      hours.flatMap((range) => [secondsOf(range.from), secondsOf(range.until)]),
    );
    const edges = [0, ...ofBands];
    const cuts = edges
      .flatMap((clock) => [clock, clock + UTC_DAY].map((each) => midnight + each - offset))
      .filter((cut) => from < cut && cut < until);
    const starts = [...new Set([from, ...cuts])].sort((a, b) => a - b);
    return starts.map((start, place) => {
      const clock = start + offset - midnight;
      return { from: start, until: starts[place + 1] ?? until, moment: momentOf(date, clock) };
    });
  });
}

/** Parts of a local day in which the clock runs evenly: two where it is put forward or back. */
function piecesOf(date: LocalDate, zone: TimeZones): { from: Instant; until: Instant; offset: number }[] {
  const from = startOfDay(date, zone);
  const until = startOfDay(addDays(date, 1), zone);
  const [first, last] = [utcOffset(from, zone), utcOffset(until - 1, zone)];
  if (first === last) return [{ from, until, offset: first }];
  let [before, after] = [from, until - 1];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (utcOffset(middle, zone) === first) before = middle;
    else after = middle;
  }
  return [
    { from, until: after, offset: first },
    { from: after, until, offset: last },
  ];
}
