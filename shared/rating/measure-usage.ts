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

interface Account extends ChargeUsage {
  readonly totals: RunningTotals[];
  readonly measure: number;
  readonly first: number;
  readonly next: number;
  readonly scoped: ScopedRecord[] | undefined;
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
  const accounts: Account[] = [];
  const apart = scope.days.periods.map(() => new Map<string, RunningTotals>());
  for (const each of owned) measureIdentifier(scope, segments, each, accounts, apart);
  for (const account of accounts) {
    if (account.scoped !== undefined) raiseByScope(account.charge, account.scoped, account.quantities);
  }
  return { charged: accounts, apart };
}

type Decision = number | string;

function measureIdentifier(
  scope: UsageScope,
  segments: readonly Segment[],
  { usage, owned }: OwnedUsage,
  accounts: Account[],
  apart: readonly Map<string, RunningTotals>[],
): void {
  const { days, usageCutOff } = scope;
  const { keyIndex, bytesUp, bytesDown, bytesUnsplit, seconds, count, keys } = usage;
  const dated = keys.map((key) => key.startPrecision !== 'instant');
  const decisions: Decision[][] = segments.map(() => new Array<Decision>(keys.length).fill(UNDECIDED));
  let segment = NONE;
  let decided: Decision[] = [];
  let own = NOBODY;
  for (let i = 0; i < usage.length; i++) {
    const key = keyIndex[i] as number;
    let at = usage.startedAt[i] as number;
    let day: number;
    if (dated[key]) {
      day = days.dayOfUtcMidnight.get(at) ?? -1;
      if (day >= 0) at = days.starts[day] as number;
    } else day = dayAt(days.starts, at);
    if (day < 0 || at >= usageCutOff) continue;
    if (at < own.from || at >= own.until) {
      own = owned.find((span) => span.from <= at && at < span.until) ?? NOBODY;
      if (own === NOBODY) continue;
    }
    if (at < segment.from || at >= segment.until) {
      const place = segments.findIndex((each) => each.from <= at && at < each.until);
      segment = segments[place] ?? NONE;
      if (segment === NONE) continue;
      decided = decisions[place] as Decision[];
    }
    let decision = decided[key] as Decision;
    if (decision === UNDECIDED) {
      decision = decide(scope, segment, keys[key] as UsageKey, accounts);
      decided[key] = decision;
    }
    if (decision === NOT_OURS) continue;
    const bytes = (bytesUp[i] as number) + (bytesDown[i] as number) + (bytesUnsplit[i] as number);
    const period = days.periodOfDay[day] as number;
    let totals: RunningTotals;
    if (typeof decision === 'number') {
      const account = accounts[decision] as Account;
      totals = account.totals[period] as RunningTotals;
      const raw = rawQuantity(account.measure, usage, i, bytes);
      if (account.scoped === undefined) {
        const raised =
          account.next === 1 && account.first <= 1 ? raw : raiseToIncrement(raw, account.first, account.next);
        account.quantities[day] = (account.quantities[day] as number) + raised;
      } else account.scoped.push({ at, day, period, session: usage.session[i] as number, quantity: raw });
    } else totals = totalsOf(apart[period] as Map<string, RunningTotals>, decision);
    totals.records++;
    totals.bytes += bytes;
    totals.seconds += seconds[i] as number;
    totals.count += count[i] as number;
  }
}

const NONE: Segment = { from: 0, until: 0, state: 'inventory', payer: '', businessUnit: '', terms: undefined };
const NOBODY: Span<string> = { from: 0, until: 0, value: '' };

function rawQuantity(measure: number, usage: FoldedUsage, i: number, bytes: number): number {
  switch (measure) {
    case 0:
      return bytes;
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

/** An account's place for what is charged, a word for what is not, NOT_OURS for what another pays. */
function decide(scope: UsageScope, segment: Segment, key: UsageKey, accounts: Account[]): Decision {
  if (segment.payer !== scope.payer) return NOT_OURS;
  const verdict = judge(segment, key);
  if (verdict.outcome !== 'charge') return verdict.outcome === 'free' ? 'free' : verdict.reason;
  const { charge, order, zone } = verdict;
  const terms = segment.terms as PlanTerms;
  const { businessUnit } = segment;
  const place = accounts.findIndex(
    (a) => a.terms === terms && a.businessUnit === businessUnit && a.charge === charge && a.zone === zone,
  );
  if (place >= 0) return place;
  accounts.push({
    terms,
    businessUnit,
    charge,
    order,
    zone,
    quantities: new Float64Array(scope.days.dates.length),
    totals: scope.days.periods.map(() => ({ records: 0, bytes: 0, seconds: 0, count: 0 })),
    measure: MEASURES[charge.measure],
    first: Number(charge.increment.first),
    next: Number(charge.increment.next),
    scoped: charge.rounding === 'record' ? undefined : [],
  });
  return accounts.length - 1;
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

function totalsOf(apart: Map<string, RunningTotals>, reason: string): RunningTotals {
  const there = apart.get(reason);
  if (there !== undefined) return there;
  const totals = { records: 0, bytes: 0, seconds: 0, count: 0 };
  apart.set(reason, totals);
  return totals;
}
