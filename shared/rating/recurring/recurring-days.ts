import type { RecurringCharge } from '#shared/catalog/catalog.ts';
import type { Instant, LocalDate } from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';
import { onDay } from '../charge-variant.ts';
import type { PlanTerms } from '../plan-terms.ts';
import { sumKey } from '../pools/partial-sums.ts';
import { type Segment, termsOf } from '../segments.ts';
import { type BilledDay, billedDays, type DaySpan, isCharged } from './chargeable-days.ts';
import { dayWeight, intervalDays } from './proration.ts';

/** A recurring charge of one subscription: what it adds to the quantity of an interval. */
export interface ChargedDays {
  readonly terms: PlanTerms;
  readonly businessUnit: string;
  readonly charge: RecurringCharge;
  /** Days charged, each as often as it counts: the quantity times the days of the interval. */
  readonly days: number;
  /** Days on which it counts, where the quantity is found by looking at each day over all subscriptions, or taxes may be split by day. */
  readonly dates: readonly LocalDate[];
  /** businessUnit|plan|version|charge, and for intervals of their own |from|until. */
  readonly key: string;
  /** "from..until" of an interval of its own; '' = the payer's period. */
  readonly interval: string;
}

/** The days of an interval. */
export interface IntervalDays extends Period {
  readonly start: Instant;
  readonly end: Instant;
  readonly dates: readonly LocalDate[];
  readonly spans: readonly DaySpan[];
}

/** Days of an interval under the same terms and business unit. */
export interface DayCount {
  readonly terms: PlanTerms;
  readonly businessUnit: string;
  readonly days: readonly PlacedDay[];
}

/** A billed day and its place in the interval. */
export interface PlacedDay extends BilledDay {
  readonly place: number;
}

/** The days of an interval that a payer has a subscription. */
export function payerDays(segments: readonly Segment[], payer: string, { spans }: IntervalDays): PlacedDay[] {
  return billedDays(segments, spans).flatMap((day, place) =>
    day === undefined || day.segment.payer !== payer ? [] : [{ ...day, place }],
  );
}

/** Such days by their terms, those of add-ons too, and business unit; those without terms are left out. */
export function countDays(days: readonly PlacedDay[]): DayCount[] {
  const groups: { terms: PlanTerms; businessUnit: string; days: PlacedDay[] }[] = [];
  for (const day of days) {
    const { businessUnit } = day.segment;
    for (const terms of termsOf(day.segment)) {
      const group = groups.find((each) => each.terms === terms && each.businessUnit === businessUnit);
      if (group) group.days.push(day);
      else groups.push({ terms, businessUnit, days: [day] });
    }
  }
  return groups;
}

/** What is due by when. */
export interface DueScope {
  readonly usageCutOff: Instant;
  readonly chargeCutOff: Instant;
  /** Whether the days of fees are kept, since a tax may be split by them (decision 34). */
  readonly keepsDays?: boolean;
}

/** Recurring charges of an interval that are due by the cut-off: in advance at its start, in arrears at its end (pricing rules §2). */
export function chargedDays(
  scope: DueScope,
  interval: IntervalDays,
  counts: readonly DayCount[],
  isOf: (plan: string, charge: RecurringCharge) => boolean,
): ChargedDays[] {
  const found: (ChargedDays & { readonly last: number })[] = [];
  const add = ({ terms, businessUnit }: DayCount, charge: RecurringCharge, counted: readonly PlacedDay[]) => {
    const last = counted.at(-1);
    if (last === undefined) return;
    const isWhole = countsWhole(charge);
    const earlier = found.findIndex((one) => isWhole && countsWhole(one.charge) && isSame(one, terms, charge));
    if (earlier >= 0 && (found[earlier] as { last: number }).last > last.place) return;
    if (earlier >= 0) found.splice(earlier, 1);
    const amount = isWhole ? wholeDays(interval, charge, last) : daysOf(interval, charge, counted);
    if (amount === 0) return;
    const own = isPerPeriod(charge) ? [] : [interval.from, interval.until];
    const key = sumKey(businessUnit, terms.plan, terms.version.from, charge.id, ...own);
    const isDated = countsByDay(charge) || (scope.keepsDays === true && isOfDays(charge));
    const dates = isDated ? counted.map((day) => interval.dates[day.place] as LocalDate) : NO_DATES;
    found.push({ terms, businessUnit, charge, days: amount, dates, key, interval: own.join('..'), last: last.place });
  };
  for (const count of counts) {
    for (const charge of count.terms.version.charges) {
      if (charge.kind !== 'recurring' || !isOf(count.terms.plan, charge) || !isDue(scope, interval, charge)) continue;
      const counted = count.days.filter((day) => isCharged(day, charge));
      if (charge.seasons === undefined) add(count, charge, counted);
      else for (const [priced, days] of bySeason(count.terms, charge, interval, counted)) add(count, priced, days);
    }
  }
  return found;
}

/** The days of a charge by the price that holds on them (pricing rules §5). */
function bySeason(terms: PlanTerms, charge: RecurringCharge, { dates }: IntervalDays, counted: readonly PlacedDay[]) {
  return Map.groupBy(counted, ({ place }) => onDay(terms, charge, dates[place] as LocalDate));
}

const NO_DATES: readonly LocalDate[] = [];

/** What is not counted by day is owed once, by the version and unit that have its last day. What other versions owe by day stays. */
function isSame(one: ChargedDays, { plan }: PlanTerms, { id }: RecurringCharge): boolean {
  return one.terms.plan === plan && one.charge.id === id;
}

function isDue({ usageCutOff, chargeCutOff }: DueScope, { start, end }: IntervalDays, charge: RecurringCharge) {
  return (
    (charge.due === 'advance' ? start : end) <= chargeCutOff && (!needsWholeInterval(charge) || end <= usageCutOff)
  );
}

/** Whether what is owed is known only when the interval is over (pricing rules §1). */
function needsWholeInterval({ quantity, price }: RecurringCharge): boolean {
  const isKnownAtEnd = quantity.of === 'peak' || quantity.of === 'atEnd' || quantity.of === 'used';
  return isKnownAtEnd || price.model === 'volume' || price.model === 'stairStep';
}

/** Whether a charge is for the payer's own periods, and not for intervals of its subscriptions. */
export function isPerPeriod({ interval }: RecurringCharge): boolean {
  return interval.months === 1 && interval.from === 'billingDay';
}

/**
 * Whether a fee in advance for an interval of its own is known day by day: so much for each subscription and day, so that what later days bring changes
 * nothing in what earlier ones cost.
 */
export function isSpreadByDay(charge: RecurringCharge): boolean {
  const { due, quantity, price } = charge;
  const isByDay = isPaidByDay(charge) && quantity.of === 'subscriptions';
  return !isPerPeriod(charge) && due === 'advance' && isByDay && price.model === 'unit';
}

/** Whether each day is paid for by itself, so that what a version of it comes to is for the version's own days. */
export function isPaidByDay({ proration, quantity }: RecurringCharge): boolean {
  return proration === 'day' && ['subscriptions', 'property', 'number'].includes(quantity.of) && quantity.minimum === 0;
}

/** Whether the quantity is found by looking at each day over all subscriptions together. */
export function countsByDay({ quantity }: RecurringCharge): boolean {
  return quantity.of === 'peak' || quantity.of === 'number';
}

/** Whether each subscription pays for its own days, each day alike. */
function isOfDays({ quantity, proration }: RecurringCharge): boolean {
  return quantity.of === 'subscriptions' && proration === 'day';
}

/** Whether a charge counted by day has one quantity for the whole interval: then any day counts, also one that is none of a month's 30. */
export function countsOnce({ quantity, proration }: RecurringCharge): boolean {
  return quantity.of === 'peak' || (quantity.of === 'number' && proration === 'none');
}

/** Whether a subscription counts whole or not at all. */
function countsWhole({ quantity, proration }: RecurringCharge): boolean {
  const { of } = quantity;
  return of === 'used' || of === 'atEnd' || (proration === 'none' && (of === 'subscriptions' || of === 'property'));
}

function wholeDays(interval: IntervalDays, charge: RecurringCharge, last: PlacedDay): number {
  if (charge.quantity.of === 'atEnd' && last.place !== interval.dates.length - 1) return 0;
  return intervalDays(interval, charge.days) * timesOf(charge, last);
}

function daysOf({ dates }: IntervalDays, charge: RecurringCharge, counted: readonly PlacedDay[]): number {
  if (countsOnce(charge) || (charge.days === 'calendar' && charge.quantity.of !== 'property')) return counted.length;
  const weights = counted.map((day) => dayWeight(dates[day.place] as LocalDate, charge.days) * timesOf(charge, day));
  return weights.reduce((sum, each) => sum + each, 0);
}

/** How often a subscription counts on a day: once, or as its property says. @throws RangeError when that is no whole number. */
function timesOf({ id, quantity }: RecurringCharge, { segment }: PlacedDay): number {
  if (quantity.of !== 'property') return 1;
  const value = segment.properties.get(quantity.property) ?? '0';
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new RangeError(
    `charge ${id} counts the property ${quantity.property}, but a subscription has "${value}" there: give it a whole number of at most nine digits with \`billing inventory change\``,
  );
}
