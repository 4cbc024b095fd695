import type { RecordedLine } from '#shared/billing/draft.ts';
import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import type { ExchangeScope, PricingScope } from '#shared/billing/lines/line-head.ts';
import { linesInTurn } from '#shared/billing/lines/owed-lines.ts';
import { settleInTurn } from '#shared/billing/lines/settle-pools.ts';
import { openTelling } from '#shared/billing/lines/tell-members.ts';
import { agreementOf } from '#shared/catalog/account-plans.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import type { AccountPool, RecordedFact } from '#shared/inventory/fact.ts';
import type { Currency } from '#shared/money/currency.ts';
import { NOTHING_HELD } from '#shared/rating/holdings/holdings.ts';
import { joinSums } from '#shared/rating/join-sums.ts';
import { createMeter, type MeasureScope } from '#shared/rating/measure-subscription.ts';
import { accountPools } from '#shared/rating/pools/account-pools.ts';
import type { Member } from '#shared/rating/pools/member.ts';
import type { PartialSums } from '#shared/rating/pools/partial-sums.ts';
import { priceInTurn } from '#shared/rating/price-subscription.ts';
import type { SubscriptionDetail } from '#shared/rating/subscription-details.ts';
import { openSums } from '#shared/rating/sum-slice.ts';
import { instantOf, type TimeZone } from '#shared/time/local-date.ts';
import { type BillingDays, type Period, periodInstants } from '#shared/time/period.ts';
import { fold } from '#shared/usage/fold.ts';
import type { VisibleItem } from '#shared/usage/visible-item.ts';
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
  /** Of the invoice; EUR where not said. */
  readonly currency?: Currency;
  /** By which price lists in another currency than the invoice's are converted. */
  readonly exchange?: ExchangeScope;
  /** What was billed before. */
  readonly posted?: readonly RecordedLine[];
  /** The periods in place of months, of who moved its billing day. */
  readonly moved?: { readonly periods: readonly Period[]; readonly billingDay: BillingDays };
}

type Prepared = { id: string; facts: readonly RecordedFact[]; items: readonly VisibleItem[] };

/** Sums of payer "p" of some subscriptions, by period. */
export function sumsOf(scope: MeasureScope, sims: readonly Prepared[]): PartialSums[] {
  return measuredOf(scope, sims).map(({ of }) => of);
}

/** The same, and the subscriptions that have to be told apart in a period. */
function measuredOf(scope: MeasureScope, sims: readonly Prepared[]): { of: PartialSums; members: Member[] }[] {
  const open = scope.days.periods.map((_, place) => ({ sums: openSums(scope.days, place), members: [] as Member[] }));
  const meter = createMeter(scope);
  for (const { id, facts, items } of sims) {
    const history = historyOf(id, facts);
    const usage = new Map([[`imsi#${id}`, fold(items)]]);
    const periods = meter.measure(history, usage);
    const priced = priceInTurn(periods, scope, NOTHING_HELD);
    for (const [place, measured] of periods.entries()) {
      const { sums, members } = open[place]!;
      sums.add(measured, priced[place]!);
      const { member } = priced[place]!;
      if (member !== undefined) members.push(member);
    }
  }
  return open.map(({ sums, members }) => ({ of: sums.close(), members }));
}

/** A sim as the chain takes it. */
export function prepared({ id, turns, uses = [] }: Sim, zone: TimeZone) {
  const facts = factsOf(id, [{ at: '2020-01-01', has: `imsi#${id}` }, ...turns], zone);
  return { id, facts, items: itemsOf(uses, id) };
}

/** Everything payer "p" owes, by the whole chain: catalogue → measured subscriptions → sums → charge lines. */
export function owedBy(bill: Bill): ChargeLine[] {
  return linesInTurn(
    settledBy(bill).map((each) => ({ ...each, orders: [] })),
    bill.posted,
  );
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
  currency = 'EUR',
  exchange = NO_EXCHANGE,
  moved,
}: Bill) {
  const { periods, billingDay } = moved ?? { periods: monthsOf(...months), billingDay: 1 };
  const whole = { ...scopeOf(catalog, periods, zone, billingDay), pools: accountPools(pools) };
  const scope = {
    ...whole,
    ...(usageCutOff === '' ? {} : { usageCutOff: instantOf(usageCutOff, zone) }),
    ...(chargeCutOff === '' ? {} : { chargeCutOff: instantOf(chargeCutOff, zone) }),
  };
  const measured = measuredOf(
    scope,
    sims.map((sim) => prepared(sim, zone)),
  );
  const scopes = periods.map((period: Period, place) => {
    const its = {
      period,
      plans: scope.plans,
      currency,
      isOver: periodInstants(period, zone).until <= scope.usageCutOff,
      agreementOn: () => agreementOf(catalog, 'p'),
      billingDay,
      isDue: periodInstants(period, zone).until <= scope.chargeCutOff,
      pools: scope.pools,
      exchange,
    };
    return { its, of: measured[place]!.of };
  });
  const told = toldOf(
    scopes,
    measured.map(({ members }) => members),
  );
  const settled = settleInTurn(told, NOTHING_HELD);
  return told.map((each, place) => ({ ...each, ...settled[place]! }));
}

/** Tells members apart, and joins what they come to, to the sums of their periods. */
function toldOf(scopes: readonly { its: PricingScope; of: PartialSums }[], members: readonly (readonly Member[])[]) {
  const telling = openTelling(scopes, NOTHING_HELD);
  const details: SubscriptionDetail[][] = scopes.map(() => []);
  for (let place = telling.next(); place !== undefined; place = telling.next()) {
    for (const member of members[place]!) details[place]!.push(...telling.read(member));
    telling.endReading();
  }
  const sums = telling.sums();
  return scopes.map(({ its, of }, place) => ({ its, of: joinSums([of, sums[place]!]), details: details[place]! }));
}

/** "charge[@unit][ zone][ tier]: amount" of each line, in order of their ids. */
export function told(lines: readonly ChargeLine[]): string[] {
  return lines.map(
    ({ charge, businessUnit, zone, tier, amount }) =>
      `${charge}${businessUnit && `@${businessUnit}`}${zone && ` ${zone}`}${tier ? ` ${tier}` : ''}: ${amount}`,
  );
}
