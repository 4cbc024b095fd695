import { agreementOf } from '#shared/catalog/account-plans.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { isTaxSplit } from '#shared/catalog/tax-profile.ts';
import type { AccountView } from '#shared/inventory/account-history.ts';
import type { AccountPool } from '#shared/inventory/fact.ts';
import { dayTable } from '#shared/rating/day-table.ts';
import { planBook } from '#shared/rating/plan-terms.ts';
import { type AccountPools, accountPools } from '#shared/rating/pools/account-pools.ts';
import type { ShardScope } from '#shared/rating/shard-scope.ts';
import { type Instant, type LocalDate, localDateOf } from '#shared/time/local-date.ts';
import { type Period, periodFrom, periodOf, periodOfMonth, wholePeriod } from '#shared/time/period.ts';
import { knownUntil, type PlannedPayer, type RunRequest } from './run.ts';

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
  const { timeZone, billingDay } = view;
  const first = periodOf(localDateOf(view.since, timeZone), billingDay);
  const periods: Period[] = [];
  for (let from = stretch.measureFrom; from <= stretch.measureThrough; from = periodFrom(from, billingDay).until) {
    periods.push(periodFrom(from, billingDay));
  }
  return {
    seller: view.account.seller,
    payer: stretch.payer,
    plans: planBook(catalog, timeZone, stretch.payer, billingDay),
    days: dayTable(periods, timeZone),
    billingDay,
    pools: poolsOf(view),
    billedFrom: wholePeriod(first, billingDay).from,
    usageCutOff: stretch.usageCutOff,
    chargeCutOff: stretch.chargeCutOff,
    keepsDays: isTaxSplit(catalog),
    isCommitted: (agreementOf(catalog, stretch.payer)?.commitments.length ?? 0) > 0,
    known: { position, cutOff: knownUntil(stretch) },
  };
}

/** The period a payer is billed for by a plan; one that does not say it is of an account that had not moved. */
export function billedPeriod(
  { account }: AccountView,
  { period }: Pick<PlannedPayer, 'period'>,
  { month }: Pick<RunRequest, 'month'>,
): Period {
  return period ?? periodOfMonth(month, account.billingDay);
}

/** The pools the account names, each on its days with the seller: on none, if it names one for days with others only. */
function poolsOf({ account, isCustomer }: AccountView): AccountPools {
  const named = [...accountPools(account.pools)];
  return new Map(named.map(([name, pools]) => [name, pools.flatMap((pool) => withSeller(pool, isCustomer))]));
}

function withSeller(pool: AccountPool, isCustomer: AccountView['isCustomer']): AccountPool[] {
  return isCustomer.flatMap((stretch) => {
    const from = pool.from > stretch.from ? pool.from : stretch.from;
    const until = [pool.until, stretch.until].filter((day) => day !== '').sort()[0] ?? '';
    return until === '' || from < until ? [{ ...pool, from, until }] : [];
  });
}
