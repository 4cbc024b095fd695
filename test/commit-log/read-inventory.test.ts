import { describe, expect, test } from 'vitest';
import { shardOf } from '#shared/commit-log/inventory-rows.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import {
  accountFacts,
  accountsInCycle,
  identifierFacts,
  ownersOf,
  shardFacts,
  shardsOf,
  subscriptionFacts,
} from '#shared/commit-log/use-cases/read-inventory.ts';
import { recordFacts } from '#shared/commit-log/use-cases/record-facts.ts';
import type { AccountFact, Fact } from '#shared/inventory/fact.ts';
import { subscriptionHistory } from '#shared/inventory/subscription-history.ts';
import { OPEN_END } from '#shared/inventory/timeline.ts';
import { memoryDecisions, memoryProjections } from '#shared/memory/decisions.ts';
import { memoryObjects } from '#shared/memory/objects.ts';

const KNOWN = { position: 99, cutOff: OPEN_END };
const identifier = (effectiveFrom: number, subscription: string): Fact => ({
  kind: 'identifier',
  identifier: 'imsi#1',
  effectiveFrom,
  subscription,
});
const assigned = (effectiveFrom: number, subscription: string, payer: string): Fact => ({
  kind: 'assignments',
  subscription,
  seller: 'x',
  effectiveFrom,
  assignments: payer === '' ? [] : [{ payer, plan: 'iot', businessUnit: '' }],
});
const state = (effectiveFrom: number, subscription: string): Fact => ({
  kind: 'state',
  subscription,
  effectiveFrom,
  state: 'active',
});
const account = (id: string, billingDay: number): AccountFact => ({
  kind: 'account',
  account: id,
  effectiveFrom: 1,
  seller: 'x',
  name: id,
  address: { lines: ['1'], postalCode: '1', city: 'C', country: 'DE' },
  vatId: '',
  email: '',
  language: 'en',
  currency: 'EUR',
  timeZone: 'UTC',
  billingDay,
  taxProfile: 'de',
  paymentTermDays: 14,
  reference: '',
  pools: [],
  certificates: [],
});

/** Records each list of facts as an entry and projects them one by one. */
async function projected(...entries: readonly (readonly Fact[])[]) {
  const ports = {
    decisions: memoryDecisions(),
    objects: memoryObjects({ now: () => 0 }),
    projections: memoryProjections(),
    clock: { now: () => 0 },
    entryQueue: { send: async () => undefined },
  };
  for (const [place, facts] of entries.entries()) {
    await recordFacts(ports, facts, 'test', `command ${place}`);
    await projectFacts(ports, await tail(ports.decisions, 0));
  }
  return ports;
}

describe('an identifier that moves between subscriptions', () => {
  const moves = [
    [identifier(100, 's1'), state(100, 's1'), assigned(100, 's1', 'p1')],
    [identifier(200, 's2'), state(200, 's2'), assigned(200, 's2', 'p2')],
    [identifier(300, '')],
    [identifier(150, 's3')],
  ];
  test('has one owner at a time', async () => {
    const { projections } = await projected(...moves);
    expect(ownersOf(await identifierFacts(projections, 'imsi#1'), KNOWN)).toEqual([
      { from: 100, until: 150, value: 's1' },
      { from: 150, until: 200, value: 's3' },
      { from: 200, until: 300, value: 's2' },
      { from: 300, until: OPEN_END, value: '' },
    ]);
  });

  test.each([
    ['s1', 100, 150],
    ['s2', 200, 300],
    ['s3', 150, 200],
  ])('%s knows when it had it, from the facts under its own key', async (subscription, from, until) => {
    const { projections } = await projected(...moves);
    const facts = await subscriptionFacts(projections, subscription);
    const { identifiers } = subscriptionHistory(subscription, 'x', facts, KNOWN);
    expect(identifiers).toEqual([{ identifier: 'imsi#1', spans: [{ from, until, value: subscription }] }]);
  });

  test('a world before the moves knows nothing of them', async () => {
    const { projections } = await projected(...moves);
    const facts = await subscriptionFacts(projections, 's1');
    const before = subscriptionHistory('s1', 'x', facts, { position: 1, cutOff: OPEN_END });
    expect(before.identifiers[0]?.spans).toEqual([{ from: 100, until: OPEN_END, value: 's1' }]);
    expect(ownersOf(await identifierFacts(projections, 'imsi#1'), { position: 2, cutOff: 250 })).toEqual([
      { from: 100, until: 200, value: 's1' },
      { from: 200, until: OPEN_END, value: 's2' },
    ]);
  });
});

describe('a payer', () => {
  const shard = shardOf('s1');
  test('that takes over gets the whole history, and the one before keeps it', async () => {
    const first = [identifier(100, 's1'), state(100, 's1'), assigned(100, 's1', 'p1')];
    const { projections } = await projected(first, [assigned(200, 's1', 'p2')], [state(250, 's1')]);
    const all = await subscriptionFacts(projections, 's1');
    expect(all).toHaveLength(5);
    for (const payer of ['p1', 'p2']) {
      expect(await shardsOf(projections, 'x', payer)).toEqual([shard]);
      expect((await shardFacts(projections, 'x', payer, shard)).get('s1')).toEqual(all);
    }
  });

  test('hears of an identifier taken away by another subscription', async () => {
    const first = [identifier(100, 's1'), assigned(100, 's1', 'p1')];
    const { projections } = await projected(first, [identifier(200, 's2')]);
    const facts = (await shardFacts(projections, 'x', 'p1', shard)).get('s1') ?? [];
    expect(subscriptionHistory('s1', 'x', facts, KNOWN).identifiers[0]?.spans).toEqual([
      { from: 100, until: 200, value: 's1' },
    ]);
  });

  test('of one seller is not a payer of another', async () => {
    const { projections } = await projected([assigned(100, 's1', 'p1')]);
    expect(await shardsOf(projections, 'y', 'p1')).toEqual([]);
    expect(await shardFacts(projections, 'y', 'p1', shard)).toEqual(new Map());
  });

  test('with a thousand subscriptions has them in shards, each where its id says', async () => {
    const ids = Array.from({ length: 1000 }, (_, place) => `sim-${place}`);
    const { projections } = await projected(ids.map((id) => assigned(100, id, 'p1')));
    const found: string[] = [];
    for (const each of await shardsOf(projections, 'x', 'p1')) {
      for (const id of (await shardFacts(projections, 'x', 'p1', each)).keys()) {
        expect(shardOf(id)).toBe(each);
        found.push(id);
      }
    }
    expect(found.toSorted()).toEqual(ids.toSorted());
  });
});

test('accounts are found by themselves and by the day they are billed on', async () => {
  const { projections } = await projected(
    [account('b', 1), account('a', 1)],
    [account('c', 31)],
    [
      {
        kind: 'businessUnit',
        account: 'a',
        businessUnit: 'north',
        effectiveFrom: 1,
        name: 'N',
        address: account('a', 1).address,
        reference: '',
      },
    ],
  );
  expect(await accountsInCycle(projections, 'x', 1)).toEqual(['a', 'b']);
  expect(await accountsInCycle(projections, 'x', 31)).toEqual(['c']);
  expect(await accountsInCycle(projections, 'y', 1)).toEqual([]);
  expect((await accountFacts(projections, 'a')).map(({ position, fact }) => [position, fact.kind])).toEqual([
    [1, 'account'],
    [3, 'businessUnit'],
  ]);
});

describe('recording', () => {
  test('the same command again, after an answer was lost, stands once', async () => {
    const ports = await projected([state(100, 's1')]);
    const facts = [state(200, 's1')];
    const racing = await Promise.all(['c', 'c', 'c'].map((command) => recordFacts(ports, facts, 'test', command)));
    expect(racing).toEqual([2, 2, 2]);
    expect(await tail(ports.decisions, 0)).toBe(2);
  });

  test('the same facts by another command are recorded again', async () => {
    const ports = await projected([state(100, 's1')]);
    expect(await recordFacts(ports, [state(100, 's1')], 'test', 'another')).toBe(2);
  });

  test('facts of one subscription keep their order', async () => {
    const facts = [state(3, 's2'), state(1, 's1'), state(2, 's2'), state(2, 's1')];
    const { projections } = await projected(facts);
    const times = async (id: string) =>
      (await subscriptionFacts(projections, id)).map(({ fact }) => fact.effectiveFrom);
    expect([await times('s1'), await times('s2')]).toEqual([
      [1, 2],
      [3, 2],
    ]);
  });

  test('nothing cannot be recorded', async () => {
    await expect(projected([])).rejects.toThrow(RangeError);
  });
});
