import type { CountPrice } from '#shared/catalog/price.ts';
import { type Amount, amount } from '#shared/money/amount.ts';
import { lineIn, sharesOf } from './lines.ts';
import {
  type ChargedDay,
  countsOnce,
  lengthOf,
  nameOf,
  partOfWhole,
  priceOf,
  toldPeriod,
  weightOf,
} from './recurring.ts';
import { inOrderOf, type NaiveLine, type World } from './world.ts';

const NONE = amount(0);
const total = (days: readonly ChargedDay[]) => days.reduce((sum, each) => sum + each.days, 0);

/**
 * What is counted and priced as a whole (pricing rules §2, §5): over the account, or each business unit, in each version. In a short period it is
 * priced as for a whole one, then prorated (decision 42).
 */
export function countedLines(world: World, all: readonly ChargedDay[]): NaiveLine[] {
  const groups = Map.groupBy(all, ({ day, charge }) => (charge.quantity.count === 'account' ? '' : day.businessUnit));
  return [...groups.values()].flatMap((of) => {
    const inVersion = ({ day, season }: ChargedDay) => `${day.version.from} ${season}`;
    const versions = [...Map.groupBy(of, inVersion).values()].sort(inOrderOf(([each]) => inVersion(each!)));
    const quantities = quantitiesOf(of, versions);
    const whole = sumOf(quantities);
    const paid = new Set<string>();
    const last = versions.findLastIndex(([each], n) => isOfTotal(priceOf(each!)) && quantities[n]!.greaterThan(0));
    let before = NONE;
    return versions.flatMap((days, n) => {
      const after = sumOf(quantities.slice(0, n + 1));
      const parts = partsOf(priceOf(days[0]!), before, after, whole, paid, n === last);
      before = after;
      const ofSeason = of.filter(({ season }) => season === days[0]!.season);
      return parts.flatMap((part) => sharedOver(world, ofSeason, days[0]!, part));
    });
  });
}

/** Parts of days do not end: what adds up to a tier's bound must not pass it by a last digit. */
function sumOf(quantities: readonly Amount[]): Amount {
  return quantities.reduce((sum, each) => sum.plus(each), NONE).toDecimalPlaces(20);
}

/** How many there are in each version; what is counted once, and what a minimum adds, is the last version's. */
function quantitiesOf(of: readonly ChargedDay[], versions: readonly (readonly ChargedDay[])[]): Amount[] {
  const { charge, interval } = versions.at(-1)![0]!;
  const { of: what, number, minimum } = charge.quantity;
  const dates = Map.groupBy(of, ({ day }) => day.date);
  const isOnce = countsOnce(charge);
  const once = what === 'peak' ? Math.max(...[...dates.values()].map((those) => those.length)) : number;
  const found = versions.map((days, n): Amount => {
    const length = lengthOf(days[0]!.charge, interval);
    if (isOnce) return n === versions.length - 1 ? amount(once) : NONE;
    if (what !== 'number') return amount(total(days)).div(length);
    const weights = [...new Set(days.map(({ day }) => day.date))].map((date) => weightOf(charge, date));
    return amount(weights.reduce((sum, each) => sum + each, 0))
      .times(number)
      .div(length);
  });
  const missing = amount(minimum).minus(sumOf(found));
  if (missing.greaterThan(0)) found.push(found.pop()!.plus(missing));
  return found;
}

/** Some of a count, at one price. */
export interface CountedPart {
  readonly tier: number;
  readonly quantity: Amount;
  readonly entered: Amount;
  readonly price: string;
  readonly flat: string;
}

const isOfTotal = ({ model }: CountPrice) => model === 'volume' || model === 'stairStep';

/** What of a count, from one number to another, falls into which tier. */
export function partsOf(
  price: CountPrice,
  before: Amount,
  after: Amount,
  whole: Amount,
  paid: Set<string>,
  isLast: boolean,
): CountedPart[] {
  const quantity = after.minus(before);
  if (quantity.isZero()) return [];
  const once = (name: string): Amount => {
    const isFirst = !paid.has(name);
    paid.add(name);
    return amount(isFirst ? 1 : 0);
  };
  if (price.model === 'unit') return [{ tier: 0, quantity, entered: NONE, price: price.amount, flat: '0' }];
  if (price.model === 'flat') return [{ tier: 0, quantity, entered: once('flat'), price: '0', flat: price.amount }];
  if (price.model === 'package') {
    const begun = (count: Amount) => {
      const beyond = count.minus(price.free);
      return beyond.lessThanOrEqualTo(0) ? NONE : beyond.div(price.size).toDecimalPlaces(20).ceil();
    };
    return [{ tier: 0, quantity, entered: begun(after).minus(begun(before)), price: '0', flat: price.amount }];
  }
  const bound = (place: number) =>
    place < 0 ? NONE : price.tiers[place]!.upTo === '' ? amount('1e30') : amount(price.tiers[place]!.upTo);
  if (isOfTotal(price)) {
    const place = price.tiers.findIndex((_, n) => whole.lessThanOrEqualTo(bound(n)));
    const { amount: each, flat } = price.tiers[place]!;
    return [{ tier: place + 1, quantity, entered: amount(isLast ? 1 : 0), price: each, flat }];
  }
  return price.tiers.flatMap(({ amount: each, flat }, place) => {
    const from = before.greaterThan(bound(place - 1)) ? before : bound(place - 1);
    const to = after.lessThan(bound(place)) ? after : bound(place);
    if (to.lessThanOrEqualTo(from)) return [];
    return [{ tier: place + 1, quantity: to.minus(from), entered: once(`tier ${place}`), price: each, flat }];
  });
}

/** One line for each business unit: its days of all days, of the quantity and of the money, which was rounded before (decision 33). */
function sharedOver(world: World, of: readonly ChargedDay[], first: ChargedDay, part: CountedPart): NaiveLine[] {
  const { day, charge, interval } = first;
  const byUnit = Map.groupBy(of, (each) => each.day.businessUnit);
  const weights = [...byUnit].map(([id, days]) => ({ id, weight: amount(total(days)) }));
  const length = lengthOf(charge, interval);
  const inDays = part.quantity.times(length).toDecimalPlaces(10);
  const { days, of: all } = partOfWhole(first);
  const full = inDays.times(part.price).plus(part.entered.times(part.flat).times(length));
  const exact = full.times(days).div(length * all);
  const money = sharesOf(world, exact, weights);
  const isFlat = ['flat', 'package', 'stairStep'].includes(charge.price.model);
  return weights.map(({ id, weight }) => {
    const head = {
      ...day,
      businessUnit: id,
      version: day.version.from,
      charge: nameOf(first),
      zone: '',
      tier: part.tier,
    };
    const its = (isFlat ? part.entered.times(length) : inDays).times(weight).times(days);
    const counted = its.div(amount(length * all).times(total(of)));
    const unit = !isFlat ? 'subscription' : charge.price.model === 'package' ? 'package' : 'flat';
    const fee = {
      until: interval.until,
      length: (length * all) / days,
      unit,
      price: `${part.price} + ${part.flat}`,
      due: charge.due,
    };
    return { ...lineIn(world, { ...head, period: toldPeriod(charge, interval) }, counted, money.get(id)!), fee };
  });
}
