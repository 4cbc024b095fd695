import type { RecurringCharge } from '#shared/catalog/catalog.ts';
import type { CountPrice } from '#shared/catalog/price.ts';
import { type Amount, amount } from '#shared/money/amount.ts';
import { idInPlan, seasonFactor, seasonOf } from '#shared/rating/charge-variant.ts';
import type { PlanTerms } from '#shared/rating/plan-terms.ts';
import type { PartialSums, RecurringSum } from '#shared/rating/pools/partial-sums.ts';
import { dayWeight, intervalDays, prorated } from '#shared/rating/recurring/proration.ts';
import { countsByDay, countsOnce } from '#shared/rating/recurring/recurring-days.ts';
import { countedParts, NOTHING_FREE, tierPrice } from '#shared/rating/tier-parts.ts';
import { type Period, wholePeriod } from '#shared/time/period.ts';
import type { ChargeLine, RecurringArithmetic } from './charge-line.ts';
import { chargeOf, lineHead, type PricingScope, QUANTITY_DIGITS, rounded, termsOf } from './line-head.ts';
import { shareWhole, totalOf } from './share-whole.ts';

/** What the subscriptions of one business unit add to a charge, in one version and interval. */
interface UnitDays extends RecurringSum {
  readonly businessUnit: string;
  readonly terms: PlanTerms;
  readonly charge: RecurringCharge;
  readonly interval: Period;
  /** What the interval is a part of, where it is a short period of the payer's; else the same. */
  readonly whole: Period;
}

/** A version of a charge that is counted over several units, and how many days of it there are. */
interface VersionDays {
  readonly terms: PlanTerms;
  readonly charge: RecurringCharge;
  readonly quantity: bigint;
}

/**
 * Recurring charges (pricing rules §2). A plain price by the days of subscriptions adds up unit by unit; anything else is counted and priced as a
 * whole, over the account or each business unit, and shared over units by their days.
 */
export function recurringLines(scope: PricingScope, sums: PartialSums): ChargeLine[] {
  const all = Object.entries(sums.recurring).map(([key, sum]): UnitDays => {
    const [businessUnit = '', plan = '', version = '', id = '', from, until] = key.split('|');
    const terms = termsOf(scope, plan, version);
    const isOwn = from !== undefined && until !== undefined;
    const interval = isOwn ? { from, until } : scope.period;
    const whole = isOwn ? interval : wholePeriod(interval, scope.billingDay);
    return { ...sum, businessUnit, terms, charge: chargeOf(terms, id, 'recurring'), interval, whole };
  });
  const ofCharge = Map.groupBy(all, ({ terms, charge, interval }) =>
    [terms.plan, idInPlan(charge.id), interval.from, interval.until].join('|'),
  );
  return [...ofCharge.values()].flatMap((of) => {
    if (of.every(({ charge }) => isPlain(charge))) return of.map((each) => plainLine(scope, each));
    const together = Map.groupBy(of, ({ businessUnit, charge }) =>
      charge.quantity.count === 'account' ? '' : businessUnit,
    );
    return [...together.values()].flatMap((each) => countedLines(scope, each));
  });
}

/** Whether the days of each subscription are paid for by themselves. */
function isPlain({ price, quantity }: RecurringCharge): boolean {
  return price.model === 'unit' && quantity.minimum === 0 && quantity.of !== 'peak' && quantity.of !== 'number';
}

function plainLine(scope: PricingScope, unit: UnitDays): ChargeLine {
  const { businessUnit, terms, charge, interval, whole, days, subscriptions } = unit;
  const { price } = tierPrice(charge, 0);
  const length = intervalDays(charge.proration === 'none' ? interval : whole, charge.days);
  const exact = prorated(amount(price), days, length);
  return {
    ...lineHead(terms, charge, businessUnit, '', 0, interval),
    quantity: amount(days).div(length).toDecimalPlaces(QUANTITY_DIGITS).toFixed(),
    unit: 'subscription',
    unitPrice: price,
    amount: rounded(exact, scope.currency),
    refund: charge.due === 'advance' ? charge.refund : 'day',
    arithmetic: {
      ...arithmeticOf(charge, length),
      ...{ days, subscriptions, price },
      ...factorOf(terms, charge, 0),
      ...ownDays(scope, charge, [unit]),
      exact: exact.toFixed(),
    },
  };
}

/**
 * What of a unit's days of a fee is counted on which, where a tax may be split by them. What counts whole or not at all, for the day with most of them, or
 * as committed, is of each day of its interval.
 */
function ownDays(
  { keepsDays }: PricingScope,
  { quantity, proration, days }: RecurringCharge,
  of: readonly UnitDays[],
): Pick<RecurringArithmetic, 'byDay'> {
  const isOfDays = quantity.of === 'subscriptions' || quantity.of === 'number';
  if (keepsDays !== true || !isOfDays || proration !== 'day' || quantity.minimum > 0) return {};
  const byDay: Record<string, number> = {};
  for (const [date, count] of of.flatMap((each) => Object.entries(each.byDay)))
    byDay[date] = quantity.of === 'number' ? dayWeight(date, days) : (byDay[date] ?? 0) + count * dayWeight(date, days);
  return Object.keys(byDay).length === 0 ? {} : { byDay };
}

function arithmeticOf({ due, quantity, price }: RecurringCharge, daysInPeriod: number) {
  const whole = { flat: '0', entered: 0, rounded: '', shares: [] };
  return {
    kind: 'recurring',
    due,
    daysInPeriod,
    of: quantity.of,
    model: price.model,
    minimum: quantity.minimum,
    ...whole,
  } as const;
}

/** How a seasonal price by a factor came about; nothing for any other. */
function factorOf(terms: PlanTerms, { id }: RecurringCharge, tier: number): Pick<RecurringArithmetic, 'season'> {
  const found = seasonFactor(terms, id);
  return found === undefined ? {} : { season: { listed: tierPrice(found.listed, tier).price, factor: found.factor } };
}

function countedLines(scope: PricingScope, of: readonly UnitDays[]): ChargeLine[] {
  const versions = versionsOf(of);
  const { interval, whole } = of[0] as UnitDays;
  const inSeason = Map.groupBy(of, ({ charge }) => seasonOf(charge.id));
  const entries = versions.map((version) => {
    const length = intervalDays(interval, version.charge.days);
    const charge = { price: scaled(version.charge.price, length), unit: 'piece' as const, usageDiscount: NOTHING_FREE };
    return { ...version, charge, length, of: version.charge, counter: '' };
  });
  return countedParts(entries, true).flatMap(({ of: entry, parts }) =>
    parts.flatMap(({ tier, quantity, entered }) => {
      const { price, flat } = tierPrice(entry.of, tier);
      const part = shortOf(entry.of, interval, whole);
      const its = inSeason.get(seasonOf(entry.of.id)) as UnitDays[];
      const full = amount(quantity).times(price).div(entry.length).plus(amount(flat).times(entered));
      const exact = part === undefined ? full : full.times(part.days).div(part.of);
      const arithmetic = {
        ...arithmeticOf(entry.of, entry.length),
        ...(part === undefined ? {} : { part }),
        days: Number(quantity),
        subscriptions: its.reduce((sum, each) => sum + each.subscriptions, 0),
        price,
        ...factorOf(entry.terms, entry.of, tier),
        flat,
        entered,
        exact: exact.toFixed(),
      };
      return sharedLines(scope, its, entry.terms, entry.of, { tier, exact, quantity, arithmetic });
    }),
  );
}

/** The part that a short period of the payer's is of a whole one; nothing where it is one, or the charge is not prorated. */
function shortOf({ days, proration }: RecurringCharge, interval: Period, whole: Period): RecurringArithmetic['part'] {
  const part = { days: intervalDays(interval, days), of: intervalDays(whole, days) };
  return proration === 'none' || part.days === part.of ? undefined : part;
}

/** How many days there are of each version, and in each of its seasons, earliest first. What a minimum adds, and what is counted once, is at the last version's price. */
function versionsOf(of: readonly UnitDays[]): VersionDays[] {
  const byVersion = [...Map.groupBy(of, ({ terms, charge }) => `${terms.version.from} ${charge.id}`).values()];
  byVersion.sort(([a], [b]) => (a as UnitDays).terms.from - (b as UnitDays).terms.from);
  const { charge: last, interval } = (byVersion.at(-1) as readonly UnitDays[])[0] as UnitDays;
  const isOnce = countsOnce(last);
  const counted = byVersion.map((units, place): VersionDays => {
    const { terms, charge } = units[0] as UnitDays;
    if (!countsByDay(charge))
      return { terms, charge, quantity: units.reduce((sum, { days }) => sum + BigInt(days), 0n) };
    if (isOnce && place < byVersion.length - 1) return { terms, charge, quantity: 0n };
    return { terms, charge, quantity: daysTogether(isOnce ? of : units, charge, interval, isOnce) };
  });
  const total = counted.reduce((sum, { quantity }) => sum + quantity, 0n);
  const least = BigInt(last.quantity.minimum) * BigInt(intervalDays(interval, last.days));
  if (least <= total) return counted;
  return counted.map((each, place) =>
    place === counted.length - 1 ? { ...each, quantity: each.quantity + least - total } : each,
  );
}

/** What is counted by looking at each day over all subscriptions: the day with most of them, or how many days had any. */
function daysTogether(
  of: readonly UnitDays[],
  { quantity, days }: RecurringCharge,
  interval: Period,
  isWhole: boolean,
): bigint {
  const byDay = new Map<string, number>();
  for (const { byDay: its } of of)
    for (const [date, count] of Object.entries(its)) byDay.set(date, (byDay.get(date) ?? 0) + count);
  const length = BigInt(intervalDays(interval, days));
  if (quantity.of === 'peak')
    return length * BigInt([...byDay.values()].reduce((most, count) => Math.max(most, count), 0));
  if (isWhole) return length * BigInt(quantity.number);
  const weight = [...byDay.keys()].reduce((sum, date) => sum + dayWeight(date, days), 0);
  return BigInt(quantity.number) * BigInt(weight);
}

/** A price for so many subscriptions as one for so many days of them. */
function scaled(price: CountPrice, length: number): CountPrice {
  const times = (text: string) => (text === '' ? '' : amount(text).times(length).toFixed());
  if (price.model === 'unit' || price.model === 'flat') return price;
  if (price.model === 'package') return { ...price, size: times(price.size), free: times(price.free) };
  return { ...price, tiers: price.tiers.map((tier) => ({ ...tier, upTo: times(tier.upTo) })) };
}

/** What is priced as a whole. */
interface Whole {
  readonly tier: number;
  readonly exact: Amount;
  readonly quantity: bigint;
  readonly arithmetic: RecurringArithmetic;
}

/** One line for each business unit, by its days; they add up to the whole, rounded once. */
function sharedLines(
  scope: PricingScope,
  of: readonly UnitDays[],
  terms: PlanTerms,
  charge: RecurringCharge,
  { tier, exact, quantity, arithmetic }: Whole,
): ChargeLine[] {
  const { interval } = of[0] as UnitDays;
  const daysOf = new Map<string, bigint>();
  for (const { businessUnit, days } of of) daysOf.set(businessUnit, (daysOf.get(businessUnit) ?? 0n) + BigInt(days));
  const all = totalOf(daysOf.values());
  const { rounded, parts } = shareWhole(exact, daysOf, scope.currency);
  const units = [...parts].map(([businessUnit, amount]) => {
    return { businessUnit, days: daysOf.get(businessUnit) ?? 0n, amount };
  });
  const shares = units.map((unit) => ({ ...unit, days: Number(unit.days) }));
  const ofUnit = (unit: string) => of.filter((each) => each.businessUnit === unit && each.terms === terms);
  return units.map(({ businessUnit, days, amount: part }) => ({
    ...lineHead(terms, charge, businessUnit, '', tier, interval),
    ...shownQuantity(charge, arithmetic, quantity, days, all),
    amount: part,
    refund: charge.due === 'advance' ? charge.refund : 'day',
    arithmetic: { ...arithmetic, rounded, shares, ...ownDays(scope, charge, ofUnit(businessUnit)) },
  }));
}

/** So many subscriptions at so much, or so many times a package or a flat amount: of all days those of a unit. */
function shownQuantity(
  { price: { model } }: RecurringCharge,
  { entered, price, flat, daysInPeriod, part = { days: 1, of: 1 } }: RecurringArithmetic,
  whole: bigint,
  days: bigint,
  all: bigint,
) {
  const text = (counted: bigint | number, by: number) => {
    const share = amount(counted).times(amount(days)).times(part.days);
    return share.div(amount(all).times(by).times(part.of)).toDecimalPlaces(QUANTITY_DIGITS).toFixed();
  };
  if (model !== 'package' && model !== 'flat' && model !== 'stairStep')
    return { quantity: text(whole, daysInPeriod), unit: 'subscription', unitPrice: price };
  return { quantity: text(entered, 1), unit: model === 'package' ? 'package' : 'flat', unitPrice: flat };
}
