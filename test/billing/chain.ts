import type { ExchangeScope } from '#shared/billing/invoice-currency.ts';
import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { linesInTurn } from '#shared/billing/lines/owed-lines.ts';
import { settleInTurn } from '#shared/billing/lines/settle-pools.ts';
import { agreementOf } from '#shared/catalog/account-plans.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import type { AccountPool, RecordedFact } from '#shared/inventory/fact.ts';
import { NOTHING_HELD } from '#shared/rating/holdings/holdings.ts';
import { createMeter, type MeasureScope } from '#shared/rating/measure-subscription.ts';
import { accountPools } from '#shared/rating/pools/account-pools.ts';
import type { PartialSums } from '#shared/rating/pools/partial-sums.ts';
import { priceInTurn } from '#shared/rating/price-subscription.ts';
import { openSums } from '#shared/rating/sum-slice.ts';
import { instantOf, type TimeZone } from '#shared/time/local-date.ts';
import { type BillingDays, type Period, periodInstants } from '#shared/time/period.ts';
import { fold, type VisibleItem } from '#shared/usage/fold.ts';
import {
  BERLIN,
  factsOf,
  historyOf,
  itemsOf,
  monthsOf,
  NO_EXCHANGE,
  scopeOf,
  type Turn,
  type Use,
} from '../rating/fleet.ts';

/** A subscription with its life and its usage; its identifier is "imsi#<id>", its own from 2020 on. */
export interface Sim {
  readonly id: string;
  readonly turns: readonly Turn[];
  readonly uses?: readonly Use[];
}

export interface Bill {
  readonly catalog: Catalog;
  readonly sims: readonly Sim[];
  readonly months: readonly string[];
  readonly zone?: TimeZone;
  /** A date in the zone: usage from it on is not billed; the end of time when not said. */
  readonly usageCutOff?: string;
  /** A date: charges due after it are not billed. */
  readonly chargeCutOff?: string;
  /** Pools the account names. */
  readonly pools?: readonly AccountPool[];
  /** By which price lists in another currency than EUR are converted. */
  readonly exchange?: ExchangeScope;
  /** The periods in place of months, of who moved its billing day. */
  readonly moved?: { readonly periods: readonly Period[]; readonly billingDay: BillingDays };
}

/** Sums of payer "p" of some subscriptions, by period. */
export function sumsOf(
  scope: MeasureScope,
  sims: readonly { id: string; facts: readonly RecordedFact[]; items: readonly VisibleItem[] }[],
): PartialSums[] {
  const sums = scope.days.periods.map((_, place) => openSums(scope.days, place));
  const meter = createMeter(scope);
  for (const { id, facts, items } of sims) {
    const history = historyOf(id, facts);
    const usage = new Map([[`imsi#${id}`, fold(items)]]);
    const periods = meter.measure(history, usage);
    const priced = priceInTurn(periods, scope.days, NOTHING_HELD);
    for (const [place, measured] of periods.entries()) sums[place]?.add(measured, priced[place]!);
  }
  return sums.map((each) => each.close());
}

/** A sim as the chain takes it. */
export function prepared({ id, turns, uses = [] }: Sim, zone: TimeZone) {
  const facts = factsOf(id, [{ at: '2020-01-01', has: `imsi#${id}` }, ...turns], zone);
  return { id, facts, items: itemsOf(uses, id) };
}

/** Everything payer "p" owes, by the whole chain: catalogue → measured subscriptions → sums → charge lines. */
export function owedBy(bill: Bill): ChargeLine[] {
  return linesInTurn(settledBy(bill));
}

/** The months of payer "p", measured and their pools settled, with what is handed on from each to the next. */
export function settledBy({
  catalog,
  sims,
  months,
  zone = BERLIN,
  usageCutOff = '',
  chargeCutOff = '',
  pools = [],
  exchange = NO_EXCHANGE,
  moved,
}: Bill) {
  const { periods, billingDay } = moved ?? { periods: monthsOf(...months), billingDay: 1 };
  const whole = { ...scopeOf(catalog, periods, zone), pools: accountPools(pools), billingDay };
  const scope = {
    ...whole,
    ...(usageCutOff === '' ? {} : { usageCutOff: instantOf(usageCutOff, zone) }),
    ...(chargeCutOff === '' ? {} : { chargeCutOff: instantOf(chargeCutOff, zone) }),
  };
  const sums = sumsOf(
    scope,
    sims.map((sim) => prepared(sim, zone)),
  );
  const scopes = periods.map((period: Period, place) => {
    const its = {
      period,
      plans: scope.plans,
      currency: 'EUR',
      isOver: periodInstants(period, zone).until <= scope.usageCutOff,
      agreementOn: () => agreementOf(catalog, 'p'),
      billingDay,
      isDue: periodInstants(period, zone).until <= scope.chargeCutOff,
      pools: scope.pools,
      exchange,
    };
    return { its, of: sums[place]! };
  });
  const settled = settleInTurn(scopes, NOTHING_HELD);
  return scopes.map((each, place) => ({ ...each, ...settled[place]! }));
}

/** "charge[@unit][ zone][ tier]: amount" of each line, in order of their ids. */
export function told(lines: readonly ChargeLine[]): string[] {
  return lines.map(
    ({ charge, businessUnit, zone, tier, amount }) =>
      `${charge}${businessUnit && `@${businessUnit}`}${zone && ` ${zone}`}${tier ? ` ${tier}` : ''}: ${amount}`,
  );
}
