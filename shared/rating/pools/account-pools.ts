import type { Allowance } from '#shared/catalog/catalog.ts';
import type { AccountPool } from '#shared/inventory/fact.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import type { PlanBook, PlanTerms } from '../plan-terms.ts';

/** The pools an account names, each with the days it has it. */
export type AccountPools = ReadonlyMap<string, readonly AccountPool[]>;

/** An account that names no pools: each stands as long as it has members. */
export const NO_ACCOUNT_POOLS: AccountPools = new Map();

/** The pools of an account by name. */
export function accountPools(pools: readonly AccountPool[]): AccountPools {
  return Map.groupBy(pools, ({ pool }) => pool);
}

/** Whether a pool may stand on a local day: always, unless the account names it and says otherwise (pricing rules §4). */
export function mayStand(pools: AccountPools, pool: string, day: LocalDate): boolean {
  const named = pools.get(pool);
  return named === undefined || named.some((each) => holdsOn(each, day));
}

/** The terms on which an account itself has a pool on a local day; nothing where it does not name it, or its plan offers no such pool then. */
export function ownTerms(
  pools: AccountPools,
  plans: PlanBook,
  pool: string,
  day: LocalDate,
): { readonly terms: PlanTerms; readonly allowance: Allowance } | undefined {
  const named = pools.get(pool)?.find((each) => holdsOn(each, day));
  const terms = plans.get(named?.plan ?? '')?.find(({ version }) => holdsOn(version, day));
  const allowance = terms && poolIn(terms, pool);
  return terms && allowance && { terms, allowance };
}

/** The allowance by which a plan version names a pool. */
export function poolIn({ version }: Pick<PlanTerms, 'version'>, pool: string): Allowance | undefined {
  return version.allowances.find((each) => each.kind !== 'individual' && each.pool === pool);
}

function holdsOn(
  { from, until }: { readonly from: LocalDate; readonly until: LocalDate | '' },
  day: LocalDate,
): boolean {
  return from <= day && (until === '' || day < until);
}
