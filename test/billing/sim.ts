import type { Fact } from '#shared/inventory/fact.ts';
import { BERLIN, factsOf } from '../rating/fleet.ts';

/** A subscription of a payer on plan "a" from the middle of January on. */
export function simOf(payer: string, id = `sim-${payer}`): Fact[] {
  return factsOf(id, [{ at: '2026-01-15', state: 'active', payer, plan: 'a' }], BERLIN).map(({ fact }) => fact);
}
