import { SAME_PRICES } from '#shared/catalog/moved-prices.ts';
import type { Decisions, Objects, Projections } from '#shared/commit-log/ports.ts';
import { accountFacts, shardsOf } from '#shared/commit-log/use-cases/read-inventory.ts';
import { ALL_MONTHS, catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import type { WorldState } from '#shared/commit-log/visibility.ts';
import type { AccountView } from '#shared/inventory/account-history.ts';
import { type MeasuredSubscription, measureShards } from '#shared/rating/use-cases/measure-shards.ts';
import { usageReader } from '#shared/rating/use-cases/read-usage.ts';
import type { Period } from '#shared/time/period.ts';
import type { UsageStore } from '#shared/usage/ports.ts';
import type { Draft } from '../../draft.ts';
import type { DraftInput, SettlingInput } from '../../draft-of.ts';
import { accountNews, NO_PAYER_NEWS, type OpenNews, openNews, payerNews } from '../../lines/payer-news.ts';
import { NO_NEWS } from '../../lines/reason.ts';
import { payerScope } from '../../payer-scope.ts';
import { linkAt, postedDraft } from './chain.ts';
import { openingOf } from './closings.ts';
import { withLateUsage } from './late-scope.ts';
import { firstMonthOf, heardUsage } from './measure-slice.ts';
import { newsSince, pricesSince } from './news-since.ts';
import { keptTaxedDraft } from './tax-answers.ts';
import { type ReadMembers, withMembersTold } from './tell-members.ts';

/** What computing a draft needs of the world. */
export interface ComputePorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly projections: Projections;
  readonly usage: UsageStore;
  readonly backBillingMonths: number;
}

/** What is asked: who is billed how, by the world at `position`, after the link the plan names. */
export interface DraftQuestion extends Pick<DraftInput, 'request' | 'planned'> {
  readonly position: number;
  readonly view: AccountView;
  readonly period: Period;
}

/**
 * The computation of a bill run for one payer, without a run: nothing is decided or written by it. The same question has the same answer at any
 * time, as long as the usage of its stretch is kept.
 */
export async function computeDraft(ports: ComputePorts, question: DraftQuestion): Promise<Draft> {
  const { decisions, backBillingMonths } = ports;
  const { request, planned, position, view, period } = question;
  const world = await worldAt(ports, position, ALL_MONTHS);
  const { catalog, release } = await catalogOf(ports, world);
  const { predecessor, payer } = planned;
  const link = predecessor === 0 ? undefined : await linkAt(decisions, request.seller, payer, predecessor);
  const news = await newsSince(decisions, link === undefined ? [] : [link.position], position);
  const prices = await pricesSince(ports, news, { catalog, release });
  const base = link && { link, draft: await postedDraft(ports.objects, link) };
  const plan = { position, catalog: release };
  const since = link?.position ?? position;
  const files = news.get(since) ?? NO_NEWS;
  const heard = openNews({ seller: request.seller, payer, since, world, files });
  const measured = await measuredInput(ports, { request, plan, planned, catalog, view, base }, world, heard);
  const facts = link === undefined ? [] : await accountFacts(ports.projections, payer);
  const known = {
    news: link === undefined ? NO_PAYER_NEWS : payerNews([heard.close()], accountNews(facts, since, position)),
    prices: link === undefined ? SAME_PRICES : prices(link.position, payer),
  };
  return keptTaxedDraft(ports, { ...measured, ...known, period, backBillingMonths });
}

/**
 * With what a payer's subscriptions come to by the plans of a catalogue, without writing anything: where some are told apart when pools are settled,
 * all are measured again as often as these have to be read.
 */
export async function measuredInput<Of extends Omit<SettlingInput, 'slices'>>(
  ports: ComputePorts,
  input: Of,
  world: WorldState,
  heard: Omit<OpenNews, 'close'>,
): Promise<Of & Pick<SettlingInput, 'slices'>> {
  const { request, planned, plan, catalog, view } = input;
  const { projections } = ports;
  const stretch = payerScope(view, catalog, plan.position, planned);
  const scope = await withLateUsage(ports.decisions, stretch, view, world);
  const shards = await shardsOf(projections, request.seller, planned.payer);
  const opening = await openingOf(ports, request.seller, planned, scope.plans);
  if (scope.late !== undefined) heard.readsFrom(firstMonthOf(scope.late.days));
  const measure = (onEach: (measured: MeasuredSubscription) => Promise<void>) =>
    measureShards(projections, usageReader(heardUsage(ports.usage, heard), world), scope, shards, opening, onEach);
  const slices = [await measure(async ({ facts }) => heard.addFacts(facts))];
  const read: ReadMembers = async ({ place }, onMember) => {
    await measure(async ({ members }) => {
      const member = members[place];
      if (member !== undefined) await onMember(member);
    });
  };
  return withMembersTold({ ...input, slices }, read, async () => {});
}
