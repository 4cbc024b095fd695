import fc from 'fast-check';
import { addDays, daysBetween, isoInstant, startOfDay } from '#shared/time/local-date.ts';
import { periodOfMonth } from '#shared/time/period.ts';
import type { Calendar, Move } from './account-calendar.ts';

/** Zones of summer time by night, by midnight, of half an hour, on the other side of the date line, and without. */
const ZONES = [
  'Europe/Berlin',
  'Europe/Berlin',
  'America/New_York',
  'Africa/Cairo',
  'America/Havana',
  'Atlantic/Azores',
  'Pacific/Auckland',
  'Australia/Lord_Howe',
  'UTC',
];
const MONTHS = [
  ['2024-02'],
  ['2024-02', '2024-03'],
  ['2026-03'],
  ['2026-03'],
  ['2026-03', '2026-04'],
  ['2026-10'],
  ['2026-10', '2026-11'],
  ['2028-02'],
  ['2026-01', '2026-02', '2026-03', '2026-04'],
];
/** Days on which something special happens in one of the zones. */
const SPECIAL = [
  '2024-02-29',
  '2024-03-01',
  '2026-03-01',
  '2026-03-08',
  '2026-03-16',
  '2026-03-29',
  '2026-10-04',
  '2026-10-25',
  '2026-10-30',
  '2026-11-01',
];

/** Where and when. */
export interface Frame extends Calendar {
  readonly months: readonly string[];
}
/** A zone, some months that follow one another, a billing day, and perhaps a move or two of the account. */
export const arbitraryFrame: fc.Arbitrary<Frame> = fc
  .record({
    zone: fc.constantFrom(...ZONES),
    months: fc.constantFrom(...MONTHS),
    billingDay: fc.constantFrom(1, 1, 1, 1, 15, 29, 31),
  })
  .chain((of) => movesIn({ ...of, moves: [] }).map((moves): Frame => ({ ...of, moves })));

/** What of an account moves: mostly one thing, sometimes all. */
const changes = fc.record(
  {
    zone: fc.constantFrom(...ZONES),
    billingDay: fc.constantFrom(1, 10, 15, 30, 31),
    isCustomer: fc.constantFrom(false, false, true),
  },
  { requiredKeys: [] },
);

/** Moves on days of the frame, mostly none, each from where the one before led to; also before that began. */
export function movesIn(of: Frame): fc.Arbitrary<Move[]> {
  const some = fc
    .uniqueArray(fc.tuple(dateIn(of), changes), { minLength: 1, maxLength: 3, selector: ([on]) => on })
    .map((all) => all.sort(([one], [other]) => (one < other ? -1 : 1)))
    .map((all) => {
      const moves: Move[] = [];
      let before: Omit<Move, 'on'> = { zone: of.zone, billingDay: of.billingDay, isCustomer: true };
      for (const [on, change] of all) {
        const now = { ...before, ...change };
        if (!leavesHours(before.zone, now.zone, on)) continue;
        moves.push({ on, ...now });
        before = now;
      }
      return moves;
    });
  return fc.oneof({ weight: 2, arbitrary: fc.constant<Move[]>([]) }, some);
}

/** Whether a move leaves the day before it any hours: it does not to a zone a day ahead. */
function leavesHours(from: string, to: string, on: string): boolean {
  return startOfDay(on, to) > startOfDay(addDays(on, -1), from);
}

/** First day of the first period, and the day after the last. */
export function spanOf({ months, billingDay }: Frame) {
  return { from: periodOfMonth(months[0]!, billingDay).from, until: periodOfMonth(months.at(-1)!, billingDay).until };
}

/** Days of the periods, and near them: often their edges and days on which the clocks change. */
export function datesIn(of: Frame): string[] {
  const { from, until } = spanOf(of);
  const special = SPECIAL.filter((date) => date >= from && date <= until);
  const all = Array.from({ length: daysBetween(from, until) + 4 }, (_, day) => addDays(from, day - 2));
  const edges = [from, until, addDays(until, -1), ...special, ...of.moves.map(({ on }) => on)];
  return [...all, ...Array.from({ length: Math.ceil(all.length / edges.length / 2) }, () => edges).flat()];
}
/** One of these days. */
export const dateIn = (of: Frame) => fc.constantFrom(...datesIn(of));

/** An instant of such a day: often its first or last second, or an hour in which clocks change. */
export function instantIn(of: Frame): fc.Arbitrary<string> {
  const second = fc.oneof(fc.constantFrom(0, 0, -1, 1, 3_600, 7_200, 43_200, 86_399), fc.nat(86_399));
  return fc.tuple(dateIn(of), second).map(([date, after]) => isoInstant(startOfDay(date, of.zone) + after));
}
