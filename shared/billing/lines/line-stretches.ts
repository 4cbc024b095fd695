import { within } from '#shared/catalog/commitment-terms.ts';
import { type Amount, amount } from '#shared/money/amount.ts';
import { type Currency, roundToMinorUnit } from '#shared/money/currency.ts';
import { recurringChargeOf } from '#shared/rating/charge-variant.ts';
import { isPaidByDay } from '#shared/rating/recurring/recurring-days.ts';
import { addDays, daysBetween, type LocalDate } from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';
import type { ChargeLine } from './charge-line.ts';
import type { PricingScope } from './line-head.ts';
import type { LeftLine } from './reduction-lines.ts';

/**
 * A line in stretches of its period: even over its days, each stretch in cents that add up to the line. Where the period is one stretch, that is the line.
 */
export function inStretches(
  line: ChargeLine,
  days: readonly Period[],
  stretches: readonly Period[],
  currency: Currency,
): LeftLine[] {
  const whole = amount(line.amount);
  const [first, ...more] = stretches;
  if (first !== undefined && more.length === 0) return [{ line, left: whole, from: first.from }];
  const before = (date: LocalDate): Amount =>
    roundToMinorUnit(whole.times(countedBefore(days, date)).div(countedBefore(days, LAST_DAY)), currency);
  return stretches.flatMap(({ from, until }) => {
    const left = before(until).minus(before(from));
    return left.isZero() ? [] : [{ line, left, from }];
  });
}

const LAST_DAY = '9999-12-31';

function countedBefore(days: readonly Period[], date: LocalDate): number {
  return days
    .filter(({ from }) => from < date)
    .reduce((sum, { from, until }) => sum + daysBetween(from, until < date ? until : date), 0);
}

/**
 * The days of a period that a line is for, as far as it says: an order's own day, the days its version of the plan holds on, and of what is owed for the
 * period as a whole (an unprorated fee, the day with most, a committed quantity, a pool) those the plan has any version on.
 */
export function daysOfLine(scope: PricingScope, line: ChargeLine): Period[] {
  const { period } = scope;
  const { arithmetic, plan, version } = line;
  if (arithmetic.kind === 'adHoc')
    return orAll(within({ from: arithmetic.date, until: addDays(arithmetic.date, 1) }, period), period);
  const versions = (scope.plans.get(plan) ?? []).map((terms) => terms.version);
  const its = isOfWhole(scope, line) ? versions : versions.filter(({ from }) => from === version);
  return orAll(
    its.flatMap((each) => within(each, period)),
    period,
  );
}

/** What is of a version that is not there then (late usage, what is kept of one that was taken away) is of no day of the period, and counts on all. */
function orAll(days: Period[], period: Period): Period[] {
  return days.length === 0 ? [period] : days;
}

function isOfWhole(scope: PricingScope, { plan, version, charge, arithmetic }: ChargeLine): boolean {
  if (arithmetic.kind === 'poolPrice') return arithmetic.days === arithmetic.daysInPeriod;
  const terms = scope.plans.get(plan)?.find((each) => each.version.from === version);
  const its = terms && recurringChargeOf(terms, charge);
  return its !== undefined && !isPaidByDay(its);
}
