import type { AccountPool } from '#shared/inventory/fact.ts';
import { catalogWith, planOf, type Turn, type Use } from '../rating/fleet.ts';
import { type Bill, owedBy, type Sim } from './chain.ts';

const MB = 1_000_000;
/** A usage charge of the catalogue. */
export const data = (price: string, more = '') =>
  `{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: ${price} ${more} }`;
/** Allowances of the catalogue. */
export const own = (size: string) => `{ id: own, name: Own, kind: individual, size: ${size}, covers: [data] }`;
export const flexible = (size: string, more = '', pool = 'fleet') =>
  `{ id: ${pool}, name: Pool, kind: flexible, pool: ${pool}, size: ${size}, covers: [data] ${more} }`;
export const fixed = (size: string, price: string, more = '') =>
  `{ id: site, name: Site, kind: static, pool: site, size: ${size}, price: ${price}, covers: [data] ${more} }`;
export const adaptive = (more = '') =>
  `{ id: fit, name: Fit, kind: adaptive, pool: fit, sizes: [{ size: 1 GB, price: 10 }, { size: 5 GB, price: 40 }, { size: 20 GB, price: 120 }], covers: [data] ${more} }`;

/** A subscription on plan "a" in April, in a business unit. */
export const sim = (id: string, uses: readonly Use[] = [], unit = '', more: readonly Turn[] = []): Sim => ({
  id,
  turns: [{ at: '2026-04-01', state: 'active', plan: 'a', unit }, ...more],
  uses,
});
/** So many megabytes on a day of April. */
export const used = (megabytes: number, day = 10): Use => ({
  at: `2026-04-${String(day).padStart(2, '0')}T12:00:00Z`,
  bytes: Math.round(megabytes * MB),
});
/** That the account has a pool by itself, as plan "a" offers it. */
export const has = (from: string, until = '', pool = 'site'): AccountPool => ({ pool, plan: 'a', from, until });

/** What is owed in April on a plan "a" of these charges and allowances. */
export const owed = (sims: readonly Sim[], charges: string, allowances: string, more: Partial<Bill> = {}) =>
  owedBy({ catalog: catalogWith(planOf('a', `[${charges}]`, `[${allowances}]`)), sims, months: ['2026-04'], ...more });
