import type { Decisions } from '#shared/commit-log/ports.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import type { WorldState } from '#shared/commit-log/visibility.ts';
import type { AccountView } from '#shared/inventory/account-history.ts';
import { dayTable } from '#shared/rating/day-table.ts';
import { countsLateAsCurrent } from '#shared/rating/late-usage.ts';
import type { ShardScope } from '#shared/rating/shard-scope.ts';
import type { BilledUpTo } from '#shared/rating/usage-scope.ts';
import { localDateOf } from '#shared/time/local-date.ts';
import { type Period, periodFrom, periodOf, utcMonthStart } from '#shared/time/period.ts';
import type { Link } from '../../draft.ts';
import { runKeys } from '../../run.ts';
import { billedUpTo } from '../usage/payer-chains.ts';

/**
 * A scope that knows which usage came late, where a plan counts that in the period that is open then: by the links of the payer's chain, and the positions
 * files were first loaded at. Neither changes, and a link behind the one that is followed was made when all of it had been loaded, so that the same
 * question has the same answer for ever. Other payers' scopes stay as they are.
 */
export async function withLateUsage(
  decisions: Decisions,
  scope: ShardScope,
  view: AccountView,
  world: WorldState,
): Promise<ShardScope> {
  if (!countsLateAsCurrent(scope.plans)) return scope;
  const links = await decisions.query<Link>(runKeys.links(scope.seller, scope.payer), withPrefix(''));
  const billed = links.map(({ value }) => billedUpTo(value, view));
  const periods = [...periodsBefore(scope, view, world, billed), ...scope.days.periods];
  return { ...scope, late: { billed, days: dayTable(periods, scope.days.zone) } };
}

/** The periods before those of the scope whose usage may count in it: from the earliest month of a file on that was loaded behind a link. */
function periodsBefore(
  { days }: ShardScope,
  { since, timeZone, billingDay }: AccountView,
  { months }: WorldState,
  billed: readonly BilledUpTo[],
): Period[] {
  const own = days.periods[0] as Period;
  const begins = days.starts[0] as number;
  const isLate = ({ position, firstLoaded = position }: WorldState['months'][string][string]) => {
    const last = billed.findLast((each) => each.position < firstLoaded);
    return last !== undefined && last.until >= begins;
  };
  const late = Object.keys(months).filter((month) => Object.values(months[month] ?? {}).some(isLate));
  const [first] = late.sort();
  const periods: Period[] = [];
  if (first === undefined) return periods;
  const from = localDateOf(Math.max(utcMonthStart(first), since), timeZone);
  for (let next = periodOf(from, billingDay); next.from < own.from; next = periodFrom(next.until, billingDay))
    periods.push(next);
  return periods;
}
