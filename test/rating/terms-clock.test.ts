import { describe, expect, test } from 'vitest';
import type { PlanVersion } from '#shared/catalog/catalog.ts';
import { inBand, isInSeason } from '#shared/rating/calendar.ts';
import { termsClock } from '#shared/rating/terms-clock.ts';
import { instantOf, isoInstant } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, planOf } from './fleet.ts';

const USAGE = 'kind: usage, measure: count, price: 1';
const CHARGES = `[
  { id: a, name: A, ${USAGE}, match: { services: voice, bands: [office, night] } },
  { id: b, name: B, ${USAGE}, match: { services: sms, bands: weekend }, seasons: [{ season: cold, factor: 2 }, { season: spring, factor: 3 }] }
]`;
const catalog = catalogWith(planOf('p', CHARGES));
const clockIn = (zone: string) => {
  const clock = termsClock(catalog.plans[0]?.versions[0] as PlanVersion, catalog.timeBands, catalog.seasons, zone);
  if (clock === undefined) throw new Error('the plan asks for bands');
  return clock;
};

describe('the moment of an instant', () => {
  test.each([
    ['2026-03-09T07:59:59+01:00', '', 'Monday before eight'],
    ['2026-03-09T08:00:00+01:00', 'office', 'at eight'],
    ['2026-03-09T17:59:59+01:00', 'office', 'before six'],
    ['2026-03-09T18:00:00+01:00', '', 'at six'],
    ['2026-03-09T22:00:00+01:00', 'night', 'at ten'],
    ['2026-03-10T05:59:59+01:00', 'night spring', 'the night that began the day before'],
    ['2026-03-14T12:00:00+01:00', 'weekend spring', 'Saturday'],
    ['2026-03-14T23:00:00+01:00', 'night,weekend spring', 'Saturday night'],
    ['2026-04-04T23:59:59+02:00', 'night,weekend spring', 'the last day of spring'],
    ['2026-04-05T00:00:00+02:00', 'night,weekend', 'the day after'],
    ['2026-12-31T12:00:00+01:00', 'office cold', 'a season goes on over the new year'],
    ['2028-02-29T12:00:00+01:00', 'office cold', 'and over 29 February'],
    ['2026-03-01T12:00:00+01:00', 'weekend', 'until it ends'],
  ])('%s is in "%s": %s', (at, name) => {
    expect(clockIn(BERLIN)(instantOf(at, BERLIN)).moment.name.trim()).toBe(name);
  });

  test.each<[string, string, string, [string, string][]]>([
    [
      BERLIN,
      '2026-03-29',
      'the hour that is skipped is in nothing',
      [
        ['2026-03-28T23:00:00Z', 'night,weekend spring,cold'],
        ['2026-03-29T01:00:00Z', 'night,weekend spring,cold'],
        ['2026-03-29T04:00:00Z', 'weekend spring,cold'],
        ['2026-03-29T06:00:00Z', 'weekend spring,cold'],
        ['2026-03-29T16:00:00Z', 'weekend spring,cold'],
        ['2026-03-29T20:00:00Z', 'night,weekend spring,cold'],
      ],
    ],
    [
      'America/New_York',
      '2026-11-01',
      'the hour that comes twice is in its band twice',
      [
        ['2026-11-01T04:00:00Z', 'night,weekend cold'],
        ['2026-11-01T06:00:00Z', 'night,weekend cold'],
        ['2026-11-01T11:00:00Z', 'weekend cold'],
        ['2026-11-01T13:00:00Z', 'weekend cold'],
        ['2026-11-01T23:00:00Z', 'weekend cold'],
        ['2026-11-02T03:00:00Z', 'night,weekend cold'],
      ],
    ],
  ])('in %s on %s: %s', (zone, date, _, expected) => {
    const clock = clockIn(zone);
    const found: [string, string][] = [];
    const begin = instantOf(date, zone);
    const end = instantOf(
      date.replace(/\d\d$/, (day) => `${Number(day) + 1}`.padStart(2, '0')),
      zone,
    );
    for (let at = begin; at < end; at = clock(at).until)
      found.push([isoInstant(Math.max(begin, clock(at).from)), clock(at).moment.name.trim()]);
    expect(found).toEqual(expected);
  });

  test('is the same over the whole of its stretch, and one object wherever it is the same', () => {
    const clock = clockIn('Australia/Lord_Howe');
    const moments = new Map<string, object>();
    for (let at = instantOf('2026-04-01', 'UTC'); at < instantOf('2026-04-09', 'UTC'); at += 601) {
      const { from, until, moment } = clock(at);
      expect(from <= at && at < until).toBe(true);
      expect(clock(from).moment).toBe(moment);
      expect(clock(until - 1).moment).toBe(moment);
      expect(moments.get(moment.name) ?? moment).toBe(moment);
      moments.set(moment.name, moment);
    }
    expect(moments.size).toBeGreaterThan(6);
  });

  test('terms that ask for neither have no clock', () => {
    const plain = catalogWith(planOf('p', `[{ id: a, name: A, ${USAGE}, match: {} }]`));
    const version = plain.plans[0]?.versions[0] as PlanVersion;
    expect(termsClock(version, plain.timeBands, plain.seasons, BERLIN)).toBeUndefined();
  });
});

test.each([
  ['fri', '08:29:59', false],
  ['fri', '08:30:00', true],
  ['fri', '11:59:59', true],
  ['fri', '12:00:00', false],
  ['fri', '13:15:00', true],
  ['fri', '17:00:00', false],
])('of hours from 08:30 to 12 and from 13:15 to 17, %s %s: %s', (_, clock, is) => {
  const days = ['fri' as const];
  const hours = [
    { days, from: '08:30', until: '12:00' },
    { days, from: '13:15', until: '17:00' },
  ];
  const [hour = 0, minute = 0, second = 0] = clock.split(':').map(Number);
  expect(inBand({ id: 'x', name: 'X', hours }, '2026-03-13', hour * 3600 + minute * 60 + second)).toBe(is);
});

test('a season that ends as it begins lasts all year', () => {
  const season = { id: 'x', name: 'X', ranges: [{ from: '03-10', until: '03-10' }] };
  expect(['2026-03-09', '2026-03-10', '2026-12-31'].map((date) => isInSeason(season, date))).toEqual([
    true,
    true,
    true,
  ]);
});

test('hours that end as they begin last a day', () => {
  const band = { id: 'x', name: 'X', hours: [{ days: ['fri' as const], from: '06:00', until: '06:00' }] };
  expect([
    inBand(band, '2026-03-13', 6 * 3600 - 1),
    inBand(band, '2026-03-13', 6 * 3600),
    inBand(band, '2026-03-14', 6 * 3600 - 1),
    inBand(band, '2026-03-14', 6 * 3600),
  ]).toEqual([false, true, true, false]);
});

test.each([
  ['2026-12-24', true],
  ['2027-01-06', true],
  ['2027-01-07', false],
  ['2026-12-23', false],
])('%s in a season over the new year: %s', (date, is) => {
  expect(isInSeason({ id: 'x', name: 'X', ranges: [{ from: '12-24', until: '01-07' }] }, date)).toBe(is);
});
