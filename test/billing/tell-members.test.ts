import { describe, expect, test } from 'vitest';
import { hasMembers, openTelling } from '#shared/billing/lines/tell-members.ts';
import { NOTHING_HELD } from '#shared/rating/holdings/holdings.ts';
import { noSums } from '#shared/rating/pools/partial-sums.ts';
import { catalogWith, planOf } from '../rating/fleet.ts';
import { owedBy, type Sim, settledBy, told } from './chain.ts';

const MB = 1_000_000;
const data = (price: string, more = '') =>
  `{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: ${price} ${more} }`;
const own = (size: string, id = 'own') => `{ id: ${id}, name: Own, kind: individual, size: ${size}, covers: [data] }`;
const flexible = (size: string, more = '') =>
  `{ id: fleet, name: Fleet, kind: flexible, pool: fleet, size: ${size}, covers: [data] ${more} }`;
const reserve = (size: string) =>
  `{ id: site, name: Site, kind: static, pool: site, size: ${size}, price: 2, covers: [data] }`;
const catalogOf = (charges: string, ...allowances: readonly string[]) =>
  catalogWith(planOf('a', `[${charges}]`, `[${allowances.join(', ')}]`));

/** A subscription and its megabytes, by month and day: "02-01". */
const sim = (id: string, days: Readonly<Record<string, number>>, from = '2026-01-01'): Sim => ({
  id,
  turns: [{ at: from, state: 'active', plan: 'a' }],
  uses: Object.entries(days).map(([day, megabytes]) => ({ at: `2026-${day}T12:00:00Z`, bytes: megabytes * MB })),
});
/** 50 MB each in a pool and 30 MB of their own behind it: on the second day 40 of 60 MB are over, 6.666667 of them A's and 33.333333 B's. */
const AB = [sim('A', { '02-01': 60, '02-02': 10, '02-03': 5 }), sim('B', { '02-01': 20, '02-02': 50, '02-03': 1 })];

describe('what pools leave is told apart by member (pricing rules §4, decision 61)', () => {
  test('a line says what own allowances covered behind the pool, and who is over', () => {
    const price = '{ tiers: [{ upTo: 4, price: 1, flat: 2 }, { price: 0.30, flat: 1 }] }';
    const catalog = catalogOf(data(price), flexible('50 MB'), own('30 MB'));
    const [february] = settledBy({ catalog, sims: AB, months: ['2026-02'] });
    expect(february?.details.map(({ subscription, tiers, pooled = '' }) => ({ subscription, tiers, pooled }))).toEqual([
      { subscription: 'A', tiers: {}, pooled: '0' },
      { subscription: 'B', tiers: { 1: '4000000', 2: '333333' }, pooled: '0' },
    ]);
    const lines = owedBy({ catalog, sims: AB, months: ['2026-02'] });
    // B is over by 4.333333: 4 at 1.00 and 2, the rest at 0.30 and 1
    expect(told(lines)).toEqual(['data de 1: 6.00', 'data de 2: 1.10']);
    expect(lines.map(({ arithmetic }) => arithmetic)).toMatchObject([
      { quantity: '4000000', entered: 1, subscriptions: 1, covered: '41666667' },
      { quantity: '333333', entered: 1, subscriptions: 1, covered: '41666667' },
    ]);
  });

  test('each subscription is told what it used, and what its own allowances and the pools took of it', () => {
    const catalog = catalogOf(data('1'), own('40 MB', 'front'), flexible('20 MB'), own('10 MB'), reserve('15 MB'));
    const sims = [sim('A', { '02-01': 100 }), sim('B', { '02-01': 60 })];
    const [february] = settledBy({ catalog, sims, months: ['2026-02'] });
    // Of 60 and 20 MB behind their first 40 the pool takes 40, leaving 30 and 10 of them; their own take 10 each, and 20 and 0 come to the last pool
    const its = { line: '|a|2020-01-01|data|de', interval: '', days: 0, covered: '50000000', tiers: {} };
    expect(february?.details).toEqual([
      { ...its, subscription: 'A', quantity: '100000000', pooled: '20000000', inPools: { fleet: '30000000' } },
      { ...its, subscription: 'B', quantity: '60000000', pooled: '0', inPools: { fleet: '10000000' } },
    ]);
  });

  test('who uses nothing of a pool is not told that it took any', () => {
    const catalog = catalogOf(data('1'), own('40 MB', 'front'), flexible('20 MB'), own('10 MB'));
    const [february] = settledBy({ catalog, sims: [sim('A', { '02-01': 30 })], months: ['2026-02'] });
    const of = { subscription: 'A', quantity: '30000000', covered: '30000000', pooled: '0', tiers: {} };
    expect(february?.details).toEqual([{ line: '|a|2020-01-01|data|de', interval: '', days: 0, ...of }]);
  });

  test('of a month in which nobody is a member nothing is told, and what a pool carries is there in the next', () => {
    const catalog = catalogOf(data('1'), flexible('50 MB', ', carryOver: 1'), own('15 MB'));
    const { turns, ...life } = sim('A', { '02-10': 20, '03-10': 100 }, '2026-02-01');
    const sims = [{ ...life, turns: [...turns, { at: '2026-04-01', state: 'terminated' as const }] }];
    // March: 30 of February and 50, then 15 of its own; 5 are over
    const months = ['2026-01', '2026-02', '2026-03', '2026-04'];
    expect(told(owedBy({ catalog, sims, months }))).toEqual(['data de: 5.00']);
  });

  test('tiers of a member count charge by charge: 4 each at 1.00, and 1 each at 0.30', () => {
    const tiers = '{ tiers: [{ upTo: 4, price: 1 }, { price: 0.30 }] }';
    const other = data(tiers).replace('id: data', 'id: far').replace('services: data', 'services: data, zones: eu');
    const both = (allowance: string) => allowance.replace('covers: [data]', 'covers: [far, data]');
    const catalog = catalogOf(`${other}, ${data(tiers)}`, both(flexible('50 MB')), both(own('30 MB')));
    const at = '2026-02-01T12:00:00Z';
    const uses = [
      { at, bytes: 85 * MB },
      { at: at.replace('-01T', '-02T'), bytes: 5 * MB, network: 'FRA01' },
    ];
    expect(told(owedBy({ catalog, sims: [{ ...sim('A', {}), uses }], months: ['2026-02'] }))).toEqual([
      'data de 1: 4.00',
      'data de 2: 0.30',
      'far eu 1: 4.00',
      'far eu 2: 0.30',
    ]);
  });

  test('what own allowances leave counts over the whole account, where the charge does: 16 and 4 MB are 18 at 1.00 and 2 at 0.50', () => {
    const price = '{ tiers: [{ upTo: 18, price: 1 }, { price: 0.50 }] }';
    const catalog = catalogOf(data(price, ', count: account'), flexible('20 MB'), own('20 MB'));
    // The pool takes 40 of 100 MB and leaves 36 of A and 24 of B
    const sims = [sim('A', { '02-01': 60 }), sim('B', { '02-01': 40 })];
    expect(told(owedBy({ catalog, sims, months: ['2026-02'] }))).toEqual(['data de 1: 18.00', 'data de 2: 1.00']);
  });

  test('others than were measured are refused', () => {
    const catalog = catalogOf(data('1'), flexible('50 MB'), own('30 MB'));
    const [february] = settledBy({ catalog, sims: AB, months: ['2026-02'] });
    const telling = openTelling([{ its: february!.its, of: february!.of }], NOTHING_HELD);
    expect(() => telling.endReading()).toThrow('0 members were read, and 2 were measured');
  });
});

test('there are members where any are told apart in any period', () => {
  const [none, some] = [noSums(), { ...noSums(), told: 2 }];
  expect([[], [[none], [none, none]], [[none], [none, some]]].map(hasMembers)).toEqual([false, false, true]);
});
