import * as z from 'zod';
import type { Season, TimeBand } from '../catalog.ts';
import { clock, dayOfYear, id, listOf, weekdays, words } from '../written.ts';
import { type Place, type Report, readFields, refuse, within } from './report.ts';

const hoursSchema = z.strictObject({
  days: listOf(weekdays).default([]),
  from: clock.default('00:00'),
  until: clock.default('24:00'),
});
/** What is written of a time band. */
export const bandSchema = z.strictObject({ id, name: words, hours: z.array(hoursSchema).min(1).max(100) });
const rangeSchema = z.strictObject({ from: dayOfYear, until: dayOfYear });
/** What is written of a season. */
export const seasonSchema = z.strictObject({ id, name: words, ranges: z.array(rangeSchema).min(1).max(100) });

const EVERY_DAY: TimeBand['hours'][number]['days'] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** Reads a time band: hours on weekdays, the days of each in their order. */
export function readTimeBand(report: Report, place: Place): TimeBand | undefined {
  const { fields, complete } = readFields(report, bandSchema, place);
  for (const [index, { from, until }] of (fields.hours ?? []).entries()) {
    if (from !== '24:00') continue;
    const remedy = `Write from: 00:00 on the next day${until === '24:00' ? ', or leave both out for whole days' : ''}.`;
    refuse(report, within(place, 'hours', index, 'from'), '"24:00"', 'a time at which a day has not ended', remedy);
  }
  return (
    complete && {
      ...complete,
      hours: complete.hours.map(({ days, from, until }) => {
        const named = new Set(days.flat());
        return { days: EVERY_DAY.filter((day) => named.size === 0 || named.has(day)), from, until };
      }),
    }
  );
}

/** Reads a season: times of each year that do not overlap. */
export function readSeason(report: Report, place: Place): Season | undefined {
  return readFields(report, seasonSchema, place).complete;
}
