import type { RecurringCharge } from '#shared/catalog/catalog.ts';
import {
  dayOfMonth,
  daysOf,
  type LocalDate,
  localDateOf,
  startOfDay,
  type TimeZones,
} from '#shared/time/local-date.ts';
import {
  type BillingDays,
  billingDayOn,
  monthsBetween,
  monthsLater,
  type Period,
  periodOf,
} from '#shared/time/period.ts';
import { idInPlan, onDay, recurringChargeOf } from '../charge-variant.ts';
import type { DayTable } from '../day-table.ts';
import type { PlanBook, PlanTerms } from '../plan-terms.ts';
import type { AccountPools } from '../pools/account-pools.ts';
import { hasProperties, type Segment, termsOf } from '../segments.ts';
import { isCharged } from './chargeable-days.ts';
import {
  type ChargedDays,
  chargedDays,
  countDays,
  type DayCount,
  type DueScope,
  type IntervalDays,
  isPerPeriod,
  isSpreadByDay,
  type PlacedDay,
  payerDays,
} from './recurring-days.ts';

/** What intervals of subscriptions are worked out by. */
export interface IntervalScope extends DueScope {
  readonly payer: string;
  readonly days: DayTable;
  readonly billingDay: BillingDays;
  readonly plans: PlanBook;
  readonly pools: AccountPools;
  readonly billedFrom: LocalDate;
  readonly isCommitted: boolean;
}

/** An interval of a subscription, and the charges ("plan/charge") that are for it. */
interface ChargedInterval extends Period {
  readonly charges: Set<string>;
}

/**
 * Recurring charges for intervals of their own (pricing rules §2): so many months each, from the billing day at or before a subscription's start
 * or from the start itself. All that overlap the days that are measured, each with all of its own days, under the first measured period it has part in.
 */
export function intervalCharges(
  scope: IntervalScope,
): (segments: readonly Segment[]) => ReadonlyMap<number, ChargedDays[]> {
  const known = new Map<string, IntervalDays>();
  const { days, isCommitted } = scope;
  const committed = plansWithCommitments(scope.plans);
  const daysIn = (interval: Period): IntervalDays => {
    const key = `${interval.from} ${interval.until}`;
    const there = known.get(key) ?? layOut(interval, days.zone);
    known.set(key, there);
    return there;
  };
  return (segments) => {
    const found = new Map<number, ChargedDays[]>();
    for (const { from, until, charges } of intervalsIn(scope, segments)) {
      const its = daysIn({ from, until });
      const counts = countDays(payerDays(segments, scope.payer, its));
      const isOwed = ({ due }: RecurringCharge) => due === 'arrears' || from >= scope.billedFrom;
      const charged = chargedDays(scope, its, counts, (plan, charge) => {
        return charges.has(`${plan}/${charge.id}`) && isOwed(charge);
      }).map((each) => (isCommitted || committed.has(each.terms.plan) ? withDates(each, its, counts) : each));
      if (charged.length === 0) continue;
      const place = Math.max(
        0,
        days.periods.findLastIndex((period) => period.from <= from),
      );
      found.set(place, [...(found.get(place) ?? []), ...charged]);
    }
    return found;
  };
}

function plansWithCommitments(plans: PlanBook): ReadonlySet<string> {
  const having = [...plans].filter(([, versions]) => versions.some(({ version }) => version.commitments.length > 0));
  return new Set(having.map(([plan]) => plan));
}

/** A fee that is counted day by day, with its days: commitments of the payer's periods count those that lie in them. */
function withDates(charged: ChargedDays, { dates }: IntervalDays, counts: readonly DayCount[]): ChargedDays {
  const { terms, charge, businessUnit } = charged;
  if (!isSpreadByDay(charge)) return charged;
  const its = counts.filter((each) => each.terms === terms && each.businessUnit === businessUnit);
  const listed = recurringChargeOf(terms, idInPlan(charge.id)) as RecurringCharge;
  const isOf = (day: PlacedDay) => onDay(terms, listed, dates[day.place] as LocalDate).id === charge.id;
  const days = its.flatMap((each) => each.days).filter((day) => isCharged(day, charge) && isOf(day));
  return { ...charged, dates: days.map(({ place }) => dates[place] as LocalDate) };
}

/** Whether any charge of some terms is for intervals of its own. */
export function hasIntervals({ version }: PlanTerms): boolean {
  return version.charges.some((charge) => charge.kind === 'recurring' && !isPerPeriod(charge));
}

function layOut({ from, until }: Period, zone: TimeZones): IntervalDays {
  const spans = daysOf(from, until, zone);
  return {
    from,
    until,
    start: startOfDay(from, zone),
    end: startOfDay(until, zone),
    dates: spans.map((day) => day.date),
    spans,
  };
}

function chargesIn(segment: Segment) {
  return termsOf(segment).flatMap((terms) => terms.version.charges.map((charge) => ({ terms, charge })));
}

function intervalsIn(scope: IntervalScope, segments: readonly Segment[]): Iterable<ChargedInterval> {
  const found = new Map<string, ChargedInterval>();
  const seen = new Set<string>();
  for (const segment of segments) {
    const { payer, state, properties, from } = segment;
    if (payer !== scope.payer) continue;
    for (const { terms, charge } of chargesIn(segment)) {
      if (charge.kind !== 'recurring' || isPerPeriod(charge) || seen.has(`${terms.plan}/${charge.id}`)) continue;
      if (!charge.states.includes(state) || !hasProperties(properties, charge.properties)) continue;
      seen.add(`${terms.plan}/${charge.id}`);
      for (const each of intervalsFrom(scope, charge, localDateOf(from, scope.days.zone))) {
        const key = `${each.from} ${each.until}`;
        const there = found.get(key) ?? { ...each, charges: new Set<string>() };
        there.charges.add(`${terms.plan}/${charge.id}`);
        found.set(key, there);
      }
    }
  }
  return found.values();
}

/** The intervals of a charge that begins to count on a day, as far as they overlap the days that are measured: by the billing day of that day, wherever it moves. */
function intervalsFrom({ days, billingDay }: IntervalScope, { interval }: RecurringCharge, start: LocalDate): Period[] {
  const isAnniversary = interval.from === 'anniversary';
  const day = isAnniversary ? dayOfMonth(start) : billingDayOn(start, billingDay);
  const first = isAnniversary ? start : periodOf(start, day).from;
  const [from, until] = [days.periods[0]?.from ?? '', days.periods.at(-1)?.until ?? ''];
  const found: Period[] = [];
  const skipped = Math.max(0, Math.floor(monthsBetween(first, from) / interval.months) - 1);
  for (let n = skipped; ; n++) {
    const each = {
      from: monthsLater(first, n * interval.months, day),
      until: monthsLater(first, (n + 1) * interval.months, day),
    };
    if (each.from >= until) return found;
    if (each.until > from) found.push(each);
  }
}
