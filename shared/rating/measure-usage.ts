import type { Measure, UsageCharge } from '#shared/catalog/catalog.ts';
import type { Span } from '#shared/inventory/timeline.ts';
import type { Instant } from '#shared/time/local-date.ts';
import type { FoldedUsage } from '#shared/usage/folded-usage.ts';
import type { UsageKey } from '#shared/usage/usage-key.ts';
import { type DayTable, dayAt } from './day-table.ts';
import { raiseToIncrement } from './increment.ts';
import { matchCharge } from './match-charge.ts';
import type { PlanTerms } from './plan-terms.ts';
import { raiseByScope, type ScopedRecord } from './rounding-scope.ts';
import type { Segment } from './segments.ts';

/** Records and units, being counted. */
export interface RunningTotals {
  records: number;
  bytes: number;
  seconds: number;
  count: number;
}

/** The measured usage of one charge in one zone: what allowances and prices are applied to. */
export interface ChargeUsage {
  readonly terms: PlanTerms;
  readonly businessUnit: string;
  readonly charge: UsageCharge;
  readonly order: number;
  readonly zone: string;
  /** Quantity in base units on each day of the table, raised to increments. */
  readonly quantities: Float64Array;
  /** What the records said, by period. */
  readonly totals: readonly RunningTotals[];
}

/** What a payer's usage of one subscription comes to. `apart` counts what is not charged, by period and reason or 'free'. */
export interface MeasuredUsage {
  readonly charged: readonly ChargeUsage[];
  readonly apart: readonly ReadonlyMap<string, RunningTotals>[];
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

/** What records of some keys and segments are counted under: a charge in a zone, or a word for why none. */
interface Tally {
  readonly word: string;
  /** The charge's quantities by day; none where nothing is charged. */
  readonly quantities: Float64Array;
  readonly measure: number;
  readonly first: number;
  readonly next: number;
  /** Records that wait for others before they are raised to increments, unless each is raised by itself. */
  readonly scoped: ScopedRecord[] | undefined;
  /** Records, octets, seconds and pieces of each period, one behind the other. */
  readonly counts: Float64Array;
  readonly charged: Pick<ChargeUsage, 'terms' | 'businessUnit' | 'charge' | 'order' | 'zone'> | undefined;
}

const UNDECIDED = -1;
const NOT_OURS = -2;
const MEASURES: Readonly<Record<Measure, number>> = {
  bytes: 0,
  bytesUp: 1,
  bytesDown: 2,
  seconds: 3,
  records: 4,
  count: 5,
};

/**
 * Measures a subscription's usage for one payer (pricing rules §3): each record is owned, assigned, put in a zone, matched to a charge,
 * measured and raised to increments by what held at its instant. One pass; plan and price are looked up once a usage key and segment.
 */
export function measureUsage(
  scope: UsageScope,
  segments: readonly Segment[],
  owned: readonly OwnedUsage[],
): MeasuredUsage {
  const tallies: Tally[] = [];
  for (const each of owned) measureIdentifier(scope, segments, each, tallies);
  const charged: ChargeUsage[] = [];
  const apart = scope.days.periods.map(() => new Map<string, RunningTotals>());
  for (const { word, charged: of, quantities, scoped, counts } of tallies) {
    const totals = apart.map((_, period) => totalsAt(counts, period * COUNTS));
    if (of === undefined) {
      for (const [period, its] of totals.entries()) if (its.records > 0) apart[period]?.set(word, its);
      continue;
    }
    if (scoped !== undefined) raiseByScope(of.charge, scoped, quantities);
    charged.push({ ...of, quantities, totals });
  }
  return { charged, apart };
}

const COUNTS = 4;

function totalsAt(counts: Float64Array, at: number): RunningTotals {
  const [records = 0, bytes = 0, seconds = 0, count = 0] = counts.subarray(at, at + COUNTS);
  return { records, bytes, seconds, count };
}

/** The one pass. It is long because it is done for every record: everything it needs is at hand, and nothing is made. */
function measureIdentifier(
  scope: UsageScope,
  segments: readonly Segment[],
  { usage, owned }: OwnedUsage,
  tallies: Tally[],
): void {
  const { starts, periodOfDay, dayOfUtcMidnight } = scope.days;
  const { keyIndex, startedAt, bytesUp, bytesDown, bytesUnsplit, seconds, count, keys } = usage;
  const dated = keys.map((key) => key.startPrecision !== 'instant');
  const decisions = segments.map(() => new Int32Array(keys.length).fill(UNDECIDED));
  let segment = NONE;
  let decided = new Int32Array(0);
  let own = NOBODY;
  for (let i = 0; i < usage.length; i++) {
    const key = keyIndex[i] as number;
    let at = startedAt[i] as number;
    const day = dated[key] ? (dayOfUtcMidnight.get(at) ?? -1) : dayAt(starts, at);
    if (day < 0) continue;
    if (dated[key]) at = starts[day] as number;
    if (at >= scope.usageCutOff) continue;
    if (at < own.from || at >= own.until) {
      own = owned.find((span) => span.from <= at && at < span.until) ?? NOBODY;
      if (own === NOBODY) continue;
    }
    if (at < segment.from || at >= segment.until) {
      const place = segments.findIndex((each) => each.from <= at && at < each.until);
      segment = segments[place] ?? NONE;
      if (segment === NONE) continue;
      decided = decisions[place] as Int32Array<ArrayBuffer>;
    }
    let decision = decided[key] as number;
    if (decision === UNDECIDED) {
      decision = decide(scope, segment, keys[key] as UsageKey, tallies);
      decided[key] = decision;
    }
    if (decision === NOT_OURS) continue;
    const { counts, quantities, measure, first, next, scoped, charged } = tallies[decision] as Tally;
    const bytes = (bytesUp[i] as number) + (bytesDown[i] as number) + (bytesUnsplit[i] as number);
    const period = periodOfDay[day] as number;
    const to = period * COUNTS;
    counts[to] = (counts[to] as number) + 1;
    counts[to + 1] = (counts[to + 1] as number) + bytes;
    counts[to + 2] = (counts[to + 2] as number) + (seconds[i] as number);
    counts[to + 3] = (counts[to + 3] as number) + (count[i] as number);
    if (charged === undefined) continue;
    const raw = measure === 0 ? bytes : rawQuantity(measure, usage, i);
    if (scoped !== undefined) {
      scoped.push({ at, day, period, session: usage.session[i] as number, quantity: raw });
      continue;
    }
    const raised = next === 1 && first <= 1 ? raw : raiseToIncrement(raw, first, next);
    quantities[day] = (quantities[day] as number) + raised;
  }
}

const NONE: Segment = { from: 0, until: 0, state: 'inventory', payer: '', businessUnit: '', terms: undefined };
const NOBODY: Span<string> = { from: 0, until: 0, value: '' };

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

/** Place of the tally that usage of a key is counted under, NOT_OURS for what another pays. */
function decide(scope: UsageScope, segment: Segment, key: UsageKey, tallies: Tally[]): number {
  if (segment.payer !== scope.payer) return NOT_OURS;
  const { days } = scope;
  const verdict = judge(segment, key);
  const counts = () => new Float64Array(days.periods.length * COUNTS);
  if (verdict.outcome !== 'charge') {
    const word = verdict.outcome === 'free' ? 'free' : verdict.reason;
    const known = tallies.findIndex((tally) => tally.word === word);
    if (known >= 0) return known;
    const nothing = { quantities: NO_QUANTITIES, measure: 0, first: 1, next: 1, scoped: undefined };
    return tallies.push({ word, ...nothing, counts: counts(), charged: undefined }) - 1;
  }
  const { charge, order, zone } = verdict;
  const charged = { terms: segment.terms as PlanTerms, businessUnit: segment.businessUnit, charge, order, zone };
  const known = tallies.findIndex((tally) => tally.charged !== undefined && isSame(tally.charged, charged));
  if (known >= 0) return known;
  const quantities = new Float64Array(days.dates.length);
  const [first, next] = [Number(charge.increment.first), Number(charge.increment.next)];
  const scoped = charge.rounding === 'record' ? undefined : [];
  const measure = MEASURES[charge.measure];
  return tallies.push({ word: '', quantities, measure, first, next, scoped, counts: counts(), charged }) - 1;
}

function isSame(a: NonNullable<Tally['charged']>, b: NonNullable<Tally['charged']>): boolean {
  return a.terms === b.terms && a.businessUnit === b.businessUnit && a.charge === b.charge && a.zone === b.zone;
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
