import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSchedule, type Schedule } from '#shared/catalog/schedule.ts';
import { dueTimes, overdueTimes } from '#shared/mediation/overdue.ts';
import { isoInstant } from '#shared/time/local-date.ts';

const at = (text: string) => Date.parse(`${text}Z`) / 1000;
const scheduled = (text: string) => readSchedule(text) as Schedule;
const told = (instants: readonly number[]) => instants.map((each) => isoInstant(each).slice(0, 16));

test.each<[string, string, string, string[]]>([
  ['hourly', '2026-10-01T10:00', '2026-10-01T12:30', ['2026-10-01T11:00', '2026-10-01T12:00']],
  ['daily by 06:00', '2026-10-01T06:00', '2026-10-03T06:00', ['2026-10-02T06:00', '2026-10-03T06:00']],
  [
    'daily by 06:00 Europe/Berlin',
    '2026-10-24T00:00',
    '2026-10-26T12:00',
    ['2026-10-24T04:00', '2026-10-25T05:00', '2026-10-26T05:00'],
  ],
  ['daily by 02:30 Europe/Berlin', '2026-03-28T00:00', '2026-03-29T12:00', ['2026-03-28T01:30', '2026-03-29T01:30']],
  ['daily by 23:30 America/New_York', '2026-10-01T00:00', '2026-10-02T05:00', ['2026-10-01T03:30', '2026-10-02T03:30']],
])('%s, after %s until %s, is due at %j', (schedule, from, until, due) => {
  expect(told(dueTimes(scheduled(schedule), at(from), at(until)))).toEqual(due);
});

describe('daily by 06:00, from 1 October, asked on the 4th at 12:00', () => {
  test.each<[string, string[], string[]]>([
    ['each day one', ['01T05:00', '02T05:59', '03T06:00', '04T00:10'], []],
    ['none since the first', ['01T05:00'], ['02', '03', '04']],
    ['the second is missing', ['01T05:00', '03T05:00', '04T05:00'], ['02']],
    ['the second came late, before the third', ['01T05:00', '02T09:00', '03T05:00', '04T05:00'], []],
    ['the second came late, days after', ['01T05:00', '03T05:00', '04T05:00', '04T10:00'], []],
    ['two are missing, one came late', ['01T05:00', '04T05:00', '04T10:00'], ['02']],
    ['today is missing', ['01T05:00', '02T05:00', '03T05:00'], ['04']],
    ['today came late', ['01T05:00', '02T05:00', '03T05:00', '04T11:00'], []],
    ['what came early, twice, is no stock for later', ['01T04:00', '01T05:00', '02T05:00', '03T05:00'], ['04']],
  ])('%s', (_, arrivals, overdue) => {
    const times = arrivals.map((each) => at(`2026-10-${each}`));
    const found = overdueTimes(scheduled('daily by 06:00'), times, (times[0] as number) - 1, at('2026-10-04T12:00'));
    expect(told(found)).toEqual(overdue.map((day) => `2026-10-${day}T06:00`));
  });
});

const NOW = at('2026-10-20T12:00');
const arbitraryArrivals = fc.array(fc.integer({ min: NOW - 20 * 86_400, max: NOW }), { maxLength: 40 });
const schedules = fc.constantFrom('hourly', 'daily by 06:00', 'daily by 23:00 Asia/Tokyo');

test('another file never makes more overdue, and enough late ones leave nothing', () => {
  fc.assert(
    fc.property(
      schedules,
      arbitraryArrivals,
      fc.integer({ min: NOW - 20 * 86_400, max: NOW }),
      (text, arrivals, more) => {
        const schedule = scheduled(text);
        const from = NOW - 20 * 86_400 - 1;
        const overdue = overdueTimes(schedule, arrivals, from, NOW);
        expect(overdueTimes(schedule, [...arrivals, more], from, NOW).length).toBeLessThanOrEqual(overdue.length);
        const late = overdue.map(() => NOW);
        expect(overdueTimes(schedule, [...arrivals, ...late], from, NOW)).toEqual([]);
        expect(dueTimes(schedule, from, NOW)).toEqual(expect.arrayContaining([...overdue]));
      },
    ),
  );
});
