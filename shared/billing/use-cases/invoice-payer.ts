import type { Catalog } from '#shared/catalog/catalog.ts';
import { readEntries } from '#shared/commit-log/use-cases/commit-log.ts';
import { readContent, writeContent } from '#shared/commit-log/use-cases/content.ts';
import type { AccountView } from '#shared/inventory/account-history.ts';
import { amount, sum } from '#shared/money/amount.ts';
import type { PartialSums } from '#shared/rating/partial-sums.ts';
import { joinSums } from '#shared/rating/sum-slice.ts';
import type { ShardScope } from '#shared/rating/use-cases/measure-shards.ts';
import { monthsLater, periodOfMonth } from '#shared/time/period.ts';
import { difference } from '../difference.ts';
import type { Draft, Link, MeasuredSummary } from '../draft.ts';
import type { PricingScope } from '../line-head.ts';
import { lineTax } from '../line-tax.ts';
import { owedLines } from '../owed-lines.ts';
import { payerScope } from '../payer-scope.ts';
import { poolStatus } from '../pool-lines.ts';
import { newsOf, reasonOf } from '../reason.ts';
import { type DraftSummary, type PlannedPayer, type RunPlan, type RunRequest, runKeys, sumsKey } from '../run.ts';
import { postedDraft } from './chain.ts';
import { accountOf, type MeasurePorts, plannedPayer, type SliceSums } from './measure-slice.ts';
import { readPlan } from './plan-run.ts';
import { runRequest } from './run-state.ts';

/** Version of the computation: a posted document names it, and a line that moves only because it changed is held for approval. */
const ENGINE_VERSION = '1';

/** What drafting needs of the world. `backBillingMonths`: a posted period that ended so long ago freezes. */
export interface DraftPorts extends Omit<MeasurePorts, 'usage'> {
  readonly backBillingMonths: number;
}

/**
 * Drafts what a payer owes: its slices' sums joined and priced, less what was posted, cut into documents. `prove` tries everything that could
 * fail later (rendering with a dummy number); what it throws keeps the payer out of the run. A repeat drafts the same.
 */
export async function invoicePayer(
  ports: DraftPorts,
  run: string,
  payer: string,
  prove: (draft: Draft) => Promise<void>,
): Promise<void> {
  const key = runKeys.draft(run, payer);
  if ((await ports.decisions.get<DraftSummary>(key)) !== undefined) return;
  const request = await runRequest(ports.decisions, run);
  const plan = await readPlan(ports, run);
  const planned = plannedPayer(plan, payer);
  const catalog = (await readContent(ports.objects, plan.catalog)) as Catalog;
  const view = await accountOf(ports.projections, payer, plan.position, planned.chargeCutOff);
  const slices: SliceSums[] = [];
  for (const slice of planned.slices) slices.push(await readSums(ports, run, payer, slice));
  const last = planned.predecessor === 0 ? undefined : await linkAt(ports, request.seller, payer, planned.predecessor);
  const base = last && { link: last, draft: await postedDraft(ports.objects, last) };
  const entries = await readEntries(ports.decisions, last?.position ?? 0, plan.position);
  const draft = draftOf({
    request,
    plan,
    planned,
    catalog,
    view,
    slices,
    base,
    entries,
    backBillingMonths: ports.backBillingMonths,
  });
  await prove(draft);
  const reference = await writeContent(ports.objects, `runs/${run}/drafts/${payer}`, draft);
  await ports.decisions.putIfAbsent(key, summaryOf(draft, reference));
}

async function readSums(ports: DraftPorts, run: string, payer: string, slice: number): Promise<SliceSums> {
  const body = await ports.objects.get('work', sumsKey(run, payer, slice));
  if (body === undefined)
    throw new Error(`slice ${slice} of account ${payer} was not measured; see the failures of run ${run}`);
  return JSON.parse(new TextDecoder().decode(body)) as PartialSums[];
}

async function linkAt(ports: DraftPorts, seller: string, payer: string, n: number): Promise<Link> {
  const link = await ports.decisions.get<Link>(runKeys.link(seller, payer, n));
  if (link === undefined) throw new Error(`link ${n} of ${seller} and ${payer} is gone`);
  return link;
}

/** What a draft is made from: values only, so that the same always make the same draft. */
export interface DraftInput {
  readonly request: Pick<RunRequest, 'run' | 'seller' | 'month' | 'invoiceDate'>;
  readonly plan: Pick<RunPlan, 'position' | 'catalog'>;
  readonly planned: Omit<PlannedPayer, 'slices'>;
  readonly catalog: Catalog;
  readonly view: AccountView;
  readonly slices: readonly SliceSums[];
  readonly base: { readonly link: Link; readonly draft: Draft } | undefined;
  readonly entries: Parameters<typeof newsOf>[0];
  readonly backBillingMonths: number;
}

/** The draft: a pure function of what it is made from. @throws Error when the account's tax profile or a plan it is on is missing. */
export function draftOf(input: DraftInput): Draft {
  const { request, plan, planned, catalog, view, base } = input;
  const { account } = view;
  const scope = payerScope(view, catalog, plan.position, planned);
  const period = periodOfMonth(request.month, account.billingDay);
  const profile = catalog.taxProfiles.find((each) => each.id === account.taxProfile);
  if (profile === undefined)
    throw new Error(`account ${account.account} has tax profile ${account.taxProfile}, which is not in the catalogue`);
  const sums = scope.days.periods.map((_, place) => joinSums(input.slices.map((slice) => slice[place] as PartialSums)));
  const owed = scope.days.periods.flatMap((each, place) =>
    owedLines(pricing(scope, account.currency, each), sums[place] as PartialSums),
  );
  const posted = base?.draft.lines ?? [];
  const isMeasured = (line: { period: { from: string } }) => line.period.from >= planned.measureFrom;
  const frozen = base?.link.frozenUntil ?? '';
  const reasons = {
    news: newsOf(input.entries),
    zone: account.timeZone,
    period,
    lastCutOff: base?.link.chargeCutOff ?? 0,
  };
  const { lines, documents } = difference(
    {
      run: request.run,
      currency: account.currency,
      periodFrom: period.from,
      taxOf: (line) => lineTax(profile, line, request.invoiceDate),
      reasonOf: (line, before) => reasonOf(reasons, line, before),
    },
    owed,
    posted.filter(isMeasured),
  );
  const kept = posted.filter((line) => !isMeasured(line) && line.period.until > frozen);
  const measured = scope.days.periods.map((each, place) =>
    summaryOfPeriod(scope, account.currency, each, sums[place] as PartialSums),
  );
  const limit = monthsLater(period.until, -input.backBillingMonths, account.billingDay);
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
    documents,
  };
}

function pricing(scope: ShardScope, currency: string, period: PricingScope['period']): PricingScope {
  return { period, plans: scope.plans, currency };
}

function summaryOfPeriod(
  scope: ShardScope,
  currency: string,
  period: PricingScope['period'],
  sums: PartialSums,
): MeasuredSummary {
  return {
    period,
    overview: sums.overview,
    apart: sums.apart,
    pools: poolStatus(pricing(scope, currency, period), sums),
  };
}

function summaryOf(draft: Draft, reference: DraftSummary['draft']): DraftSummary {
  const nets = draft.documents.map((document) => amount(document.net));
  return {
    draft: reference,
    payer: draft.payer,
    currency: draft.account.currency,
    net: sum(nets).toFixed(),
    documents: nets.length,
    belowZero: nets.filter((net) => net.isNegative() && !net.isZero()).length,
    unexplained: draft.documents.flatMap((each) => each.lines).filter((line) => line.reason === 'computation changed')
      .length,
  };
}
