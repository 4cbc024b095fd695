import type { Allowance } from '#shared/catalog/catalog.ts';
import { daysInPeriod, type Period, wholePeriod } from '#shared/time/period.ts';
import type { DayTable } from '../day-table.ts';
import { type CarryOverTerms, carryOverOf } from '../holdings/carry-over.ts';
import type { PlanTerms } from '../plan-terms.ts';
import { mayStand } from '../pools/account-pools.ts';
import { type Segment, termsOf } from '../segments.ts';
import { countsFor, isChargeable } from './chargeable-days.ts';
import { hasIntervals, type IntervalScope, intervalCharges } from './intervals.ts';
import { type OneTimeDue, oneTimeCharges } from './one-time.ts';
import { proratedQuantity } from './proration.ts';
import {
  type ChargedDays,
  chargedDays,
  countDays,
  type DayCount,
  type IntervalDays,
  isPerPeriod,
  type PlacedDay,
  payerDays,
} from './recurring-days.ts';

/** A subscription's allowance in one period, from one plan and business unit: its size after proration. */
export interface AllowanceShare {
  readonly terms: PlanTerms;
  readonly businessUnit: string;
  readonly allowance: Allowance;
  readonly size: bigint;
  /** Chargeable days its size is prorated by; 0 where it is whole, or does not count. */
  readonly days: number;
  /** Of a static or adaptive pool, the days of the period on which it is a member, by their place in it; of others none. */
  readonly memberDays: readonly number[];
  /** How what it leaves moves on; nothing where it is lost. */
  readonly carryOver: CarryOverTerms | undefined;
}

/** What a subscription comes to in a period by being there, whatever it uses. */
export interface StandingCharges {
  readonly once: readonly OneTimeDue[];
  readonly recurring: readonly ChargedDays[];
  readonly allowances: readonly AllowanceShare[];
  /** Days it used terms with a commitment, as places among those of the period. */
  readonly committed: readonly { readonly terms: PlanTerms; readonly days: readonly number[] }[];
  /** Business units it was active for on at least one day. */
  readonly activeIn: readonly string[];
}

const NOTHING: StandingCharges = { once: [], recurring: [], allowances: [], committed: [], activeIn: [] };

const NO_INTERVALS: ReadonlyMap<number, ChargedDays[]> = new Map();

/**
 * Works out the standing charges of subscriptions for one payer, period by period. Most subscriptions do not change in most periods: those
 * of the same terms, business unit, state and properties then share one answer, which is worked out once. Charges for intervals of their own
 * begin with each subscription's own start.
 */
export function standingCharges(scope: IntervalScope): (segments: readonly Segment[]) => readonly StandingCharges[] {
  const { periods } = scope.days;
  const intervals = periods.map((_, place) => periodDays(scope.days, place));
  const known = periods.map(() => new Map<PlanTerms | undefined, Map<string, StandingCharges>>());
  const unchanged = (place: number, segment: Segment): StandingCharges => {
    const byTerms = known[place] as Map<PlanTerms | undefined, Map<string, StandingCharges>>;
    const byUnit = byTerms.get(segment.terms) ?? new Map<string, StandingCharges>();
    byTerms.set(segment.terms, byUnit);
    const key = `${segment.state} ${segment.businessUnit}${propertiesText(segment)}${addOnsText(segment)}`;
    const standing = byUnit.get(key) ?? standingIn(scope, intervals[place] as IntervalDays, [segment]);
    byUnit.set(key, standing);
    return standing;
  };
  const inPeriods = (segments: readonly Segment[]) =>
    intervals.map((interval, place) => {
      const only = segments.find((each) => isUnchangedIn(each, interval));
      if (only === undefined) return standingIn(scope, interval, segments);
      return only.payer === scope.payer ? unchanged(place, only) : NOTHING;
    });
  const ofIntervals = intervalCharges(scope);
  const isOfIntervals = new Set([...scope.plans.values()].flat().filter(hasIntervals));
  const onceOf = oneTimeCharges(scope);
  return (segments) => {
    const hasOwn = segments.some((each) => termsOf(each).some((terms) => isOfIntervals.has(terms)));
    const [charged, once] = [hasOwn ? ofIntervals(segments) : NO_INTERVALS, onceOf(segments)];
    const standing = inPeriods(segments);
    if (charged.size === 0 && once.size === 0) return standing;
    return standing.map((its, place) => {
      const recurring = [...its.recurring, ...(charged.get(place) ?? [])];
      return { ...its, recurring, once: once.get(place) ?? [] };
    });
  };
}

/** Whether nothing of a subscription changes in a period; a termination with its first moment is a change on its first day. */
function isUnchangedIn({ from, until, state }: Segment, { start, end }: IntervalDays): boolean {
  return (from < start || (from === start && state !== 'terminated')) && until >= end;
}

function periodDays({ periods, firstDay, starts, dates, spans }: DayTable, place: number): IntervalDays {
  const [first, end] = [firstDay[place] as number, firstDay[place + 1] as number];
  const { from, until } = periods[place] as Period;
  const instants = { start: starts[first] as number, end: starts[end] as number };
  return { from, until, ...instants, dates: dates.slice(first, end), spans: spans.slice(first, end) };
}

/** Its add-ons as text; '' for none. */
function addOnsText({ addOns }: Segment): string {
  return addOns.length === 0 ? '' : ` ${JSON.stringify(addOns.map(({ plan, version }) => [plan, version.from]))}`;
}

/** Properties as text, whatever order they became known in; '' for none. */
function propertiesText({ properties }: Segment): string {
  return properties.size === 0 ? '' : ` ${JSON.stringify([...properties].sort())}`;
}

function standingIn(scope: IntervalScope, interval: IntervalDays, segments: readonly Segment[]): StandingCharges {
  const days = payerDays(segments, scope.payer, interval);
  const counts = countDays(days);
  const active = days.filter((day) => countsFor(day, ['active']));
  return {
    once: [],
    recurring: chargedDays(scope, interval, counts, (_, charge) => isPerPeriod(charge)),
    allowances: allowanceShares(scope, interval, counts),
    committed: committedDays(days),
    activeIn: [...new Set(active.map(({ segment }) => segment.businessUnit))],
  };
}

/** Days on which it used terms with a commitment. */
function committedDays(days: readonly PlacedDay[]): StandingCharges['committed'] {
  const found = new Map<PlanTerms, number[]>();
  for (const day of days) {
    if (!isChargeable(day)) continue;
    for (const terms of termsOf(day.segment)) {
      if (terms.version.commitments.length > 0) found.set(terms, [...(found.get(terms) ?? []), day.place]);
    }
  }
  return [...found].map(([terms, places]) => ({ terms, days: places }));
}

/**
 * What a subscription contributes to allowances (pricing rules §4): each plan's size by its own chargeable days of the whole period, rounded down once over the
 * plan's versions, and over business units where they share the pool; what each adds is the rise of that rounded sum. A size that is not
 * prorated is contributed once, by the version and unit that have its last chargeable day: as an unprorated charge is owed.
 */
function allowanceShares(
  { pools, plans, billingDay }: IntervalScope,
  { dates, from, until }: IntervalDays,
  counts: readonly DayCount[],
): AllowanceShare[] {
  const length = daysInPeriod(wholePeriod({ from, until }, billingDay));
  const carryOverIn = ({ plan, carries }: PlanTerms, { id, kind }: Allowance) =>
    carries && kind === 'individual' ? carryOverOf(plans, plan, id, { from, until }, billingDay) : undefined;
  const isOn = ({ pool }: Allowance, day: PlacedDay) =>
    !pools.has(pool) || mayStand(pools, pool, dates[day.place] as string);
  const lastDays = lastChargeableDays(counts, isOn);
  const sizeDays = new Map<string, bigint>();
  return counts.flatMap(({ terms, businessUnit, days }) => {
    const chargeable = days.filter(isChargeable);
    return terms.version.allowances.map((allowance): AllowanceShare => {
      const active = pools.has(allowance.pool) ? chargeable.filter((day) => isOn(allowance, day)) : chargeable;
      const { kind } = allowance;
      if (kind === 'static' || kind === 'adaptive') {
        const memberDays = active.map((day) => day.place);
        return { terms, businessUnit, allowance, size: 0n, days: 0, memberDays, carryOver: undefined };
      }
      const key = contributionKey(terms, allowance, businessUnit);
      const hasLast = active.length > 0 && active.at(-1)?.place === lastDays.get(key);
      const times = allowance.proration === 'day' ? active.length : hasLast ? length : 0;
      const before = sizeDays.get(key) ?? 0n;
      const after = before + BigInt(allowance.size) * BigInt(times);
      sizeDays.set(key, after);
      const size = proratedQuantity(after, 1, length) - proratedQuantity(before, 1, length);
      const carryOver = carryOverIn(terms, allowance);
      const prorated = allowance.proration === 'day' ? active.length : 0;
      return { terms, businessUnit, allowance, size, days: prorated, memberDays: [], carryOver };
    });
  });
}

/** What is one contribution of a subscription: all versions of an allowance, to one pool. */
function contributionKey({ plan }: PlanTerms, { id, scope }: Allowance, businessUnit: string): string {
  return `${plan}|${id}|${scope === 'businessUnit' ? businessUnit : ''}`;
}

/** The last chargeable day on which each contribution that is not prorated is made. */
function lastChargeableDays(
  counts: readonly DayCount[],
  isOn: (allowance: Allowance, day: PlacedDay) => boolean,
): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  for (const { terms, businessUnit, days } of counts) {
    for (const allowance of terms.version.allowances) {
      if (allowance.proration === 'day') continue;
      const day = days.findLast((each) => isChargeable(each) && isOn(allowance, each));
      if (day === undefined) continue;
      const key = contributionKey(terms, allowance, businessUnit);
      last.set(key, Math.max(last.get(key) ?? -1, day.place));
    }
  }
  return last;
}
