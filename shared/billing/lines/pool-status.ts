import type { Allowance } from '#shared/catalog/catalog.ts';
import { compareIds } from '#shared/money/allocate.ts';
import { totalHeld } from '#shared/rating/holdings/holdings.ts';
import { poolIn } from '#shared/rating/pools/account-pools.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import { daysInPeriod, wholePeriod } from '#shared/time/period.ts';
import type { PricingScope } from './line-head.ts';
import type { SettledPool } from './settle-pools.ts';
import { totalOf } from './share-whole.ts';

/** A pool as it stands: for the document's overview. Base units as text. */
export interface PoolStatus {
  readonly name: string;
  readonly unit: Allowance['unit'];
  /** Business unit that shares it, '' = the whole account. */
  readonly businessUnit: string;
  readonly members: number;
  readonly size: string;
  readonly used: string;
  readonly over: string;
  readonly usedBy: Readonly<Record<string, string>>;
  /** Top-ups that were bought for it and could be drawn on; not there where there were none. */
  readonly bought?: string;
  /** What was carried into the period, and what of all is left; not there where nothing was carried and nothing may be. */
  readonly carried?: string;
  readonly left?: string;
  /** The name it goes by in plans; this and what follows are not there in drafts of before it was kept. */
  readonly pool?: string;
  /** What it took of all usage, and by whom a flexible one was made up. */
  readonly took?: string;
  readonly contributions?: readonly PoolContributions[];
  /** What is above what one subscription may draw; not there where nothing is. */
  readonly beyondCap?: string;
  /** The first local day on which it did not cover all, what was used of it before, and what on that day; not there where there was none. */
  readonly dry?: { readonly day: LocalDate; readonly before: string; readonly on: string };
}

/** What members put into a flexible pool by one size: whole, or by their days (pricing rules §4). Base units as text. */
export interface PoolContributions {
  readonly businessUnit: string;
  readonly plan: string;
  readonly version: LocalDate;
  /** Of each, for a whole period. */
  readonly each: string;
  readonly members: number;
  /** Of all of them together, and of the whole period; 0 of what is not prorated. */
  readonly days: number;
  readonly daysInPeriod: number;
  readonly quantity: string;
}

/** How the pools of a payer stand in a period, by key. */
export function poolStatus(scope: PricingScope, pools: readonly SettledPool[]): PoolStatus[] {
  return pools.flatMap((pool) => {
    const { name, businessUnit, sum, size, carried, bought, rest, usages, left } = pool;
    if (name === '') return [];
    const allowance = allowanceOf(scope, name);
    const usedBy: Record<string, string> = {};
    for (const { byUnit } of usages) {
      for (const [unit, quantity] of byUnit) usedBy[unit] = (BigInt(usedBy[unit] ?? '0') + quantity).toString();
    }
    const used = totalOf(usages.flatMap(({ byUnit }) => [...byUnit.values()]));
    return [
      {
        name: allowance?.name ?? name,
        unit: allowance?.unit ?? 'B',
        businessUnit,
        members: sum.members,
        size: size.toString(),
        used: used.toString(),
        over: totalOf(left.map(({ quantity }) => quantity)).toString(),
        usedBy,
        ...(bought > 0n ? { bought: bought.toString() } : {}),
        ...(carried > 0n || bought > 0n || allowance?.carryOver !== undefined
          ? { carried: carried.toString(), left: totalHeld(rest).toString() }
          : {}),
        ...drawnOf(scope, pool),
      },
    ];
  });
}

/** How a pool was made up and drawn on: what is told of it, and changes nothing. */
function drawnOf(scope: PricingScope, { name, sum, taken, dry, beyondCap }: SettledPool): Partial<PoolStatus> {
  const length = daysInPeriod(wholePeriod(scope.period, scope.billingDay));
  const inOrder = Object.entries(sum.contributed ?? {}).sort(([a], [b]) => compareIds(a, b));
  const contributions = inOrder.map(([key, { members, days, size }]) => {
    const [businessUnit = '', plan = '', version = '', each = '0', proration] = key.split('|');
    const by = proration === 'day' ? { days, daysInPeriod: length } : { days: 0, daysInPeriod: 0 };
    return { businessUnit, plan, version, each, members, ...by, quantity: size };
  });
  return {
    pool: name,
    took: totalOf([...taken.values()].flatMap((units) => [...units.values()])).toString(),
    ...(contributions.length > 0 ? { contributions } : {}),
    ...(beyondCap > 0n ? { beyondCap: beyondCap.toString() } : {}),
    ...(dry && { dry: { day: dry.day, before: dry.before.toString(), on: dry.on.toString() } }),
  };
}

/** The allowance that names a pool, in whichever plan comes first by id. */
function allowanceOf(scope: PricingScope, pool: string): Allowance | undefined {
  for (const plan of [...scope.plans.keys()].sort()) {
    for (const terms of scope.plans.get(plan) ?? []) {
      const found = poolIn(terms, pool);
      if (found) return found;
    }
  }
  return undefined;
}
