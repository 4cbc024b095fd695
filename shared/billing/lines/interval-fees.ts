import { within } from '#shared/catalog/commitment-terms.ts';
import { converted } from '#shared/catalog/exchange-rate.ts';
import { type Amount, amount } from '#shared/money/amount.ts';
import { roundToMinorUnit } from '#shared/money/currency.ts';
import { idInPlan } from '#shared/rating/charge-variant.ts';
import { type PartialSums, sumKey } from '#shared/rating/pools/partial-sums.ts';
import { dayWeight, intervalDays, prorated } from '#shared/rating/recurring/proration.ts';
import { isSpreadByDay } from '#shared/rating/recurring/recurring-days.ts';
import { addDays, type LocalDate } from '#shared/time/local-date.ts';
import { daysInPeriod, type Period } from '#shared/time/period.ts';
import type { RecordedLine } from '../draft.ts';
import type { ChargeLine } from './charge-line.ts';
import { chargeOf, type PricingScope, termsOf } from './line-head.ts';
import type { LeftLine } from './reduction-lines.ts';

/** A fee for an interval that is not the payer's period. */
export interface IntervalFee {
  readonly line: ChargeLine;
  /** What of it is for days before one, rounded; nothing of a fee that is known of the interval as a whole. */
  readonly before: ((date: LocalDate) => Amount) | undefined;
}

/** The fees for intervals of their own among some lines, and how they lie over their days. */
export function intervalFees(scope: PricingScope, sums: PartialSums, lines: readonly ChargeLine[]): IntervalFee[] {
  const fees = lines.filter(isOfInterval);
  if (fees.length === 0) return [];
  const ofCharge = ({ plan, charge, period }: ChargeLine) =>
    [plan, idInPlan(charge), period.from, period.until].join('|');
  return [...Map.groupBy(fees, ofCharge).values()].flatMap((of) => {
    const isSpread = of.every((line) =>
      isSpreadByDay(chargeOf(termsOf(scope, line.plan, line.version), line.charge, 'recurring')),
    );
    return of.map((line) => ({ line, before: isSpread ? spread(scope, sums, line) : undefined }));
  });
}

/** What a fee comes to day by day. */
function spread(scope: PricingScope, sums: PartialSums, line: ChargeLine): IntervalFee['before'] {
  const { plan, version, charge: id, period, exchange } = line;
  const { days } = chargeOf(termsOf(scope, plan, version), id, 'recurring');
  const byDay = Object.entries(countsOf(sums, line));
  const length = intervalDays(period, days);
  return (date) => {
    const counted = byDay
      .filter(([day]) => day < date)
      .reduce((sum, [day, count]) => sum + count * dayWeight(day, days), 0);
    const exact = prorated(amount(line.unitPrice), counted, length);
    return roundToMinorUnit(exchange === null ? exact : converted(exact, exchange), scope.currency);
  };
}

/** Local day → how many count on it for a line's fee; empty where none does. */
function countsOf({ recurring }: PartialSums, line: ChargeLine): Readonly<Record<LocalDate, number>> {
  const { businessUnit, plan, version, charge, period } = line;
  return recurring[sumKey(businessUnit, plan, version, charge, period.from, period.until)]?.byDay ?? {};
}

/** A line and what of it is kept, though it fell away. */
type Standing = ChargeLine & Pick<Partial<RecordedLine>, 'kept'>;

/** Fees with what is kept of them (decision 62), and what is kept of those that are owed no more. `lines`: what is owed and kept together. */
export function withKept(
  scope: PricingScope,
  sums: PartialSums,
  lines: readonly Standing[],
  owed: readonly IntervalFee[],
): IntervalFee[] {
  const standing = lines.filter((line) => isOfInterval(line) && line.kept !== undefined);
  const kept = new Map(standing.map((line) => [line.id, line]));
  const ids = new Set(owed.map(({ line }) => line.id));
  const gone = standing.filter(({ id }) => !ids.has(id));
  return [
    ...owed.map((fee): IntervalFee => {
      const { before } = fee;
      const line = kept.get(fee.line.id);
      if (line === undefined) return fee;
      const keptBefore = keptFee(scope, sums, line);
      return { line, before: before && ((date) => before(date).plus(keptBefore(date))) };
    }),
    ...gone.map((line) => ({ line, before: keptFee(scope, sums, line) })),
  ];
}

/** What is kept of a fee is for the days that fell away: those of its version on which fewer count than on others. */
function keptFee(scope: PricingScope, sums: PartialSums, line: Standing): NonNullable<IntervalFee['before']> {
  const { kept = { amount: '0' }, period, plan, version } = line;
  const counts = countsOf(sums, line);
  const most = Object.values(counts).reduce((most, count) => Math.max(most, count), 0);
  const terms = scope.plans.get(plan)?.find((each) => each.version.from === version);
  const [days = period] = terms === undefined ? [] : within(terms.version, period);
  const fewer = Array.from({ length: daysInPeriod(days) }, (_, place) => {
    const date = addDays(days.from, place);
    return { date, weight: most - (counts[date] ?? 0) };
  });
  const isEven = fewer.every(({ weight }) => weight === 0);
  const weightBefore = (date: LocalDate) =>
    fewer.reduce((sum, day) => (day.date < date ? sum + (isEven ? 1 : day.weight) : sum), 0);
  return (date) =>
    roundToMinorUnit(amount(kept.amount).times(weightBefore(date)).div(weightBefore(period.until)), scope.currency);
}

/** Whether a line is for an interval of its own, as its id says. */
export function isOfInterval({ id }: ChargeLine): boolean {
  return id.includes('..');
}

/**
 * What of such fees counts for commitments in a period, or a stretch of one: what is known day by day, the days that lie in it; what is known of the interval as a whole,
 * in arrears too, all of it where the interval ends. So what later days bring never changes what an earlier period had.
 */
export function feesIn({ from, until }: Period, fees: readonly IntervalFee[]): LeftLine[] {
  return fees.flatMap(({ line, before }): LeftLine[] => {
    const { period } = line;
    if (period.from >= until || period.until <= from) return [];
    if (before !== undefined) return [{ line, left: before(until).minus(before(from)), from }];
    return period.until <= until ? [{ line, left: amount(line.amount), from }] : [];
  });
}
