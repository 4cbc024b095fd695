import fc from 'fast-check';
import { addDays, daysBetween, isoInstant, startOfDay } from '#shared/time/local-date.ts';
import { periodOfMonth } from '#shared/time/period.ts';

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
export interface Frame {
  readonly zone: string;
  readonly months: readonly string[];
  readonly billingDay: number;
}
/** A zone, some months that follow one another, and a billing day. */
export const arbitraryFrame: fc.Arbitrary<Frame> = fc.record({
  zone: fc.constantFrom(...ZONES),
  months: fc.constantFrom(...MONTHS),
  billingDay: fc.constantFrom(1, 1, 1, 1, 15, 29, 31),
});

/** First day of the first period, and the day after the last. */
export function spanOf({ months, billingDay }: Frame) {
  return { from: periodOfMonth(months[0]!, billingDay).from, until: periodOfMonth(months.at(-1)!, billingDay).until };
}

/** Days of the periods, and near them: often their edges and days on which the clocks change. */
export function datesIn(of: Frame): string[] {
  const { from, until } = spanOf(of);
  const special = SPECIAL.filter((date) => date >= from && date <= until);
  const all = Array.from({ length: daysBetween(from, until) + 4 }, (_, day) => addDays(from, day - 2));
  const edges = [from, until, addDays(until, -1), ...special];
  return [...all, ...Array.from({ length: Math.ceil(all.length / edges.length / 2) }, () => edges).flat()];
}
/** One of these days. */
export const dateIn = (of: Frame) => fc.constantFrom(...datesIn(of));

/** An instant of such a day: often its first or last second, or an hour in which clocks change. */
export function instantIn(of: Frame): fc.Arbitrary<string> {
  const second = fc.oneof(fc.constantFrom(0, 0, -1, 1, 3_600, 7_200, 43_200, 86_399), fc.nat(86_399));
  return fc.tuple(dateIn(of), second).map(([date, after]) => isoInstant(startOfDay(date, of.zone) + after));
}
