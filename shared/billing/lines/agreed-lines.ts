import { amount } from '#shared/money/amount.ts';
import type { PartialSums } from '#shared/rating/pools/partial-sums.ts';
import type { ChargeLine } from './charge-line.ts';
import { commitmentLines } from './commitment-lines.ts';
import { commitmentsIn, stretchesOf } from './committed.ts';
import { discountLines } from './discount-lines.ts';
import { feesIn, type IntervalFee } from './interval-fees.ts';
import type { PricingScope } from './line-head.ts';
import { daysOfLine, inStretches } from './line-stretches.ts';

/**
 * What follows from the lines of a service period (pricing rules §6), by what is owed for it and not by the document it stands on: commitments
 * of plans, then of the account, then discounts. All in rounded lines, so that agreed amounts are met to the cent. `fees`: those for intervals of
 * their own, of which commitments alone count what lies in the period.
 */
export function agreedLines(
  scope: PricingScope,
  priced: readonly ChargeLine[],
  fees: readonly IntervalFee[],
  sums: PartialSums,
): ChargeLine[] {
  const commitments = commitmentsIn(scope, sums);
  const stretches = stretchesOf(scope.period, commitments);
  const left = [
    ...priced.flatMap((line) => inStretches(line, daysOfLine(scope, line), stretches, scope.currency)),
    ...stretches.flatMap((stretch) => feesIn(stretch, fees)),
  ];
  const committed = commitmentLines(scope, commitments, stretches, left);
  const others = new Set(fees.map(({ line }) => line));
  return [
    ...committed,
    ...discountLines(
      scope,
      left.filter(({ line }) => !others.has(line)),
    ),
  ];
}

/**
 * Percentages let off fees for intervals of their own, interval by interval: each is a service period like the payer's. Amounts are for the payer's
 * periods alone: how often one of them would be due in a year would depend on how many subscriptions begin on days of their own.
 */
export function intervalDiscounts(scope: PricingScope, priced: readonly ChargeLine[]): ChargeLine[] {
  const byInterval = Map.groupBy(priced, ({ period }) => `${period.from}..${period.until}`);
  return [...byInterval].flatMap(([interval, lines]) => {
    const { period } = lines[0] as ChargeLine;
    const agreement = scope.agreementOn(period.from);
    if (agreement === undefined) return [];
    const discounts = agreement.discounts.filter(({ percent }) => percent !== '');
    const its = { ...scope, agreementOn: () => ({ ...agreement, discounts }), period };
    const left = lines.map((line) => ({ line, left: amount(line.amount), from: period.from }));
    return discountLines(its, left).map((line) => ({ ...line, id: named(line, interval) }));
  });
}

/** The id of a line with the days of its interval where others have the beginning of their period. */
function named({ id }: ChargeLine, interval: string): string {
  return id.split('|').with(PERIOD_AT, interval).join('|');
}

/** Place of the period in an id (see `lineId`). */
const PERIOD_AT = 6;
