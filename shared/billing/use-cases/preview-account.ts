import type { Decisions, Objects, Projections } from '#shared/commit-log/ports.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { shardsOf } from '#shared/commit-log/use-cases/read-inventory.ts';
import { ALL_MONTHS, catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { measureShards } from '#shared/rating/use-cases/measure-shards.ts';
import { usageReader } from '#shared/rating/use-cases/read-usage.ts';
import { localDateOf } from '#shared/time/local-date.ts';
import { periodFrom, periodOf } from '#shared/time/period.ts';
import type { Clock } from '#shared/time/ports.ts';
import type { UsageStore } from '#shared/usage/ports.ts';
import type { Draft } from '../draft.ts';
import { draftOf } from '../draft-of.ts';
import { payerScope } from '../payer-scope.ts';
import { NO_NEWS } from '../reason.ts';
import { chainEnd, postedDraft } from './chain.ts';
import { accountOf } from './measure-slice.ts';
import { newsSince } from './news-since.ts';

/** What a preview needs of the world. */
export interface PreviewPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly projections: Projections;
  readonly usage: UsageStore;
  readonly clock: Clock;
  readonly backBillingMonths: number;
}

/**
 * What an account would be billed now: the computation of a bill run, without a run, for the month so far. Charges due later, in arrears at
 * its end, are not in it yet. @throws Error when the account is unknown.
 */
export async function previewAccount(ports: PreviewPorts, account: string): Promise<Draft> {
  const position = await tail(ports.decisions, 0);
  await projectFacts(ports, position);
  const world = await worldAt(ports, position, ALL_MONTHS);
  const { catalog, release } = await catalogOf(ports, world);
  const now = ports.clock.now();
  const view = await accountOf(ports.projections, account, position, now);
  const { timeZone, billingDay, seller } = view.account;
  const period = periodOf(localDateOf(now, timeZone), billingDay);
  const last = await chainEnd(ports.decisions, seller, account);
  const start = periodOf(localDateOf(view.since, timeZone), billingDay);
  const frozen = last?.link.frozenUntil ?? '';
  const first = frozen > start.from ? periodFrom(frozen, billingDay) : start;
  const cutOffs = {
    usageCutOff: Math.max(now, last?.link.usageCutOff ?? 0),
    chargeCutOff: Math.max(now, last?.link.chargeCutOff ?? 0),
  };
  const planned = {
    payer: account,
    predecessor: last?.n ?? 0,
    measureFrom: first.from,
    measureThrough: period.from,
    ...cutOffs,
  };
  const scope = payerScope(view, catalog, position, planned);
  const shards = await shardsOf(ports.projections, seller, account);
  const sums = await measureShards(ports.projections, usageReader(ports.usage, world), scope, shards, async () => {});
  const request = { run: 'preview', seller, month: period.from.slice(0, 7), invoiceDate: localDateOf(now, timeZone) };
  const base = last && { link: last.link, draft: await postedDraft(ports.objects, last.link) };
  const news = last && (await newsSince(ports.decisions, [last.link.position], position)).get(last.link.position);
  const plan = { position, catalog: release };
  return draftOf({
    request,
    plan,
    planned,
    catalog,
    view,
    slices: [sums],
    base,
    news: news ?? NO_NEWS,
    backBillingMonths: ports.backBillingMonths,
  });
}
