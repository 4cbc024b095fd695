import type { Allowance, UsageCharge } from '#shared/catalog/catalog.ts';
import type { PlanTerms } from './plan-terms.ts';
import { idInPlan } from './seasonal-charge.ts';

/** Key of a pool: its name, and the business unit that shares it ('' = the whole account does). */
function keyOf(name: string, businessUnit: string): string {
  return `${name}|${businessUnit}`;
}

/** The pool without a name and without size: usage that nothing covers, but that is counted over the whole account. */
const ACCOUNT_COUNT = keyOf('', '');

/** The pool a flexible allowance of a business unit is part of. */
export function poolKey(allowance: Allowance, businessUnit: string): string {
  return keyOf(allowance.pool, allowance.scope === 'businessUnit' ? businessUnit : '');
}

/**
 * The pool that usage of a charge draws on: that of the flexible allowance of its terms that covers it, else the account's count if it counts
 * there; '' = none, it is counted by subscription.
 */
export function poolOfCharge(terms: PlanTerms, charge: UsageCharge, businessUnit: string): string {
  const flexible = terms.version.allowances.find(
    (each) => each.kind === 'flexible' && each.covers.includes(idInPlan(charge.id)),
  );
  if (flexible !== undefined) return poolKey(flexible, businessUnit);
  return charge.count === 'subscription' ? '' : ACCOUNT_COUNT;
}
