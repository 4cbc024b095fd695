import type { Catalog, Seller } from '#shared/catalog/catalog.ts';
import { SAME_PRICES } from '#shared/catalog/moved-prices.ts';
import type { Position } from '#shared/commit-log/entry.ts';
import { readContent, writeContent } from '#shared/commit-log/use-cases/content.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { accountFacts } from '#shared/commit-log/use-cases/read-inventory.ts';
import type { AccountView } from '#shared/inventory/account-history.ts';
import { amount } from '#shared/money/amount.ts';
import type { Member } from '#shared/rating/pools/member.ts';
import type { PartialSums } from '#shared/rating/pools/partial-sums.ts';
import { localDateOf, startOfDay } from '#shared/time/local-date.ts';
import { billingDayOn, type Period } from '#shared/time/period.ts';
import { type Draft, type Link, netOf } from '../../draft.ts';
import type { MeasuredSlice, SettlingInput } from '../../draft-of.ts';
import { type MeasuredUsage, measuredBetween, measuredIn } from '../../draft-usage.ts';
import type { Drafted } from '../../drafted.ts';
import { accountNews, NO_PAYER_NEWS, payerNews } from '../../lines/payer-news.ts';
import { type LogNews, NO_NEWS } from '../../lines/reason.ts';
import { isWaiting } from '../../minimum-amount.ts';
import { billedPeriod } from '../../payer-scope.ts';
import type { TaxEngine } from '../../ports.ts';
import { none } from '../../proof-row.ts';
import {
  type DraftSummary,
  detailsPrefix,
  knownUntil,
  type LeftOut,
  membersPrefix,
  type RunRequest,
  type RunTerms,
  runKeys,
  sumsKey,
  type TaxedAtPosting,
  termsOf,
} from '../../run.ts';
import { sellerOf } from '../../seller-of.ts';
import { type TaxNote, taxNotes } from '../../taxes/tax-notes.ts';
import { taxedOtherwiseFrom } from '../../taxes/taxed-otherwise.ts';
import { amendmentInput } from './amendment-input.ts';
import { draftOfRun, linkAt, postedDraft } from './chain.ts';
import { recordFailure } from './close-draft.ts';
import { type MeasurePorts, viewOf } from './measure-slice.ts';
import { newsSince, type PricesSince, pricesSince } from './news-since.ts';
import { readRows, rowWriter } from './row-parts.ts';
import { runRequest } from './run-state.ts';
import { type PlannedWorld, plannedPayer, readPlanOf } from './stored-plan.ts';
import { taxedAmendment, taxedDraft, untaxedDraft } from './tax-answers.ts';
import { withMembersTold } from './tell-members.ts';

/** What drafting needs of the world. `backBillingMonths`: a posted period that ended so long ago freezes. */
export interface DraftPorts extends Omit<MeasurePorts, 'usage'> {
  readonly backBillingMonths: number;
  readonly taxEngine: TaxEngine;
}

/** Tries everything that could fail once a draft is posted, for the seller as its release has it. What it throws is a fault of the draft. */
export type ProveDraft = (draft: Draft, seller: Seller) => Promise<void>;

/** What a draft is held against before it is decided. */
export interface DraftProof {
  readonly byItself: ProveDraft;
  /** What in the world stands against it, '' = nothing. What it throws is the world's fault: the batch is tried again, and nobody is at fault. */
  readonly byWorld: (draft: Draft) => Promise<string>;
}

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
  proof: DraftProof,
): Promise<LeftOut[]> {
  const left = await withoutDraft(ports, run, payers);
  if (left.length === 0) return [];
  const context = await readContext(ports, run, left);
  const failed: LeftOut[] = [];
  for (const payer of left) {
    const { draft, reason, view, base } = await draftPayer(ports, context, payer, proof, 'draft');
    if (draft === undefined) {
      failed.push({ payer, reason });
      await recordFailure(ports.objects, run, `payer-${payer}`, { payers: [payer], error: reason });
    } else {
      const reference = await writeContent(ports.objects, `runs/${run}/drafts/${payer}`, draft);
      await ports.decisions.putIfAbsent(
        runKeys.draft(run, payer),
        summaryOf({ draft, base, view }, reference, context),
      );
    }
  }
  return failed;
}

/**
 * Step 1 of posting, where a run asks for its taxes only then: each payer's draft is made again from the same measured sums, with its taxes, and
 * proved. It is what was approved but for the tax: one that comes to other lines, whose tax nobody knows, or that fails its proof, is left out with
 * the reason, for good: it is billed alone, or with those the run left out. Decided once a payer, so that every repeat posts the same.
 * @throws what reading, writing and asking throw: the step is tried again.
 */
export async function taxPayers(
  ports: DraftPorts,
  run: string,
  payers: readonly string[],
  prove: ProveDraft,
): Promise<LeftOut[]> {
  if (termsOf(await runRequest(ports.decisions, run)).taxes !== 'posting') return [];
  const context = await readContext(ports, run, payers);
  const leftOut: LeftOut[] = [];
  for (const payer of payers) {
    const key = runKeys.taxed(run, payer);
    const known = await ports.decisions.get<TaxedAtPosting>(key);
    const { value } =
      known === undefined
        ? await ports.decisions.putIfAbsent(key, await taxedAtPosting(ports, context, payer, prove))
        : { value: known };
    if ('reason' in value) leftOut.push({ payer, reason: value.reason });
  }
  return leftOut;
}

async function taxedAtPosting(
  ports: DraftPorts,
  context: DraftContext,
  payer: string,
  prove: ProveDraft,
): Promise<TaxedAtPosting> {
  const { run } = context.request;
  const { draft, reason } = await draftPayer(
    ports,
    context,
    payer,
    { byItself: prove, byWorld: async () => '' },
    'posting',
  );
  if (draft === undefined) return { reason };
  if (linesText(draft) !== linesText(await draftOfRun(ports, run, payer)))
    return { reason: 'computed again for its taxes, it comes to other lines than were approved' };
  return { draft: await writeContent(ports.objects, `runs/${run}/taxed/${payer}`, draft) };
}

/** What was approved: every line with its quantity and amount as priced. */
function linesText({ lines }: Draft): string {
  return JSON.stringify(lines.map(({ id, quantity, amount: priced, billedBy }) => [id, quantity, priced, billedBy]));
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
  readonly plan: PlannedWorld;
  readonly catalog: Catalog;
  /** Payer → the last link of its chain; none for a payer that was never billed. */
  readonly links: ReadonlyMap<string, Link>;
  /** Position of a link → what became known since. */
  readonly news: ReadonlyMap<Position, LogNews>;
  readonly prices: PricesSince;
}

async function readContext(ports: DraftPorts, run: string, payers: readonly string[]): Promise<DraftContext> {
  const request = await runRequest(ports.decisions, run);
  const plan = await readPlanOf(ports, run, payers);
  const catalog = (await readContent(ports.objects, plan.catalog)) as Catalog;
  const links = new Map<string, Link>();
  await inParallel(payers, LOOKUPS_AT_ONCE, async (payer) => {
    const { predecessor } = plannedPayer(plan, payer);
    if (predecessor > 0) links.set(payer, await linkAt(ports.decisions, request.seller, payer, predecessor));
  });
  const positions = [...links.values()].map((link) => link.position);
  const news = await newsSince(ports.decisions, positions, plan.position);
  const prices = await pricesSince(ports, news, { catalog, release: plan.catalog });
  return { request, plan, catalog, links, news, prices };
}

async function draftPayer(
  ports: DraftPorts,
  { request, plan, catalog, links, news, prices }: DraftContext,
  payer: string,
  proof: DraftProof,
  step: RunTerms['taxes'],
): Promise<Drafted & Pick<Judged, 'view' | 'base'>> {
  const planned = plannedPayer(plan, payer);
  const facts = await accountFacts(ports.projections, payer);
  const known = { position: plan.position, cutOff: knownUntil(planned), seller: request.seller };
  const view = viewOf(facts, { payer, ...known });
  const seller = sellerOf(catalog, request.seller);
  if (request.amendment !== null) {
    const { predecessor } = planned;
    const { catalog: release, position } = plan;
    const amended = await amendmentInput(ports, { request, catalog: release, payer, predecessor, position, view });
    const made = await taxedAmendment(ports, amended);
    return { ...(await proved(made, seller, proof)), view, base: undefined };
  }
  const measured: MeasuredSlice[] = [];
  for (const slice of planned.slices) {
    const sums = await readSums(ports, request.run, payer, slice);
    if (sums === undefined) return { draft: undefined, reason: notMeasured(request.run, slice), view, base: undefined };
    measured.push(sums);
  }
  const link = links.get(payer);
  // What an earlier version of the software has measured does not say what became known of the payer.
  const newsOfPayer = (since: Position) => {
    const kept = measured.flatMap(({ news }) => news ?? []);
    const isTold = kept.length === measured.length;
    const log = news.get(since) ?? NO_NEWS;
    return payerNews(kept, isTold ? accountNews(facts, since, plan.position) : log);
  };
  const input = {
    request,
    plan,
    planned,
    period: billedPeriod(view, planned, request),
    catalog,
    view,
    slices: measured.map(({ sums }) => sums),
    base: link && { link, draft: await postedDraft(ports.objects, link) },
    news: link === undefined ? NO_PAYER_NEWS : newsOfPayer(link.position),
    prices: link === undefined ? SAME_PRICES : prices(link.position, payer),
    backBillingMonths: ports.backBillingMonths,
  };
  const told = await withMembersOfRun(ports, input);
  const isUntaxed = step === 'draft' && termsOf(request).taxes === 'posting';
  const made = isUntaxed ? await untaxedDraft(ports, told) : await taxedDraft(ports, told);
  return { ...(await proved(made, seller, proof)), view, base: input.base?.draft };
}

/** With what the members come to that the slices have kept; what their charges come to is kept beside the details of others. */
async function withMembersOfRun<Of extends SettlingInput>({ objects }: DraftPorts, input: Of): Promise<Of> {
  const { payer } = input.planned;
  const { run } = input.request;
  const writer = rowWriter(objects, 'told');
  const told = await withMembersTold(
    input,
    async ({ period }, onMember) => {
      for await (const row of readRows(objects, `${membersPrefix(run, payer)}${period.from}/`))
        await onMember(row as Member);
    },
    async ({ period }, details) => {
      for (const row of details) await writer.write(`${detailsPrefix(run, payer)}${period.from}/`, row);
    },
  );
  await writer.close();
  return told;
}

/** A draft that could be posted; what proving it by itself throws is a fault of the draft. */
async function proved(made: Drafted, seller: Seller, { byItself, byWorld }: DraftProof): Promise<Drafted> {
  if (made.draft === undefined) return made;
  const obstacle = await byWorld(made.draft);
  if (obstacle !== '') return { draft: undefined, reason: obstacle };
  try {
    await byItself(made.draft, seller);
    return made;
  } catch (error) {
    return { draft: undefined, reason: (error as Error).message };
  }
}

function notMeasured(run: string, slice: number): string {
  return `slice ${slice} of its subscriptions was not measured; see what became of it in run ${run}`;
}

async function readSums(
  ports: DraftPorts,
  run: string,
  payer: string,
  slice: number,
): Promise<MeasuredSlice | undefined> {
  const body = await ports.objects.get('work', sumsKey(run, payer, slice));
  if (body === undefined) return undefined;
  const kept = JSON.parse(new TextDecoder().decode(body)) as MeasuredSlice | PartialSums[];
  return 'sums' in kept ? kept : { sums: kept };
}

/** A draft, the one it follows, and the account it is for. */
interface Judged {
  readonly draft: Draft;
  /** Nothing for a payer that was never billed, and for an amendment. */
  readonly base: Draft | undefined;
  readonly view: AccountView;
}

function usageOf({ draft, base, view }: Judged, { plan }: DraftContext): MeasuredUsage {
  const { measureFrom } = plannedPayer(plan, draft.payer);
  const { from } = draft.period;
  const usage = { since: startOfDay(from, view.timeZone), totals: measuredIn(draft) };
  if (measureFrom >= from) return usage;
  const earlier = {
    since: startOfDay(measureFrom, view.timeZone),
    totals: measuredBetween(draft, measureFrom, from),
    before: base === undefined ? none() : measuredBetween(base, measureFrom, from),
  };
  return { ...usage, earlier };
}

function summaryOf(judged: Judged, reference: DraftSummary['draft'], context: DraftContext): DraftSummary {
  const { draft, view } = judged;
  const { request, links, catalog } = context;
  const { timeZone } = view;
  const waiting = {
    minimum: termsOf(request).minimum,
    billedUntil: links.get(draft.payer)?.period.until ?? localDateOf(view.since, timeZone),
    billingDay: billingDayOn(draft.period.until, view.billingDay),
    isLeaving: isLeaving(view, draft.period),
  };
  const notes = notesOf(draft, context);
  const otherwise = taxedOtherwiseFrom(draft, view, catalog);
  const nets = draft.documents.map((document) => amount(document.net));
  return {
    draft: reference,
    payer: draft.payer,
    currency: draft.account.currency,
    net: netOf(draft).toFixed(),
    netsBefore: draft.netsBefore,
    ...(draft.netSoFar === undefined ? {} : { netSoFar: draft.netSoFar }),
    ...(termsOf(request).taxes === 'posting' ? { isUntaxed: true } : {}),
    ...(notes.length === 0 ? {} : { taxNotes: notes }),
    ...(otherwise === '' ? {} : { taxedOtherwiseFrom: otherwise }),
    documents: nets.length,
    ...(isWaiting(draft, waiting) && { isWaiting: true }),
    ...(draft.amendment === null && { usage: usageOf(judged, context) }),
    ...(draft.amendment?.kind.startsWith('writeOff') && { isLinked: true as const }),
    belowZero: nets.filter((net) => net.isNegative() && !net.isZero()).length,
    unexplained: draft.documents.flatMap((each) => each.lines).filter((line) => line.reason === 'computation changed')
      .length,
  };
}

/** Whether an account has another seller when a period has ended. */
function isLeaving({ isCustomer }: AccountView, { until }: Period): boolean {
  const left = isCustomer.at(-1)?.until ?? '';
  return left !== '' && left <= until;
}

function notesOf({ account, period, invoiceDate, seller }: Draft, { catalog }: DraftContext): TaxNote[] {
  const profile = catalog.taxProfiles.find(({ id }) => id === account.taxProfile);
  const sellerCountry = sellerOf(catalog, seller).address.country;
  return taxNotes({ account, profile, jurisdictions: catalog.taxJurisdictions, sellerCountry, period, invoiceDate });
}
