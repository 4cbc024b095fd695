import type { Measure, UsageCharge } from '#shared/catalog/catalog.ts';
import type { Span } from '#shared/inventory/timeline.ts';
import type { Instant } from '#shared/time/local-date.ts';
import type { FoldedUsage, UsageTotals } from '#shared/usage/folded-usage.ts';
import type { UsageKey } from '#shared/usage/usage-key.ts';
import { type DayTable, dayAt } from './day-table.ts';
import { raiseToIncrement } from './increment.ts';
import { matchCharge } from './match-charge.ts';
import { sumKey } from './partial-sums.ts';
import type { PlanTerms } from './plan-terms.ts';
import { poolOfCharge } from './pool-key.ts';
import { raiseByScope, type ScopedRecord } from './rounding-scope.ts';
import type { Segment } from './segments.ts';

/** Records, octets, seconds and pieces as the records said them: four numbers a period, period behind period. */
export type PeriodCounts = Float64Array;

/** The measured usage of one charge in one zone: what allowances and prices are applied to. */
export interface ChargeUsage {
  readonly terms: PlanTerms;
  readonly businessUnit: string;
  readonly charge: UsageCharge;
  readonly order: number;
  readonly zone: string;
  /** businessUnit|plan|version|charge|zone. */
  readonly key: string;
  /** plan/charge: what allowances and tiers know it by. */
  readonly name: string;
  /** The pool it draws on (see pool-key.ts); '' = none. */
  readonly pool: string;
  /** Quantity in base units on each day of the table, raised to increments. */
  readonly quantities: Float64Array;
  readonly counts: PeriodCounts;
}

/** Usage of a payer that is not charged: suspended by a reason, or free. */
export interface ApartUsage {
  readonly word: string;
  readonly counts: PeriodCounts;
}

/** What a payer's usage of one subscription comes to. */
export interface MeasuredUsage {
  readonly charged: readonly ChargeUsage[];
  readonly apart: readonly ApartUsage[];
}

/** What is to be measured: whose usage, of which days, up to when. */
export interface UsageScope {
  readonly payer: string;
  readonly days: DayTable;
  /** Usage that started at or after this instant is not looked at. */
  readonly usageCutOff: Instant;
}

/** Usage of an identifier, and when the identifier was the subscription's own. */
export interface OwnedUsage {
  readonly usage: FoldedUsage;
  readonly owned: readonly Span<string>[];
}

/** Measures the usage of one subscription after the other in the same memory: what it answered is valid until it measures the next. */
export interface UsageMeter {
  measure(segments: readonly Segment[], owned: readonly OwnedUsage[]): MeasuredUsage;
}

/** What records of some keys and segments are counted under: a charge in a zone, or a word for why none. */
interface Tally {
  /** Number of the subscription it was last cleared for. */
  turn: number;
  readonly measure: number;
  readonly first: number;
  readonly next: number;
  /** Records that wait for others before they are raised to increments, unless each is raised by itself. */
  readonly scoped: ScopedRecord[] | undefined;
  readonly counts: PeriodCounts;
  /** The charge's quantities by day; none where nothing is charged. */
  readonly quantities: Float64Array;
  readonly charged: ChargeUsage | undefined;
  readonly apart: ApartUsage;
}

const MEASURES: Readonly<Record<Measure, number>> = {
  bytes: 0,
  bytesUp: 1,
  bytesDown: 2,
  seconds: 3,
  records: 4,
  count: 5,
};

const COUNTS = 4;

/** What the records of a period said. */
export function totalsIn(counts: PeriodCounts, place: number): UsageTotals {
  const at = place * COUNTS;
  return {
    records: counts[at] as number,
    bytes: counts[at + 1] as number,
    seconds: counts[at + 2] as number,
    count: counts[at + 3] as number,
  };
}

/** Whether any record was counted in a period. */
export function hasRecords({ counts }: { readonly counts: PeriodCounts }, place: number): boolean {
  return (counts[place * COUNTS] as number) > 0;
}

/**
 * A meter of usage for one payer (pricing rules §3): each record is owned, assigned, put in a zone, matched to a charge, measured and raised
 * to increments by what held at its instant. One pass; plan and price are looked up once a usage key and terms.
 */
export function createUsageMeter(scope: UsageScope): UsageMeter {
  const book = new TallyBook(scope);
  return {
    measure(segments, owned) {
      book.begin();
      for (const each of owned) measureIdentifier(scope, segments, each, book);
      const charged: ChargeUsage[] = [];
      const apart: ApartUsage[] = [];
      for (const tally of book.used) {
        if (tally.charged === undefined) {
          apart.push(tally.apart);
          continue;
        }
        if (tally.scoped !== undefined) raiseByScope(tally.charged.charge, tally.scoped, tally.quantities);
        charged.push(tally.charged);
      }
      return { charged, apart };
    },
  };
}

/** The one pass. It is long because it is done for every record: everything it needs is at hand, and nothing is made. */
function measureIdentifier(
  scope: UsageScope,
  segments: readonly Segment[],
  { usage, owned }: OwnedUsage,
  book: TallyBook,
): void {
  const { starts, periodOfDay, dayOfUtcMidnight } = scope.days;
  const { length, keyIndex, startedAt, bytesUp, bytesDown, bytesUnsplit, seconds, count, keys } = usage;
  const dated = keys.map((key) => key.startPrecision !== 'instant');
  const someDated = dated.includes(true);
  const decisions: (Tally | null | undefined)[][] = segments.map(() => []);
  let decided: (Tally | null | undefined)[] = [];
  let segment = NONE;
  let day = 0;
  let to = 0;
  let from = 0;
  let until = 0;
  for (let i = 0; i < length; i++) {
    const key = keyIndex[i] as number;
    let at = startedAt[i] as number;
    if (someDated && dated[key]) at = starts[dayOfUtcMidnight.get(at) ?? starts.length] ?? Number.NaN;
    if (!(at >= from && at < until)) {
      day = dayAt(starts, at);
      if (day < 0 || at >= scope.usageCutOff) continue;
      const own = owned.find((span) => span.from <= at && at < span.until);
      const place = own === undefined ? -1 : segments.findIndex((each) => each.from <= at && at < each.until);
      if (own === undefined || place < 0) continue;
      segment = segments[place] as Segment;
      decided = decisions[place] as (Tally | null | undefined)[];
      from = Math.max(starts[day] as number, own.from, segment.from);
      until = Math.min(starts[day + 1] as number, own.until, segment.until, scope.usageCutOff);
      to = (periodOfDay[day] as number) * COUNTS;
    }
    let tally = decided[key];
    if (tally === undefined) {
      tally = segment.payer === scope.payer ? book.open(segment, keys[key] as UsageKey) : null;
      decided[key] = tally;
    }
    if (tally === null) continue;
    const { counts, measure } = tally;
    const bytes = (bytesUp[i] as number) + (bytesDown[i] as number) + (bytesUnsplit[i] as number);
    counts[to] = (counts[to] as number) + 1;
    counts[to + 1] = (counts[to + 1] as number) + bytes;
    counts[to + 2] = (counts[to + 2] as number) + (seconds[i] as number);
    counts[to + 3] = (counts[to + 3] as number) + (count[i] as number);
    if (tally.charged === undefined) continue;
    const raw = measure === 0 ? bytes : rawQuantity(measure, usage, i);
    if (tally.scoped !== undefined) {
      const period = periodOfDay[day] as number;
      tally.scoped.push({ at, day, period, session: usage.session[i] as number, quantity: raw });
      continue;
    }
    const { first, next, quantities } = tally;
    const raised = next === 1 && first <= 1 ? raw : raiseToIncrement(raw, first, next);
    quantities[day] = (quantities[day] as number) + raised;
  }
}

const NONE: Segment = { from: 0, until: 0, state: 'inventory', payer: '', businessUnit: '', terms: undefined };

function rawQuantity(measure: number, usage: FoldedUsage, i: number): number {
  switch (measure) {
    case 1:
      return usage.bytesUp[i] as number;
    case 2:
      return usage.bytesDown[i] as number;
    case 3:
      return usage.seconds[i] as number;
    case 4:
      return 1;
    default:
      return usage.count[i] as number;
  }
}

const NO_QUANTITIES = new Float64Array(0);
const NO_TERMS = {};

/** The tallies of a payer. What a usage key comes to under some terms is decided once, for all subscriptions. */
class TallyBook {
  /** Those the present subscription has used. */
  used: Tally[] = [];
  private readonly days: DayTable;
  private turn = 0;
  private readonly charged = new Map<string, Tally[]>();
  private readonly apart = new Map<string, Tally>();
  /** State and business unit → terms → usage key. Keys and terms are let go with whoever made them. */
  private readonly decided = new Map<string, WeakMap<object, WeakMap<UsageKey, Tally>>>();

  constructor({ days }: UsageScope) {
    this.days = days;
  }

  /** Begins a subscription. */
  begin(): void {
    this.turn++;
    this.used = [];
  }

  /** The tally for usage of a key in a segment the payer pays, with nothing in it when the subscription has not used it yet. */
  open(segment: Segment, key: UsageKey): Tally {
    const tally = this.tallyOf(segment, key);
    if (tally.turn === this.turn) return tally;
    tally.turn = this.turn;
    tally.counts.fill(0);
    tally.quantities.fill(0);
    if (tally.scoped !== undefined) tally.scoped.length = 0;
    this.used.push(tally);
    return tally;
  }

  private tallyOf(segment: Segment, key: UsageKey): Tally {
    const { state, businessUnit, terms } = segment;
    const place = `${state} ${businessUnit}`;
    let byTerms = this.decided.get(place);
    if (byTerms === undefined) this.decided.set(place, (byTerms = new WeakMap()));
    let byKey = byTerms.get(terms ?? NO_TERMS);
    if (byKey === undefined) byTerms.set(terms ?? NO_TERMS, (byKey = new WeakMap()));
    let tally = byKey.get(key);
    if (tally === undefined) byKey.set(key, (tally = this.decide(segment, key)));
    return tally;
  }

  private decide(segment: Segment, key: UsageKey): Tally {
    const verdict = judge(segment, key);
    if (verdict.outcome !== 'charge') return this.tallyApart(verdict.outcome === 'free' ? 'free' : verdict.reason);
    const { charge, order, zone } = verdict;
    const { businessUnit } = segment;
    const terms = segment.terms as PlanTerms;
    const sumsKey = sumKey(businessUnit, terms.plan, terms.version.from, charge.id, zone);
    const same = this.charged.get(sumsKey) ?? [];
    this.charged.set(sumsKey, same);
    const known = same.find((each) => each.charged?.terms === terms && each.charged.charge === charge);
    if (known !== undefined) return known;
    const quantities = new Float64Array(this.days.dates.length);
    const counts = new Float64Array(this.days.periods.length * COUNTS);
    const name = `${terms.plan}/${charge.id}`;
    const pool = poolOfCharge(terms, charge, businessUnit);
    const tally: Tally = {
      turn: 0,
      measure: MEASURES[charge.measure],
      first: Number(charge.increment.first),
      next: Number(charge.increment.next),
      scoped: charge.rounding === 'record' ? undefined : [],
      counts,
      quantities,
      charged: { terms, businessUnit, charge, order, zone, key: sumsKey, name, pool, quantities, counts },
      apart: { word: '', counts },
    };
    same.push(tally);
    return tally;
  }

  private tallyApart(word: string): Tally {
    const known = this.apart.get(word);
    if (known !== undefined) return known;
    const counts = new Float64Array(this.days.periods.length * COUNTS);
    const nothing = { measure: 0, first: 1, next: 1, scoped: undefined, quantities: NO_QUANTITIES, charged: undefined };
    const tally: Tally = { turn: 0, ...nothing, counts, apart: { word, counts } };
    this.apart.set(word, tally);
    return tally;
  }
}

/**
 * What becomes of usage of a key in a segment that has a payer (pricing rules §1 and §3). In test, usage is free; suspended subscriptions are
 * charged for what they use all the same; in inventory, ready or terminated nothing may be used.
 */
export function judge(segment: Segment, key: UsageKey) {
  if (segment.state === 'test') return { outcome: 'free' } as const;
  if (segment.state !== 'active' && segment.state !== 'suspended')
    return { outcome: 'suspended', reason: 'NOT_ACTIVE' } as const;
  if (segment.terms === undefined) return { outcome: 'suspended', reason: 'NO_PLAN' } as const;
  return matchCharge(segment.terms, key);
}
