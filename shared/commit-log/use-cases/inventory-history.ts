import { accountAt } from '#shared/inventory/account-history.ts';
import type { Assignment, DetailFact, Fact, RecordedFact } from '#shared/inventory/fact.ts';
import { type Instant, isoInstant, type TimeZone } from '#shared/time/local-date.ts';
import type { Position } from '../entry.ts';
import { tail } from './commit-log.ts';
import { type ProjectorPorts, projectFacts } from './project-facts.ts';
import { accountFacts, subscriptionFacts } from './read-inventory.ts';

/** One statement about an account or a subscription: what held from when until when, and since which position that is known. */
export interface HistoryEntry {
  readonly from: Instant;
  /** null = open. */
  readonly until: Instant | null;
  /** "state", "payer to <seller>", "identifier imsi#…", "property <name>", a detail's name; "account", "unit <id>", "order <id>". */
  readonly about: string;
  readonly says: string;
  readonly position: Position;
  /** Position of the statement that took this one's place from the same instant on; 0 = it counts. */
  readonly replacedAt: Position;
}

/** Everything ever said of an account or a subscription, in order of what it is about and from when it holds. */
export interface InventoryHistory {
  readonly kind: 'account' | 'subscription';
  readonly id: string;
  readonly name: string;
  /** In which its times are best read: the account's, or that of the last payer ("UTC" when nobody ever paid). */
  readonly timeZone: TimeZone;
  readonly entries: readonly HistoryEntry[];
}

/** What is known by that id, accounts before subscriptions; an empty list when nothing is. The inventory is projected up to the tail first. */
export async function inventoryHistory(ports: ProjectorPorts, id: string): Promise<InventoryHistory[]> {
  await projectFacts(ports, await tail(ports.decisions, 0));
  const found: InventoryHistory[] = [];
  const account = await accountFacts(ports.projections, id);
  const view = accountAt(account, { position: Number.MAX_SAFE_INTEGER, cutOff: Number.MAX_SAFE_INTEGER }, NOW_OR_LATER);
  if (view !== undefined) {
    const { name, timeZone } = view.account;
    found.push({ kind: 'account', id, name, timeZone, entries: entriesOf(account, '') });
  }
  const subscription = await subscriptionFacts(ports.projections, id);
  if (subscription.length > 0) {
    const timeZone = await payerZone(ports, subscription, id);
    found.push({ kind: 'subscription', id, name: '', timeZone, entries: entriesOf(subscription, id) });
  }
  return found;
}

const NOW_OR_LATER = Number.MAX_SAFE_INTEGER - 1;

async function payerZone(ports: ProjectorPorts, facts: readonly RecordedFact[], id: string): Promise<TimeZone> {
  const payers = inOrder(facts).flatMap(({ fact }) =>
    fact.kind === 'assignments' && fact.subscription === id ? fact.assignments.map((each) => each.payer) : [],
  );
  const known = { position: Number.MAX_SAFE_INTEGER, cutOff: Number.MAX_SAFE_INTEGER };
  const view = accountAt(await accountFacts(ports.projections, payers.at(-1) ?? ''), known, NOW_OR_LATER);
  return view?.account.timeZone ?? 'UTC';
}

function entriesOf(facts: readonly RecordedFact[], subscription: string): HistoryEntry[] {
  const bySubject = Map.groupBy(inOrder(facts), ({ fact }) => subjectOf(fact));
  return [...bySubject.entries()].flatMap(([about, of]) => {
    const holding = of.filter((each, at) => of[at + 1]?.fact.effectiveFrom !== each.fact.effectiveFrom);
    return of.map(({ fact, position }) => {
      const place = holding.findIndex((each) => each.fact.effectiveFrom === fact.effectiveFrom);
      const holds = holding[place]?.fact === fact;
      const until = holding[place + 1]?.fact.effectiveFrom ?? null;
      const replacedAt = holds ? 0 : (holding[place]?.position ?? 0);
      return { from: fact.effectiveFrom, until, about, says: statementOf(fact, subscription), position, replacedAt };
    });
  });
}

function inOrder(facts: readonly RecordedFact[]): RecordedFact[] {
  return [...facts].sort(
    (a, b) => a.fact.effectiveFrom - b.fact.effectiveFrom || a.position - b.position || a.index - b.index,
  );
}

function subjectOf(fact: Fact): string {
  switch (fact.kind) {
    case 'account':
      return 'account';
    case 'businessUnit':
      return `unit ${fact.businessUnit}`;
    case 'state':
      return 'state';
    case 'firstUse':
      return 'first use';
    case 'assignments':
      return `payer to ${fact.seller}`;
    case 'vatIdCheck':
      return `VAT id ${fact.vatId}`;
    case 'adHoc':
      return `order ${fact.order}`;
    case 'property':
      return `property ${fact.name}`;
    case 'detail':
      return fact.detail;
    case 'identifier':
      return `identifier ${fact.identifier}`;
    case 'addOn':
      return `add-on ${fact.addOn} of ${fact.seller}`;
    case 'topUp':
      return `top-up ${fact.order} of ${fact.seller}`;
  }
}

/** What a fact says; of identifiers, whether they are this subscription's. */
function statementOf(fact: Fact, subscription: string): string {
  switch (fact.kind) {
    case 'account': {
      const { name, seller, currency, billingDay, timeZone, taxProfile, paymentTermDays } = fact;
      return `${name}; customer of ${seller}, ${currency}, billed on day ${billingDay} (${timeZone}), tax ${taxProfile}, ${paymentTermDays} days to pay`;
    }
    case 'businessUnit':
      return fact.reference === '' ? fact.name : `${fact.name}; ${fact.reference}`;
    case 'state':
      return fact.activeFrom === undefined ? fact.state : `${fact.state}, active from ${isoInstant(fact.activeFrom)}`;
    case 'firstUse':
      return fact.used ? 'used' : 'not used after all';
    case 'assignments':
      return fact.assignments.length === 0 ? 'nobody' : fact.assignments.map(assignmentText).join(', then ');
    case 'vatIdCheck':
      return `${fact.isValid ? 'valid' : 'not valid'} by ${fact.source}${fact.reference === '' ? '' : ` (${fact.reference})`}`;
    case 'adHoc':
      return `${fact.quantity} × ${fact.product} at ${fact.price}${fact.reference === '' ? '' : `; ${fact.reference}`}`;
    case 'property':
      return fact.value === '' ? 'nothing' : fact.value;
    case 'detail':
      return detailText(fact.value);
    case 'identifier':
      if (fact.subscription === subscription) return 'its own';
      return fact.subscription === '' ? "nobody's" : `that of ${fact.subscription}`;
    case 'addOn':
      return fact.has ? 'has it' : 'has it no longer';
    case 'topUp':
      return fact.has ? fact.topUp : 'taken back';
  }
}

function detailText(value: DetailFact['value']): string {
  if (typeof value === 'string') return value === '' ? 'nothing' : value;
  if ('city' in value) return [...value.lines, `${value.postalCode} ${value.city}`.trim(), value.country].join(', ');
  return value.length === 0 ? 'nothing' : value.join(', ');
}

function assignmentText({ payer, plan, businessUnit }: Assignment): string {
  return businessUnit === '' ? `${payer} on ${plan}` : `${payer} / ${businessUnit} on ${plan}`;
}
