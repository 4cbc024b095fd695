import { describe, expect, test } from 'vitest';
import { accountNews, type NewsScope, type OpenNews, openNews, payerNews } from '#shared/billing/lines/payer-news.ts';
import { NO_NEWS, newsOf } from '#shared/billing/lines/reason.ts';
import type { EntryBody } from '#shared/commit-log/entry.ts';
import { EMPTY_WORLD, worldAfter } from '#shared/commit-log/visibility.ts';
import type { AccountFact, AddOnFact, DetailFact, FirstUseFact, RecordedFact } from '#shared/inventory/fact.ts';
import { instantOf } from '#shared/time/local-date.ts';

import { entriesOf, NO_CONTENT } from '../commit-log/entries.ts';
import { BERLIN, factsOf, itemsOf, SELLER, type Turn } from '../rating/fleet.ts';
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
  packed: itemsOf([{ at: `${month}-10T12:00:00Z`, bytes: 1 }])[0]!.packed,
});

/** What p's news are asked by, of a log whose first `since` entries it was billed by. */
function scopeOf(log: readonly EntryBody[], since: number): NewsScope {
  const entries = entriesOf([...log]);
  const world = worldAfter(EMPTY_WORLD, entries);
  return { seller: SELLER, payer: 'p', since, world, files: newsOf(entries.slice(since)) };
}

describe('usage of a payer, as its items tell', () => {
  const first = load('f', 1, 0, '2026-02');
  test.each<[string, EntryBody[], ReturnType<typeof item>[], string, since?: number]>([
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
    ['never heard of', [first], [item('x', 1, '2026-05')], ''],
    ['went away before it was billed', [first, backOut('f', 1, '2026-02')], [item('f', 1, '2026-02')], '', 2],
  ])('%s', (_, log, items, told, since = 1) => {
    const news = openNews(scopeOf(log, since));
    news.addItems(items);
    news.addItems(items);
    expect(monthsIn(news)).toBe(told);
  });

  test('what went away or was read anew of months that are not read counts, whosever it was', () => {
    const other = load('g', 1, 0, '2026-02', '2026-03');
    const log = [first, other, backOut('f', 1, '2026-02'), load('g', 2, 1, '2026-02', '2026-03')];
    const news = openNews(scopeOf(log, 2));
    news.readsFrom('2026-02');
    expect(monthsIn(news)).toBe('');
    news.readsFrom('2026-03');
    expect(monthsIn(news)).toBe('backedOut 2026-02, replayed 2026-02');
    const ever = [0, Number.MAX_SAFE_INTEGER];
    expect(news.close().spans).toEqual({ 'backedOut 2026-02': ever, 'replayed 2026-02': ever });
  });

  test('it was used from the first second of its records to the last', () => {
    const news = openNews(scopeOf([first, load('g', 1, 0, '2026-02')], 1));
    const used = ['2026-02-20T08:00:00Z', '2026-02-11T12:00:00Z', '2026-02-12T12:00:00Z'];
    const packed = used.map((at) => itemsOf([{ at, bytes: 1 }])[0]!.packed);
    news.addItems(packed.map((its) => ({ ...item('g', 1, '2026-02'), packed: its })));
    const at = (text: string) => instantOf(text, 'UTC');
    expect(news.close().spans).toEqual({ 'loaded 2026-02': [at('2026-02-11T12:00:00Z'), at('2026-02-20T08:00:01Z')] });
  });
});

function monthsIn(news: OpenNews): string {
  const { loaded, backedOut, replayed } = news.close();
  const months = Object.entries({ backedOut, loaded, replayed });
  return months.flatMap(([what, of]) => of.map((month) => `${what} ${month}`)).join(', ');
}

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

describe('who pays whom, by the facts of a subscription', () => {
  const posted: EntryBody = { kind: 'run posted', run: 'r', manifest: NO_CONTENT };
  const on = (payer: string, plan: string) => ({ payer, plan, businessUnit: '' });
  const assigned = (at: string, seller: string, ...assignments: readonly ReturnType<typeof on>[]): RecordedFact => {
    const said = { kind: 'assignments', subscription: '1', seller, assignments } as const;
    return { position: 1, index: 0, fact: { ...said, effectiveFrom: instantOf(at, BERLIN) } };
  };
  const state: Turn = { at: '2026-03-10', state: 'suspended' };
  const purchase: Turn = { at: '2026-02-10', topUp: 'more:o' };

  test.each<[string, RecordedFact[], Turn, string, string[]]>([
    ['p does', [assigned('2026-01-01', SELLER, on('p', 'a'))], state, '2026-03-10', ['a']],
    ['p does beside others', [assigned('2026-01-01', SELLER, on('p', 'a'), on('q', 'b'))], state, '2026-03-10', ['a']],
    ['p never did', [assigned('2026-01-01', SELLER, on('q', 'a'))], state, '', []],
    [
      'p paid until March; an account of another seller goes by its name',
      [
        assigned('2026-01-01', SELLER, on('p', 'a')),
        assigned('2026-03-01', SELLER, on('q', 'b')),
        assigned('2026-03-01', 'other', on('p', 'z')),
      ],
      state,
      '',
      ['a'],
    ],
    ['a purchase names no plan', [assigned('2026-01-01', SELLER, on('p', 'a'))], purchase, '2026-02-10', ['a']],
  ])('%s', (_, known, turn, from, plans) => {
    const news = openNews(scopeOf([posted, posted], 1));
    news.addFacts([...known, ...factsOf('1', [{ ...turn, payer: '' }], BERLIN, 2)]);
    const factsFrom = from === '' ? NO_NEWS.factsFrom : instantOf(from, BERLIN);
    expect(news.close()).toMatchObject({ factsFrom, plans });
  });
});

describe('facts of one entry among those of others', () => {
  const of = (fact: FirstUseFact | AddOnFact | DetailFact, position = 2): RecordedFact => ({
    position,
    index: 0,
    fact,
  });
  const paid = factsOf('1', [{ at: '2026-01-01', state: 'active', plan: 'a', payer: 'p' }], BERLIN, 1);
  const posted: EntryBody = { kind: 'run posted', run: 'r', manifest: NO_CONTENT };
  const [early, late] = [instantOf('2026-02-10', BERLIN), instantOf('2026-02-20', BERLIN)];
  const told = (...facts: RecordedFact[]) => {
    const news = openNews(scopeOf([posted, posted], 1));
    news.addFacts([...paid, ...facts]);
    const { factsFrom, firstUsesFrom, plans } = news.close();
    return { factsFrom, firstUsesFrom, plans };
  };

  test('the first of first uses counts, and is no other fact', () => {
    const use = (effectiveFrom: number) => of({ kind: 'firstUse', subscription: '1', effectiveFrom, used: true });
    const { factsFrom } = NO_NEWS;
    expect(told(use(late), use(early))).toEqual({ factsFrom, firstUsesFrom: early, plans: ['a'] });
  });

  test.each<[DetailFact['detail'], DetailFact['value'], boolean]>([
    ['category', 'tracker', true],
    ['service', 'cold chain', true],
    ['salesperson', 'Kim', true],
    ['reference', 'PO-7', true],
    ['tags', ['north'], true],
    ['start', '2026-02-01', false],
    ['end', '2027-02-01', false],
  ])('a detail is news where charges may match it: %s', (detail, value, isNews) => {
    const fact: DetailFact = { kind: 'detail', subscription: '1', detail, value, effectiveFrom: early };
    expect(told(of(fact)).factsFrom).toBe(isNews ? early : NO_NEWS.factsFrom);
  });

  test.each([
    ['of the seller', SELLER, 2, { factsFrom: early, plans: ['a', 'more'] }],
    ['of another seller', 'other', 2, { factsFrom: NO_NEWS.factsFrom, plans: ['a'] }],
    ['not known yet', SELLER, 3, { factsFrom: NO_NEWS.factsFrom, plans: ['a'] }],
  ])('an add-on %s', (_, seller, position, expected) => {
    const addOn = { kind: 'addOn', subscription: '1', seller, addOn: 'more', has: true, effectiveFrom: early } as const;
    expect(told(of(addOn, position))).toEqual({ firstUsesFrom: NO_NEWS.firstUsesFrom, ...expected });
  });
});

test('the news of a payer are those of its slices and its account', () => {
  const slice = {
    factsFrom: 20,
    firstUsesFrom: 30,
    loaded: ['2026-01'],
    backedOut: [],
    replayed: ['2026-02'],
    spans: { 'loaded 2026-01': [5, 7], 'replayed 2026-02': [1, 2] } as const,
    plans: ['a'],
  };
  const spans = { 'loaded 2026-01': [3, 6], 'loaded 2026-03': [8, 9] } as const;
  const other = { ...slice, factsFrom: 10, loaded: ['2026-01', '2026-03'], replayed: [], spans, plans: ['b', 'a'] };
  expect(payerNews([slice, other], { ...NO_NEWS, ordersFrom: 5 })).toMatchObject({
    factsFrom: 10,
    firstUsesFrom: 30,
    ordersFrom: 5,
    loadedMonths: new Set(['2026-01', '2026-03']),
    replayedMonths: new Set(['2026-02']),
    backedOutMonths: new Set(),
    spans: new Map([
      ['loaded 2026-01', [3, 7]],
      ['replayed 2026-02', [1, 2]],
      ['loaded 2026-03', [8, 9]],
    ]),
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
  const { factsFrom } = NO_NEWS;
  expect(accountNews(facts, 1, 2)).toEqual({ ...NO_NEWS, factsFrom: isNews ? from : factsFrom });
});

test.each<[string, string, boolean]>([
  ['from the first day of others', '2026-02-01', true],
  ['while others held', '2026-02-10', true],
  ['once others have ended', '2026-03-01', false],
  ['before there were any', '2025-12-01', true],
])('what an account was known to be is asked of the day it is told of: %s', (_, day, isNews) => {
  const at = (date: string) => ({ effectiveFrom: instantOf(date, BERLIN) });
  const known = [
    accountFact('p', at('2026-01-01')),
    accountFact('p', { ...at('2026-02-01'), billingDay: 5 }),
    accountFact('p', at('2026-03-01')),
  ];
  const facts = [
    ...known.map((fact, index): RecordedFact => ({ position: 1, index, fact })),
    { position: 2, index: 0, fact: accountFact('p', at(day)) },
  ];
  const from = isNews ? instantOf(day, BERLIN) : NO_NEWS.factsFrom;
  expect(accountNews(facts, 1, 2).factsFrom).toBe(from);
});

test('an account said to be what it is known to be is no news, whatever it ordered since', () => {
  const day = instantOf('2026-02-10', BERLIN);
  const sold = { product: 'SIM', quantity: '1', price: '1.00', reference: '', taxCategory: 'goods' } as const;
  const order = { kind: 'adHoc', account: 'p', businessUnit: '', order: 'o', effectiveFrom: day - 1, ...sold } as const;
  const facts = [
    { position: 1, index: 0, fact: accountFact('p') },
    { position: 1, index: 1, fact: order },
    { position: 2, index: 0, fact: accountFact('p', { effectiveFrom: day }) },
  ];
  expect(accountNews(facts, 1, 2)).toEqual(NO_NEWS);
});

test('orders of an account are told apart from what its lines follow from', () => {
  const sold = { product: 'SIM', quantity: '1', price: '1.00', reference: '', taxCategory: 'goods' } as const;
  const order = (position: number, day: string): RecordedFact => {
    const effectiveFrom = instantOf(day, BERLIN);
    return {
      position,
      index: 0,
      fact: { kind: 'adHoc', account: 'p', businessUnit: '', order: day, effectiveFrom, ...sold },
    };
  };
  const facts = [
    { position: 1, index: 0, fact: accountFact('p') },
    order(1, '2026-01-05'),
    order(2, '2026-01-20'),
    order(2, '2026-01-10'),
    order(3, '2026-01-07'),
  ];
  expect(accountNews(facts, 1, 2)).toEqual({ ...NO_NEWS, ordersFrom: instantOf('2026-01-10', BERLIN) });
});
