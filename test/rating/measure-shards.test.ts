import { expect, test } from 'vitest';
import { OPEN_END } from '#shared/inventory/timeline.ts';
import { measureFacts } from '#shared/rating/use-cases/measure-shards.ts';
import { BERLIN, catalogWith, factsOf, foldOf, monthsOf, planOf, SELLER, scopeOf } from './fleet.ts';

test('what a subscription used is itemised by identifier; of one without usage there is nothing', async () => {
  const data = '{ kind: usage, id: data, name: Data, measure: bytes, unit: MB, price: 1 }';
  const scope = { ...scopeOf(catalogWith(planOf('a', `[${data}]`)), monthsOf('2026-03')), seller: SELLER };
  const facts = factsOf(
    's',
    [
      { at: '2026-03-01', state: 'active', plan: 'a', has: 'imsi#1' },
      { at: '2026-03-02', has: 'imsi#2' },
    ],
    BERLIN,
  );
  const usage = new Map([['imsi#2', foldOf([{ at: '2026-03-05T12:00:00Z', bytes: 5 }])]]);
  const found: unknown[] = [];
  const known = { position: 99, cutOff: OPEN_END };
  await measureFacts(
    async () => () => usage,
    { ...scope, known },
    new Map([['s', facts]]),
    new Map(),
    async (measured) => {
      found.push(
        ...measured.itemised().map(({ identifier, bytesUnsplit }) => [measured.subscription, identifier, bytesUnsplit]),
      );
    },
  );
  expect(found).toEqual([['s', 'imsi#2', 5]]);
});
