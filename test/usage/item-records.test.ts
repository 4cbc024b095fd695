import { expect, test } from 'vitest';
import { isoInstant } from '#shared/time/local-date.ts';
import { instantsOf } from '#shared/usage/item-records.ts';
import { COUNTERS } from '#shared/usage/usage-item.ts';
import { itemsOf, type Use } from '../rating/fleet.ts';

const use = (at: string, more: Partial<Use> = {}): Use => ({ at, bytes: 1, ...more });

test('a counter reading changes whatever comes behind it', () => {
  const [{ packed } = { packed: new Uint8Array() }] = itemsOf([use('2026-02-20T10:00:00Z')]);
  packed[1] = COUNTERS;
  expect(instantsOf(packed).until).toBe(Number.MAX_SAFE_INTEGER);
});

test.each<[string, Use[], string, string]>([
  ['one event', [use('2026-02-20T10:00:00Z')], '2026-02-20T10:00:00Z', '2026-02-20T10:00:01Z'],
  [
    'events in any order',
    [use('2026-02-20T10:00:00Z'), use('2026-02-01T00:00:00Z'), use('2026-02-28T23:59:59Z')],
    '2026-02-01T00:00:00Z',
    '2026-03-01T00:00:00Z',
  ],
  [
    'a part of a session',
    [use('2026-02-20T10:00:00Z', { session: 7 })],
    '2026-02-19T10:00:00Z',
    '2026-02-21T10:00:01Z',
  ],
  ['an aggregate of a day', [use('2026-02-20', { precision: 'day' })], '2026-02-19T00:00:00Z', '2026-02-21T00:00:01Z'],
])('when the records of an item can count: %s', (_, uses, from, until) => {
  const [item] = itemsOf(uses);
  const its = instantsOf(item!.packed);
  expect([isoInstant(its.from), isoInstant(its.until)]).toEqual([from, until]);
});
