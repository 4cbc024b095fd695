import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays, localDateOf, startOfDay } from '#shared/time/local-date.ts';
import { periodFrom, periodOf } from '#shared/time/period.ts';

const billingDays = fc.integer({ min: 1, max: 31 });
const dates = fc.integer({ min: 0, max: 20_000 }).map((days) => addDays('2000-01-01', days));
const zones = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
);

test('every day is in exactly one period, and periods follow one another', () => {
  fc.assert(
    fc.property(dates, billingDays, (date, day) => {
      const period = periodOf(date, day);
      expect(period.from <= date && date < period.until).toBe(true);
      expect(periodOf(period.from, day)).toEqual(period);
      expect(periodOf(addDays(period.until, -1), day)).toEqual(period);
      expect(periodOf(period.until, day)).toEqual(periodFrom(period.until, day));
    }),
  );
});

test('a local day holds the instants from its start to the start of the next', () => {
  fc.assert(
    fc.property(dates, zones, (date, zone) => {
      const until = startOfDay(addDays(date, 1), zone);
      // Apia skipped 30 December 2011: a day of no length holds nothing.
      fc.pre(startOfDay(date, zone) < until);
      expect(localDateOf(startOfDay(date, zone), zone)).toBe(date);
      expect(localDateOf(until - 1, zone)).toBe(date);
    }),
  );
});
