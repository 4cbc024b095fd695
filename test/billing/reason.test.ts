import { describe, expect, test } from 'vitest';
import type { Arithmetic, ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { NO_NEWS, newsOf, type ReasonScope, reasonOf } from '#shared/billing/lines/reason.ts';
import type { EntryBody } from '#shared/commit-log/entry.ts';
import { addDays, instantOf } from '#shared/time/local-date.ts';
import { periodOfMonth } from '#shared/time/period.ts';
import { entriesOf } from '../commit-log/entries.ts';
import { fee, line } from './lines.ts';
import { backedOut, facts, firstUses, loaded, posted, released, replayed, ZONE } from './news-entries.ts';
import { EVERY_PRICE, why } from './why.ts';

const data = (amount: string, month = '2026-03') => line('data', month, amount);
const advance = (amount: string, month = '2026-03') => fee('fee', month, amount, 'advance');
const arrears = (amount: string, counted = 'subscriptions') => {
  const its = fee('fee', '2026-03', amount, 'arrears');
  return { ...its, arithmetic: { ...its.arithmetic, of: counted } as Arithmetic };
};
/** A line of another kind. */
const of = (kind: Arithmetic['kind'], amount: string, month = '2026-03', more: object = {}) =>
  line(kind, month, amount, { arithmetic: { kind, ...more } as Arithmetic });
const order = (date: string, amount: string) => ({
  ...of('adHoc', amount),
  period: { from: date, until: addDays(date, 1) },
});

describe('why a line moved (pricing rules §10)', () => {
  test.each<[string, EntryBody[], ChargeLine, ChargeLine | undefined, string]>([
    ['first billed in its own period', [loaded('2026-04')], data('1.00', '2026-04'), undefined, ''],
    ['first billed in advance of a later one', [], advance('1.00', '2026-05'), undefined, ''],
    ['of an earlier period, never billed: late usage', [loaded('2026-03')], data('1.00'), undefined, 'late usage'],
    ['usage that came late', [loaded('2026-03')], data('2.00'), data('1.00'), 'late usage'],
    [
      "usage of the month before by the carrier's clock, which is this one here",
      [loaded('2026-02')],
      data('2.00'),
      data('1.00'),
      'late usage',
    ],
    ['usage that came late, and it fell all the same', [loaded('2026-03')], data('1.00'), data('2.00'), 'late usage'],
    ['usage of another month', [loaded('2026-04')], data('2.00'), data('1.00'), 'computation changed'],
    ['a file backed out, and it fell', [backedOut('2026-03')], data('1.00'), data('2.00'), 'backed-out file'],
    [
      'a file backed out and others loaded, and it fell',
      [backedOut('2026-03'), loaded('2026-03')],
      data('1.00'),
      data('2.00'),
      'backed-out file',
    ],
    [
      'a file backed out and others loaded, and it rose',
      [backedOut('2026-03'), loaded('2026-03')],
      data('3.00'),
      data('2.00'),
      'late usage',
    ],
    [
      'a file backed out, and it rose all the same',
      [backedOut('2026-03')],
      data('3.00'),
      data('2.00'),
      'backed-out file',
    ],
    ['a file read anew, and it fell', [replayed('2026-03')], data('1.00'), data('2.00'), 'file read anew'],
    ['a file read anew, and it rose', [replayed('2026-03')], data('3.00'), data('2.00'), 'file read anew'],
    [
      'a file read anew and others loaded, and it fell',
      [replayed('2026-03'), loaded('2026-03')],
      data('1.00'),
      data('2.00'),
      'file read anew',
    ],
    [
      'a file read anew and others loaded, and it rose',
      [replayed('2026-03'), loaded('2026-03')],
      data('3.00'),
      data('2.00'),
      'late usage',
    ],
    ['a fact that holds from before', [facts('2026-03-10')], data('2.00'), data('1.00'), 'backdated change'],
    [
      'a fact, and usage: usage before inventory',
      [facts('2026-03-10'), loaded('2026-03')],
      data('2.00'),
      data('1.00'),
      'late usage',
    ],
    [
      'usage moves no fee',
      [facts('2026-03-10'), loaded('2026-03')],
      advance('2.00'),
      advance('1.00'),
      'backdated change',
    ],
    [
      'a fee in advance, and a fact within the period it is for',
      [facts('2026-04-10')],
      advance('1.00', '2026-04'),
      advance('2.00', '2026-04'),
      'change after billing in advance',
    ],
    [
      'a fact that holds from after the period',
      [facts('2026-05-01')],
      data('2.00'),
      data('1.00'),
      'computation changed',
    ],
    [
      'a fact that holds from the end of the period',
      [facts('2026-04-01')],
      data('2.00'),
      data('1.00'),
      'computation changed',
    ],
    [
      'a fee in advance, and a fact from the first day that was not due',
      [facts('2026-04-01')],
      advance('1.00', '2026-04'),
      advance('2.00', '2026-04'),
      'change after billing in advance',
    ],
    [
      'a period that became shorter, and a fact of the days it lost',
      [facts('2026-03-20')],
      { ...data('1.00'), period: { from: '2026-03-01', until: '2026-03-15' } },
      data('2.00'),
      'backdated change',
    ],
    [
      'a quarter in advance that began before and nobody has billed: it goes on',
      [facts('2026-03-10')],
      { ...advance('9.00'), period: { from: '2026-03-01', until: '2026-06-01' } },
      undefined,
      '',
    ],
    [
      'a fee in arrears whose period is not over: it goes on',
      [facts('2026-03-10')],
      { ...arrears('9.00'), period: { from: '2026-03-01', until: '2026-06-01' } },
      { ...arrears('3.00'), period: { from: '2026-03-01', until: '2026-06-01' } },
      '',
    ],
    [
      'a discount on what is due in advance, in a period that is not over: it goes on',
      [facts('2026-04-10')],
      of('discount', '-2.00', '2026-04', { due: 'advance' }),
      of('discount', '-1.00', '2026-04', { due: 'advance' }),
      '',
    ],
    [
      'an order of a later day, changed',
      [facts('2026-04-10')],
      order('2026-04-10', '2.00'),
      order('2026-04-10', '1.00'),
      'change after billing in advance',
    ],
    [
      'an order of the first day that was not due, changed',
      [facts('2026-04-01')],
      order('2026-04-01', '2.00'),
      order('2026-04-01', '1.00'),
      'change after billing in advance',
    ],
    [
      'an order of an earlier day, changed',
      [facts('2026-03-10')],
      order('2026-03-10', '2.00'),
      order('2026-03-10', '1.00'),
      'backdated change',
    ],
    [
      'usage moves a fee of those with usage',
      [loaded('2026-03')],
      arrears('2.00', 'used'),
      arrears('1.00', 'used'),
      'late usage',
    ],
    ['and no other', [loaded('2026-03')], arrears('2.00'), arrears('1.00'), 'computation changed'],
    [
      'usage moves the price of an adaptive pool',
      [loaded('2026-03')],
      { ...of('poolPrice', '40.00'), tier: 2 },
      { ...of('poolPrice', '10.00'), tier: 2 },
      'late usage',
    ],
    [
      'and not that of a static one',
      [loaded('2026-03')],
      of('poolPrice', '40.00'),
      of('poolPrice', '10.00'),
      'computation changed',
    ],
    ['a price', [released], data('2.00'), data('1.00'), 'price correction'],
    [
      'a fact, and a price: inventory before prices',
      [released, facts('2026-03-10')],
      data('2.00'),
      data('1.00'),
      'backdated change',
    ],
    [
      'a fee, and a first use within its period',
      [firstUses('2026-03-10')],
      advance('2.00'),
      advance('1.00'),
      'first use',
    ],
    [
      'a first use of before, and usage',
      [firstUses('2026-02-10'), loaded('2026-03')],
      data('2.00'),
      data('1.00'),
      'late usage',
    ],
    [
      'a first use that holds from after the period',
      [firstUses('2026-04-01')],
      advance('2.00'),
      advance('1.00'),
      'computation changed',
    ],
    [
      'what was said, and a first use: what was said before what follows from usage',
      [firstUses('2026-03-10'), facts('2026-03-10')],
      advance('2.00'),
      advance('1.00'),
      'backdated change',
    ],
    [
      'a first use, and a price: inventory before prices',
      [released, firstUses('2026-03-10')],
      advance('2.00'),
      advance('1.00'),
      'first use',
    ],
    [
      'a fee in advance that moved, in a period that is not over',
      [],
      advance('1.00', '2026-04'),
      advance('2.00', '2026-04'),
      'change after billing in advance',
    ],
    ['an order of an earlier day, first billed', [facts('2026-03-10')], order('2026-03-10', '2.00'), undefined, ''],
    [
      'usage moves no order',
      [loaded('2026-03')],
      order('2026-03-10', '2.00'),
      order('2026-03-10', '1.00'),
      'computation changed',
    ],
    ['nor what is due once', [loaded('2026-03')], of('oneTime', '2.00'), of('oneTime', '1.00'), 'computation changed'],
    ['no news at all', [], data('2.00'), data('1.00'), 'computation changed'],
    ['a posted run is no news', [posted], data('2.00'), data('1.00'), 'computation changed'],
  ])('%s', (_, news, now, before, reason) => {
    expect(why(news, now, before)).toBe(reason);
  });
});

describe('up to when the last link took what a line comes from', () => {
  const [early, late] = [instantOf('2026-03-15', ZONE), instantOf('2026-04-01', ZONE)];
  const charges = { lastCutOff: early, lastUsageCutOff: late };
  const usage = { lastCutOff: late, lastUsageCutOff: early };
  const agreed = (['trueUp', 'cap', 'discount'] as const).map((kind) => of(kind, '2.00'));

  test.each<[string, Partial<ReasonScope>, ChargeLine, boolean, string]>([
    ['usage that was never billed goes on where that was not all there', usage, data('2.00'), false, ''],
    ['also where charges were not', charges, data('2.00'), false, ''],
    ['usage that was billed goes on where it was not all there', usage, data('2.00'), true, ''],
    ['and has moved where it was', charges, data('2.00'), true, 'computation changed'],
    ['a fee that was billed goes on where it was not due', charges, arrears('2.00'), true, ''],
    ['and has moved where it was', usage, arrears('2.00'), true, 'computation changed'],
    ...agreed.flatMap((each): [string, Partial<ReasonScope>, ChargeLine, boolean, string][] => [
      [`a ${each.charge} goes on where usage was not all there`, usage, each, true, ''],
      [`a ${each.charge} goes on where charges were not due`, charges, each, true, ''],
    ]),
  ])('%s', (_, cutOffs, now, isPosted, reason) => {
    expect(why([], now, isPosted ? { ...now, amount: '1.00', quantity: '1' } : undefined, cutOffs)).toBe(reason);
  });

  const may = { lastCutOff: instantOf('2026-05-01', ZONE), lastUsageCutOff: instantOf('2026-05-01', ZONE) };
  const half = { period: { from: '2026-03-16', until: '2026-04-16' } };
  test.each<[string, ChargeLine, string]>([
    ['usage of its own period', data('1.00', '2026-04'), ''],
    ['usage of the period before', data('1.00'), 'backdated change'],
    ['what is due in arrears at an end that is in its period', { ...arrears('1.00'), ...half }, ''],
    ['what is due in advance on its first day', advance('1.00', '2026-04'), ''],
    ['what was due in advance before it', { ...advance('1.00'), ...half }, 'backdated change'],
  ])(
    'where it took all of April too, the run for it need not say why it bills for the first time %s',
    (_, now, reason) => {
      expect(why([facts('2026-03-01')], now, undefined, may)).toBe(reason);
    },
  );

  test('what a cancelled invoice billed is billed again, whatever became known', () => {
    const cancelled = new Set([data('1.00').id]);
    for (const before of [undefined, data('0.50')])
      expect(why([loaded('2026-03'), released], data('1.00'), before, { cancelled })).toBe('billed again');
  });

  test('a fact of the day on which its period ends is why it moved where the account moved on that day, and nowhere else', () => {
    const moved = (days: readonly string[]) =>
      why([facts('2026-04-01')], arrears('2.00'), arrears('1.00'), { movedOn: new Set(days) });
    expect(moved(['2026-04-01'])).toBe('backdated change');
    expect([moved([]), moved(['2026-05-01'])]).toEqual(['computation changed', 'computation changed']);
    const later = why([facts('2026-05-10')], arrears('2.00'), arrears('1.00'), { movedOn: new Set(['2026-04-01']) });
    expect(later).toBe('computation changed');
  });

  const ofAccount = { ...of('trueUp', '2.00'), plan: '' };
  const was = (now: ChargeLine) => ({ ...now, amount: '1.00', quantity: '1' });
  test.each<[string, ChargeLine, string, string]>([
    ['an order', order('2026-03-10', '2.00'), 'computation changed', 'backdated change'],
    ['what was agreed with the account', ofAccount, 'backdated change', 'backdated change'],
    ['what a plan agrees on', of('trueUp', '2.00'), 'backdated change', 'computation changed'],
    ['usage', data('2.00'), 'backdated change', 'computation changed'],
    ['a fee', advance('2.00'), 'backdated change', 'computation changed'],
  ])('facts move what they are about: %s', (_, now, byOthers, byOrders) => {
    const [told, none] = [instantOf('2026-03-10', ZONE), NO_NEWS.factsFrom];
    const by = (factsFrom: number, ordersFrom: number) =>
      why([], now, was(now), { news: { ...NO_NEWS, factsFrom, ordersFrom } });
    expect([by(told, none), by(none, told)]).toEqual([byOthers, byOrders]);
  });

  test('a fact of the days between is late for what usage was billed of them', () => {
    expect(why([facts('2026-03-20')], data('2.00'), data('1.00'), charges)).toBe('backdated change');
  });
});

describe('usage of before moves what a plan carries into the period', () => {
  const from = (date: string) => ({ carrying: new Set(['a']), measuredFrom: instantOf(date, ZONE) });
  test.each<[string, ChargeLine, Partial<ReasonScope>, string]>([
    ['usage of a plan that carries', data('2.00'), from('2026-01-01'), 'late usage'],
    ['not where it is not measured again', data('2.00'), from('2026-03-01'), 'computation changed'],
    ['not of a plan that carries nothing', data('2.00'), { carrying: new Set(['b']) }, 'computation changed'],
    ['not a fee', advance('2.00'), from('2026-01-01'), 'computation changed'],
  ])('%s', (_, now, more, reason) => {
    expect(why([loaded('2026-01')], now, { ...now, amount: '1.00', quantity: '1' }, more)).toBe(reason);
  });
});

test('where nothing was ever posted, nothing has moved: a first invoice gives no reasons', () => {
  const scope = {
    news: newsOf(entriesOf([loaded('2026-03'), facts('2026-03-10'), released])),
    zone: ZONE,
    period: periodOfMonth('2026-04', 1),
    cancelled: new Set<string>(),
    lastCutOff: 0,
    lastUsageCutOff: 0,
    carrying: new Set<string>(),
    measuredFrom: 0,
    movedOn: new Set<string>(),
    prices: EVERY_PRICE,
    plans: new Set(['a']),
    isSameQuantity: () => false,
    tookOver: () => undefined,
  };
  expect([data('1.00'), advance('1.00'), data('1.00', '2026-04')].map((of) => reasonOf(scope, of, undefined))).toEqual([
    '',
    '',
    '',
  ]);
});
