import { describe, expect, test } from 'vitest';
import { accountNews, type NewsScope, openNews, payerNews } from '#shared/billing/lines/payer-news.ts';
import { NO_NEWS, newsOf } from '#shared/billing/lines/reason.ts';
import type { EntryBody } from '#shared/commit-log/entry.ts';
import { EMPTY_WORLD, worldAfter } from '#shared/commit-log/visibility.ts';
import type { AccountFact, RecordedFact } from '#shared/inventory/fact.ts';
import { instantOf } from '#shared/time/local-date.ts';

import { entriesOf, NO_CONTENT } from '../commit-log/entries.ts';
import { BERLIN, factsOf, SELLER, type Turn } from '../rating/fleet.ts';
import { accountFact } from './memory-world.ts';

const load = (file: string, generation: number, replaces: number, ...months: string[]): EntryBody => ({
  kind: 'files loaded',
  files: [{ file, generation, replaces, months, attempts: ['a'] }],
  manifest: NO_CONTENT,
});
const backOut = (file: string, generation: number, ...months: string[]): EntryBody => ({
  kind: 'file backed out',
  file,
  generation,
  months,
  reason: '',
});
const item = (file: string, generation: number, month: string, attempt = 'a') => ({
  file,
  generation,
  month,
  attempt,
  chunk: 0,
});

/** What p's news are asked by, of a log whose first `since` entries it was billed by. */
function scopeOf(log: readonly EntryBody[], since: number): NewsScope {
  const entries = entriesOf([...log]);
  const world = worldAfter(EMPTY_WORLD, entries);
  return { seller: SELLER, payer: 'p', since, world, files: newsOf(entries.slice(since)) };
}

describe('usage of a payer, as its items tell', () => {
  const first = load('f', 1, 0, '2026-02');
  test.each<[string, EntryBody[], ReturnType<typeof item>[], string]>([
    ['billed before', [first], [item('f', 1, '2026-02')], ''],
    ['came late', [first, load('g', 1, 0, '2026-02')], [item('g', 1, '2026-02')], 'loaded 2026-02'],
    ['came late for others', [first, load('g', 1, 0, '2026-02')], [item('f', 1, '2026-02')], ''],
    ['by an attempt that does not count', [first, load('g', 1, 0, '2026-02')], [item('g', 1, '2026-02', 'b')], ''],
    ['went away', [first, backOut('f', 1, '2026-02')], [item('f', 1, '2026-02')], 'backedOut 2026-02'],
    ['came and went', [first, load('g', 1, 0, '2026-02'), backOut('g', 1, '2026-02')], [item('g', 1, '2026-02')], ''],
    [
      'was read anew, in another month',
      [first, load('f', 2, 1, '2026-02', '2026-03')],
      [item('f', 1, '2026-02'), item('f', 2, '2026-03')],
      'replayed 2026-02, replayed 2026-03',
    ],
    [
      'was read anew, and that went away',
      [first, load('f', 2, 1, '2026-02', '2026-03'), backOut('f', 2, '2026-02', '2026-03')],
      [item('f', 1, '2026-02'), item('f', 2, '2026-03')],
      'backedOut 2026-03, replayed 2026-02',
    ],
    ['loaded a second time is no news', [first, first], [item('f', 1, '2026-02')], ''],
  ])('%s', (_, log, items, told) => {
    const news = openNews(scopeOf(log, 1));
    news.addItems(items);
    news.addItems(items);
    const { loaded, backedOut, replayed } = news.close();
    const months = Object.entries({ backedOut, loaded, replayed });
    expect(months.flatMap(([what, of]) => of.map((month) => `${what} ${month}`)).join(', ')).toBe(told);
  });
});

describe('facts about a subscription that p is billed for since January, recorded since the link', () => {
  const before: Turn[] = [
    { at: '2026-01-01', state: 'active', plan: 'a', payer: 'p' },
    { at: '2026-03-01', plan: 'b', payer: 'q' },
  ];
  const posted: EntryBody = { kind: 'run posted', run: 'r', manifest: NO_CONTENT };
  test.each<[string, Turn, string]>([
    ['a state while it paid', { at: '2026-02-10', state: 'suspended' }, '2026-02-10'],
    ['a state after it paid', { at: '2026-03-10', state: 'suspended' }, ''],
    ['a state from the day on which it paid no more', { at: '2026-03-01', state: 'suspended' }, ''],
    ['another paid earlier', { at: '2026-02-15', plan: 'b', payer: 'q' }, '2026-02-15'],
    ['it pays again later', { at: '2026-04-01', plan: 'a', payer: 'p' }, '2026-04-01'],
    ['an identifier', { at: '2026-01-05', has: 'imsi#1', payer: '' }, '2026-01-05'],
  ])('%s', (_, turn, from) => {
    const news = openNews(scopeOf([posted, posted], 1));
    const since = factsOf('1', [turn], BERLIN, 2).slice(0, 1);
    news.addFacts([...factsOf('1', before, BERLIN, 1), ...since]);
    expect(news.close()).toMatchObject({
      factsFrom: from === '' ? NO_NEWS.factsFrom : instantOf(from, BERLIN),
      firstUsesFrom: NO_NEWS.firstUsesFrom,
      plans: ['a'],
    });
  });
});

test('the news of a payer are those of its slices and its account', () => {
  const slice = {
    factsFrom: 20,
    firstUsesFrom: 30,
    loaded: ['2026-01'],
    backedOut: [],
    replayed: ['2026-02'],
    plans: ['a'],
  };
  const other = { ...slice, factsFrom: 10, loaded: ['2026-03'], replayed: [], plans: ['b', 'a'] };
  expect(payerNews([slice, other], { ...NO_NEWS, ordersFrom: 5 })).toMatchObject({
    factsFrom: 10,
    firstUsesFrom: 30,
    ordersFrom: 5,
    loadedMonths: new Set(['2026-01', '2026-03']),
    replayedMonths: new Set(['2026-02']),
    backedOutMonths: new Set(),
    plans: new Set(['a', 'b']),
  });
});

test.each<[string, Partial<AccountFact>, number, boolean]>([
  ['another billing day', { billingDay: 5 }, 2, true],
  ['another seller', { seller: 'other' }, 2, true],
  ['another time zone', { timeZone: 'UTC' }, 2, true],
  ['a pool', { pools: [{ pool: 'x', plan: 'a', from: '2026-02-01', until: '' }] }, 2, true],
  ['another currency', { currency: 'USD' }, 2, true],
  ['another name and tax profile', { name: 'P', taxProfile: 'x', reference: 'y' }, 2, false],
  ['another billing day, known before', { billingDay: 5 }, 1, false],
  ['another billing day, known later', { billingDay: 5 }, 3, false],
])('a fact about an account is news where its lines follow from it: %s', (_, more, position, isNews) => {
  const recorded = (at: number, index: number, fact: AccountFact): RecordedFact => ({ position: at, index, fact });
  const from = instantOf('2026-02-01', BERLIN);
  const facts = [
    recorded(1, 0, accountFact('p')),
    recorded(position, 1, accountFact('p', { effectiveFrom: from, ...more })),
  ];
  expect(accountNews(facts, 1, 2).factsFrom).toBe(isNews ? from : NO_NEWS.factsFrom);
});
