import type { Catalog } from '#shared/catalog/catalog.ts';
import type { Decisions, Projections } from '#shared/commit-log/ports.ts';
import { accountFacts, ownersOf, subscriptionFacts } from '#shared/commit-log/use-cases/read-inventory.ts';
import { type AccountView, accountAt } from '#shared/inventory/account-history.ts';
import type { RecordedFact } from '#shared/inventory/fact.ts';
import { subscriptionHistory } from '#shared/inventory/subscription-history.ts';
import type { Knowledge, Span } from '#shared/inventory/timeline.ts';
import type { OwnerView } from '#shared/rating/classify-usage.ts';
import { planBook } from '#shared/rating/plan-terms.ts';
import { segmentsOf } from '#shared/rating/segments.ts';
import { startOfDay } from '#shared/time/local-date.ts';
import { chainEnd } from './chain.ts';

/** Everything known about who owns and pays for an identifier's usage. */
export interface IdentifierOwners {
  readonly owners: readonly Span<string>[];
  readonly viewOf: (subscription: string) => OwnerView;
  /** (seller, payer) pairs that pay, or paid, for any of its owners. */
  readonly payers: readonly {
    readonly seller: string;
    readonly payer: string;
    readonly subscription: string;
    readonly facts: readonly RecordedFact[];
  }[];
}

/** Looks up owners of identifiers, keeping accounts and price books it has read. For one pass over one world. */
export function ownerLookup(
  ports: { decisions: Decisions; projections: Projections },
  catalog: Catalog,
  known: Knowledge,
) {
  const accounts = new Map<string, Promise<AccountView | undefined>>();
  const frozen = new Map<string, Promise<number>>();
  const books = new Map<string, ReturnType<typeof planBook>>();
  const operator = catalog.sellers[0]?.id ?? '';
  const account = (id: string) =>
    remembered(accounts, id, async () => accountAt(await accountFacts(ports.projections, id), known, known.cutOff));
  const frozenUntil = (seller: string, view: AccountView) =>
    remembered(frozen, `${seller}#${view.account.account}`, async () => {
      const until = (await chainEnd(ports.decisions, seller, view.account.account))?.link.frozenUntil ?? '';
      return until === '' ? 0 : startOfDay(until, view.account.timeZone);
    });
  const view = async (subscription: string, facts: readonly RecordedFact[]): Promise<OwnerView> => {
    const history = subscriptionHistory(subscription, operator, facts, known);
    const payer = history.assignments.at(-1)?.value[0]?.payer ?? history.assignments[0]?.value[0]?.payer ?? '';
    const payerView = payer === '' ? undefined : await account(payer);
    const zone = payerView?.account.timeZone ?? 'UTC';
    if (!books.has(zone)) books.set(zone, planBook(catalog, zone));
    const segments = segmentsOf(history, books.get(zone) as ReturnType<typeof planBook>);
    return { history, segments, zone, frozenUntil: payerView ? await frozenUntil(operator, payerView) : 0 };
  };
  const of = async (identifier: string): Promise<IdentifierOwners> => {
    const owners = await ownersOf(ports.projections, identifier, known);
    const views = new Map<string, OwnerView>();
    const factsOf = new Map<string, RecordedFact[]>();
    for (const { value } of owners) {
      if (value === '' || views.has(value)) continue;
      const facts = await subscriptionFacts(ports.projections, value);
      factsOf.set(value, facts);
      views.set(value, await view(value, facts));
    }
    const payers = [...views].flatMap(([subscription, { history }]) => {
      const all = history.assignments.flatMap((span) => span.value.map((each) => each.payer));
      const facts = factsOf.get(subscription) ?? [];
      return [...new Set(all)].map((payer) => ({ seller: operator, payer, subscription, facts }));
    });
    return { owners, viewOf: (subscription) => views.get(subscription) as OwnerView, payers };
  };
  return { of, account };
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
