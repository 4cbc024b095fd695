import { describe, expect, test } from 'vitest';
import type { Link } from '#shared/billing/draft.ts';
import { hasBilled, runPeriod } from '#shared/billing/run-period.ts';
import type { AccountView } from '#shared/inventory/account-history.ts';
import { startOfDay } from '#shared/time/local-date.ts';
import type { BillingDays } from '#shared/time/period.ts';
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

  test.each<[string, Link | undefined, string]>([
    ['the first, where none is billed', undefined, '2026-04-01..2026-04-16'],
    ['the first that is not billed', link('2026-04-01', '2026-04-16'), '2026-04-16..2026-05-16'],
    ['the first that is not billed to its end', link('2026-04-01', '2026-04-15'), '2026-04-01..2026-04-16'],
    ['the last, where all are billed', link('2026-05-16', '2026-06-16'), '2026-04-16..2026-05-16'],
  ])('of one account is, of two that begin in the month, %s', (_, last, expected) => {
    const period = runPeriod(viewOf(moved), { cycle: 0, month: '2026-04' }, last);
    expect(`${period?.from}..${period?.until}`).toBe(expected);
  });

  test('of one account that is billed once a month is that, though it is billed', () => {
    expect(runPeriod(viewOf(1), { cycle: 0, month: '2026-04' }, link('2026-05-01', '2026-06-01'))?.from).toBe(
      '2026-04-01',
    );
  });

  const cut = (...cuts: string[]): BillingDays => ({ first: 1, moves: [], cuts });
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
      'the same later, where that was not billed',
      viewOf(cut('2026-04-10'), until('2026-04-10')),
      '2026-05',
      link('2026-03-01', '2026-04-01'),
      '2026-04-01..2026-04-10',
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
  ])('of cycle 1 is %s', (_, view, month, last, expected) => {
    const period = runPeriod(view, { cycle: 1, month }, last);
    expect(period === undefined ? 'none' : `${period.from}..${period.until}`).toBe(expected);
  });
});
