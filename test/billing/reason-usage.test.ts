import { describe, expect, test } from 'vitest';
import { newsOf } from '#shared/billing/lines/reason.ts';
import type { EntryBody } from '#shared/commit-log/entry.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { entriesOf } from '../commit-log/entries.ts';
import { line } from './lines.ts';
import { backedOut, facts, loaded, released, replayed, ZONE } from './news-entries.ts';
import { why } from './why.ts';

const data = (amount: string) => line('data', '2026-03', amount);

describe('usage of a UTC month explains the lines in whose periods it was used', () => {
  const at = (from: string, until: string) => [instantOf(from, ZONE), instantOf(until, ZONE)] as const;
  test.each<[string, EntryBody, readonly [number, number], string]>([
    ['late, in the period', loaded('2026-03'), at('2026-03-12', '2026-03-13'), 'late usage'],
    ['late, from its first day on', loaded('2026-02'), at('2026-03-01', '2026-03-02'), 'late usage'],
    ['late, until the day before', loaded('2026-02'), at('2026-02-20', '2026-03-01'), 'computation changed'],
    ['late, from the day after', loaded('2026-03'), at('2026-04-01', '2026-04-02'), 'computation changed'],
    ['backed out, before', backedOut('2026-02'), at('2026-02-20', '2026-03-01'), 'computation changed'],
    ['backed out, in it', backedOut('2026-02'), at('2026-02-20', '2026-03-02'), 'backed-out file'],
    ['read anew, in it', replayed('2026-02'), at('2026-02-20', '2026-03-02'), 'file read anew'],
    ['read anew, before', replayed('2026-02'), at('2026-02-20', '2026-03-01'), 'computation changed'],
  ])('%s', (_, entry, span, reason) => {
    const news = newsOf(entriesOf([entry]));
    const what = { 'files loaded': 'loaded', 'file backed out': 'backedOut' }[entry.kind as 'files loaded'];
    const [month] = [...news.loadedMonths, ...news.backedOutMonths, ...news.replayedMonths];
    const kind = news.replayedMonths.size > 0 ? 'replayed' : what;
    const spans = new Map([[`${kind} ${month}`, span]]);
    expect(why([], data('1.00'), data('2.00'), { news: { ...news, spans } })).toBe(reason);
  });
});

test.each<[string, EntryBody[], boolean, string]>([
  ['its quantity moved', [loaded('2026-03'), released], false, 'late usage'],
  ['its quantity is the same', [loaded('2026-03'), released], true, 'price correction'],
  [
    'its quantity is the same, and people said something',
    [loaded('2026-03'), facts('2026-03-10'), released],
    true,
    'backdated change',
  ],
  ['its quantity is the same, and no price moved', [loaded('2026-03')], true, 'late usage'],
])('beside late usage a line is told by its charge: %s', (_, news, isSame, reason) => {
  expect(why(news, data('2.00'), data('1.00'), { isSameQuantity: () => isSame })).toBe(reason);
});
