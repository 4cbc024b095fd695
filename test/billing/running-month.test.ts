import { describe, expect, test } from 'vitest';
import { rateUsage } from '#shared/billing/use-cases/usage/rate-usage.ts';
import { runningMonth } from '#shared/billing/use-cases/usage/running-month.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import type { AccountFact, Fact } from '#shared/inventory/fact.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, planOf, SELLER, type Turn } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';
import { moved, opening, sim } from './moved-account.ts';
import { UNHURRIED } from './unhurried.ts';

const CATALOG = catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }]'));
const DATA = '{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1.00 }';

/** Rates what entries of facts touched. */
async function rate({ ports }: MemoryWorld, ...positions: readonly number[]): Promise<void> {
  const rating = { ...ports, queues: { send: async () => undefined }, keepMonths: 12 };
  const messages = positions.map((position) => ({ file: '', generation: 0, chunk: -1, position }));
  await rateUsage(rating, messages, UNHURRIED);
}

const ON_PLAN: Turn = { at: '2026-01-01', state: 'active', plan: 'a' };
const poolFrom = (from: string) => ({ pool: 'fleet', plan: 'a', from, until: '' }) as const;
const netOf = async ({ ports }: MemoryWorld, account = 'p') => (await runningMonth(ports, account))?.running?.net;

test('an account is shown as it is now, with its latest running month, as of what was rated', async () => {
  const world = await memoryWorld(CATALOG);
  const turns = [
    { at: '2020-01-01', has: 'imsi#1' },
    { at: '2026-01-01', state: 'active', plan: 'a' },
  ] as const;
  const unit = {
    kind: 'businessUnit',
    account: 'p',
    businessUnit: 'north',
    name: 'North',
    address: accountFact('p').address,
    reference: '',
  } as const;
  const effectiveFrom = instantOf('2026-01-10', BERLIN);
  await world.record([
    accountFact('p', { effectiveFrom: instantOf('2026-01-01', BERLIN) }),
    { ...unit, effectiveFrom },
    ...factsOf('1', turns, BERLIN).map(({ fact }) => fact),
  ]);
  await world.load('f', '1', [{ at: '2026-01-10T12:00:00Z', bytes: 1 }]);
  expect(await runningMonth(world.ports, 'p')).toMatchObject({ running: null, asOf: 0 });
  const inventory = 2;
  await rate(world, inventory);
  world.setClock('2026-02-20');
  await world.load('g', '1', [{ at: '2026-02-10T12:00:00Z', bytes: 1 }]);
  await rate(world, inventory);
  const asOf = await tail(world.ports.decisions, 0);
  await world.record([accountFact('p', { effectiveFrom: instantOf('2026-02-10', BERLIN), name: 'New name' })]);
  expect(await runningMonth(world.ports, 'p')).toMatchObject({
    account: { account: 'p', seller: SELLER, name: 'New name' },
    businessUnits: [{ businessUnit: 'north' }],
    running: { period: { from: '2026-02-01' }, net: { '': '3' } },
    asOf,
    tail: asOf + 1,
  });
  expect(await runningMonth(world.ports, 'nobody')).toBeUndefined();
});

describe('a running month is priced as its bill will be', () => {
  const withAgreement = (agreed: string) =>
    catalogWith(`${planOf('a', `[${DATA}]`)}agreements:\n  - { account: p, currency: EUR, ${agreed} }\n`);
  const inDollars = catalogWith(planOf('a', `[${DATA}]`).replace('currency: EUR', 'currency: USD'));
  const days = [
    { date: '2026-01-02', rates: { USD: '1.25' } },
    { date: '2026-01-31', rates: { USD: '2' } },
    { date: '2026-02-01', rates: { USD: '2.5' } },
  ];
  const exchangeRates = [{ source: 'ECB', base: 'EUR', days }] as Catalog['exchangeRates'];
  const rent = '{ kind: recurring, id: rent, name: Rent, months: 12, price: 365.00 }';
  const since = (at: string): Turn => ({ at, state: 'active', plan: 'a' });

  test.each<[string, Catalog, Turn, Record<string, string>]>([
    ['what was used, at its price', catalogWith(planOf('a', `[${DATA}]`)), since('2026-01-01'), { '': '5' }],
    [
      'what falls short of a minimum that is agreed is made up for, as if all usage were there',
      withAgreement('commitments: [{ id: least, name: Least, from: 2026-01-01, minimum: 40.00 }]'),
      since('2026-01-01'),
      { '': '40' },
    ],
    [
      'in the currency of its bill, by the rate of the last day of the month',
      { ...inDollars, exchangeRates },
      since('2026-01-01'),
      { '': '2.5' },
    ],
    [
      'a year that begins in it, paid in advance',
      catalogWith(planOf('a', `[${DATA}, ${rent}]`)),
      since('2026-01-01'),
      { '': '370' },
    ],
    [
      'but not one that was paid in advance before',
      catalogWith(planOf('a', `[${DATA}, ${rent}]`)),
      since('2025-12-01'),
      { '': '5' },
    ],
  ])('%s', async (_, catalog, turn, expected) => {
    const world = await memoryWorld(catalog);
    await world.record([accountFact('p', { effectiveFrom: instantOf('2025-12-01', BERLIN) }), ...sim([turn])]);
    await world.load('f', '1', [{ at: '2026-01-15T12:00:00Z', bytes: 5_000_000 }]);
    await rate(world, 2);
    expect(await netOf(world)).toEqual(expected);
  });
});

describe('what is said of an account later is heeded', () => {
  const pool = '[{ id: fleet, name: Fleet, kind: flexible, pool: fleet, size: 31 MB, covers: [data] }]';
  test.each<[string, string, Partial<AccountFact>, Record<string, string>]>([
    ['a name, and nothing else: the pool covers all', pool, { name: 'New' }, {}],
    ['that it has the pool from another month on', pool, { pools: [poolFrom('2026-02-01')] }, { '': '5' }],
    ['a move to another seller that is still to come', '[]', { seller: 'beta' }, { '': '5' }],
  ])('%s', async (_, allowances, more, expected) => {
    const from = more.seller === undefined ? '2026-01-10' : '2026-02-10';
    const world = await opening(
      planOf('a', `[${DATA}]`, allowances),
      sim([{ at: '2026-01-01', state: 'active', plan: 'a' }]),
    );
    await world.load('f', '1', [{ at: '2026-01-15T12:00:00Z', bytes: 5_000_000 }]);
    await world.record([moved(from, more)]);
    await rate(world, 2);
    expect(await netOf(world)).toEqual(expected);
  });
});

describe('what counts for all of a payer is heeded at its next usage, of whichever subscription', () => {
  const messages = '{ kind: usage, id: sms, name: Messages, match: { services: sms }, measure: count, price: 1.00 }';
  const fee = '{ kind: recurring, id: fee, name: Fee, price: 31.00 }';
  const all = `[${DATA}, ${messages}, ${fee}]`;
  const pool = '[{ id: fleet, name: Fleet, kind: flexible, pool: fleet, size: 31 MB, covers: [data] }]';
  const own = '[{ id: own, name: Own, kind: individual, size: 31 MB, covers: [data] }]';
  const release = (plans: string) => (world: MemoryWorld) => releaseCatalog(world.ports, catalogWith(plans), 'test');
  const change = (more: Partial<AccountFact>) => (world: MemoryWorld) => world.record([moved('2026-01-10', more)]);

  /** Subscriptions 1 and 2 pay 31.00 each; 1 has used 5 MB and sent 7 messages; of 2 comes 1 MB, and it is rated with the change. */
  test.each<[string, string, (world: MemoryWorld) => Promise<unknown>, string]>([
    ['nothing', planOf('a', all), change({}), '75'],
    ['another price', planOf('a', all), release(planOf('a', all.replaceAll('31.00', '62.00'))), '137'],
    ['a charge that is gone', planOf('a', all), release(planOf('a', `[${DATA}]`)), '6'],
    [
      'a version from another day',
      planOf('a', all),
      release(planOf('a', all).replace('2020-01-01', '2021-01-01')),
      '75',
    ],
    ['an allowance', planOf('a', all), release(planOf('a', all, own)), '69'],
    ['a pool that the account has not', planOf('a', all, pool), change({ pools: [poolFrom('2026-02-01')] }), '75'],
    // From 1 to 14 January: 14 of 31 days of both fees, and nothing of what was used on the 15th.
    ['another billing day', planOf('a', all), change({ billingDay: 15 }), '28'],
  ])('%s', async (_, plans, changeIt, expected) => {
    const world = await memoryWorld(catalogWith(plans));
    world.setClock('2026-01-12');
    const facts = ['1', '2'].flatMap((id) => factsOf(id, [{ at: '2026-01-01', has: `imsi#${id}` }, ON_PLAN], BERLIN));
    const since = instantOf('2026-01-01', BERLIN);
    await world.record([accountFact('p', { effectiveFrom: since }), ...facts.map(({ fact }) => fact)]);
    const at = '2026-01-15T12:00:00Z';
    await world.load('f', '1', [
      { at, bytes: 5_000_000 },
      { at, service: 'sms', count: 7 },
    ]);
    await rate(world, 2);
    await world.load('g', '2', [{ at, bytes: 1_000_000 }]);
    const red = factsOf('2', [{ at: '2026-01-01', property: ['colour', 'red'] }], BERLIN);
    await world.record(red.map(({ fact }) => fact));
    await changeIt(world);
    const last = await tail(world.ports.decisions, 0);
    await rate(world, last - 1, last);
    expect(await netOf(world)).toEqual({ '': expected });
  });
});

const factsFrom = (subscription: string, turn: Turn, kind: Fact['kind']) =>
  factsOf(subscription, [turn], BERLIN).flatMap(({ fact }) => (fact.kind === kind ? [fact] : []));

test.each<[string, readonly Fact[], Record<string, string> | undefined]>([
  ['who pays for it', factsFrom('1', { at: '2026-01-01', plan: 'a', payer: 'q' }, 'assignments'), { '': '5' }],
  ['whose identifier it is', factsFrom('2', { at: '2026-01-01', has: 'imsi#1' }, 'identifier'), { '': '5' }],
  ['whether it is anybody’s', factsFrom('', { at: '2026-01-01', has: 'imsi#1' }, 'identifier'), undefined],
])('a correction of %s takes its usage out of the running month it was in', async (_, correction, expected) => {
  const world = await memoryWorld(catalogWith(planOf('a', `[${DATA}]`)));
  const turns = (payer: string) => [{ at: '2026-01-01', state: 'active', plan: 'a', payer }] as const;
  const facts = [...factsOf('1', turns('p'), BERLIN), ...factsOf('2', turns('q'), BERLIN)].map(({ fact }) => fact);
  const has = factsFrom('1', { at: '2026-01-01', has: 'imsi#1' }, 'identifier');
  await world.record([accountFact('p'), accountFact('q'), ...facts, ...has]);
  await world.load('f', '1', [{ at: '2026-01-15T12:00:00Z', bytes: 5_000_000 }]);
  await rate(world, 2);
  expect([await netOf(world), await netOf(world, 'q')]).toEqual([{ '': '5' }, undefined]);
  await world.record(correction);
  await rate(world, await tail(world.ports.decisions, 0));
  expect([await netOf(world), await netOf(world, 'q')]).toEqual([{}, expected]);
});
