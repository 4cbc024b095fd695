import { describe, expect, test } from 'vitest';
import type { Activation } from '#shared/inventory/ready-state.ts';
import { NOTHING_HELD } from '#shared/rating/holdings/holdings.ts';
import { itemiseUsage } from '#shared/rating/itemise-usage.ts';
import { createMeter } from '#shared/rating/measure-subscription.ts';
import { priceInTurn } from '#shared/rating/price-subscription.ts';
import { segmentsOf } from '#shared/rating/segments.ts';
import { subscriptionDetails } from '#shared/rating/subscription-details.ts';
import { instantOf, localDateOf } from '#shared/time/local-date.ts';
import {
  BERLIN,
  catalogWith,
  factsOf,
  foldOf,
  historyOf,
  monthsOf,
  planOf,
  scopeOf,
  type Turn,
  type Use,
} from './fleet.ts';

const CHARGES = [
  '{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }',
  '{ kind: oneTime, id: again, name: Again, at: reactivation, price: 5.00 }',
  '{ kind: usage, id: mark, name: Roaming, measure: amount, price: { model: percentage, percent: 10 } }',
  '{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: { tiers: [{ upTo: 2, price: 1 }, { price: 2 }] } }',
].join(', ');
const OWN = '{ id: own, name: Own, kind: individual, size: 2 MB, covers: [data] }';
const PLAN = planOf('a', `[${CHARGES}]`, `[${OWN}]`);
const used = (date: string, megabytes: number): Use => ({ at: `${date}T12:00:00Z`, bytes: megabytes * 1_000_000 });
const charged = (date: string, cents: number): Use => ({ at: `${date}T12:00:00Z`, amount: [cents, 'EUR/2'] });
const TURNS: readonly Turn[] = [
  { at: '2026-02-01', state: 'active', plan: 'a', has: 'imsi#1' },
  { at: '2026-03-10', state: 'suspended' },
  { at: '2026-03-11', state: 'active' },
  { at: '2026-03-20', state: 'suspended' },
  { at: '2026-03-22', state: 'active' },
];

function measured(uses: readonly Use[], plan = PLAN, turns = TURNS) {
  const scope = scopeOf(catalogWith(plan), monthsOf('2026-03', '2026-04'));
  const history = historyOf('s', factsOf('s', turns, BERLIN));
  const usage = foldOf(uses);
  const periods = createMeter(scope).measure(history, new Map([['imsi#1', usage]]));
  const owned = history.identifiers.map(({ spans }) => ({ usage, owned: spans }));
  const items = itemiseUsage(scope, segmentsOf(history, scope.plans), owned);
  return { scope, periods, priced: priceInTurn(periods, scope, NOTHING_HELD), items };
}

test('what a subscription has to do with each line, of fees with the days it became active on by itself', () => {
  const activated = (date: string, by: Activation['by']): Activation => ({ at: instantOf(date, BERLIN), by });
  const activations = [
    activated('2026-02-27', 'use'),
    activated('2026-03-01', 'use'),
    activated('2026-03-22T10:00:00Z', 'days'),
    activated('2026-04-02', 'use'),
    activated('2026-05-01', 'use'),
  ];
  const uses = [used('2026-03-05', 3), used('2026-03-06', 3), charged('2026-03-07', 150), charged('2026-04-07', 30)];
  const { scope, periods, priced } = measured(uses);
  const of = (place: number) => subscriptionDetails(scope.days, periods[place]!, priced[place]!, activations);
  const nothing = { subscription: 's', interval: '', days: 0, quantity: '0', covered: '0', tiers: {}, pooled: '0' };
  const march = [
    { on: '2026-03-01', by: 'use' },
    { on: '2026-03-22', by: 'days' },
  ];
  expect(of(0)).toEqual([
    { ...nothing, line: '|a|2020-01-01|fee|', days: 28, activations: march },
    { ...nothing, line: '|a|2020-01-01|again|', quantity: '2', tiers: { 0: '2' }, activations: march },
    // Its allowance is 28 of 31 days of 2 MB: 1.806451.
    {
      ...nothing,
      line: '|a|2020-01-01|data|de',
      quantity: '6000000',
      covered: '1806451',
      tiers: { 1: '2000000', 2: '2193549' },
    },
    { ...nothing, line: '|a|2020-01-01|mark|de', amounts: { 'EUR/2|': '150' } },
  ]);
  expect(of(1)).toEqual([
    { ...nothing, line: '|a|2020-01-01|fee|', days: 30, activations: [{ on: '2026-04-02', by: 'use' }] },
    { ...nothing, line: '|a|2020-01-01|mark|de', amounts: { 'EUR/2|': '30' } },
  ]);
});

test('of records that pay a minimum or a maximum, what is left of them to be priced', () => {
  const voice = (id: string, zone: string, bound: string) =>
    `{ kind: usage, id: ${id}, name: V, match: { zones: ${zone} }, measure: seconds, unit: min, price: 0.10, connectionFee: 0.01, ${bound} }`;
  const charges = `[${voice('least', 'de', 'minimum: 0.10')}, ${voice('most', 'eu', 'maximum: 0.50')}]`;
  const own = '{ id: own, name: Own, kind: individual, size: 1 min, proration: whole, covers: [least] }';
  const call = (seconds: number, at: number, network = 'DEU01'): Use => {
    return { at: `2026-03-0${at + 1}T12:00:00Z`, service: 'voice', seconds, network };
  };
  // Of 90 s the allowance covers 60; 30, 20 and 10 s come to less than 0.10, 600 and 720 s to more than 0.50.
  const uses = [
    ...[90, 20, 10, 120, 180].map((seconds, at) => call(seconds, at)),
    ...[600, 720, 60].map((seconds, at) => call(seconds, at, 'FRA01')),
  ];
  const { scope, periods, priced } = measured(uses, planOf('a', charges, `[${own}]`));
  const details = subscriptionDetails(scope.days, periods[0]!, priced[0]!, []);
  const told = details.map(({ line, quantity, covered, tiers }) => [line, quantity, covered, tiers] as const);
  expect(told.toSorted(([a], [b]) => (a < b ? -1 : 1))).toEqual([
    ['|a|2020-01-01|least#fee|de', '0', '0', { 0: '2' }],
    ['|a|2020-01-01|least#minimum|de', '60', '0', { 0: '3' }],
    ['|a|2020-01-01|least|de', '420', '60', { 0: '300' }],
    ['|a|2020-01-01|most#fee|eu', '0', '0', { 0: '1' }],
    ['|a|2020-01-01|most#maximum|eu', '1320', '0', { 0: '2' }],
    ['|a|2020-01-01|most|eu', '1380', '0', { 0: '60' }],
  ]);
});

describe('what draws on a pool', () => {
  const data = (id: string, zone: string, more = '') =>
    `{ kind: usage, id: ${id}, name: Data, match: { zones: ${zone} }, measure: bytes, unit: MB, price: 1 ${more} }`;
  const charges = `[${data('data', 'de')}, ${data('other', 'eu')}, ${data('all', 'world', ', count: account')}]`;
  const pool = (id: string, megabytes: number, more: string) =>
    `{ id: ${id}, name: ${id}, kind: flexible, pool: ${id}, scope: account, size: ${megabytes} MB, ${more} }`;
  const detailsOf = (allowances: readonly string[], uses: readonly Use[], turns: readonly Turn[]) => {
    const { scope, periods, priced } = measured(uses, planOf('a', charges, `[${allowances.join(', ')}]`), turns);
    return subscriptionDetails(scope.days, periods[1]!, priced[1]!, []);
  };
  const [abroad, far] = ['FRA01', 'USA01'].map((network): Use => ({ ...used('2026-04-05', 1), network })) as [Use, Use];

  test('and what its unit put into the pools, where overage is shared by what was used above that', () => {
    const allowances = [
      pool('front', 10, 'covers: [data], share: byExcess'),
      pool('back', 6, 'covers: [data]'),
      pool('rest', 20, 'covers: [other]'),
    ];
    const turns: Turn[] = [
      { at: '2026-04-01', state: 'active', plan: 'a', unit: 'x', has: 'imsi#1' },
      { at: '2026-04-11', plan: 'a', unit: 'y' },
    ];
    const details = detailsOf(allowances, [used('2026-04-05', 7), abroad, far, used('2026-04-20', 2)], turns);
    const told = details.map(({ line, quantity, pooled, putIn }) => [line, quantity, pooled, putIn]);
    // In 10 of 30 days a third of 10 and 6 MB, in the others what is missing of all.
    expect(told.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1))).toEqual([
      ['x|a|2020-01-01|all|world', '1000000', '1000000', undefined],
      ['x|a|2020-01-01|data|de', '7000000', '7000000', `${3_333_333 + 2_000_000}`],
      ['x|a|2020-01-01|other|eu', '1000000', '1000000', undefined],
      ['y|a|2020-01-01|data|de', '2000000', '2000000', `${6_666_667 + 4_000_000}`],
    ]);
  });

  test('is not among them where it is told apart when pools are settled', () => {
    const own = (id: string) => `{ id: ${id}, name: ${id}, kind: individual, size: 2 MB, covers: [data] }`;
    const allowances = [own('first'), pool('front', 10, 'covers: [data]'), own('last')];
    const turns: Turn[] = [{ at: '2026-04-01', state: 'active', plan: 'a', has: 'imsi#1' }];
    const details = detailsOf(allowances, [used('2026-04-05', 7), abroad], turns);
    expect(details.map(({ line }) => line)).toEqual(['|a|2020-01-01|other|eu']);
  });
});

test('records one by one, by time: with the amount of its carrier, where a percentage of that is charged', () => {
  const uses: Use[] = [
    used('2026-04-05', 3),
    charged('2026-03-07', 150),
    used('2026-02-05', 9),
    { at: '2026-02-15', precision: 'day', event: 'x', bytes: 1_000_000 },
    { at: '2026-03-15', precision: 'day', event: 'y', bytes: 2_000_000 },
    { ...used('2026-03-05', 1), network: 'FRA01' },
  ];
  const { items } = measured(uses);
  expect(
    items.map(({ startedAt, period, charge, zone, bytesUnsplit, carrierCharge }) => {
      const charges = carrierCharge === undefined ? [] : [carrierCharge.amount, carrierCharge.currency];
      return [localDateOf(startedAt, BERLIN), period, charge, zone, bytesUnsplit, ...charges].join(' ');
    }),
  ).toEqual([
    '2026-03-05 0 Data Europe 1000000',
    '2026-03-07 0 Roaming Germany 0 1.5 EUR',
    '2026-03-15 0 Data Germany 2000000',
    '2026-04-05 1 Data Germany 3000000',
  ]);
});
