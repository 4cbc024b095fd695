import type { Plan } from '#shared/catalog/catalog.ts';
import type { Decisions, Objects, Projections } from '#shared/commit-log/ports.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import {
  accountFacts,
  accountsInCycle,
  identifierFacts,
  ownersOf,
  subscriptionFacts,
} from '#shared/commit-log/use-cases/read-inventory.ts';
import { type EntryQueue, recordFacts } from '#shared/commit-log/use-cases/record-facts.ts';
import { catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import {
  type AccountView,
  accountAt,
  accountHistory,
  canMoveZone,
  firstDayOf,
} from '#shared/inventory/account-history.ts';
import type { KnownAccount, KnownInventory } from '#shared/inventory/change.ts';
import {
  type AccountFact,
  type AdHocFact,
  type Fact,
  type IdentifierFact,
  isOfAccount,
  type RecordedFact,
  type TopUpFact,
} from '#shared/inventory/fact.ts';
import { newFacts } from '#shared/inventory/new-facts.ts';
import { type Knowledge, valueAt } from '#shared/inventory/timeline.ts';
import { firstDayFrom, isoInstant, localDateOf, startOfDay } from '#shared/time/local-date.ts';
import type { Clock, Identifiers } from '#shared/time/ports.ts';
import { catalogLacks } from './catalog-lacks.ts';
import { chainEnd } from './runs/chain.ts';
import { topUpRefusalText, topUpsNotOffered } from './top-ups-offered.ts';

/** What changing the inventory needs of the world. */
export interface InventoryPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly projections: Projections;
  readonly clock: Clock;
  readonly identifiers: Identifiers;
  readonly entryQueue: EntryQueue;
}

/** What came of recording facts: every reason they were refused for, or where they stand. `known`: how many say nothing new. */
export type RecordResult =
  | { readonly outcome: 'recorded'; readonly position: number; readonly facts: number; readonly known: number }
  | { readonly outcome: 'known already'; readonly known: number }
  | { readonly outcome: 'refused'; readonly reasons: readonly string[] };

/** Where a fact was written, as reasons begin with it: "f.csv:3 topUp: "; '' = nowhere in particular. */
export type PlaceOfFact = (fact: Fact) => string;

/** Accounts and plans as files and changes are checked against: the inventory is projected up to the tail first. */
export async function knownInventory(ports: InventoryPorts): Promise<KnownInventory> {
  const position = await tail(ports.decisions, 0);
  await projectFacts(ports, position);
  const { catalog } = await catalogOf(ports, await worldAt(ports, position, () => false));
  const known = { position, cutOff: Number.MAX_SAFE_INTEGER };
  const accounts = new Map<string, KnownAccount>();
  for (const { id: seller } of catalog.sellers) {
    for (let day = 1; day <= 31; day++) {
      await inParallel(await accountsInCycle(ports.projections, seller, day), LOOKUPS_AT_ONCE, async (account) => {
        const facts = await accountFacts(ports.projections, account);
        const view = accountAt(facts, known, ports.clock.now());
        if (view) accounts.set(account, knownAccount(facts, known, view));
      });
    }
  }
  const idsOf = (kind: Plan['kind']) => new Set(catalog.plans.filter((plan) => plan.kind === kind).map(({ id }) => id));
  const versions = catalog.plans.flatMap((plan) => plan.versions);
  const topUps = new Set(versions.flatMap((version) => (version.topUps ?? []).map(({ id }) => id)));
  return { accounts, plans: idsOf('plan'), addOns: idsOf('addOn'), topUps };
}

function knownAccount(
  facts: readonly RecordedFact[],
  known: Knowledge,
  { timeZone, businessUnits }: AccountView,
): KnownAccount {
  return { history: accountHistory(facts, known), timeZone, businessUnits: new Set(businessUnits.keys()) };
}

/**
 * Records facts that say anything new, so that a command may be given twice; unless one of them reaches into a frozen period, names a seller or tax profile the catalogue lacks, buys a top-up that is not offered then, gives an
 * account another currency, or moves it to another seller, time zone or billing day before the end of a period that is posted: posted periods keep their borders.
 */
export async function changeInventory(
  ports: InventoryPorts,
  facts: readonly Fact[],
  by: string,
  placeOf: PlaceOfFact = () => '',
): Promise<RecordResult> {
  await projectFacts(ports, await tail(ports.decisions, 0));
  const recorded = recordedFacts(ports.projections);
  const unknown = await unknownFacts(recorded, facts);
  const known = facts.length - unknown.length;
  if (unknown.length === 0) return { outcome: 'known already', known };
  const reasons = await refusals(ports, recorded, unknown, placeOf);
  if (reasons.length > 0) return { outcome: 'refused', reasons };
  const position = await recordFacts(ports, unknown, by, ports.identifiers.next());
  return { outcome: 'recorded', position, facts: unknown.length, known };
}

const LOOKUPS_AT_ONCE = 32;

/** What is recorded, each read once however often it is asked for. */
interface RecordedFacts {
  readonly ofAccount: (account: string) => Promise<readonly RecordedFact[]>;
  readonly ofIdentifier: (identifier: string) => Promise<readonly RecordedFact<IdentifierFact>[]>;
  readonly ofSubscription: (subscription: string) => Promise<readonly RecordedFact[]>;
}

function recordedFacts(projections: Projections): RecordedFacts {
  return {
    ofAccount: once((account) => accountFacts(projections, account)),
    ofIdentifier: once((identifier) => identifierFacts(projections, identifier)),
    ofSubscription: once((subscription) => subscriptionFacts(projections, subscription)),
  };
}

function once<Found>(read: (id: string) => Promise<Found>): (id: string) => Promise<Found> {
  const found = new Map<string, Promise<Found>>();
  return (id) => {
    const there = found.get(id) ?? read(id);
    found.set(id, there);
    return there;
  };
}

/** The facts that say anything new, in their order. */
async function unknownFacts(recorded: RecordedFacts, facts: readonly Fact[]): Promise<Fact[]> {
  const unknown = new Set<Fact>();
  const bySubject = Map.groupBy(facts, (fact) => {
    if (isOfAccount(fact)) return `account ${fact.account}`;
    return fact.kind === 'identifier' ? fact.identifier : `subscription ${fact.subscription}`;
  });
  await inParallel(bySubject.values(), LOOKUPS_AT_ONCE, async (of) => {
    for (const fact of newFacts(of, await recordedLike(recorded, of[0] as Fact))) unknown.add(fact);
  });
  return facts.filter((fact) => unknown.has(fact));
}

/** What is recorded about what a fact is about. */
function recordedLike(recorded: RecordedFacts, fact: Fact): Promise<readonly RecordedFact[]> {
  if (isOfAccount(fact)) return recorded.ofAccount(fact.account);
  if (fact.kind === 'identifier') return recorded.ofIdentifier(fact.identifier);
  return recorded.ofSubscription(fact.subscription);
}

async function refusals(
  ports: InventoryPorts,
  recorded: RecordedFacts,
  facts: readonly Fact[],
  placeOf: PlaceOfFact,
): Promise<string[]> {
  const position = await tail(ports.decisions, 0);
  const { catalog } = await catalogOf(ports, await worldAt(ports, position, () => false));
  const reasons = await inOrder(
    facts.filter((fact) => fact.kind === 'account'),
    async (fact) => {
      const lacks: string[] = [];
      if (!catalog.sellers.some((seller) => seller.id === fact.seller))
        lacks.push(`account ${fact.account}: the catalogue has no seller ${fact.seller}`);
      if (!catalog.taxProfiles.some((profile) => profile.id === fact.taxProfile)) {
        lacks.push(`account ${fact.account}: the catalogue has no tax profile ${fact.taxProfile}`);
      }
      return [...lacks, ...(await moveRefusals(ports, fact, position))];
    },
  );
  for (const fact of facts) if (fact.kind === 'adHoc') reasons.push(...(await orderRefusals(ports, fact, position)));
  reasons.push(...(await catalogLacks(ports.projections, catalog, facts, ports.clock.now())));
  for (const [fact, reason] of await movedTopUps(recorded, facts)) reasons.push(`${placeOf(fact)}${reason}`);
  const lost = await topUpsNotOffered({ catalog, position: position + 1, ...recorded }, facts);
  reasons.push(...lost.map((each) => `${placeOf(each.fact)}${topUpRefusalText(each)}`));
  return [...reasons, ...(await frozenFacts(ports, recorded, facts, position))];
}

/** What is found of each of the things, many looked at at once, in the order of the things. */
async function inOrder<Thing, Found>(
  things: readonly Thing[],
  find: (thing: Thing) => Promise<Found[]>,
): Promise<Found[]> {
  const found: Found[][] = [];
  await inParallel(things.entries(), LOOKUPS_AT_ONCE, async ([place, thing]) => {
    found[place] = await find(thing);
  });
  return found.flat();
}

/** Why an account cannot move to another seller, time zone or billing day, or be billed in another currency. */
async function moveRefusals(ports: InventoryPorts, fact: AccountFact, position: number): Promise<string[]> {
  const known = { position, cutOff: Number.MAX_SAFE_INTEGER };
  const view = accountAt(await accountFacts(ports.projections, fact.account), known, fact.effectiveFrom);
  if (view === undefined) return [];
  const before = view.account;
  const named = `account ${fact.account}: its`;
  const reasons: string[] = [];
  if (before.currency !== fact.currency)
    reasons.push(
      `${named} currency is ${before.currency} and cannot become ${fact.currency}; open a new account and move its subscriptions`,
    );
  const moved = (['seller', 'timeZone', 'billingDay'] as const).filter((field) => before[field] !== fact[field]);
  if (moved.length === 0) return reasons;
  if (!canMoveZone(before.timeZone, fact))
    reasons.push(
      `${named} timeZone is ${before.timeZone} and cannot become ${fact.timeZone} at once, more than a day ahead: the day before would have no hours; move to a zone between them first`,
    );
  const from = firstDayOf(fact);
  const last = (await chainEnd(ports.decisions, before.seller, fact.account))?.link;
  if (last === undefined) return reasons;
  const posted = localDateOf(Math.max(last.usageCutOff, last.chargeCutOff), view.timeZone);
  // By clocks that are ahead, the day up to which is posted begins before what is posted ends.
  const behind = firstDayFrom(last.usageCutOff, fact.timeZone);
  const earliest = behind > posted ? behind : posted;
  for (const field of moved) {
    if (from < earliest)
      reasons.push(
        `${named} ${field} cannot become ${fact[field]} from ${from}: what it owes until ${posted} is posted (run ${last.run}), and its periods keep their borders; let it hold from ${earliest} or later`,
      );
  }
  return reasons;
}

/** An order keeps its date, and none is recorded behind the back-billing limit: it would never be billed. */
async function orderRefusals(ports: InventoryPorts, fact: AdHocFact, position: number): Promise<string[]> {
  const facts = await accountFacts(ports.projections, fact.account);
  const known = { position, cutOff: Number.MAX_SAFE_INTEGER };
  const view = accountAt(facts, known, fact.effectiveFrom);
  const moved = view?.adHoc.find((each) => each.order === fact.order && each.effectiveFrom !== fact.effectiveFrom);
  const { at, until } = await frozenUntil(ports, view?.account.seller ?? '', fact.account, position);
  const named = `order ${fact.order} of ${fact.account}`;
  return [
    ...(moved === undefined
      ? []
      : [
          `${named}: its date is ${isoInstant(moved.effectiveFrom)}; take it back there with a quantity of 0, and give the new one another id`,
        ]),
    ...(fact.effectiveFrom < at
      ? [
          `${named}: its date is behind ${until}, the back-billing limit of ${fact.account}; let it be ${until} or later`,
        ]
      : []),
  ];
}

/** Top-ups that would be something else, or at another instant, than is recorded of their order, or said of it beside: both would count. And why not. */
async function movedTopUps(recorded: RecordedFacts, facts: readonly Fact[]): Promise<[TopUpFact, string][]> {
  const moved: [TopUpFact, string][] = [];
  const first = new Map<string, TopUpFact>();
  for (const fact of facts.filter(isTopUp)) {
    const { subscription, order } = fact;
    const named = `top-up ${order} of subscription ${subscription}`;
    const isOther = (each: TopUpFact) => each.effectiveFrom !== fact.effectiveFrom || each.topUp !== fact.topUp;
    const known = (await recorded.ofSubscription(subscription)).map((each) => each.fact);
    const before = known.filter(isTopUp).find((each) => each.order === order && isOther(each));
    const beside = first.get(named) ?? fact;
    first.set(named, beside);
    const is = (each: TopUpFact) => `${each.topUp}, bought at ${isoInstant(each.effectiveFrom)}`;
    if (before !== undefined)
      moved.push([
        fact,
        `${named}: it is ${is(before)}; take it back there (-${before.topUp}:${order}), and give the new one another id`,
      ]);
    else if (isOther(beside))
      moved.push([fact, `${named}: it is said to be ${is(beside)}, and ${is(fact)}; give one of the two another id`]);
  }
  return moved;
}

function isTopUp(fact: Fact): fact is TopUpFact {
  return fact.kind === 'topUp';
}

/** Facts that hold from before the back-billing limit of a payer they concern. */
async function frozenFacts(
  ports: InventoryPorts,
  recorded: RecordedFacts,
  facts: readonly Fact[],
  position: number,
): Promise<string[]> {
  const limits = new Map<string, Promise<{ at: number; until: string }>>();
  const limitOf = (seller: string, payer: string) => {
    const key = `${seller}#${payer}`;
    const limit = limits.get(key) ?? frozenUntil(ports, seller, payer, position);
    limits.set(key, limit);
    return limit;
  };
  const concerned = await inOrder(facts, async (fact) => {
    const subscriptions = await subscriptionsOf(recorded, fact, position);
    return subscriptions.map((subscription) => ({ subscription, fact }));
  });
  return inOrder([...Map.groupBy(concerned, (each) => each.subscription)], async ([subscription, its]) => {
    const added = its.map(({ fact }) => fact);
    const from = added.reduce((first, fact) => Math.min(first, fact.effectiveFrom), Number.MAX_SAFE_INTEGER);
    const reasons: string[] = [];
    for (const { seller, payer } of await payersOf(recorded, subscription, added)) {
      const { at, until } = await limitOf(seller, payer);
      if (from < at)
        reasons.push(
          `subscription ${subscription}: a change from ${isoInstant(from)} reaches behind ${until}, the back-billing limit of ${payer}; let it hold from ${until} or later`,
        );
    }
    return reasons;
  });
}

/** Subscriptions a fact concerns: that of an identifier concerns whose it becomes, and whose it was until then. */
async function subscriptionsOf(recorded: RecordedFacts, fact: Fact, position: number): Promise<string[]> {
  if (isOfAccount(fact)) return [];
  if (fact.kind !== 'identifier') return [fact.subscription];
  const owners = ownersOf(await recorded.ofIdentifier(fact.identifier), { position, cutOff: Number.MAX_SAFE_INTEGER });
  return [...new Set([fact.subscription, valueAt(owners, fact.effectiveFrom) ?? fact.subscription])];
}

async function payersOf(recorded: RecordedFacts, subscription: string, added: readonly Fact[]) {
  const known = (await recorded.ofSubscription(subscription)).map((each) => each.fact);
  return [...known, ...added].flatMap((fact) =>
    fact.kind === 'assignments' ? fact.assignments.map(({ payer }) => ({ seller: fact.seller, payer })) : [],
  );
}

async function frozenUntil(
  ports: InventoryPorts,
  seller: string,
  payer: string,
  position: number,
): Promise<{ at: number; until: string }> {
  const until = (await chainEnd(ports.decisions, seller, payer))?.link.frozenUntil ?? '';
  if (until === '') return { at: 0, until };
  const view = accountAt(
    await accountFacts(ports.projections, payer),
    { position, cutOff: Number.MAX_SAFE_INTEGER },
    Number.MAX_SAFE_INTEGER - 1,
  );
  return { at: startOfDay(until, view?.timeZone ?? 'UTC'), until };
}
