import { describe, expect, test } from 'vitest';
import { joinLogNews, NO_NEWS, newsOf, reachesBefore, touches } from '#shared/billing/lines/reason.ts';
import { SAME_PRICES } from '#shared/catalog/moved-prices.ts';
import type { EntryBody } from '#shared/commit-log/entry.ts';
import { OPEN_END } from '#shared/inventory/timeline.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { type Period, periodOfMonth } from '#shared/time/period.ts';
import { entriesOf } from '../commit-log/entries.ts';
import { backedOut, facts, firstUses, loaded, posted, released, replayed, ZONE } from './news-entries.ts';

describe('news touch a period', () => {
  test.each<[string, EntryBody[], boolean]>([
    ['nothing', [], false],
    ['usage of its month', [loaded('2026-03')], true],
    ['usage of the UTC month its first hour is in', [loaded('2026-02')], true],
    ['usage of the next month', [loaded('2026-04')], false],
    ['a file backed out', [backedOut('2026-02', '2026-03')], true],
    ['a file read anew', [replayed('2026-02', '2026-03')], true],
    ['a fact from before its end', [facts('2026-03-31')], true],
    ['a fact from long before', [facts('2020-01-01')], true],
    ['a fact from its end', [facts('2026-04-01')], false],
    ['a first use before its end', [firstUses('2026-03-31')], true],
    ['a first use from its end', [firstUses('2026-04-01')], false],
    ['a catalogue by which nothing costs otherwise', [released], false],
    ['a posted run', [posted], false],
  ])('%s: %s', (_, news, touched) => {
    expect(touches(newsOf(entriesOf(news)), SAME_PRICES, periodOfMonth('2026-03', 1), ZONE)).toBe(touched);
  });

  test('no news touch none', () => {
    expect(touches(NO_NEWS, SAME_PRICES, periodOfMonth('2026-03', 1), ZONE)).toBe(false);
  });

  test('prices that moved touch the periods they moved in', () => {
    const prices = { ...SAME_PRICES, touch: ({ from }: Period) => from === '2026-03-01' };
    const touched = (month: string) => touches(NO_NEWS, prices, periodOfMonth(month, 1), ZONE);
    expect(['2026-02', '2026-03', '2026-04'].map(touched)).toEqual([false, true, false]);
  });

  test('without facts, none is early', () => {
    expect(newsOf([]).factsFrom).toBeGreaterThanOrEqual(OPEN_END);
  });

  test('of nothing there is none; of anything but a release no catalogue', () => {
    expect(newsOf([])).toEqual(NO_NEWS);
    expect(newsOf(entriesOf([loaded('2026-01'), posted])).catalogReleased).toBe(false);
  });
});

test('the news of two stretches of the log are those of both', () => {
  const first = newsOf(
    entriesOf([loaded('2026-01'), replayed('2026-02'), facts('2026-03-10'), firstUses('2026-03-20'), posted]),
  );
  const second = newsOf(
    entriesOf([loaded('2026-04'), backedOut('2026-05'), facts('2026-02-10'), firstUses('2026-04-01'), released]),
  );
  const both = {
    loadedMonths: new Set(['2026-01', '2026-04']),
    replayedMonths: new Set(['2026-02']),
    backedOutMonths: new Set(['2026-05']),
    factsFrom: instantOf('2026-02-10', ZONE),
    firstUsesFrom: instantOf('2026-03-20', ZONE),
    ordersFrom: instantOf('2026-02-10', ZONE),
    catalogReleased: true,
    loads: new Map([
      ['f#1', 'loaded'],
      ['f#2', 'replayed'],
    ]),
    replaced: new Set(['f#1']),
  };
  expect([joinLogNews(first, second), joinLogNews(second, first)]).toEqual([both, both]);
  expect(joinLogNews(first, first)).toEqual(first);
});

describe('usage came or went of a month before that of March', () => {
  test.each<[string, EntryBody[], string, boolean]>([
    ['none', [facts('2026-01-10'), released], ZONE, false],
    ['of its month', [loaded('2026-03')], ZONE, false],
    [
      'of the UTC month its first hour is in',
      [loaded('2026-02'), replayed('2026-02'), backedOut('2026-02')],
      ZONE,
      false,
    ],
    ['of the month before, where it begins with that of UTC', [loaded('2026-02')], 'UTC', true],
    ['loaded', [loaded('2026-01')], ZONE, true],
    ['read anew', [replayed('2026-01', '2026-04')], ZONE, true],
    ['backed out', [backedOut('2025-12')], ZONE, true],
  ])('%s', (_, news, zone, reaches) => {
    expect(reachesBefore(newsOf(entriesOf(news)), periodOfMonth('2026-03', 1), zone)).toBe(reaches);
  });
});
