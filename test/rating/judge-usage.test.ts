import { describe, expect, test } from 'vitest';
import { isSplitBy, judge, momentAt } from '#shared/rating/judge-usage.ts';
import { countOf, type Match, matchCharge } from '#shared/rating/match-charge.ts';
import { type PlanTerms, planBook } from '#shared/rating/plan-terms.ts';
import { segmentsOf } from '#shared/rating/segments.ts';
import { ANY_MOMENT } from '#shared/rating/terms-clock.ts';
import { instantOf } from '#shared/time/local-date.ts';
import type { UsageKey } from '#shared/usage/usage-key.ts';
import { BERLIN, catalogWith, factsOf, foldOf, historyOf, planOf, type Turn, type Use } from './fleet.ts';

const charge = (id: string, match: string, more = '') =>
  `{ kind: usage, id: ${id}, name: ${id}, match: ${match}, measure: records, price: 1${more} }`;
const data = (whenSuspended: string) =>
  `[${charge('data', '{ services: data }', `, whenSuspended: ${whenSuspended}`)}]`;
const PLANS = [
  planOf('charged', data('charge')),
  planOf('given', data('free')),
  planOf('waits', data('suspense')),
  planOf('kind', data('free')).replace('name: kind,', 'name: kind, unmatched: free,'),
  planOf('hours', `[${charge('work', '{ bands: [office, night] }')}]`),
  planOf('fiveQi', `[${charge('quick', '{ fiveQis: 82 }')}]`),
  planOf('extra', `[${charge('extra-sms', '{ services: sms }')}, ${charge('extra-fr', '{ zones: eu }')}]`).replace(
    'name: extra,',
    'name: Extra, kind: addOn,',
  ),
];
const plans = planBook(catalogWith(PLANS.join('')), BERLIN, '');
const at = '2026-03-18T12:00:00+01:00';
const keyOf = (use: Partial<Use>) => foldOf([{ at, ...use }]).keys[0] as UsageKey;
const segmentOf = (turn: Omit<Turn, 'at'>) => {
  const found = segmentsOf(historyOf('s', factsOf('s', [{ at: '2026-01-01', ...turn }], BERLIN)), plans);
  if (found[0] === undefined) throw new Error('it has a life');
  return found[0];
};
const told = (match: Match) => {
  if (match.outcome === 'charge') return `${match.charge.id} of ${match.terms.plan}`;
  return match.outcome === 'free' ? 'free' : `${match.outcome} ${match.reason}`;
};

test.each<[Turn['state'], string, Partial<Use>, string]>([
  ['active', 'given', {}, 'data of given'],
  ['active', 'waits', {}, 'data of waits'],
  ['test', 'charged', {}, 'free'],
  ['inventory', 'charged', {}, 'suspended NOT_ACTIVE'],
  ['ready', 'charged', {}, 'suspended NOT_ACTIVE'],
  ['terminated', 'charged', {}, 'suspended NOT_ACTIVE'],
  ['suspended', 'charged', {}, 'data of charged'],
  ['suspended', 'given', {}, 'free'],
  ['suspended', 'waits', {}, 'suspended NOT_ACTIVE'],
  ['suspended', 'waits', { service: 'sms' }, 'suspended NO_PRICE'],
  ['suspended', 'lost', {}, 'suspended NO_PLAN'],
  ['active', 'lost', {}, 'suspended NO_PLAN'],
  ['active', 'given', { service: 'sms' }, 'suspended NO_PRICE'],
  ['active', 'kind', { service: 'sms' }, 'free'],
  ['suspended', 'kind', { service: 'sms' }, 'free'],
])('%s on plan "%s", %j: %s', (state = 'active', plan, use, expected) => {
  expect(told(judge(segmentOf({ state, plan }), keyOf(use), ANY_MOMENT, false))).toBe(expected);
});

test.each<[Partial<Use>, string]>([
  [{ service: 'sms' }, 'extra-sms of extra'],
  [{ network: 'FRA01' }, 'extra-fr of extra'],
  [{}, 'data of charged'],
])('an add-on takes what it names before the plan, %j: %s', (use, expected) => {
  const segment = segmentOf({ state: 'active', plan: 'charged', addOn: 'extra' });
  expect(told(judge(segment, keyOf(use), ANY_MOMENT, false))).toBe(expected);
});

test.each([
  ['2026-03-18T12:00:00+01:00', 'work of hours'],
  ['2026-03-18T23:00:00+01:00', 'work of hours'],
  ['2026-03-18T19:00:00+01:00', 'suspended NO_PRICE'],
])('any of the time bands a charge names is enough: %s is %s', (instant, expected) => {
  const segment = segmentOf({ state: 'active', plan: 'hours' });
  expect(told(judge(segment, keyOf({}), momentAt(segment, instantOf(instant, BERLIN)), false))).toBe(expected);
});

test('terms from before something could be asked for do not ask for it', () => {
  const [terms] = plans.get('fiveQi') as readonly [PlanTerms];
  const before = terms.usageCharges.map(({ charge: { match, ...rest }, ...place }) => {
    const { fiveQis: _, ...asked } = match;
    return { ...place, charge: { ...rest, match: asked } };
  });
  const older = { ...terms, usageCharges: before } as unknown as PlanTerms;
  const match = (its: PlanTerms) => told(matchCharge(its, keyOf({ fiveQi: '9' }), ANY_MOMENT, new Map()));
  expect([match(terms), match(older)]).toEqual(['suspended NO_PRICE', 'quick of fiveQi']);
});

describe('a property that is counted is a whole number below a thousand million', () => {
  test.each([
    ['0', 0],
    ['12', 12],
    ['999999999', 999_999_999],
    ['1000000000', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['2 sensors', undefined],
    ['sensor 2', undefined],
    ['', undefined],
  ])('"%s" is %s', (said, count) => {
    expect(countOf(new Map([['sensors', said]]), 'sensors')).toBe(count);
  });
});

test.each<[Turn['state'], string, string]>([
  ['active', 'given', 'suspended MONTHLY_AGGREGATE'],
  ['suspended', 'given', 'free'],
  ['test', 'given', 'free'],
  ['ready', 'given', 'suspended NOT_ACTIVE'],
])('what would have to be split is not charged: %s on plan "%s" is %s', (state = 'active', plan, expected) => {
  expect(told(judge(segmentOf({ state, plan }), keyOf({ precision: 'month' }), ANY_MOMENT, true))).toBe(expected);
});

test.each<[Use['precision'], string, string, boolean]>([
  ['month', '2026-03-01', '2026-04-01', false],
  ['month', '2026-12-01', '2027-01-01', false],
  ['month', '2026-02-15', '2026-03-15', true],
  ['month', '2026-03-01', '2026-03-15', true],
  ['month', '2026-03-15', '2026-04-01', true],
  ['day', '2026-02-15', '2026-03-15', false],
  ['instant', '2026-02-15', '2026-03-15', false],
])('usage of a %s in the period from %s to %s lies in two: %s', (precision, from, until, expected) => {
  expect(isSplitBy(keyOf({ precision }), { from, until })).toBe(expected);
});
