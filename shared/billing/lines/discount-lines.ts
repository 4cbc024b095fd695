import type { Discount } from '#shared/catalog/agreement.ts';
import { amount, sum } from '#shared/money/amount.ts';
import { addDays } from '#shared/time/local-date.ts';
import { periodOf, periodsLater } from '#shared/time/period.ts';
import type { ChargeLine } from './charge-line.ts';
import { agreedHead, type PricingScope } from './line-head.ts';
import { type LeftLine, named, reductionLines } from './reduction-lines.ts';

/**
 * What an account is let off (pricing rules §6): discounts in the order listed, each on what the ones before it left, never below zero. They
 * are on true-ups only where they name them. `left` follows.
 */
export function discountLines(scope: PricingScope, left: readonly LeftLine[]): ChargeLine[] {
  const agreement = scope.agreementOn(scope.period.from);
  return (agreement?.discounts ?? []).flatMap((discount) => {
    if (!holdsIn(discount, scope)) return [];
    const on = left.filter(({ line }) => isOn(discount, line));
    const net = sum(on.map((each) => each.left));
    const wanted = amount(discount.amount || '0');
    const exact =
      discount.percent === '' ? (wanted.greaterThan(net) ? net : wanted) : net.times(discount.percent).div(100);
    const { percent, amount: letOff } = discount;
    return reductionLines(
      scope,
      on,
      exact,
      (businessUnit) => agreedHead(scope, '', '', discount, businessUnit),
      (arithmetic) => ({ kind: 'discount', percent, amount: letOff, ...arithmetic }),
    );
  });
}

/** A discount is for the service periods on whose last day it holds, and only for so many from the one that has its first day. */
function holdsIn({ from, until, periods }: Discount, { period, billingDay }: PricingScope): boolean {
  const lastDay = addDays(period.until, -1);
  if (lastDay < from || (until !== '' && lastDay >= until)) return false;
  return periods === 0 || period.from < periodsLater(periodOf(from, billingDay).from, periods, billingDay);
}

/** A plan's name stands for its charges; a true-up must be named by its own. */
function isOn({ on }: Discount, line: ChargeLine): boolean {
  if (line.arithmetic.kind !== 'trueUp') return on.length === 0 || named(on, line);
  return on.includes(line.plan === '' ? line.charge : `${line.plan}/${line.charge}`);
}
