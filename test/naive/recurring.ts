import type { RecurringCharge } from '#shared/catalog/catalog.ts';
import { amount } from '#shared/money/amount.ts';
import { startOfDay } from '#shared/time/local-date.ts';
import { daysInPeriod, type Period } from '#shared/time/period.ts';
import { counts, type Day } from './days.ts';
import { lineOf } from './lines.ts';
import type { NaiveLine, World } from './world.ts';

/** A day of a subscription for which a recurring charge is owed. */
interface ChargedDay {
  readonly day: Day;
  readonly charge: RecurringCharge;
}

/** What is owed for being there (pricing rules §2): price × days ÷ days of the period, or the whole price once where it is not prorated. */
export function recurringLines(world: World, period: Period, days: readonly Day[]): NaiveLine[] {
  const charged = days.flatMap((day) => chargedOn(world, period, day));
  const kept = charged.filter((each) => each.charge.proration === 'day' || isItsLast(each, charged));
  const byLine = Map.groupBy(kept, ({ day, charge }) =>
    JSON.stringify([day.businessUnit, day.plan, day.version.from, charge.id]),
  );
  return [...byLine.values()].map((of) => {
    const { day, charge } = of[0]!;
    const quantity = charge.proration === 'day' ? amount(of.length).div(daysInPeriod(period)) : amount(of.length);
    if (charge.price.model !== 'unit') throw new Error(`${charge.id} is no unit price`);
    const owed = amount(charge.price.amount).times(of.length);
    const exact = charge.proration === 'day' ? owed.div(daysInPeriod(period)) : owed;
    const head = { ...day, version: day.version.from, charge: charge.id, zone: '', tier: 0, period: period.from };
    return lineOf(head, quantity, exact);
  });
}

/** The recurring charges that count this day and are due: in advance at the period's start, in arrears at its end. */
function chargedOn({ chargeCutOff, zone }: World, period: Period, day: Day): ChargedDay[] {
  return day.version.charges.flatMap((charge) => {
    if (charge.kind !== 'recurring' || !counts(day, charge.states)) return [];
    const due = startOfDay(charge.due === 'advance' ? period.from : period.until, zone);
    return due <= chargeCutOff ? [{ day, charge }] : [];
  });
}

/** Whether no later day of the subscription owes the same charge in full: the last has it. */
function isItsLast({ day, charge }: ChargedDay, all: readonly ChargedDay[]): boolean {
  return !all.some(
    (other) =>
      other.charge.proration === 'none' &&
      other.charge.id === charge.id &&
      other.day.plan === day.plan &&
      other.day.subscription === day.subscription &&
      other.day.date > day.date,
  );
}
