import type { Catalog } from '#shared/catalog/catalog.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { accountFacts, accountsInCycle, shardFacts, shardsOf } from '#shared/commit-log/use-cases/read-inventory.ts';
import { type AccountView, accountOfSeller } from '#shared/inventory/account-history.ts';
import { type SubscriptionHistory, subscriptionHistory } from '#shared/inventory/subscription-history.ts';
import type { Knowledge } from '#shared/inventory/timeline.ts';
import { compareIds } from '#shared/money/allocate.ts';
import { planBook } from '#shared/rating/plan-terms.ts';
import { type Segment, segmentsOf } from '#shared/rating/segments.ts';
import { type Instant, type LocalDate, startOfDay } from '#shared/time/local-date.ts';
import type { InventoryPorts } from './change-inventory.ts';
import { chainEnd } from './runs/chain.ts';

/** Something a catalogue lacks that is in use: whose open periods are priced by it, and by how many of their subscriptions. */
export interface MissingTerm {
  readonly what: 'seller' | 'plan' | 'add-on' | 'tax profile';
  readonly id: string;
  /** Of a plan or an add-on: subscriptions that have its terms in a period that is not frozen yet. */
  readonly subscriptions: number;
  readonly accounts: readonly string[];
}

/** What missing terms are found with. */
export type MissingTermsPorts = Pick<InventoryPorts, 'decisions' | 'objects' | 'projections' | 'clock'>;

const LOOKUPS_AT_ONCE = 32;

/**
 * What of the catalogue that counts another one lacks although accounts are billed by it (decision 66): released, it would take back what open periods
 * owe on such plans, and leave accounts without seller or taxes in error. The inventory is only read where something is missing.
 */
export async function missingTerms(ports: MissingTermsPorts, current: Catalog, next: Catalog): Promise<MissingTerm[]> {
  const gone = goneFrom(current, next);
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
      for (const term of termsOfAccount(view, seller, openFrom)) if (gone.has(term)) count(term, account, 0);
      const open = openFrom === '' ? 0 : startOfDay(openFrom, view.timeZone);
      const plans = planBook(current, view.timeZone, account);
      for await (const history of subscriptionsOf(ports, known, seller, account))
        for (const term of termsInUse(segmentsOf(history, plans), account, open))
          if (gone.has(term)) count(term, account, 1);
    });
  }
  return [...found]
    .sort(([a], [b]) => compareIds(a, b))
    .map(([term, { accounts, subscriptions }]) => {
      const { what, id } = gone.get(term) as Pick<MissingTerm, 'what' | 'id'>;
      return { what, id, subscriptions, accounts: [...accounts].sort() };
    });
}

/** What one catalogue has and the other has not, by "plan iot". A plan that became an add-on, or the other way round, is gone too. */
function goneFrom(current: Catalog, next: Catalog): Map<string, Pick<MissingTerm, 'what' | 'id'>> {
  const all = (catalog: Catalog) =>
    new Map(
      [
        ...catalog.sellers.map(({ id }) => ({ what: 'seller' as const, id })),
        ...catalog.plans.map(({ id, kind }) => ({ what: kind === 'addOn' ? ('add-on' as const) : kind, id })),
        ...catalog.taxProfiles.map(({ id }) => ({ what: 'tax profile' as const, id })),
      ].map((each) => [`${each.what} ${each.id}`, each]),
    );
  const there = all(next);
  return new Map([...all(current)].filter(([term]) => !there.has(term)));
}

async function accountsOf({ projections }: MissingTermsPorts, seller: string): Promise<Set<string>> {
  const days = Array.from({ length: 31 }, (_, n) => n + 1);
  const byDay = await Promise.all(days.map((day) => accountsInCycle(projections, seller, day)));
  return new Set(byDay.flat());
}

/** What an account is billed by on days that are not frozen, or is to be, whatever subscriptions it has. */
function termsOfAccount({ account, standings }: AccountView, seller: string, openFrom: LocalDate | ''): Set<string> {
  const isOpen = (until: LocalDate | '') => until === '' || until > openFrom;
  const profiles = standings.filter((_, place) => isOpen(standings[place + 1]?.from ?? ''));
  const pools = account.pools.filter(({ until }) => isOpen(until));
  return new Set([
    `seller ${seller}`,
    ...profiles.map((standing) => `tax profile ${standing.account.taxProfile}`),
    ...pools.map(({ plan }) => `plan ${plan}`),
  ]);
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

/**
 * Plans and add-ons whose terms a subscription has from an instant on, each once; what is terminated has nothing. What ends at that instant counts: its
 * termination, or the change from it, is billed by what it had until then.
 */
function termsInUse(segments: readonly Segment[], account: string, since: Instant): Set<string> {
  const open = segments.filter(
    ({ payer, state, until }) => payer === account && state !== 'terminated' && until >= since,
  );
  return new Set(
    open.flatMap((segment) => {
      const addOns = segment.addOns.map(({ plan }) => `add-on ${plan}`);
      return segment.terms === undefined ? addOns : [`plan ${segment.terms.plan}`, ...addOns];
    }),
  );
}
