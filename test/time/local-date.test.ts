import { describe, expect, test } from 'vitest';
import {
  addDays,
  daysBetween,
  daysOf,
  instantOf,
  isLocalDate,
  isoInstant,
  isTimeZone,
  localDateOf,
  startOfDay,
} from '#shared/time/local-date.ts';

describe('calendar days', () => {
  test.each([
    ['2026-02-28', 1, '2026-03-01'],
    ['2028-02-28', 1, '2028-02-29'],
    ['2026-03-01', -1, '2026-02-28'],
    ['2026-12-31', 1, '2027-01-01'],
    ['2026-03-28', 2, '2026-03-30'],
  ])('%s and %i days is %s', (date, days, other) => {
    expect(addDays(date, days)).toBe(other);
    expect(daysBetween(date, other)).toBe(days);
  });

  test('a year of 2028 has 366 days', () => {
    expect(daysBetween('2028-01-01', '2029-01-01')).toBe(366);
  });
});

describe('local midnight', () => {
  test.each([
    ['2026-01-15', 'Europe/Berlin', '2026-01-14T23:00:00Z'],
    ['2026-07-15', 'Europe/Berlin', '2026-07-14T22:00:00Z'],
    ['2026-07-15', 'UTC', '2026-07-15T00:00:00Z'],
    ['2026-07-15', 'Asia/Kathmandu', '2026-07-14T18:15:00Z'],
    ['2026-07-15', 'Pacific/Kiritimati', '2026-07-14T10:00:00Z'],
    ['2026-07-15', 'America/Los_Angeles', '2026-07-15T07:00:00Z'],
    // midnight does not exist here: the clock goes from 23:59:59 to 01:00
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00Z'],
    // midnight comes twice here: the day begins with the first
    ['2026-11-01', 'America/Havana', '2026-11-01T04:00:00Z'],
  ])('%s in %s begins at %s', (date, zone, instant) => {
    expect(isoInstant(startOfDay(date, zone))).toBe(instant);
    expect(localDateOf(startOfDay(date, zone), zone)).toBe(date);
    expect(localDateOf(startOfDay(date, zone) - 1, zone)).not.toBe(date);
    expect(instantOf(date, zone)).toBe(startOfDay(date, zone));
  });
});

test.each([
  ['2026-03-29', 'Europe/Berlin', 23],
  ['2026-10-25', 'Europe/Berlin', 25],
  ['2026-10-26', 'Europe/Berlin', 24],
  ['2026-03-08', 'America/New_York', 23],
  ['2026-11-01', 'America/New_York', 25],
  ['2026-10-04', 'Australia/Lord_Howe', 23.5],
])('%s in %s has %f hours', (date, zone, hours) => {
  const [day] = daysOf(date, addDays(date, 1), zone);
  expect(day?.date).toBe(date);
  expect(((day?.until ?? 0) - (day?.from ?? 0)) / 3600).toBe(hours);
});

test('the days of a period follow one another without a gap', () => {
  const days = daysOf('2026-10-01', '2026-11-01', 'Europe/Berlin');
  expect(days).toHaveLength(31);
  for (const [index, day] of days.slice(1).entries()) expect(day.from).toBe(days[index]?.until);
  expect(isoInstant(days[30]?.until ?? 0)).toBe('2026-10-31T23:00:00Z');
});

describe('instants', () => {
  test.each([
    ['2026-10-31T12:00:00Z', '2026-10-31T12:00:00Z'],
    ['2026-10-31T12:00:00+05:45', '2026-10-31T06:15:00Z'],
    ['2026-10-31T12:00:00.999Z', '2026-10-31T12:00:00Z'],
    ['1969-12-31T23:59:59.5Z', '1969-12-31T23:59:59Z'],
    ['2026-10-31', '2026-10-30T23:00:00Z'],
  ])('%s is %s', (text, instant) => {
    expect(isoInstant(instantOf(text, 'Europe/Paris'))).toBe(instant);
  });

  test('a time without offset is none', () => {
    expect(() => instantOf('2026-10-31T12:00:00', 'Europe/Paris')).toThrow(RangeError);
  });
});

test.each([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['America/Argentina/Buenos_Aires', true],
  ['Etc/GMT+1', true],
  ['+02:00', false],
  ['2026-01-01T00:00Z', false],
  ['Europe/Berlim', false],
  ['', false],
])('%s a time zone: %s', (name, is) => {
  expect(isTimeZone(name)).toBe(is);
});

test.each([
  ['2028-02-29', true],
  ['2026-02-29', false],
  ['2026-13-01', false],
  ['2026-1-1', false],
  ['20260101', false],
  ['2026-01-01T00:00', false],
])('%s a date: %s', (text, is) => {
  expect(isLocalDate(text)).toBe(is);
});
