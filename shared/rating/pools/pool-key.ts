import type { Allowance, UsageCharge } from '#shared/catalog/catalog.ts';
import { idInPlan } from '../charge-variant.ts';
import type { PlanTerms } from '../plan-terms.ts';
import { poolIn } from './account-pools.ts';

/** Where usage goes when a subscription's own allowances have taken theirs. */
export interface PoolRoute {
  /** Key of the first pool it draws on; '' = none, it is counted by subscription. */
  readonly pool: string;
  /** Names of the pools behind it in the stack, in order. */
  readonly behind: readonly string[];
  /** Most a subscription may draw in a period, in base units; −1 = no limit. */
  readonly cap: bigint;
}

/** Key of a pool: its name, and the business unit that shares it ('' = the whole account does). */
function poolKeyOf(name: string, businessUnit: string): string {
  return `${name}|${businessUnit}`;
}

/** The pool without a name and without size: usage that nothing covers, but that is counted over the whole account. */
const ACCOUNT_COUNT = poolKeyOf('', '');

/** The pool an allowance of a business unit is part of. */
export function poolKey(allowance: Allowance, businessUnit: string): string {
  return poolKeyOf(allowance.pool, allowance.scope === 'businessUnit' ? businessUnit : '');
}

/** Key of a pool that a plan version names. */
export function keyOfPool(terms: PlanTerms, name: string, businessUnit: string): string {
  const allowance = poolIn(terms, name);
  return allowance === undefined ? poolKeyOf(name, '') : poolKey(allowance, businessUnit);
}

/** The pools that usage of a charge draws on, in the order of its stack, else the account's count if it counts there. */
export function routeOf(terms: PlanTerms, charge: UsageCharge, businessUnit: string): PoolRoute {
  const [first, ...behind] = terms.version.allowances.filter(
    ({ kind, covers }) => kind !== 'individual' && covers.includes(idInPlan(charge.id)),
  );
  if (first === undefined) return { pool: isShared(charge) ? ACCOUNT_COUNT : '', behind: [], cap: -1n };
  const cap = first.cap === '' ? -1n : BigInt(first.cap);
  return { pool: poolKey(first, businessUnit), behind: behind.map(({ pool }) => pool), cap };
}

/** The pool, or the account's count, under which what is left of a charge is counted; '' = it is counted by subscription. */
export function countedUnder(terms: PlanTerms, charge: UsageCharge, businessUnit: string): string {
  if (!isShared(charge)) return '';
  const { pool, behind } = routeOf(terms, charge, businessUnit);
  if (charge.count === 'account') return ACCOUNT_COUNT;
  const last = behind.at(-1);
  return last === undefined ? pool : keyOfPool(terms, last, businessUnit);
}

/** Whether what is counted belongs to no single subscription. */
function isShared({ count }: UsageCharge): boolean {
  return count === 'pool' || count === 'account';
}

/** Names of pools such that every one comes before those behind it on any route; where routes contradict one another, by name. */
export function inStackOrder(routes: readonly (readonly string[])[]): string[] {
  const before = new Map<string, Set<string>>();
  for (const route of routes) {
    for (const [place, name] of route.entries()) {
      const earlier = before.get(name) ?? new Set<string>();
      for (const each of route.slice(0, place)) earlier.add(each);
      before.set(name, earlier);
    }
  }
  const ordered: string[] = [];
  const left = new Set([...before.keys()].sort());
  while (left.size > 0) {
    const free = [...left].find((name) => [...(before.get(name) ?? [])].every((each) => !left.has(each)));
    const next = free ?? ([...left][0] as string);
    left.delete(next);
    ordered.push(next);
  }
  return ordered;
}
