import type { Instant } from '#shared/time/local-date.ts';
import type { AccountFact, AdHocFact, BusinessUnitFact, RecordedFact, VatIdCheckFact } from './fact.ts';
import { type Knowledge, OPEN_END, timeline, valueAt } from './timeline.ts';

/** An account with its business units, as known at a run and as they stand at an instant. */
export interface AccountView {
  readonly account: AccountFact;
  /** Since when the account exists. */
  readonly since: Instant;
  readonly businessUnits: ReadonlyMap<string, BusinessUnitFact>;
  /** What the register said last of the VAT id it has, whenever it was asked; nothing when it was not. */
  readonly vatIdCheck: VatIdCheckFact | undefined;
  /** What was sold to it once, by what was recorded last of each order; in order of their ids. */
  readonly adHoc: readonly AdHocFact[];
}

/** The account as it stands at an instant, or as it began when the instant lies before; nothing when no fact is known of it. */
export function accountAt(facts: readonly RecordedFact[], known: Knowledge, instant: Instant): AccountView | undefined {
  const of = facts.filter((f): f is RecordedFact<AccountFact> => f.fact.kind === 'account');
  const spans = timeline(of, known, (fact) => fact);
  const first = spans[0];
  if (first === undefined) return undefined;
  const units = facts.filter((f): f is RecordedFact<BusinessUnitFact> => f.fact.kind === 'businessUnit');
  const businessUnits = new Map<string, BusinessUnitFact>();
  for (const [unit, unitFacts] of Map.groupBy(units, (f) => f.fact.businessUnit)) {
    const unitSpans = timeline(unitFacts, known, (fact) => fact);
    const fact = valueAt(unitSpans, instant) ?? unitSpans[0]?.value;
    if (fact) businessUnits.set(unit, fact);
  }
  const account = valueAt(spans, instant) ?? first.value;
  const vatIdCheck = lastCheck(facts, known.position, account.vatId);
  return { account, since: first.from, businessUnits, vatIdCheck, adHoc: ordersOf(facts, known) };
}

function ordersOf(facts: readonly RecordedFact[], known: Knowledge): AdHocFact[] {
  const of = facts.filter((f): f is RecordedFact<AdHocFact> => f.fact.kind === 'adHoc');
  const byOrder = Map.groupBy(of, ({ fact }) => fact.order);
  const orders = [...byOrder.values()].flatMap((its) => timeline(its, known, (fact) => fact).map((span) => span.value));
  return orders.sort((a, b) => (a.order < b.order ? -1 : 1));
}

/** Evidence may be younger than what it is about: only what was not recorded yet is left out. */
function lastCheck(facts: readonly RecordedFact[], position: number, vatId: string): VatIdCheckFact | undefined {
  const of = facts.filter((f): f is RecordedFact<VatIdCheckFact> => {
    return f.fact.kind === 'vatIdCheck' && f.fact.vatId === vatId && f.position <= position;
  });
  const last = timeline(of, { position, cutOff: OPEN_END }, (fact) => fact).at(-1);
  return last?.value;
}
