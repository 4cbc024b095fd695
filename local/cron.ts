import { Temporal } from 'temporal-polyfill';

/** When a schedule is due: after which instant comes which. All instants are epoch milliseconds. */
export interface Timetable {
  /** The first due instant after `after`, or undefined when there is none within ten years. */
  next(after: number): number | undefined;
}

interface Field {
  name: string;
  from: number;
  to: number;
  names: string[];
}

const fields: Field[] = [
  { name: 'minutes', from: 0, to: 59, names: [] },
  { name: 'hours', from: 0, to: 23, names: [] },
  { name: 'day of month', from: 1, to: 31, names: [] },
  {
    name: 'month',
    from: 1,
    to: 12,
    names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
  },
  { name: 'day of week', from: 1, to: 7, names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] },
  { name: 'year', from: 1970, to: 2199, names: [] },
];
const LONGEST_SEARCH_DAYS = 3660;
const units: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

function numberOf(text: string, field: Field): number {
  const named = field.names.indexOf(text.toUpperCase());
  const value = named >= 0 ? named + field.from : Number(text);
  if (text === '' || !Number.isInteger(value) || value < field.from || value > field.to)
    throw new Error(`${JSON.stringify(text)} is no ${field.name} of a cron expression (${field.from} to ${field.to})`);
  return value;
}

/** The values one field of a cron expression allows; `*`, `?`, lists, ranges and steps. `W` and `#` are refused. */
function allowedValues(text: string, field: Field): Set<number> {
  const allowed = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', step = '1'] = part.split('/');
    const every = Number(step);
    if (!Number.isInteger(every) || every < 1) throw new Error(`${JSON.stringify(part)} has no usable step`);
    const [low, high = part.includes('/') ? undefined : low] =
      range === '*' || range === '?' ? [String(field.from), String(field.to)] : range.split('-');
    const to = high === undefined ? field.to : numberOf(high, field);
    for (let value = numberOf(low ?? '', field); value <= to; value += every) allowed.add(value);
  }
  return allowed;
}

function cronTimetable(expression: string, timeZone: string): Timetable {
  const parts = expression.trim().split(/\s+/);
  if (parts.length !== 6)
    throw new Error(`cron(${expression}) needs six fields: minutes hours day-of-month month day-of-week year`);
  const last = parts[2] === 'L';
  if (last) parts[2] = '*';
  const [minutes, hours, days, months, weekdays, years] = parts.map((part, i) =>
    allowedValues(part, fields[i] as Field),
  ) as [Set<number>, Set<number>, Set<number>, Set<number>, Set<number>, Set<number>];
  const due = (day: Temporal.PlainDate) =>
    years.has(day.year) &&
    months.has(day.month) &&
    days.has(day.day) &&
    weekdays.has((day.dayOfWeek % 7) + 1) &&
    (!last || day.day === day.daysInMonth);
  const times = [...hours]
    .sort((a, b) => a - b)
    .flatMap((hour) => [...minutes].sort((a, b) => a - b).map((minute) => ({ hour, minute })));

  return {
    next(after) {
      let day = Temporal.Instant.fromEpochMilliseconds(after).toZonedDateTimeISO(timeZone).toPlainDate();
      for (let i = 0; i < LONGEST_SEARCH_DAYS; i++, day = day.add({ days: 1 })) {
        if (!due(day)) continue;
        for (const time of times) {
          const instant = day.toZonedDateTime({ timeZone, plainTime: time });
          // A local time that a change of the clocks skips does not occur that day.
          if (instant.hour !== time.hour || instant.minute !== time.minute) continue;
          if (instant.epochMilliseconds > after) return instant.epochMilliseconds;
        }
      }
      return undefined;
    },
  };
}

/** Reads a schedule expression: `rate(5 minutes)`, counted from `createdAt`, `cron(0 3 * * ? *)` or `at(2026-01-01T00:00:00)` in a time zone. */
export function readTimetable(expression: string, timeZone: string, createdAt: number): Timetable {
  const [, kind, argument = ''] = /^(rate|cron|at)\((.*)\)$/.exec(expression) ?? [];
  if (kind === 'cron') return cronTimetable(argument, timeZone);
  if (kind === 'at') {
    const instant = Temporal.PlainDateTime.from(argument).toZonedDateTime(timeZone).epochMilliseconds;
    return { next: (after) => (instant > after ? instant : undefined) };
  }
  const [, count, unit = ''] = /^(\d+) (minute|hour|day)s?$/.exec(argument) ?? [];
  const period = Number(count) * (units[unit] ?? Number.NaN);
  if (kind !== 'rate' || !(period > 0))
    throw new Error(`${expression} is no schedule expression: rate(…), cron(…) or at(…)`);
  return { next: (after) => createdAt + (Math.floor((after - createdAt) / period) + 1) * period };
}
