import { describe, expect, test } from 'vitest';
import type { Arithmetic, ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { type MovedPrices, SAME_PRICES } from '#shared/catalog/moved-prices.ts';
import { addDays, instantOf } from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';
import { fee, line } from './lines.ts';
import { facts, loaded, released, ZONE } from './news-entries.ts';
import { why } from './why.ts';

const data = (amount: string) => line('data', '2026-03', amount);
const arrears = (amount: string, counted = 'subscriptions') => {
  const its = fee('fee', '2026-03', amount, 'arrears');
  return { ...its, arithmetic: { ...its.arithmetic, of: counted } as Arithmetic };
};
/** A line of another kind. */
const of = (kind: Arithmetic['kind'], amount: string) =>
  line(kind, '2026-03', amount, { arithmetic: { kind } as Arithmetic });
const order = (date: string, amount: string) => ({
  ...of('adHoc', amount),
  period: { from: date, until: addDays(date, 1) },
});

describe('what worked out of the very same numbers came to something else was computed otherwise, whatever became known', () => {
  const now = data('2.00');
  const was = { ...now, amount: '1.00' };
  const pooled = { kind: 'pool', model: 'unit', shares: [{ businessUnit: '' }] } as unknown as Arithmetic;
  test.each<[string, Partial<ChargeLine>, Partial<ChargeLine>, string]>([
    ['the same numbers', {}, {}, 'computation changed'],
    [
      'the same, exact to more digits',
      { arithmetic: { ...now.arithmetic, exact: '1.999' } as Arithmetic },
      {},
      'computation changed',
    ],
    ['another flat fee', { arithmetic: { ...now.arithmetic, flat: '1' } as Arithmetic }, {}, 'late usage'],
    ['another unit price', { unitPrice: '2' }, {}, 'late usage'],
    ['another quantity', { quantity: '2' }, { quantity: '1' }, 'late usage'],
    ['no other amount: something given back of it moved', {}, { amount: '2.00' }, 'late usage'],
    [
      'what is shared over units, of which another’s usage moved',
      { arithmetic: pooled },
      { arithmetic: pooled },
      'late usage',
    ],
  ])('%s', (_, more, before, reason) => {
    expect(why([loaded('2026-03')], { ...now, ...more }, { ...was, ...before })).toBe(reason);
  });
});

test('so did a fee that is not shared', () => {
  expect(why([facts('2026-03-10')], arrears('2.00'), { ...arrears('2.00'), amount: '1.00' })).toBe(
    'computation changed',
  );
});

describe('a price moves what is priced by it', () => {
  /** Prices that moved in March alone: of the fee by itself, of plans, or what agreed amounts follow from. */
  const moved = (what: 'ofCharge' | 'ofPlans' | 'ofAgreed', from = '2026-03-01'): MovedPrices => {
    const isMarch = (period: Period) => period.from === from && period.until === '2026-04-01';
    const its = {
      ofCharge: (plan: string, charge: string, period: Period) =>
        plan === 'a' && ['fee', 'oneTime'].includes(charge) && isMarch(period),
      ofPlans: (plans: Iterable<string>, period: Period) => [...plans].join() === 'a' && isMarch(period),
      ofAgreed: (plans: Iterable<string>, period: Period) => [...plans].join() === 'a' && isMarch(period),
    };
    return { ...SAME_PRICES, [what]: its[what] };
  };
  const was = (now: ChargeLine) => ({ ...now, amount: '1.00', quantity: '1' });
  const [yes, no] = ['price correction', 'computation changed'];
  test.each<[string, ChargeLine, own: string, plans: string, agreed: string]>([
    ['a fee by its own', arrears('2.00'), yes, no, no],
    ['a fee in a season too', { ...arrears('2.00'), charge: 'fee@spring' }, yes, no, no],
    ['a fee of those with usage also by those of usage', arrears('2.00', 'used'), yes, yes, no],
    ['what is due once by its own', of('oneTime', '2.00'), yes, no, no],
    ['usage by all of its plans', data('2.00'), no, yes, no],
    ['a pool too', of('poolPrice', '2.00'), no, yes, no],
    ['a true-up by what is agreed', of('trueUp', '2.00'), no, no, yes],
    ['a cap', of('cap', '2.00'), no, no, yes],
    ['a discount', of('discount', '2.00'), no, no, yes],
    ['an order has its own', order('2026-03-10', '2.00'), no, no, no],
    ['goodwill has none', of('adjustment', '2.00'), no, no, no],
  ])('%s', (_, now, own, plans, agreed) => {
    const by = (prices: MovedPrices) => why([], now, was(now), { prices });
    expect([by(moved('ofCharge')), by(moved('ofPlans')), by(moved('ofAgreed'))]).toEqual([own, plans, agreed]);
  });

  test('an order has no other price, whatever was released', () => {
    expect(why([released], order('2026-03-10', '2.00'), was(order('2026-03-10', '2.00')))).toBe('computation changed');
  });

  test.each<[string, string, string, string]>([
    ['in its period', '', '2026-01-01', '2026-03-01'],
    ['in those from which allowances are carried on', 'a', '2026-01-01', '2026-01-01'],
    ['in its own where nothing before is measured again', 'a', '2026-03-20', '2026-03-01'],
  ])('usage is priced %s', (_, carrying, measured, from) => {
    const scope = { carrying: new Set([carrying]), measuredFrom: instantOf(measured, ZONE) };
    const by = (first: string) => why([], data('2.00'), data('1.00'), { ...scope, prices: moved('ofPlans', first) });
    const days = ['2026-01-01', '2026-03-01', '2026-03-20'];
    expect(days.filter((first) => by(first) === 'price correction')).toEqual([from]);
  });
});
