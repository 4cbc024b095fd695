import { describe, expect, test } from 'vitest';
import type { Link } from '#shared/billing/draft.ts';
import { USUAL_TERMS } from '#shared/billing/run.ts';
import { hasBilled, runPeriod } from '#shared/billing/run-period.ts';
import type { AccountView } from '#shared/inventory/account-history.ts';
import { startOfDay } from '#shared/time/local-date.ts';
import type { BillingDays, Period } from '#shared/time/period.ts';
import { BERLIN } from '../../rating/fleet.ts';

const at = (day: string) => startOfDay(day, BERLIN);
/** The last link of a chain: it billed a period from a day on, up to cut-offs. */
const link = (from: string, usage: string, charges = usage, unsettledFrom = '') =>
  ({ period: { from, until: '' }, usageCutOff: at(usage), chargeCutOff: at(charges), unsettledFrom }) as Link;

test.each<[string, Link, boolean]>([
  ['is, up to its end', link('2026-03-01', '2026-04-01'), true],
  ['is, where a later one is', link('2026-04-01', '2026-04-10'), true],
  ['is not, where an earlier one is, whatever its cut-offs', link('2026-02-01', '2026-04-01'), false],
  ['is not, where usage was cut off before', link('2026-03-01', '2026-03-31', '2026-04-01'), false],
  ['is not, where charges were', link('2026-03-01', '2026-04-01', '2026-03-31'), false],
  ['is not, where a document was cancelled', link('2026-03-01', '2026-04-01', '2026-04-01', '2026-03-01'), false],
])('a period %s, billed', (_, last, isBilled) => {
  expect(hasBilled(last, { from: '2026-03-01', until: '2026-04-01' }, at('2026-04-01'))).toBe(isBilled);
});

describe('the period a run is for', () => {
  const ALWAYS: AccountView['isCustomer'] = [{ from: '', until: '' }];
  const viewOf = (billingDay: BillingDays, isCustomer = ALWAYS) =>
    ({ billingDay, timeZone: BERLIN, isCustomer }) as AccountView;
  const moved: BillingDays = { first: 1, moves: [{ from: '2026-04-16', billingDay: 16 }], cuts: [] };

  const cut = (...cuts: string[]): BillingDays => ({ first: 1, moves: [], cuts });
  type Asked = Parameters<typeof runPeriod>[1];
  const asked = (month: string, more: Partial<Asked> = {}): Asked => {
    return { cycle: 0, month, at: at('2026-06-20'), beforeEnd: false, ...more };
  };
  const usageUpTo = (usageCutOff: string) => ({ terms: { ...USUAL_TERMS, usageCutOff } });
  const told = (period: Period | undefined) => (period === undefined ? 'none' : `${period.from}..${period.until}`);

  const [FIRST, SECOND] = ['2026-04-01..2026-04-16', '2026-04-16..2026-05-16'];
  test.each<[string, string, Partial<Asked>, Link | undefined, string]>([
    ['the last that has ended, where none is billed', '2026-05-16', {}, undefined, SECOND],
    ['the one that has ended', '2026-05-15', {}, undefined, FIRST],
    ['the first, where none has ended', '2026-04-15', {}, undefined, FIRST],
    ['the first that is not billed', '2026-04-20', {}, link('2026-04-01', '2026-04-16'), SECOND],
    ['the one that is not billed to its end', '2026-05-15', {}, link('2026-04-01', '2026-04-15'), FIRST],
    ['the last, where all are billed', '2026-06-20', {}, link('2026-05-16', '2026-06-16'), SECOND],
    ['the last that has begun, before its end', '2026-04-17', { beforeEnd: true }, undefined, SECOND],
    ['of which a day has passed', '2026-04-16', { beforeEnd: true }, undefined, FIRST],
    ['the one in which is billed up to a day', '2026-05-20', usageUpTo('2026-04-10'), undefined, FIRST],
    ['the first of two that meet on that day', '2026-05-20', usageUpTo('2026-04-16'), undefined, FIRST],
    ['the one that has that day, though it has not ended', '2026-05-01', usageUpTo('2026-04-20'), undefined, SECOND],
  ])('of one account is, of two that begin in the month, %s', (_, today, more, last, expected) => {
    expect(told(runPeriod(viewOf(moved), asked('2026-04', { at: at(today), ...more }), last))).toBe(expected);
  });

  test.each<[string, AccountView, string, string]>([
    [
      'the one it joined',
      viewOf(cut('2026-04-10'), [{ from: '2026-04-10', until: '' }]),
      '2026-04',
      '2026-04-10..2026-05-01',
    ],
    [
      'the one it left',
      viewOf(cut('2026-04-10'), [{ from: '', until: '2026-04-10' }]),
      '2026-04',
      '2026-04-01..2026-04-10',
    ],
    [
      'the one it came back to',
      viewOf(cut('2026-04-10', '2026-04-20'), [
        { from: '', until: '2026-04-10' },
        { from: '2026-04-20', until: '' },
      ]),
      '2026-04',
      '2026-04-20..2026-05-01',
    ],
    [
      'the one it was with between',
      viewOf(cut('2026-04-10', '2026-04-20'), [{ from: '2026-04-10', until: '2026-04-20' }]),
      '2026-04',
      '2026-04-10..2026-04-20',
    ],
    [
      'whatever begins in the month, since it has left',
      viewOf(cut('2026-04-10'), [{ from: '', until: '2026-04-10' }]),
      '2026-05',
      '2026-05-01..2026-06-01',
    ],
  ])('of one account is, of those in which it is the seller’s customer, %s', (_, view, month, expected) => {
    expect(told(runPeriod(view, asked(month), undefined))).toBe(expected);
  });

  test('of one account that is billed once a month is that, though it is billed', () => {
    expect(told(runPeriod(viewOf(1), asked('2026-04'), link('2026-05-01', '2026-06-01')))).toBe(
      '2026-04-01..2026-05-01',
    );
  });

  const waiting = (from: string) => link('2026-05-01', '2026-05-10', '2026-05-10', from);
  test.each<[string, string, Link, string]>([
    ['of it', '2026-04', waiting('2026-04-01'), '2026-05-01..2026-06-01'],
    ['of one before it', '2026-04', waiting('2026-03-01'), '2026-05-01..2026-06-01'],
    ['of one behind it alone', '2026-03', waiting('2026-04-01'), '2026-03-01..2026-04-01'],
    ['of one before it, where it is to come', '2026-06', waiting('2026-04-01'), '2026-06-01..2026-07-01'],
    ['of none', '2026-04', waiting(''), '2026-04-01..2026-05-01'],
  ])(
    'of one account is where its chain has come to, where lines of a cancelled document wait %s',
    (_, month, last, expected) => {
      expect(told(runPeriod(viewOf(1), asked(month), last))).toBe(expected);
    },
  );

  const until = (day: string, from = '2026-01-01') => [{ from, until: day }];
  test.each<[string, AccountView, string, Link | undefined, string]>([
    ['what ends with that of the cycle', viewOf(1), '2026-04', undefined, '2026-04-01..2026-05-01'],
    [
      'that in which it came',
      viewOf(1, [{ from: '2026-04-10', until: '' }]),
      '2026-04',
      undefined,
      '2026-04-01..2026-05-01',
    ],
    ['nothing, of another cycle', viewOf(15), '2026-04', undefined, 'none'],
    [
      'the short period before it left, as the cycle comes to its end',
      viewOf(cut('2026-04-10'), until('2026-04-10')),
      '2026-04',
      undefined,
      '2026-04-01..2026-04-10',
    ],
    [
      'its own later, where that was not billed: it is billed with it',
      viewOf(cut('2026-04-10'), until('2026-04-10')),
      '2026-05',
      link('2026-03-01', '2026-04-01'),
      '2026-05-01..2026-06-01',
    ],
    [
      'what has become known since, where it was',
      viewOf(cut('2026-04-10'), until('2026-04-10')),
      '2026-05',
      link('2026-04-01', '2026-04-10'),
      '2026-05-01..2026-06-01',
    ],
    [
      'the period in which it came, though it leaves later',
      viewOf(cut('2026-05-20'), until('2026-05-20', '2026-04-10')),
      '2026-04',
      undefined,
      '2026-04-01..2026-05-01',
    ],
    [
      'its own, though it left as that began',
      viewOf(cut('2026-04-01'), until('2026-04-01')),
      '2026-04',
      undefined,
      '2026-04-01..2026-05-01',
    ],
  ])('of cycle 1 is %s', (_, view, month, last, expected) => {
    expect(told(runPeriod(view, asked(month, { cycle: 1 }), last))).toBe(expected);
  });
});
