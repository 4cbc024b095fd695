import { isTimeZone, type TimeZone } from '#shared/time/local-date.ts';

/** When a source's files are due: one by the end of every hour (UTC), or one a day by a local time. */
export type Schedule =
  | { readonly every: 'hour' }
  | { readonly every: 'day'; readonly by: string; readonly zone: TimeZone };

/** Reads "hourly", "daily by 06:00" (UTC) or "daily by 06:00 Europe/Berlin"; nothing when it says something else. */
export function readSchedule(text: string): Schedule | undefined {
  if (text === 'hourly') return { every: 'hour' };
  const daily = /^daily by ((?:[01]\d|2[0-3]):[0-5]\d)(?: (\S+))?$/.exec(text);
  if (daily === null) return undefined;
  const [, by = '', zone = 'UTC'] = daily;
  return isTimeZone(zone) ? { every: 'day', by, zone } : undefined;
}
