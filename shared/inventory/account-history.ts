import {
  addDays,
  firstDayFrom,
  type Instant,
  type LocalDate,
  localDateOf,
  startOfDay,
  type TimeZone,
  type TimeZones,
} from '#shared/time/local-date.ts';
import { type BillingDays, billingDaysFrom } from '#shared/time/period.ts';
import type { AccountFact, AdHocFact, BusinessUnitFact, RecordedFact, VatIdCheckFact } from './fact.ts';
import { type Knowledge, OPEN_END, type Span, timeline, valueAt } from './timeline.ts';

/** An account with its business units, as known at a run and as they stand at an instant, to the seller whose customer it is. */
export interface AccountView {
  readonly account: AccountFact;
  /** Since when it is, or was, the seller's customer. */
  readonly since: Instant;
  /** The time zones its days go by, and the billing days its periods begin on: over all its life, whoever it was the customer of. */
  readonly timeZone: TimeZones;
  readonly billingDay: BillingDays;
  /** The days on which it is the seller's customer; '' = open. */
  readonly isCustomer: readonly { readonly from: LocalDate | ''; readonly until: LocalDate | '' }[];
  readonly businessUnits: ReadonlyMap<string, BusinessUnitFact>;
  /** What the register said last of the VAT id it has, whenever it was asked; nothing when it was not. */
  readonly vatIdCheck: VatIdCheckFact | undefined;
  /** What was sold to it once, by what was recorded last of each order; in order of their ids. */
  readonly adHoc: readonly AdHocFact[];
  /** How it stood, as the seller's customer, over all that is said of it, whatever cut-off: in order of their days, at least one. */
  readonly standings: readonly AccountStanding[];
}

/** An account from the end of a local day on, until that of the next; of the first also before. */
export interface AccountStanding extends Pick<AccountView, 'account' | 'vatIdCheck'> {
  readonly from: LocalDate;
}

/** How an account stood at the end of a day: by what held then, else as it began. */
export function standingOn<Standing extends Pick<AccountStanding, 'from'>>(
  standings: readonly Standing[],
  day: LocalDate,
): Standing {
  return standings.findLast(({ from }) => from <= day) ?? (standings[0] as Standing);
}

/** The account as it stands at an instant, or as it began when the instant lies before; nothing when no fact is known of it. */
export function accountAt(facts: readonly RecordedFact[], known: Knowledge, instant: Instant): AccountView | undefined {
  const spans = accountSpans(facts, known);
  const account = valueAt(spans, instant) ?? spans[0]?.value;
  return account && viewOf(facts, known, instant, spans, account);
}

/**
 * The account as a seller's customer: as it stands at an instant, as it was when it last was its customer by then, or as it is to become one; nothing
 * when it never is.
 */
export function accountOfSeller(
  facts: readonly RecordedFact[],
  known: Knowledge,
  instant: Instant,
  seller: string,
): AccountView | undefined {
  const spans = accountSpans(facts, known);
  const its = spans.filter(({ value }) => value.seller === seller);
  const account = (its.findLast(({ from }) => from <= instant) ?? its[0])?.value;
  return account && viewOf(facts, known, instant, spans, account);
}

/** What is said of an account, in order of time: of two facts from the same instant, the later. */
export function accountHistory(facts: readonly RecordedFact[], known: Knowledge): AccountFact[] {
  return accountSpans(facts, known).map(({ value }) => value);
}

function accountSpans(facts: readonly RecordedFact[], known: Knowledge): Span<AccountFact>[] {
  const of = facts.filter((f): f is RecordedFact<AccountFact> => f.fact.kind === 'account');
  return timeline(of, known, (fact) => fact);
}

function viewOf(
  facts: readonly RecordedFact[],
  known: Knowledge,
  instant: Instant,
  spans: readonly Span<AccountFact>[],
  account: AccountFact,
): AccountView {
  const units = facts.filter((f): f is RecordedFact<BusinessUnitFact> => f.fact.kind === 'businessUnit');
  const businessUnits = new Map<string, BusinessUnitFact>();
  for (const [unit, unitFacts] of Map.groupBy(units, (f) => f.fact.businessUnit)) {
    const unitSpans = timeline(unitFacts, known, (fact) => fact);
    const fact = valueAt(unitSpans, instant) ?? unitSpans[0]?.value;
    if (fact) businessUnits.set(unit, fact);
  }
  const { from: since } = spans.find(({ value }) => value.seller === account.seller) as Span<AccountFact>;
  const vatIdCheck = lastCheck(facts, known.position, account.vatId);
  const adHoc = ordersOf(facts, known);
  const history = spans.map(({ value }) => value);
  const calendar = { timeZone: timeZonesOf(history), ...calendarOf(history, account.seller) };
  const standings = standingsOf(facts, known.position, account.seller);
  return { account, since, ...calendar, businessUnits, vatIdCheck, adHoc, standings };
}

function standingsOf(facts: readonly RecordedFact[], position: number, seller: string): AccountStanding[] {
  const history = accountHistory(facts, { position, cutOff: OPEN_END });
  const zones = timeZonesOf(history);
  return history
    .filter((account) => account.seller === seller)
    .map((account) => {
      const from = localDateOf(account.effectiveFrom, zones);
      return { from, account, vatIdCheck: lastCheck(facts, position, account.vatId) };
    });
}

/** What an account's days follow from. */
type ZoneFact = Pick<AccountFact, 'effectiveFrom' | 'timeZone'>;

/** The first day an account's fact can hold on: its time zone's first that begins at or after it. */
export function firstDayOf({ effectiveFrom, timeZone }: ZoneFact): LocalDate {
  return firstDayFrom(effectiveFrom, timeZone);
}

/** Whether a move to another time zone leaves the day before it any hours: it does not where the clocks are more than a day apart. */
export function canMoveZone(from: TimeZone, fact: AccountFact): boolean {
  const first = firstDayOf(fact);
  return startOfDay(first, fact.timeZone) > startOfDay(addDays(first, -1), from);
}

/** What is said of an account, from the first day on it can hold on. */
interface Counting<Said extends ZoneFact> {
  readonly from: LocalDate;
  readonly fact: Said;
}

/**
 * What is said later on of an account and holds on a day at all, in order of time (decision 42): what had not begun on its first day when the next thing
 * held is as if it had never been said.
 */
function countingOf<Said extends ZoneFact>(later: readonly Said[]): Counting<Said>[] {
  const counting: Counting<Said>[] = [];
  for (const fact of later) {
    const from = firstDayOf(fact);
    const isOvertaken = (last: Counting<Said>) =>
      last.from >= from || startOfDay(last.from, last.fact.timeZone) >= fact.effectiveFrom;
    while (counting.length > 0 && isOvertaken(counting.at(-1) as Counting<Said>)) counting.pop();
    counting.push({ from, fact });
  }
  return counting;
}

/**
 * The time zones an account's days go by, from what is said of it in order of time: each from the first day on that begins in it at or after the fact.
 */
export function timeZonesOf(history: readonly ZoneFact[]): TimeZones {
  const [{ timeZone: first }, ...later] = history as [ZoneFact, ...ZoneFact[]];
  const moves: { from: LocalDate; timeZone: TimeZone }[] = [];
  for (const { from, fact } of countingOf(later)) {
    const { timeZone } = fact;
    if (timeZone !== (moves.at(-1)?.timeZone ?? first)) moves.push({ from, timeZone });
  }
  return moves.length === 0 ? first : { first, moves };
}

/**
 * The same of its billing days, each from its first billing date on, unless another is said before that; and of its sellers: the periods of one end,
 * and those of the next begin, on the first day of the move.
 */
function calendarOf(history: readonly AccountFact[], seller: string): Pick<AccountView, 'billingDay' | 'isCustomer'> {
  const [began, ...later] = history as [AccountFact, ...AccountFact[]];
  const sellers: { from: LocalDate | ''; seller: string }[] = [{ from: '', seller: began.seller }];
  let billingDay: BillingDays = began.billingDay;
  let before = began;
  for (const { from, fact } of countingOf(later)) {
    const isOfAnother = fact.seller !== before.seller;
    if (isOfAnother) sellers.push({ from, seller: fact.seller });
    if (isOfAnother || fact.billingDay !== before.billingDay)
      billingDay = billingDaysFrom(billingDay, from, fact.billingDay, isOfAnother);
    before = fact;
  }
  return {
    billingDay,
    isCustomer: sellers.flatMap((each, place) => {
      return each.seller === seller ? [{ from: each.from, until: sellers[place + 1]?.from ?? '' }] : [];
    }),
  };
}

/** The days on which an account moved: to another billing day, seller or time zone. Periods end on them. */
export function movedOn({
  billingDay,
  timeZone,
}: Pick<AccountView, 'billingDay' | 'timeZone'>): ReadonlySet<LocalDate> {
  const { moves, cuts } = typeof billingDay === 'number' ? { moves: [], cuts: [] } : billingDay;
  const zones = typeof timeZone === 'string' ? [] : timeZone.moves;
  return new Set([...[...moves, ...zones].map(({ from }) => from), ...cuts]);
}

/** Whether a local day is one on which an account is its seller's customer. */
export function isCustomerOn({ isCustomer }: Pick<AccountView, 'isCustomer'>, date: LocalDate): boolean {
  return isCustomer.some(({ from, until }) => from <= date && (until === '' || date < until));
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
