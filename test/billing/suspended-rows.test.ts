import { expect, test } from 'vitest';
import { suspendedRows } from '#shared/billing/use-cases/usage/suspended-rows.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { ALL_MONTHS, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { BERLIN, catalogWith, factsOf, planOf } from '../rating/fleet.ts';
import { accountFact, memoryWorld } from './memory-world.ts';

const DATA = '{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1.00 }';
const CATALOG = catalogWith(planOf('a', `[${DATA}]`).replace('versions:', 'unmatched: free, versions:'));
const STRAYS = Array.from({ length: 34 }, (_, place) => `stray-${place}`);
const used = (at: string) => ({ at: `${at}T12:00:00Z`, bytes: 1000 });

test('what is suspended is told of each identifier once, in the order asked for; what is charged or free is not', async () => {
  const world = await memoryWorld(CATALOG);
  const has = { at: '2026-01-01', has: 'imsi#known', state: 'active', plan: 'a' } as const;
  await world.record([accountFact('p'), ...factsOf('known', [has], BERLIN).map(({ fact }) => fact)]);
  const messages = { ...used('2026-01-15'), service: 'sms', bytes: 0, count: 3 } as const;
  await world.load('known', 'known', [used('2026-01-10'), messages, used('2025-12-30')]);
  for (const id of STRAYS) await world.load(id, id, [used('2026-01-10'), used('2026-01-20')]);
  const state = await worldAt(world.ports, await tail(world.ports.decisions, 0), ALL_MONTHS);
  const told = async (month: string, ids: readonly string[]) => {
    const said: string[] = [];
    const identifiers = ids.map((id) => `imsi#${id}`);
    await suspendedRows(world.ports, state, month, identifiers, ({ identifier, rows }) => {
      said.push([identifier.slice('imsi#'.length), ...[...rows].map(([reason, its]) => `${reason} ${its}`)].join(' '));
    });
    return said;
  };
  const expected = STRAYS.map((id) => `${id} UNKNOWN_SUBSCRIBER 0,1`);
  expect(await told('2026-01', ['known', ...STRAYS, 'unheard'])).toEqual(expected);
  expect(await told('2026-01', STRAYS.slice(0, 32).reverse())).toEqual(expected.slice(0, 32).reverse());
  expect(await told('2025-12', ['stray-1', 'known'])).toEqual(['known UNKNOWN_SUBSCRIBER 0']);
  expect(await told('2026-01', [])).toEqual([]);
});
