import type { LocalDate } from '#shared/time/local-date.ts';
import type { ChargeUsage } from '../charge-usage.ts';
import type { DayTable } from '../day-table.ts';
import type { CoveredUsage, PoolDraw } from '../priced-usage.ts';
import { sumKey } from './partial-sums.ts';
import { isOwn, nameIn, type Stack } from './stack-levels.ts';

/**
 * A subscription whose usage is told apart when pools are settled, in a period (decision 61): plain JSON, quantities in base units as text. What top-ups
 * and allowances no pool stands in front of took is drawn on already.
 */
export interface Member {
  readonly subscription: string;
  /** "plan/allowance" → what it has of those behind pools. */
  readonly own: Readonly<Record<string, string>>;
  readonly usage: readonly MemberUsage[];
}

/** Its usage of one charge, and where what is left of it goes. */
export interface MemberUsage {
  /** businessUnit|plan|version|charge|zone. */
  readonly line: string;
  /** Place of the charge in its plan version, from 0. */
  readonly order: number;
  readonly stack: Stack;
  /** What its first allowances took. */
  readonly covered: string;
  readonly days: Readonly<Record<LocalDate, string>>;
}

/** What of a subscription's usage is told apart: all usages of charges that are, with what these draw behind its first allowances. */
export function memberOf(
  subscription: string,
  usages: readonly ChargeUsage[],
  covered: readonly CoveredUsage[],
  drawn: readonly PoolDraw[],
  sizes: ReadonlyMap<string, bigint>,
  { dates }: DayTable,
): Member {
  const usage = usages.map((of): MemberUsage => {
    const { key, order, route } = of;
    const took = covered.filter((each) => each.of === of).reduce((sum, { quantity }) => sum + quantity, 0n);
    const days = drawn
      .filter((each) => each.of === of)
      .map(({ dayAt, quantity }) => [dates[dayAt], `${quantity}`] as const);
    return { line: key, order, stack: route.told ?? [], covered: `${took}`, days: Object.fromEntries(days) };
  });
  const names = new Set(usage.flatMap(({ stack }) => stack.filter(isOwn)));
  const own = [...names].map((name) => [name, `${sizes.get(name) ?? 0n}`] as const);
  return { subscription, own: Object.fromEntries(own), usage };
}

/** What usage of a line is kept by in the sums of a pool it comes to: with the names of what stands behind that. */
export function comingKey({ line, order }: Pick<MemberUsage, 'line' | 'order'>, behind: Stack): string {
  const [, plan = '', version = '', charge = '', zone = ''] = line.split('|');
  return sumKey(plan, version, charge, order, zone, ...behind.map(nameIn));
}
