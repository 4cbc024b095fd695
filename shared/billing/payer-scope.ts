import type { Catalog } from '#shared/catalog/catalog.ts';
import type { AccountView } from '#shared/inventory/account-history.ts';
import { dayTable } from '#shared/rating/day-table.ts';
import { planBook } from '#shared/rating/plan-terms.ts';
import { accountPools } from '#shared/rating/pools/account-pools.ts';
import type { ShardScope } from '#shared/rating/shard-scope.ts';
import { type Instant, type LocalDate, localDateOf } from '#shared/time/local-date.ts';
import { type Period, periodFrom, periodOf } from '#shared/time/period.ts';
import { knownUntil } from './run.ts';

/** Which periods of a payer are measured, and up to when. */
export interface MeasuredStretch {
  readonly payer: string;
  /** Starts of the first and the last period. */
  readonly measureFrom: LocalDate;
  readonly measureThrough: LocalDate;
  readonly usageCutOff: Instant;
  readonly chargeCutOff: Instant;
}

/** Everything measuring a payer goes by, made from the account, the catalogue and the stretch. */
export function payerScope(
  view: AccountView,
  catalog: Catalog,
  position: number,
  stretch: MeasuredStretch,
): ShardScope {
  const { timeZone, billingDay, seller } = view.account;
  const periods: Period[] = [];
  for (let from = stretch.measureFrom; from <= stretch.measureThrough; from = periodFrom(from, billingDay).until) {
    periods.push(periodFrom(from, billingDay));
  }
  return {
    seller,
    payer: stretch.payer,
    plans: planBook(catalog, timeZone, stretch.payer),
    days: dayTable(periods, timeZone),
    billingDay,
    pools: accountPools(view.account.pools),
    billedFrom: periodOf(localDateOf(view.since, timeZone), billingDay).from,
    usageCutOff: stretch.usageCutOff,
    chargeCutOff: stretch.chargeCutOff,
    known: { position, cutOff: knownUntil(stretch) },
  };
}
