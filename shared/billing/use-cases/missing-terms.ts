import type { Catalog } from '#shared/catalog/catalog.ts';
import { ALWAYS, type DaySpan, type GoneTerm, goneTerms, hasDayIn, termKey } from '#shared/catalog/gone-terms.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { accountFacts, accountsInCycle, shardFacts, shardsOf } from '#shared/commit-log/use-cases/read-inventory.ts';
import { type AccountView, accountOfSeller } from '#shared/inventory/account-history.ts';
import { type SubscriptionHistory, subscriptionHistory } from '#shared/inventory/subscription-history.ts';
import { type Knowledge, OPEN_END } from '#shared/inventory/timeline.ts';
import { compareIds } from '#shared/money/allocate.ts';
import { offeredIn } from '#shared/rating/holdings/bought.ts';
import { planBook } from '#shared/rating/plan-terms.ts';
import { type Segment, segmentsOf } from '#shared/rating/segments.ts';
import {
  addDays,
  type Instant,
  type LocalDate,
  localDateOf,
  startOfDay,
  type TimeZones,
} from '#shared/time/local-date.ts';
import type { InventoryPorts } from './change-inventory.ts';
import { chainEnd } from './runs/chain.ts';

/** Something a catalogue lacks that is in use: whose open periods are priced by it, and by how many of their subscriptions. */
export interface MissingTerm extends GoneTerm {
  /** Of a plan or an add-on: subscriptions that have its terms in a period that is not frozen yet; of a top-up: that bought it in one. */
  readonly subscriptions: number;
  readonly accounts: readonly string[];
}

/** What missing terms are found with. */
export type MissingTermsPorts = Pick<InventoryPorts, 'decisions' | 'objects' | 'projections' | 'clock'>;

const LOOKUPS_AT_ONCE = 32;

/**
 * What of the catalogue that counts another one lacks although accounts are billed by it (decision 66): released, it would take back what open periods
 * owe on such plans and what was bought, and leave accounts without seller or taxes in error. The inventory is only read where something is missing.
 */
export async function missingTerms(ports: MissingTermsPorts, current: Catalog, next: Catalog): Promise<MissingTerm[]> {
  const gone = goneTerms(current, next);
  if (gone.size === 0) return [];
  const position = await tail(ports.decisions, 0);
  await projectFacts(ports, position);
  const known = { position, cutOff: Number.MAX_SAFE_INTEGER };
  const found = new Map<string, { readonly accounts: Set<string>; subscriptions: number }>();
  const count = (term: string, account: string, subscriptions: number) => {
    const there = found.get(term) ?? { accounts: new Set(), subscriptions: 0 };
    found.set(term, there);
    there.accounts.add(account);
    there.subscriptions += subscriptions;
  };
  for (const { id: seller } of current.sellers) {
    await inParallel(await accountsOf(ports, seller), LOOKUPS_AT_ONCE, async (account) => {
      const view = accountOfSeller(await accountFacts(ports.projections, account), known, ports.clock.now(), seller);
      if (view === undefined) return;
      const openFrom = (await chainEnd(ports.decisions, seller, account))?.link.frozenUntil ?? '';
      for (const term of lostByAccount(gone, view, seller, openFrom)) count(term, account, 0);
      const open = openFrom === '' ? 0 : startOfDay(openFrom, view.timeZone);
      const plans = planBook(current, view.timeZone, account);
      const scope = { gone, account, zone: view.timeZone, open };
      for await (const history of subscriptionsOf(ports, known, seller, account))
        for (const term of lostBySubscription(scope, history, segmentsOf(history, plans))) count(term, account, 1);
    });
  }
  return [...found]
    .sort(([a], [b]) => compareIds(a, b))
    .map(([term, { accounts, subscriptions }]) => {
      return { ...(gone.get(term) as GoneTerm), subscriptions, accounts: [...accounts].sort() };
    });
}

async function accountsOf({ projections }: MissingTermsPorts, seller: string): Promise<Set<string>> {
  const days = Array.from({ length: 31 }, (_, n) => n + 1);
  const byDay = await Promise.all(days.map((day) => accountsInCycle(projections, seller, day)));
  return new Set(byDay.flat());
}

/** What goes that an account is billed by on days that are not frozen, or is to be, whatever subscriptions it has. */
function lostByAccount(
  gone: GoneTerms,
  { account, standings }: AccountView,
  seller: string,
  openFrom: LocalDate | '',
): Set<string> {
  const openDays = ({ from, until }: DaySpan) => ({ from: from > openFrom ? from : openFrom, until });
  const isOpen = ({ until }: DaySpan) => until === '' || until > openFrom;
  const profiles = standings.map((standing, place) => {
    const days = { from: standing.from, until: standings[place + 1]?.from ?? '' };
    return { term: termKey({ what: 'tax profile', id: standing.account.taxProfile }), days };
  });
  const pools = account.pools.map(({ plan, from, until }) => {
    return { term: termKey({ what: 'plan', id: plan }), days: { from, until } };
  });
  const its = [{ term: termKey({ what: 'seller', id: seller }), days: ALWAYS }, ...profiles, ...pools];
  const lost = its.filter(({ term, days }) => isOpen(days) && hasDayIn(openDays(days), gone.get(term)?.days ?? []));
  return new Set(lost.map(({ term }) => term));
}

async function* subscriptionsOf(
  { projections }: MissingTermsPorts,
  known: Knowledge,
  seller: string,
  account: string,
): AsyncGenerator<SubscriptionHistory> {
  for (const shard of await shardsOf(projections, seller, account))
    for (const [subscription, facts] of await shardFacts(projections, seller, account, shard))
      yield subscriptionHistory(subscription, seller, facts, known);
}

type GoneTerms = ReadonlyMap<string, GoneTerm>;

/** What the subscriptions of an account are looked through for, from an instant on. */
interface LossScope {
  readonly gone: GoneTerms;
  readonly account: string;
  readonly zone: TimeZones;
  readonly open: Instant;
}

/**
 * Plans and add-ons that go whose terms a subscription has on such days, and top-ups that it bought on them, each once; what is terminated has nothing. What
 * ends as the open periods begin counts: its termination, or the change from it, is billed by what it had until then.
 */
function lostBySubscription(
  { gone, account, zone, open }: LossScope,
  { topUps }: SubscriptionHistory,
  segments: readonly Segment[],
): Set<string> {
  const paid = segments.filter((segment) => segment.payer === account && segment.state !== 'terminated');
  const terms = paid.flatMap((segment) => {
    const from = Math.max(segment.from, segment.until === open ? open - 1 : open);
    const days = daysOf({ from, until: segment.until }, zone);
    const plan = segment.terms === undefined ? [] : [termKey({ what: 'plan', id: segment.terms.plan })];
    const its = [...plan, ...segment.addOns.map(({ plan: id }) => termKey({ what: 'add-on', id }))];
    return segment.until < open ? [] : its.filter((term) => hasDayIn(days, gone.get(term)?.days ?? []));
  });
  const bought = topUps.flatMap(({ at, topUp }) => {
    const segment = paid.find(({ from, until }) => from <= at && at < until);
    const offered = segment && offeredIn(segment, topUp);
    if (offered === undefined || at < open) return [];
    const term = termKey({ what: 'top-up', id: `${offered.terms.plan}/${topUp}` });
    return hasDayIn(daysOf({ from: at, until: at + 1 }, zone), gone.get(term)?.days ?? []) ? [term] : [];
  });
  return new Set([...terms, ...bought]);
}

/** The local days from one instant until another, the first and the last whole. */
function daysOf({ from, until }: Pick<Segment, 'from' | 'until'>, zone: TimeZones): DaySpan {
  const behind = until === OPEN_END ? '' : addDays(localDateOf(until - 1, zone), 1);
  return { from: localDateOf(from, zone), until: behind };
}
