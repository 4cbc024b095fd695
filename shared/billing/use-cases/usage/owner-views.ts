import type { Catalog } from '#shared/catalog/catalog.ts';
import type { Position } from '#shared/commit-log/entry.ts';
import { payersOf } from '#shared/commit-log/inventory-rows.ts';
import type { Decisions, Projections } from '#shared/commit-log/ports.ts';
import {
  accountFacts,
  identifierFacts,
  ownersOf,
  subscriptionFacts,
} from '#shared/commit-log/use-cases/read-inventory.ts';
import { type AccountView, accountOfSeller } from '#shared/inventory/account-history.ts';
import type { RecordedFact } from '#shared/inventory/fact.ts';
import { type SubscriptionHistory, subscriptionHistory } from '#shared/inventory/subscription-history.ts';
import { type Knowledge, type Span, valueAt } from '#shared/inventory/timeline.ts';
import type { OwnerView } from '#shared/rating/classify-usage.ts';
import { type PlanBook, planBook } from '#shared/rating/plan-terms.ts';
import { segmentsOf } from '#shared/rating/segments.ts';
import { type Instant, startOfDay, type TimeZones } from '#shared/time/local-date.ts';
import type { BillingDays } from '#shared/time/period.ts';
import { chainEnd } from '../runs/chain.ts';

/** Everything known about who owns and pays for an identifier's usage. */
export interface IdentifierOwners {
  /**
   * Whose it is when, as names `viewOf` knows: first every stretch in which somebody pays for its owner, then the whole time it was owned, for
   * what falls in none of them.
   */
  readonly owners: readonly Span<string>[];
  readonly viewOf: (owner: string) => OwnerView;
  /** (seller, payer) pairs that pay, or paid, for any of the subscriptions, or were once said to: what is corrected is theirs no longer. */
  readonly payers: readonly {
    readonly seller: string;
    readonly payer: string;
    readonly subscription: string;
    readonly facts: readonly RecordedFact[];
  }[];
  /** Every subscription that has it, had it, or was once said to, with its facts. */
  readonly subscriptions: ReadonlyMap<string, readonly RecordedFact[]>;
}

/** Looks up owners of identifiers, keeping accounts and price books it has read. For one pass over one world. */
export function ownerLookup(
  ports: { decisions: Decisions; projections: Projections },
  catalog: Catalog,
  known: Knowledge,
) {
  const accounts = new Map<string, Promise<KnownAccount | undefined>>();
  const terms = new Map<string, Promise<PayerTerms>>();
  const [operator] = catalog.sellers;
  const seller = operator?.id ?? '';
  const operatorZone = operator?.timeZone ?? 'UTC';
  const account = (id: string) =>
    remembered(accounts, id, async () => knownAccount(await accountFacts(ports.projections, id), known, seller));
  const termsOf = (payer: string) =>
    remembered(terms, payer, async () => {
      const { timeZone: zone, billingDay } = (await account(payer))?.view ?? { timeZone: operatorZone, billingDay: 1 };
      const until = (await chainEnd(ports.decisions, seller, payer))?.link.frozenUntil ?? '';
      const book = planBook(catalog, zone, payer);
      return { zone, billingDay, book, frozenUntil: until === '' ? 0 : startOfDay(until, zone) };
    });
  const of = async (identifier: string): Promise<IdentifierOwners> => {
    const said = await identifierFacts(ports.projections, identifier);
    const owned = ownersOf(said, known).filter(({ value }) => value !== '');
    const subscriptions = new Map<string, readonly RecordedFact[]>();
    for (const { fact } of said) {
      const { subscription } = fact;
      if (subscription !== '' && !subscriptions.has(subscription))
        subscriptions.set(subscription, await subscriptionFacts(ports.projections, subscription));
    }
    const paid: Span<string>[] = [];
    const views = new Map<string, OwnerView>();
    for (const [subscription, spans] of Map.groupBy(owned, ({ value }) => value)) {
      const facts = subscriptions.get(subscription) ?? [];
      const history = subscriptionHistory(subscription, seller, facts, known);
      views.set(subscription, { history, segments: [], zone: operatorZone, billingDay: 1, frozenUntil: 0 });
      paid.push(...spans.flatMap((span) => paidStretches(history, span)));
      const all = history.assignments.flatMap((span) => span.value.map((each) => each.payer));
      for (const payer of new Set(all)) {
        const { zone, billingDay, book, frozenUntil } = await termsOf(payer);
        views.set(paidName(subscription, payer), {
          history,
          segments: segmentsOf(history, book),
          zone,
          billingDay,
          frozenUntil,
        });
      }
    }
    const viewOf = (owner: string) => views.get(owner) as OwnerView;
    return { owners: [...paid, ...owned], viewOf, payers: everyPayer(seller, subscriptions), subscriptions };
  };
  /** Up to when the periods of who paid for a subscription at an instant are frozen; 0 = they are not, or nobody paid. */
  const frozenUntil = async (subscription: string, facts: readonly RecordedFact[], at: Instant): Promise<Instant> => {
    const { assignments } = subscriptionHistory(subscription, seller, facts, known);
    const payer = valueAt(assignments, at)?.[0]?.payer ?? '';
    return payer === '' ? 0 : (await termsOf(payer)).frozenUntil;
  };
  return { of, account, frozenUntil };
}

/** What is looked up of owners in one pass over one world. */
export type OwnerLookup = ReturnType<typeof ownerLookup>;

/** An account as the customer of a seller, and the position it was last recorded at. */
export interface KnownAccount {
  readonly view: AccountView;
  readonly saidAt: Position;
}

function knownAccount(facts: readonly RecordedFact[], known: Knowledge, seller: string): KnownAccount | undefined {
  const view = accountOfSeller(facts, known, known.cutOff, seller);
  const of = facts.filter(({ fact, position }) => fact.kind === 'account' && position <= known.position);
  return view && { view, saidAt: Math.max(...of.map(({ position }) => position)) };
}

/** What of a payer decides about usage: the clock and the plans it is judged by, and up to when its periods are frozen. */
interface PayerTerms {
  readonly zone: TimeZones;
  readonly billingDay: BillingDays;
  readonly book: PlanBook;
  readonly frozenUntil: Instant;
}

/** Whoever pays a seller for some subscriptions, or paid, or was once said to. */
function everyPayer(seller: string, subscriptions: IdentifierOwners['subscriptions']): IdentifierOwners['payers'] {
  return [...subscriptions].flatMap(([subscription, facts]) => {
    const its = [...payersOf(facts).values()].filter((each) => each.seller === seller);
    return its.map(({ payer }) => ({ seller, payer, subscription, facts }));
  });
}

/** The stretches of a time of ownership in which somebody pays. */
function paidStretches({ subscription, assignments }: SubscriptionHistory, owned: Span<string>): Span<string>[] {
  return assignments.flatMap(({ from, until, value }) => {
    const payer = value[0]?.payer ?? '';
    const stretch = { from: Math.max(from, owned.from), until: Math.min(until, owned.until) };
    if (payer === '' || stretch.from >= stretch.until) return [];
    return [{ ...stretch, value: paidName(subscription, payer) }];
  });
}

/** Name of a subscription while a payer pays for it; ids have no spaces. */
function paidName(subscription: string, payer: string): string {
  return `${subscription} ${payer}`;
}

function remembered<Value>(
  known: Map<string, Promise<Value>>,
  key: string,
  read: () => Promise<Value>,
): Promise<Value> {
  const there = known.get(key) ?? read();
  known.set(key, there);
  return there;
}
