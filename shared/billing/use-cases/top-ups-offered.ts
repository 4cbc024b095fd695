import type { Catalog } from '#shared/catalog/catalog.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { type AccountView, accountAt } from '#shared/inventory/account-history.ts';
import { type Fact, isOfAccount, type RecordedFact, type TopUpFact } from '#shared/inventory/fact.ts';
import { type BoughtTopUp, subscriptionHistory } from '#shared/inventory/subscription-history.ts';
import { valueAt } from '#shared/inventory/timeline.ts';
import { offeredIn, validityOf } from '#shared/rating/holdings/bought.ts';
import { type PlanBook, planBook } from '#shared/rating/plan-terms.ts';
import { type Segment, segmentsOf, termsOf } from '#shared/rating/segments.ts';
import { isoInstant, localDateOf } from '#shared/time/local-date.ts';
import { periodOf } from '#shared/time/period.ts';

const LOOKUPS_AT_ONCE = 32;
const EVERYTHING = { position: Number.MAX_SAFE_INTEGER, cutOff: Number.MAX_SAFE_INTEGER };

/** What is looked at to tell whether a top-up is offered. */
export interface OfferScope {
  readonly catalog: Catalog;
  /** Where facts that are added will stand: behind all that is recorded. */
  readonly position: number;
  readonly ofAccount: (account: string) => Promise<readonly RecordedFact[]>;
  readonly ofSubscription: (subscription: string) => Promise<readonly RecordedFact[]>;
}

/** A purchase that would cost and cover nothing, or nothing of what was meant, and why. */
export interface TopUpRefusal {
  readonly fact: TopUpFact;
  /** Whether it is bought with these facts; else it was bought before, and they take away what it was bought by. */
  readonly isNew: boolean;
  readonly reason: string;
}

/**
 * Top-ups that nobody's terms offer at the instant they are bought, or that have ended by then (pricing rules §4): what is added, and what was bought
 * before and would be lost by what is added. What was lost before is no fault of these facts.
 */
export async function topUpsNotOffered(scope: OfferScope, added: readonly Fact[]): Promise<TopUpRefusal[]> {
  const concerned = added.filter((fact) => ['topUp', 'assignments', 'addOn'].includes(fact.kind));
  const bySubscription = Map.groupBy(concerned, (fact) => ('subscription' in fact ? fact.subscription : ''));
  const payerOf = payersOf(scope, added);
  const found: TopUpRefusal[][] = [];
  await inParallel([...bySubscription].entries(), LOOKUPS_AT_ONCE, async ([place, [subscription, its]]) => {
    const recorded = await scope.ofSubscription(subscription);
    const bought = [...recorded.map(({ fact }) => fact), ...its].filter((fact) => fact.kind === 'topUp');
    if (bought.length === 0) return;
    const all = [...recorded, ...asRecorded(its, scope.position)];
    const now = await lostOf(payerOf, subscription, bought, all);
    const before = now.length === 0 ? [] : await lostOf(payerOf, subscription, bought, recorded);
    const isNew = (fact: TopUpFact) => its.includes(fact);
    found[place] = now
      .filter(({ fact }) => isNew(fact) || !before.some((each) => each.fact === fact))
      .map((lost) => ({ ...lost, isNew: isNew(lost.fact) }));
  });
  return found.flat();
}

type Lost = Omit<TopUpRefusal, 'isNew'>;
/** A payer's days, and the plans as they hold for it; nothing of an account that is not known. */
type PayerOf = (account: string) => Promise<Payer | undefined>;
type Payer = Pick<AccountView, 'timeZone' | 'billingDay'> & { readonly plans: PlanBook };

/** Purchases of a subscription that are lost by some facts. */
async function lostOf(
  payerOf: PayerOf,
  subscription: string,
  bought: readonly TopUpFact[],
  facts: readonly RecordedFact[],
): Promise<Lost[]> {
  const lost: Lost[] = [];
  for (const seller of new Set(bought.map((fact) => fact.seller))) {
    const history = subscriptionHistory(subscription, seller, facts, EVERYTHING);
    for (const topUp of history.topUps) {
      const fact = bought.findLast((each) => each.seller === seller && each.order === topUp.order && each.has);
      const assignment = valueAt(history.assignments, topUp.at)?.[0];
      const payer = assignment && (await payerOf(assignment.payer));
      const segments = payer === undefined ? [] : segmentsOf(history, payer.plans);
      const segment = segments.find(({ until }) => topUp.at < until);
      const reason =
        payer === undefined || segment === undefined
          ? `nobody pays ${seller} for it`
          : lackOf(segment, topUp, assignment?.plan ?? '', payer);
      if (fact !== undefined && reason !== '') lost.push({ fact, reason });
    }
  }
  return lost;
}

/** Why the terms of a segment do not offer a top-up; '' = they do. */
function lackOf(segment: Segment, { topUp: id, at }: BoughtTopUp, plan: string, payer: Payer): string {
  if (segment.terms === undefined) return `plan ${plan} is not sold`;
  const offered = offeredIn(segment, id);
  if (offered === undefined) {
    const ids = termsOf(segment).flatMap(({ version }) => (version.topUps ?? []).map((each) => each.id));
    const addOns = segment.addOns.map((terms) => terms.plan);
    const by = [`plan ${plan}`, ...(addOns.length > 0 ? [`its add-ons ${addOns.join(', ')}`] : [])].join(' and ');
    return `${by} offer${addOns.length > 0 ? '' : 's'} ${ids.length > 0 ? `${ids.join(', ')} alone` : 'no top-up'}`;
  }
  const day = localDateOf(at, payer.timeZone);
  const { from, until } = validityOf(offered.topUp, day, periodOf(day, payer.billingDay), payer.billingDay);
  return from < until ? '' : `it covers nothing from ${until} on, and it is bought on ${day}`;
}

function payersOf({ catalog, position, ofAccount }: OfferScope, added: readonly Fact[]): PayerOf {
  const payers = new Map<string, Promise<Payer | undefined>>();
  const read = async (account: string): Promise<Payer | undefined> => {
    const its = added.filter((fact) => isOfAccount(fact) && fact.account === account);
    const facts = [...(await ofAccount(account)), ...asRecorded(its, position)];
    const view = accountAt(facts, EVERYTHING, Number.MAX_SAFE_INTEGER - 1);
    return view && { ...view, plans: planBook(catalog, view.timeZone, account) };
  };
  return (account) => {
    const there = payers.get(account) ?? read(account);
    payers.set(account, there);
    return there;
  };
}

/** Facts as if they stood in the commit log already. */
function asRecorded(facts: readonly Fact[], position: number): RecordedFact[] {
  return facts.map((fact, index) => ({ position, index, fact }));
}

/** The refusal in words: which purchase, why it is refused, and what to do. */
export function topUpRefusalText({ fact, isNew, reason }: TopUpRefusal): string {
  const { topUp, order, subscription, effectiveFrom } = fact;
  const named = `top-up ${order} of subscription ${subscription}`;
  const moment = isoInstant(effectiveFrom);
  if (isNew)
    return `${named}: nothing offers ${topUp} at ${moment}: ${reason} then; correct its id or its date, or say the plan or add-on that has it from then on first`;
  return `${named}: nothing would offer ${topUp} any more at ${moment}, when it was bought: ${reason} then; take it back there first (-${topUp}:${order})`;
}
