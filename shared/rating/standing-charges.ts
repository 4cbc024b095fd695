import type { Allowance, RecurringCharge } from '#shared/catalog/catalog.ts';
import type { Instant } from '#shared/time/local-date.ts';
import { type BilledDay, billedDays, countsFor } from './chargeable-days.ts';
import type { DayTable } from './day-table.ts';
import { sumKey } from './partial-sums.ts';
import type { PlanTerms } from './plan-terms.ts';
import { proratedQuantity } from './proration.ts';
import { hasProperties, type Segment } from './segments.ts';

/** A recurring charge of one subscription: on so many days of the period. */
export interface ChargedDays {
  readonly terms: PlanTerms;
  readonly businessUnit: string;
  readonly charge: RecurringCharge;
  readonly days: number;
  /** businessUnit|plan|version|charge. */
  readonly key: string;
}

/** A subscription's allowance in one period, from one plan and business unit: its size after proration. */
export interface AllowanceShare {
  readonly terms: PlanTerms;
  readonly businessUnit: string;
  readonly allowance: Allowance;
  readonly size: bigint;
}

/** What a subscription comes to in a period by being there, whatever it uses. */
export interface StandingCharges {
  readonly recurring: readonly ChargedDays[];
  readonly allowances: readonly AllowanceShare[];
  /** Days it was active under terms with a commitment, as places among those of the period. */
  readonly committed: readonly { readonly terms: PlanTerms; readonly days: readonly number[] }[];
  /** Business units it was active for on at least one day. */
  readonly activeIn: readonly string[];
}

/** What standing charges are worked out by. */
interface StandingScope {
  readonly payer: string;
  readonly days: DayTable;
  readonly chargeCutOff: Instant;
}

const NOTHING: StandingCharges = { recurring: [], allowances: [], committed: [], activeIn: [] };

/**
 * Works out the standing charges of subscriptions for one payer, period by period. Most subscriptions do not change in most periods: those
 * of the same terms, business unit and state then share one answer, which is worked out once.
 */
export function standingCharges(scope: StandingScope): (segments: readonly Segment[]) => StandingCharges[] {
  const { days } = scope;
  const known = days.periods.map(() => new Map<PlanTerms | undefined, Map<string, StandingCharges>>());
  const unchanged = (place: number, segment: Segment): StandingCharges => {
    const byTerms = known[place] as Map<PlanTerms | undefined, Map<string, StandingCharges>>;
    const byUnit = byTerms.get(segment.terms) ?? new Map<string, StandingCharges>();
    byTerms.set(segment.terms, byUnit);
    const key = `${segment.state} ${segment.businessUnit}${propertiesText(segment)}`;
    const standing = byUnit.get(key) ?? standingIn(scope, place, [segment]);
    byUnit.set(key, standing);
    return standing;
  };
  return (segments) =>
    days.periods.map((_, place) => {
      const [from, until] = [
        days.starts[days.firstDay[place] as number],
        days.starts[days.firstDay[place + 1] as number],
      ];
      const only = segments.find((each) => each.from <= (from as number) && each.until >= (until as number));
      if (only === undefined) return standingIn(scope, place, segments);
      return only.payer === scope.payer ? unchanged(place, only) : NOTHING;
    });
}

/** Properties as text, whatever order they became known in; '' for none. */
function propertiesText({ properties }: Segment): string {
  return properties.size === 0 ? '' : ` ${JSON.stringify([...properties].sort())}`;
}

function standingIn(scope: StandingScope, place: number, segments: readonly Segment[]): StandingCharges {
  const { starts, spans, firstDay } = scope.days;
  const [from, until] = [firstDay[place] as number, firstDay[place + 1] as number];
  const billed = billedDays(segments, spans.slice(from, until));
  const its = billed.filter((day) => day !== undefined && day.segment.payer === scope.payer) as BilledDay[];
  const counts = countDays(its);
  return {
    recurring: chargedDays(scope, until - from, [starts[from] as number, starts[until] as number], counts),
    allowances: allowanceShares(until - from, counts),
    committed: committedDays(billed, scope.payer),
    activeIn: [...new Set(its.filter((day) => countsFor(day, ['active'])).map((day) => day.segment.businessUnit))],
  };
}

function committedDays(billed: readonly (BilledDay | undefined)[], payer: string): StandingCharges['committed'] {
  const found = new Map<PlanTerms, number[]>();
  for (const [place, day] of billed.entries()) {
    const terms = day?.segment.terms;
    if (day === undefined || terms === undefined || terms.version.commitments.length === 0) continue;
    if (day.segment.payer === payer && countsFor(day, ['active']))
      found.set(terms, [...(found.get(terms) ?? []), place]);
  }
  return [...found].map(([terms, days]) => ({ terms, days }));
}

/** Days of a period under the same terms and business unit, with the days themselves. */
interface DayCount {
  readonly terms: PlanTerms;
  readonly businessUnit: string;
  readonly days: readonly PlacedDay[];
}

/** A billed day and its place among those of the period. */
interface PlacedDay extends BilledDay {
  readonly place: number;
}

function countDays(days: readonly BilledDay[]): DayCount[] {
  const groups: { terms: PlanTerms; businessUnit: string; days: PlacedDay[] }[] = [];
  for (const [place, day] of days.entries()) {
    const { terms, businessUnit } = day.segment;
    if (terms === undefined) continue;
    const group = groups.find((each) => each.terms === terms && each.businessUnit === businessUnit);
    if (group) group.days.push({ ...day, place });
    else groups.push({ terms, businessUnit, days: [{ ...day, place }] });
  }
  return groups;
}

/** Recurring charges due by the cut-off: in advance at the period's start, in arrears at its end (pricing rules §2). */
function chargedDays(
  scope: StandingScope,
  length: number,
  [start, end]: readonly [Instant, Instant],
  counts: readonly DayCount[],
): ChargedDays[] {
  const found: ChargedDays[] = [];
  const lastDays = new Map<string, number>();
  for (const { terms, businessUnit, days } of counts) {
    for (const charge of terms.version.charges) {
      if (charge.kind !== 'recurring') continue;
      if ((charge.due === 'advance' ? start : end) > scope.chargeCutOff) continue;
      const counted = days.filter(
        (day) => countsFor(day, charge.states) && hasProperties(day.segment.properties, charge.properties),
      );
      const last = counted.at(-1);
      if (last === undefined) continue;
      const key = sumKey(businessUnit, terms.plan, terms.version.from, charge.id);
      const of = { terms, businessUnit, charge, key };
      if (charge.proration === 'day') {
        found.push({ ...of, days: counted.length });
        continue;
      }
      const once = `${terms.plan}|${charge.id}`;
      if ((lastDays.get(once) ?? -1) > last.place) continue;
      lastDays.set(once, last.place);
      dropEarlier(found, terms.plan, charge.id);
      found.push({ ...of, days: length });
    }
  }
  return found;
}

/** An unprorated charge is owed once: by the version and unit that have its last day. What other versions owe by day stays. */
function dropEarlier(found: ChargedDays[], plan: string, id: string): void {
  const at = found.findIndex(
    ({ terms, charge }) => terms.plan === plan && charge.id === id && charge.proration === 'none',
  );
  if (at >= 0) found.splice(at, 1);
}

/**
 * What a subscription contributes to allowances (pricing rules §4): each plan's size by its own chargeable days, rounded down once over the
 * plan's versions, and over business units where they share the pool; what each adds is the rise of that rounded sum. A size that is not
 * prorated is contributed once, by the version and unit that have its last chargeable day: as an unprorated charge is owed.
 */
function allowanceShares(length: number, counts: readonly DayCount[]): AllowanceShare[] {
  const lastDays = lastChargeableDays(counts);
  const sizeDays = new Map<string, bigint>();
  return counts.flatMap(({ terms, businessUnit, days }) => {
    const active = days.filter((day) => countsFor(day, ['active']));
    return terms.version.allowances.map((allowance) => {
      const key = contributionKey(terms, allowance, businessUnit);
      const hasLast = active.length > 0 && active.at(-1)?.place === lastDays.get(key);
      const times = allowance.proration === 'day' ? active.length : hasLast ? length : 0;
      const before = sizeDays.get(key) ?? 0n;
      const after = before + BigInt(allowance.size) * BigInt(times);
      sizeDays.set(key, after);
      const size = proratedQuantity(after, 1, length) - proratedQuantity(before, 1, length);
      return { terms, businessUnit, allowance, size };
    });
  });
}

/** What is one contribution of a subscription: all versions of an allowance, to one pool. */
function contributionKey({ plan }: PlanTerms, { id, scope }: Allowance, businessUnit: string): string {
  return `${plan}|${id}|${scope === 'businessUnit' ? businessUnit : ''}`;
}

/** The last chargeable day on which each contribution that is not prorated is made. */
function lastChargeableDays(counts: readonly DayCount[]): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  for (const { terms, businessUnit, days } of counts) {
    const day = days.findLast((each) => countsFor(each, ['active']));
    if (day === undefined) continue;
    for (const allowance of terms.version.allowances) {
      if (allowance.proration === 'day') continue;
      const key = contributionKey(terms, allowance, businessUnit);
      last.set(key, Math.max(last.get(key) ?? -1, day.place));
    }
  }
  return last;
}
