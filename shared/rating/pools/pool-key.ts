import type { Allowance, UsageCharge } from '#shared/catalog/catalog.ts';
import { idInPlan } from '../charge-variant.ts';
import type { PlanTerms } from '../plan-terms.ts';
import { poolIn } from './account-pools.ts';
import { isPoolKey, type Stack } from './stack-levels.ts';

/** Where usage goes when a subscription's own allowances have taken theirs. */
export interface PoolRoute {
  /** Key of the first pool it draws on; '' = none, or an own allowance is drawn on before that: see `told`. */
  readonly pool: string;
  /** Names of the pools behind it in the stack, in order. */
  readonly behind: readonly string[];
  /** Most a subscription may draw in a period, in base units; −1 = no limit. */
  readonly cap: bigint;
  /** All it goes through, where own allowances stand behind pools, so that it is told apart by subscription when these are settled. */
  readonly told: Stack | undefined;
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
  const told = toldStack(terms, charge, businessUnit);
  const pools = terms.version.allowances.filter(
    ({ kind, covers }) => kind !== 'individual' && covers.includes(idInPlan(charge.id)),
  );
  if (told !== undefined && !isPoolKey(told[0] ?? ''))
    return { pool: '', behind: pools.map(({ pool }) => pool), cap: -1n, told };
  const [first, ...behind] = pools;
  if (first === undefined) return { pool: isShared(charge) ? ACCOUNT_COUNT : '', behind: [], cap: -1n, told };
  const cap = first.cap === '' ? -1n : BigInt(first.cap);
  return { pool: poolKey(first, businessUnit), behind: behind.map(({ pool }) => pool), cap, told };
}

/** Whether usage goes anywhere when a subscription's first allowances have taken theirs; else it is priced as what they leave. */
export function isHandedOn({ pool, told }: PoolRoute): boolean {
  return pool !== '' || told !== undefined;
}

/**
 * What a charge's usage draws on behind allowances no pool stands in front of, in order: pools by their keys, own allowances as "plan/allowance". Nothing
 * where it need not be told apart; an empty stack where another version's usage of the charge is, and it is counted with that.
 */
function toldStack(terms: PlanTerms, charge: UsageCharge, businessUnit: string): Stack | undefined {
  const { allowances, charges } = terms.toldApart;
  const name = idInPlan(charge.id);
  if (!charges.has(name)) return undefined;
  const isOwn = ({ kind }: Allowance) => kind === 'individual';
  const covering = terms.version.allowances.filter(
    (each) => each.covers.includes(name) && (!isOwn(each) || allowances.has(each.id)),
  );
  if (!covering.some(isOwn) && (covering.length > 0 || isShared(charge))) return undefined;
  const steps = covering.map((each) => (isOwn(each) ? `${terms.plan}/${each.id}` : poolKey(each, businessUnit)));
  return charge.count === 'account' && !isPoolKey(steps.at(-1) ?? '') ? [...steps, ACCOUNT_COUNT] : steps;
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
