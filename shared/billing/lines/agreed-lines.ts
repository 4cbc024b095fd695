import { amount } from '#shared/money/amount.ts';
import type { PartialSums } from '#shared/rating/pools/partial-sums.ts';
import type { ChargeLine } from './charge-line.ts';
import { commitmentLines } from './commitment-lines.ts';
import { discountLines } from './discount-lines.ts';
import type { PricingScope } from './line-head.ts';
import type { LeftLine } from './reduction-lines.ts';

/**
 * What follows from the lines of a service period (pricing rules §6), by what is owed for it and not by the document it stands on: commitments
 * of plans, then of the account, then discounts. All in rounded lines, so that agreed amounts are met to the cent. `fees`: what of fees for intervals of
 * their own lies in the period, which commitments alone count.
 */
export function agreedLines(
  scope: PricingScope,
  priced: readonly ChargeLine[],
  fees: readonly LeftLine[],
  sums: PartialSums,
): ChargeLine[] {
  const left = [...priced.map((line) => ({ line, left: amount(line.amount) })), ...fees];
  const committed = commitmentLines(scope, left, sums);
  return [
    ...committed,
    ...discountLines(
      scope,
      left.filter((each) => !fees.includes(each)),
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
    const left = lines.map((line) => ({ line, left: amount(line.amount) }));
    return discountLines(its, left).map((line) => ({ ...line, id: named(line, interval) }));
  });
}

/** The id of a line with the days of its interval where others have the beginning of their period. */
function named({ id }: ChargeLine, interval: string): string {
  return id.split('|').with(PERIOD_AT, interval).join('|');
}

/** Place of the period in an id (see `lineId`). */
const PERIOD_AT = 6;
