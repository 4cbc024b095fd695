import type { Catalog } from '#shared/catalog/catalog.ts';
import type { MovedPrices } from '#shared/catalog/moved-prices.ts';
import { type AccountView, movedOn } from '#shared/inventory/account-history.ts';
import { amount, sum } from '#shared/money/amount.ts';
import { type Holdings, holdingsOf, keptHoldings, NOTHING_HELD } from '#shared/rating/holdings/holdings.ts';
import { joinSums } from '#shared/rating/join-sums.ts';
import { countsLateAsCurrent } from '#shared/rating/late-usage.ts';
import type { PlanTerms } from '#shared/rating/plan-terms.ts';
import type { PartialSums } from '#shared/rating/pools/partial-sums.ts';
import type { ShardScope } from '#shared/rating/shard-scope.ts';
import { type LocalDate, startOfDay } from '#shared/time/local-date.ts';
import { billingDayOn, monthsLater, type Period, periodInstants, periodOf } from '#shared/time/period.ts';
import { agreementsOf } from './agreement-of.ts';
import { unsettled } from './cancellation.ts';
import {
  closingBefore,
  type Draft,
  ENGINE_VERSION,
  type Link,
  type MeasuredSummary,
  type RecordedLine,
} from './draft.ts';
import { adHocLines } from './lines/ad-hoc-lines.ts';
import type { ChargeLine } from './lines/charge-line.ts';
import { difference } from './lines/difference.ts';
import { firstBilling, takenOver } from './lines/first-billing.ts';
import { heldStatus } from './lines/held-status.ts';
import type { ExchangeScope, PricingScope } from './lines/line-head.ts';
import { linesInTurn } from './lines/owed-lines.ts';
import type { KeptNews, PayerNews } from './lines/payer-news.ts';
import { poolStatus } from './lines/pool-status.ts';
import { type ReasonScope, reasonOf } from './lines/reason.ts';
import { sameQuantity } from './lines/same-quantity.ts';
import { type SettledPeriod, settleInTurn } from './lines/settle-pools.ts';
import { type MembersTelling, openTelling } from './lines/tell-members.ts';
import { payerScope } from './payer-scope.ts';
import type { PlannedPayer, RunPlan, RunRequest } from './run.ts';
import { sellerOf } from './seller-of.ts';
import { bookRateOf, taxScope } from './taxes/first-billed.ts';
import { lineTax, type TaxScope, undecidedTax } from './taxes/line-tax.ts';

/** Sums of a payer's slice: by period, in the order of the plan's stretch. */
export type SliceSums = readonly PartialSums[];

/** A measured slice of a payer as it is kept, with what became known of its subscriptions since the last link; absent = it was never billed. */
export interface MeasuredSlice {
  readonly sums: SliceSums;
  readonly news?: KeptNews;
}

/** What a draft is made from: values only, so that the same always make the same draft. */
export interface DraftInput {
  readonly request: Pick<RunRequest, 'run' | 'seller' | 'invoiceDate'>;
  readonly plan: Pick<RunPlan, 'position' | 'catalog'>;
  readonly planned: Omit<PlannedPayer, 'slices'>;
  /** The period that is billed. */
  readonly period: Period;
  readonly catalog: Catalog;
  readonly view: AccountView;
  readonly slices: readonly SliceSums[];
  readonly base: { readonly link: Link; readonly draft: Draft } | undefined;
  /** What became known since the link of the base; without one, nothing has moved. */
  readonly news: PayerNews;
  /** What prices the account otherwise than the release the base's link stands at. */
  readonly prices: MovedPrices;
  readonly backBillingMonths: number;
  /** Line id → what an outside tax engine answered; empty where none is asked. */
  readonly taxAnswers: TaxScope['answers'];
  /** Whether the taxes of what is billed for the first time are left open until it is posted; absent = they are decided. */
  readonly isUntaxed?: true;
}

/** The draft: a pure function of what it is made from. @throws Error when the account's tax profile or a plan it is on is missing. */
export function draftOf(input: DraftInput): Draft {
  const { request, plan, planned, period, catalog, view, base } = input;
  const { account } = view;
  const scope = payerScope(view, catalog, plan.position, planned);
  const taxes = taxScope(input);
  const priced = settledPeriods(input, scope);
  const posted = base?.draft.lines ?? [];
  const isMeasured = (line: { period: { until: string } }) => line.period.until > planned.measureFrom;
  const owed = linesInTurn(priced, posted.filter(isMeasured));
  const frozen = base?.link.frozenUntil ?? '';
  const cancellations = base?.draft.cancellations ?? [];
  const reasons = reasonScope(input, scope, owed, posted);
  const beside = base?.draft.adjustments ?? [];
  const follows = (line: RecordedLine) => isMeasured(line) && isGivenOf(line, beside);
  const { lines, given, documents } = difference(
    {
      run: request.run,
      currency: account.currency,
      periodFrom: period.from,
      taxOf: (line) => (input.isUntaxed === true ? undecidedTax(line) : lineTax(taxes, line)),
      bookRate: bookRateOf(input),
      corrections: sellerOf(catalog, request.seller).corrections ?? 'netted',
      reasonOf: (line, before) => reasonOf(reasons, line, before),
    },
    owed,
    posted.filter(isMeasured),
    beside.filter(follows),
  );
  const kept = posted.filter((line) => !isMeasured(line) && line.period.until > frozen);
  const measured = priced.map((each) => summaryOf(request.run, each));
  const limit = backBillingLimit(input);
  return {
    seller: request.seller,
    payer: account.account,
    run: request.run,
    predecessor: planned.predecessor,
    position: plan.position,
    catalog: plan.catalog,
    engineVersion: ENGINE_VERSION,
    period,
    invoiceDate: request.invoiceDate,
    usageCutOff: planned.usageCutOff,
    chargeCutOff: planned.chargeCutOff,
    frozenUntil: base !== undefined && limit > frozen && base.draft.period.until >= limit ? limit : frozen,
    account,
    businessUnits: [...view.businessUnits.values()],
    lines: [...kept, ...lines],
    measured: [...(base?.draft.measured ?? []).filter((each) => each.period.from < planned.measureFrom), ...measured],
    adjustments: beside.map((line) => given.find(({ id }) => id === line.id) ?? line),
    ...(base?.draft.writeOffs && { writeOffs: base.draft.writeOffs }),
    cancellations: cancellations.map((each) => ({ ...each, billedAgain: each.billedAgain || request.run })),
    amendment: null,
    documents,
    ...netsUpTo(input),
  };
}

/** Whether a line was given back of what is owed, and not of an ad-hoc invoice, which stands beside it. */
function isGivenOf({ arithmetic }: RecordedLine, beside: readonly RecordedLine[]): boolean {
  return arithmetic.kind === 'adjustment' && !beside.some(({ id }) => id === arithmetic.of);
}

/**
 * What a period is compared with, and what its runs before billed of it: a period that was billed already stands first among the nets. What was cancelled
 * stays in the net of the period it was billed for, so that billing it again adds to none more than what it comes to otherwise.
 */
function netsUpTo({ base, period }: DraftInput): Pick<Draft, 'netsBefore' | 'netSoFar'> {
  if (base === undefined) return { netsBefore: [] };
  const { link, draft } = base;
  const [last = '0', ...before] = link.nets;
  const isSame = link.period.from === period.from;
  const waiting = unsettled(draft.cancellations).map(({ net = '0' }) => amount(net));
  const soFar = amount(isSame ? last : 0).minus(sum(waiting));
  return {
    netsBefore: isSame ? before : link.nets,
    ...(!soFar.isZero() && { netSoFar: soFar.toFixed() }),
  };
}

/** A measured period, joined over slices, its pools settled one period after the other. */
interface PricedPeriod extends SettledPeriod {
  readonly its: PricingScope;
  readonly of: PartialSums;
  readonly orders: readonly ChargeLine[];
}

function settledPeriods(input: DraftInput, scope: ShardScope): PricedPeriod[] {
  const { periods, opening } = measuredPeriods(input, scope);
  const settled = settleInTurn(periods, opening);
  return periods.map((each, place) => ({
    ...each,
    ...(settled[place] as SettledPeriod),
    orders: adHocLines(input.view, each.its.period, input.planned.chargeCutOff),
  }));
}

/** What a draft is made from, as far as pools are settled by it. */
export type SettlingInput = Pick<DraftInput, 'request' | 'plan' | 'planned' | 'catalog' | 'view' | 'slices' | 'base'>;

/** Begins to tell members apart, where what pools leave of the measured usage is told apart by subscription (decision 61). */
export function tellMembers(input: SettlingInput): {
  readonly telling: MembersTelling;
  readonly periods: readonly Period[];
} {
  const { view, catalog, plan, planned } = input;
  const scope = payerScope(view, catalog, plan.position, planned);
  const { periods, opening } = measuredPeriods(input, scope);
  return { telling: openTelling(periods, opening), periods: scope.days.periods };
}

function measuredPeriods(input: SettlingInput, scope: ShardScope) {
  const exchange = exchangeScope(input);
  const periods = scope.days.periods.map((each, place) => {
    const of = joinSums(input.slices.map((slice) => slice[place] as PartialSums));
    return { its: pricing(input, scope, each, exchange), of };
  });
  return { periods, opening: openingPools(input.base?.draft, input.planned.measureFrom) };
}

function summaryOf(run: string, { its, of, pools, left }: PricedPeriod): MeasuredSummary {
  const summary = { period: its.period, overview: of.overview, apart: of.apart, pools: poolStatus(its, pools) };
  return { ...summary, ...(of.held && { held: heldStatus(its, of) }), ...closingOf(run, of, left) };
}

/** What the last run that measured the period before left in pools. */
function openingPools(base: Draft | undefined, measureFrom: LocalDate): Holdings {
  const closing = base && closingBefore(base, measureFrom);
  return closing === undefined ? NOTHING_HELD : holdingsOf(closing.pools);
}

function closingOf(run: string, { held = {} }: PartialSums, pools: Holdings): Pick<MeasuredSummary, 'closing'> {
  const isOfSubscriptions = Object.values(held).some(({ moved }) => moved !== '0');
  if (!isOfSubscriptions && pools.size === 0) return {};
  return { closing: { run: isOfSubscriptions ? run : '', pools: keptHoldings(pools) } };
}

/** The border of periods so many months before the end of the period that is billed, or the last before it. */
function backBillingLimit({ period: { until }, backBillingMonths, view: { billingDay } }: DraftInput): LocalDate {
  return periodOf(monthsLater(until, -backBillingMonths, billingDayOn(until, billingDay)), billingDay).from;
}

function reasonScope(
  input: DraftInput,
  scope: ShardScope,
  owed: readonly ChargeLine[],
  posted: readonly RecordedLine[],
): ReasonScope {
  const { news, prices, base, view, planned, period } = input;
  const waiting = unsettled(base?.draft.cancellations ?? []);
  return {
    news,
    cancelled: new Set(waiting.flatMap((each) => each.lines)),
    zone: view.timeZone,
    period,
    lastCutOff: base?.link.chargeCutOff ?? 0,
    lastUsageCutOff: base?.link.usageCutOff ?? 0,
    carrying: plansThatReachOn(scope),
    measuredFrom: countsLateAsCurrent(scope.plans) ? view.since : startOfDay(planned.measureFrom, view.timeZone),
    movedOn: movedOn(view),
    prices,
    plans: new Set([...news.plans, ...[...owed, ...posted, ...view.account.pools].map(({ plan }) => plan)]),
    isSameQuantity: sameQuantity(owed, posted),
    tookOver: takenOver(owed, posted),
  };
}

/** Plans of which usage of one period can move lines of later ones: since they carry on what is left, or count late usage where it comes. */
function plansThatReachOn({ plans }: ShardScope): ReadonlySet<string> {
  const reaches = ({ carries, version }: PlanTerms) => carries || version.late === 'current';
  const carrying = [...plans].flatMap(([plan, terms]) => (terms.some(reaches) ? [plan] : []));
  return new Set(carrying.length === 0 ? [] : [...carrying, '']);
}

/** What was billed before keeps the rate of its first document. */
function exchangeScope({ catalog, request, base }: SettlingInput): ExchangeScope {
  const firstOf = firstBilling((base?.draft.lines ?? []).filter(({ exchange }) => exchange !== null));
  return {
    rates: catalog.exchangeRates,
    by: sellerOf(catalog, request.seller).exchangeDate,
    invoiceDate: request.invoiceDate,
    kept: (line) => firstOf(line)?.exchange ?? undefined,
  };
}

function pricing(input: SettlingInput, scope: ShardScope, period: Period, exchange: ExchangeScope): PricingScope {
  const { account } = input.view;
  const { until } = periodInstants(period, scope.days.zone);
  return {
    period,
    plans: scope.plans,
    currency: account.currency,
    isOver: until <= scope.usageCutOff,
    isDue: until <= scope.chargeCutOff,
    pools: scope.pools,
    agreementOn: agreementsOf(input.catalog, input.view),
    billingDay: input.view.billingDay,
    exchange,
    keepsDays: scope.keepsDays === true,
  };
}
