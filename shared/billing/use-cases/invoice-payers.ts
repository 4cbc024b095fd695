import type { Catalog, Seller } from '#shared/catalog/catalog.ts';
import type { Position } from '#shared/commit-log/entry.ts';
import { readContent, writeContent } from '#shared/commit-log/use-cases/content.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
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
import { type News, NO_NEWS, reasonOf } from '../reason.ts';
import {
  type DraftSummary,
  type LeftOut,
  type PlannedPayer,
  type RunPlan,
  type RunRequest,
  runKeys,
  sumsKey,
} from '../run.ts';
import { sellerOf } from '../seller-of.ts';
import { postedDraft } from './chain.ts';
import { recordFailure } from './close-draft.ts';
import { accountOf, type MeasurePorts, plannedPayer, type SliceSums } from './measure-slice.ts';
import { newsSince } from './news-since.ts';
import { readPlan } from './plan-run.ts';
import { runRequest } from './run-state.ts';

/** Version of the computation: a posted document names it, and a line that moves only because it changed is held for approval. */
const ENGINE_VERSION = '1';

/** What drafting needs of the world. `backBillingMonths`: a posted period that ended so long ago freezes. */
export interface DraftPorts extends Omit<MeasurePorts, 'usage'> {
  readonly backBillingMonths: number;
}

/** Tries everything that could fail once a draft is posted, for the seller as its release has it. What it throws is a fault of the draft. */
export type ProveDraft = (draft: Draft, seller: Seller) => Promise<void>;

const LOOKUPS_AT_ONCE = 16;

/**
 * Drafts what some payers owe: each one's sums joined and priced, less what was posted, cut into documents, and proved. One that cannot be
 * drafted is noted with the reason, answered, and does not hold up the others; that is so only for faults of its data. Payers that have their
 * draft already keep it, and a repeat drafts the same. @throws what reading and writing throw: the batch is tried again.
 */
export async function invoicePayers(
  ports: DraftPorts,
  run: string,
  payers: readonly string[],
  prove: ProveDraft,
): Promise<LeftOut[]> {
  const left = await withoutDraft(ports, run, payers);
  if (left.length === 0) return [];
  const context = await readContext(ports, run, left);
  const failed: LeftOut[] = [];
  for (const payer of left) {
    const { draft, reason } = await draftPayer(ports, context, payer, prove);
    if (draft === undefined) {
      failed.push({ payer, reason });
      await recordFailure(ports.objects, run, `payer-${payer}`, { payers: [payer], error: reason });
    } else {
      const reference = await writeContent(ports.objects, `runs/${run}/drafts/${payer}`, draft);
      await ports.decisions.putIfAbsent(runKeys.draft(run, payer), summaryOf(draft, reference));
    }
  }
  return failed;
}

async function withoutDraft({ decisions }: DraftPorts, run: string, payers: readonly string[]): Promise<string[]> {
  const drafted = new Set<string>();
  await inParallel(payers, LOOKUPS_AT_ONCE, async (payer) => {
    if ((await decisions.get<DraftSummary>(runKeys.draft(run, payer))) !== undefined) drafted.add(payer);
  });
  return payers.filter((payer) => !drafted.has(payer));
}

/** What the payers of a batch have in common, read once. */
interface DraftContext {
  readonly request: RunRequest;
  readonly plan: RunPlan;
  readonly catalog: Catalog;
  /** Payer → the last link of its chain; none for a payer that was never billed. */
  readonly links: ReadonlyMap<string, Link>;
  /** Position of a link → what became known since. */
  readonly news: ReadonlyMap<Position, News>;
}

async function readContext(ports: DraftPorts, run: string, payers: readonly string[]): Promise<DraftContext> {
  const request = await runRequest(ports.decisions, run);
  const plan = await readPlan(ports, run);
  const catalog = (await readContent(ports.objects, plan.catalog)) as Catalog;
  const links = new Map<string, Link>();
  await inParallel(payers, LOOKUPS_AT_ONCE, async (payer) => {
    const { predecessor } = plannedPayer(plan, payer);
    if (predecessor > 0) links.set(payer, await linkAt(ports, request.seller, payer, predecessor));
  });
  const positions = payers.map((payer) => links.get(payer)?.position ?? 0);
  return { request, plan, catalog, links, news: await newsSince(ports.decisions, positions, plan.position) };
}

async function draftPayer(
  ports: DraftPorts,
  { request, plan, catalog, links, news }: DraftContext,
  payer: string,
  prove: ProveDraft,
): Promise<{ draft: Draft | undefined; reason: string }> {
  const planned = plannedPayer(plan, payer);
  const view = await accountOf(ports.projections, payer, plan.position, planned.chargeCutOff);
  const slices: SliceSums[] = [];
  for (const slice of planned.slices) {
    const sums = await readSums(ports, request.run, payer, slice);
    if (sums === undefined) return { draft: undefined, reason: notMeasured(request.run, slice) };
    slices.push(sums);
  }
  const link = links.get(payer);
  const input: DraftInput = {
    request,
    plan,
    planned,
    catalog,
    view,
    slices,
    base: link && { link, draft: await postedDraft(ports.objects, link) },
    news: news.get(link?.position ?? 0) ?? NO_NEWS,
    backBillingMonths: ports.backBillingMonths,
  };
  try {
    const draft = draftOf(input);
    await prove(draft, sellerOf(catalog, request.seller));
    return { draft, reason: '' };
  } catch (error) {
    return { draft: undefined, reason: (error as Error).message };
  }
}

function notMeasured(run: string, slice: number): string {
  return `slice ${slice} of its subscriptions was not measured; see what became of it in run ${run}`;
}

async function readSums(ports: DraftPorts, run: string, payer: string, slice: number): Promise<SliceSums | undefined> {
  const body = await ports.objects.get('work', sumsKey(run, payer, slice));
  return body && (JSON.parse(new TextDecoder().decode(body)) as PartialSums[]);
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
  /** What became known since the link of the base. */
  readonly news: News;
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
    news: input.news,
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
