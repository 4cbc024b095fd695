import { type AccountView, isCustomerOn } from '#shared/inventory/account-history.ts';
import type { AdHocFact } from '#shared/inventory/fact.ts';
import { amount } from '#shared/money/amount.ts';
import { type Instant, localDateOf } from '#shared/time/local-date.ts';
import { type Period, periodOf } from '#shared/time/period.ts';
import { type ChargeLine, lineId } from './charge-line.ts';
import { rounded } from './line-head.ts';

/**
 * What was sold to an account once, outside its plans, on a day of a period (pricing rules §2): each a line of its own, billed once, by the seller whose
 * customer it was on that day. Due on its day like any one-time charge: by a run whose charge cut-off has come to it.
 */
export function adHocLines(view: AccountView, period: Period, chargeCutOff: Instant): ChargeLine[] {
  const { account, timeZone, billingDay } = view;
  if (view.adHoc.length === 0 || !isCustomerOn(view, period.from)) return [];
  return view.adHoc.flatMap((fact) => {
    const date = localDateOf(fact.effectiveFrom, timeZone);
    const isDue = fact.effectiveFrom <= chargeCutOff && periodOf(date, billingDay).from === period.from;
    return isDue && !amount(fact.quantity).isZero() ? [adHocLine(fact, period, date, account.currency)] : [];
  });
}

function adHocLine(fact: AdHocFact, period: Period, date: string, currency: string): ChargeLine {
  const { businessUnit, order, quantity, price, reference } = fact;
  const parts = { businessUnit, plan: '', version: '', charge: `order ${order}`, zone: '', tier: 0, period };
  const exact = amount(quantity).times(price);
  return {
    id: lineId(parts),
    ...parts,
    planName: '',
    chargeName: fact.product,
    zoneName: '',
    quantity: amount(quantity).toFixed(),
    unit: 'piece',
    unitPrice: amount(price).toFixed(),
    amount: rounded(exact, currency),
    taxCategory: fact.taxCategory,
    taxIncluded: false,
    exchange: null,
    refund: 'day',
    arithmetic: { kind: 'adHoc', order, date, quantity, price, reference, exact: exact.toFixed() },
  };
}
