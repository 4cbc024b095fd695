import type { Decisions } from '#shared/commit-log/ports.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import type { WorldState } from '#shared/commit-log/visibility.ts';
import type { AccountView } from '#shared/inventory/account-history.ts';
import { dayTable } from '#shared/rating/day-table.ts';
import { type BilledUpTo, countsLateAsCurrent } from '#shared/rating/late-usage.ts';
import type { ShardScope } from '#shared/rating/shard-scope.ts';
import { type LocalDate, localDateOf } from '#shared/time/local-date.ts';
import { type Period, periodFrom, periodOf, utcMonthStart } from '#shared/time/period.ts';
import type { Link } from '../../draft.ts';
import { runKeys } from '../../run.ts';
import { billedUpTo } from '../usage/payer-chains.ts';

/**
 * A scope that knows which usage came late, where a plan counts that in the period that is open then: by the links of the payer's chain up to one of
 * them, and the positions files were first loaded at. Both never change, so that the same question has the same answer for ever. Other payers' scopes
 * stay as they are.
 */
export async function withLateUsage(
  decisions: Decisions,
  scope: ShardScope,
  view: AccountView,
  world: WorldState,
  predecessor: number,
): Promise<ShardScope> {
  if (predecessor === 0 || !countsLateAsCurrent(scope.plans)) return scope;
  const links = await decisions.query<Link>(runKeys.links(scope.seller, scope.payer), withPrefix(''));
  const billed = links
    .filter(({ sort }) => Number.parseInt(sort, 10) <= predecessor)
    .map(({ value }) => billedUpTo(value, view));
  const from = firstLate(scope, view, world, billed);
  const periods = [...periodsBefore(from, scope.days.periods[0] as Period, view), ...scope.days.periods];
  return { ...scope, late: { billed, days: dayTable(periods, scope.days.zone) } };
}

/** Seconds by which a UTC month may begin before the local day that names its records. */
const A_DAY = 86_400;

/** The first day whose usage may count in the scope: that of the earliest month of a file that was loaded behind a link. */
function firstLate(
  { days }: ShardScope,
  { since, timeZone }: AccountView,
  { months }: WorldState,
  billed: readonly BilledUpTo[],
): LocalDate {
  const own = days.periods[0] as Period;
  const begins = days.starts[0] as number;
  const isLate = ({ position, firstLoaded = position }: WorldState['months'][string][string]) => {
    const last = billed.findLast((each) => each.position < firstLoaded);
    return last !== undefined && last.until >= begins;
  };
  const late = Object.keys(months).filter((month) => Object.values(months[month] ?? {}).some(isLate));
  const [first] = late.sort();
  if (first === undefined) return own.from;
  const from = localDateOf(Math.max(utcMonthStart(first) - A_DAY, since), timeZone);
  return from < own.from ? from : own.from;
}

function periodsBefore(from: LocalDate, first: Period, { billingDay }: AccountView): Period[] {
  const periods: Period[] = [];
  if (from >= first.from) return periods;
  for (let next = periodOf(from, billingDay); next.from < first.from; next = periodFrom(next.until, billingDay))
    periods.push(next);
  return periods;
}
