import { expect, test } from 'vitest';
import type { AccountFact } from '#shared/inventory/fact.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, planOf, SELLER } from '../rating/fleet.ts';
import { accountFact } from './memory-world.ts';
import { billed, opening, sim } from './moved-account.ts';

const CHARGES = `[{ kind: recurring, id: once, name: Once, due: arrears, proration: none, price: 10.00 },
  { kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1.00 }]`;
const POOL = '[{ id: st, name: Static, kind: static, pool: f, size: 1 MB, price: 31.00, covers: [data] }]';
const said = (at: string, more: Partial<AccountFact>) =>
  accountFact('p', { effectiveFrom: instantOf(at, BERLIN), ...more });

test.each<[string, AccountFact[]]>([
  [
    'billing day 15, said on the 10th and taken back on the 12th',
    [said('2026-03-10', { billingDay: 15 }), said('2026-03-12', { billingDay: 1 })],
  ],
  [
    'another seller from 11:00 to 12:00',
    [said('2026-03-10T10:00:00Z', { seller: 'beta' }), said('2026-03-10T11:00:00Z', { seller: SELLER })],
  ],
])(
  'a move that holds on no day cuts no period: %s; what is due whole is due once (pricing rules §1)',
  async (_, facts) => {
    const world = await opening(planOf('a', CHARGES, POOL), sim([{ at: '2026-03-01', state: 'active', plan: 'a' }]));
    await world.record(facts);
    world.setClock('2026-04-02');
    expect(await billed(world, '2026-03')).toEqual(['once 03-01..04-01 10.00', 'pool:f 03-01..04-01 31.00']);
  },
);
