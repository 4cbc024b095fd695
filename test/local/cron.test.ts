import { describe, expect, test } from 'vitest';
import { readTimetable } from '../../local/cron.ts';

const at = (instant: string) => Date.parse(instant);
const iso = (instant: number | undefined) =>
  instant === undefined ? undefined : new Date(instant).toISOString().slice(0, 16);

describe('the next due instant', () => {
  test.each([
    ['rate(5 minutes)', 'UTC', '2026-01-01T00:07Z', '2026-01-01T00:10'],
    ['rate(1 hour)', 'UTC', '2026-01-01T01:00Z', '2026-01-01T02:00'],
    ['rate(2 days)', 'UTC', '2026-01-01T01:00Z', '2026-01-03T00:00'],
    ['cron(0 3 * * ? *)', 'UTC', '2026-01-01T03:00Z', '2026-01-02T03:00'],
    ['cron(0 3 * * ? *)', 'Europe/Berlin', '2026-01-01T02:30Z', '2026-01-02T02:00'],
    ['cron(0/15 * * * ? *)', 'UTC', '2026-01-01T00:16Z', '2026-01-01T00:30'],
    ['cron(30 2 * * ? *)', 'Europe/Berlin', '2026-03-28T12:00Z', '2026-03-30T00:30'],
    ['cron(0 2 L * ? *)', 'UTC', '2028-02-01T00:00Z', '2028-02-29T02:00'],
    ['cron(0 8 1 JAN,JUL ? *)', 'UTC', '2026-01-02T00:00Z', '2026-07-01T08:00'],
    ['cron(0 9 ? * MON-FRI *)', 'UTC', '2026-01-02T10:00Z', '2026-01-05T09:00'],
    ['cron(0 9 ? * 1 *)', 'UTC', '2026-01-01T00:00Z', '2026-01-04T09:00'],
    ['cron(0 0 1 1 ? 2025)', 'UTC', '2026-01-01T00:00Z', undefined],
    ['at(2026-05-01T12:00:00)', 'Europe/Berlin', '2026-01-01T00:00Z', '2026-05-01T10:00'],
    ['at(2026-05-01T12:00:00)', 'UTC', '2026-05-01T12:00Z', undefined],
  ])('of %s in %s after %s is %s', (expression, zone, after, expected) => {
    expect(iso(readTimetable(expression, zone, at('2026-01-01T00:00Z')).next(at(after)))).toBe(expected);
  });
});

test.each([
  'rate(0 minutes)',
  'rate(5 weeks)',
  'cron(0 3 * * *)',
  'cron(60 3 * * ? *)',
  'cron(0 3 15W * ? *)',
  'cron(0 9 ? * MON#1 *)',
  'daily',
])('%s is refused', (expression) => {
  expect(() => readTimetable(expression, 'UTC', 0)).toThrow();
});
