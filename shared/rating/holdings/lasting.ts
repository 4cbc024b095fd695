import type { LocalDate } from '#shared/time/local-date.ts';
import { type BillingDays, billingDaysBy, type Period, periodFrom } from '#shared/time/period.ts';
import type { Lasting } from '../allowance.ts';
import type { Holdings } from './holdings.ts';

/**
 * The day on which ends what lasts so many periods, as the account's periods are known to be by the end of one: a move that holds later changes no earlier
 * period, whenever it is billed.
 */
export function endOf({ since, periods }: Lasting, { until }: Period, billingDay: BillingDays): LocalDate {
  const known = billingDaysBy(billingDay, until);
  let end = since;
  for (let n = 0; n < periods; n++) {
    const next = periodFrom(end, known).until;
    // A period that a move ends on its own first day does so, though nobody knew of it before.
    end = end < until && until < next ? until : next;
  }
  return end;
}

/**
 * Holdings as they stand in a period: what lasts so many periods (pricing rules §4) ends by the calendar the account has by then, and not by that of
 * the run that handed it on; the account may have moved since (decision 42).
 */
export function holdingsIn(holdings: Holdings, period: Period, billingDay: BillingDays): Holdings {
  const named = [...holdings].map(([name, of]) => {
    const its = of.map((each) => {
      return each.lasts === undefined ? each : { ...each, until: endOf(each.lasts, period, billingDay) };
    });
    return [name, its] as const;
  });
  return new Map(named);
}
