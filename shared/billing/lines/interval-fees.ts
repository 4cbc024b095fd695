import { converted } from '#shared/catalog/exchange-rate.ts';
import { type Amount, amount } from '#shared/money/amount.ts';
import { roundToMinorUnit } from '#shared/money/currency.ts';
import { idInPlan } from '#shared/rating/charge-variant.ts';
import { type PartialSums, sumKey } from '#shared/rating/pools/partial-sums.ts';
import { dayWeight, intervalDays, prorated } from '#shared/rating/recurring/proration.ts';
import { isSpreadByDay } from '#shared/rating/recurring/recurring-days.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';
import type { ChargeLine } from './charge-line.ts';
import { chargeOf, type PricingScope, termsOf } from './line-head.ts';
import type { LeftLine } from './reduction-lines.ts';

/** A fee for an interval that is not the payer's period. */
export interface IntervalFee {
  readonly line: ChargeLine;
  /** What of it is for days before one, rounded; nothing of a fee that is known of the interval as a whole. */
  readonly before: ((date: LocalDate) => Amount) | undefined;
}

/** The fees for intervals of their own among some lines, and how they lie over their days. */
export function intervalFees(scope: PricingScope, sums: PartialSums, lines: readonly ChargeLine[]): IntervalFee[] {
  const fees = lines.filter(isOfInterval);
  if (fees.length === 0) return [];
  const ofCharge = ({ plan, charge, period }: ChargeLine) =>
    [plan, idInPlan(charge), period.from, period.until].join('|');
  return [...Map.groupBy(fees, ofCharge).values()].flatMap((of) => {
    const isSpread = of.every((line) =>
      isSpreadByDay(chargeOf(termsOf(scope, line.plan, line.version), line.charge, 'recurring')),
    );
    return of.map((line) => ({ line, before: isSpread ? spread(scope, sums, line) : undefined }));
  });
}

/** What a fee comes to day by day. */
function spread(scope: PricingScope, { recurring }: PartialSums, line: ChargeLine): IntervalFee['before'] {
  const { businessUnit, plan, version, charge: id, period, exchange } = line;
  const { days } = chargeOf(termsOf(scope, plan, version), id, 'recurring');
  const byDay = Object.entries(
    recurring[sumKey(businessUnit, plan, version, id, period.from, period.until)]?.byDay ?? {},
  );
  const length = intervalDays(period, days);
  return (date) => {
    const counted = byDay
      .filter(([day]) => day < date)
      .reduce((sum, [day, count]) => sum + count * dayWeight(day, days), 0);
    const exact = prorated(amount(line.unitPrice), counted, length);
    return roundToMinorUnit(exchange === null ? exact : converted(exact, exchange), scope.currency);
  };
}

function isOfInterval({ id }: ChargeLine): boolean {
  return id.includes('..');
}

/**
 * What of such fees counts for commitments in a period, or a stretch of one: what is known day by day, the days that lie in it; what is known of the interval as a whole,
 * in arrears too, all of it where the interval ends. So what later days bring never changes what an earlier period had.
 */
export function feesIn({ from, until }: Period, fees: readonly IntervalFee[]): LeftLine[] {
  return fees.flatMap(({ line, before }): LeftLine[] => {
    const { period } = line;
    if (period.from >= until || period.until <= from) return [];
    if (before !== undefined) return [{ line, left: before(until).minus(before(from)), from }];
    return period.until <= until ? [{ line, left: amount(line.amount), from }] : [];
  });
}
