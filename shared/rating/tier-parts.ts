import type { Charge, UsageCharge } from '#shared/catalog/catalog.ts';
import type { PackagePrice, Tier, TieredPrice } from '#shared/catalog/price.ts';
import { baseUnitsPer } from '#shared/catalog/unit.ts';
import { type Amount, amount } from '#shared/money/amount.ts';
import { raiseSumToIncrement } from './increment.ts';

/** A stretch of a running count that is priced alike: whole base units, and how often something is paid for entering it. */
export interface TierPart {
  /** Place of the tier in its table, from 1; 0 for a price without tiers. */
  readonly tier: number;
  readonly quantity: bigint;
  /** How often the tier's flat fee, the package or the flat amount is owed. */
  readonly entered: number;
}

/** A price, the unit it is for, and what is free of a count before it is priced. */
export type Priced = Pick<UsageCharge, 'price' | 'unit' | 'usageDiscount'> & Partial<Pick<UsageCharge, 'count'>>;

/** Nothing is free. */
export const NOTHING_FREE: UsageCharge['usageDiscount'] = { percent: '0', quantity: '0' };

/**
 * What of a count of base units is priced (pricing rules §6: usage discount → price): less a percentage, rounded down, then less a quantity,
 * never below zero. It never falls while the count rises, so that a count may be cut anywhere.
 */
export function pricedCount({ usageDiscount: { percent, quantity } }: Priced, count: bigint): bigint {
  if (percent === '0' && quantity === '0') return count;
  const part = BigInt(amount(count).times(percent).div(100).floor().toFixed());
  const left = count - part - BigInt(quantity);
  return left > 0n ? left : 0n;
}

/** Stands for the total of a period that is not over yet. */
export const NOT_OVER = -1n;

/**
 * Cuts the stretch (before, after] of a running count of base units into parts that are priced alike (pricing rules §5). `total` is what the
 * count comes to in the whole period, NOT_OVER while it is not over: volume and stair-step prices are owed only then, and what is paid once
 * is paid by the stretch that reaches the total. The parts are priced later, once, over the sum of all subscriptions: so the sum is exact
 * whatever the unit, thirds of a minute too. Cutting the stretch anywhere changes nothing.
 */
export function tierParts(charge: Priced, before: bigint, after: bigint, total: bigint): TierPart[] {
  if (after === before) return [];
  const { price, unit } = charge;
  const quantity = after - before;
  switch (price.model) {
    case 'unit':
      return [{ tier: 0, quantity, entered: 0 }];
    case 'flat':
      return [{ tier: 0, quantity, entered: before === 0n ? 1 : 0 }];
    case 'package':
      return [{ tier: 0, quantity, entered: Number(packages(price, after) - packages(price, before)) }];
    case 'percentage':
      throw new RangeError('a percentage is taken of amounts: they are not counted');
    case 'graduated': {
      const parts = graduatedParts(boundsOf(price, unit), before, after);
      return charge.count === 'record' ? raisedInTiers(price.tiers, parts) : parts;
    }
    default:
      if (total === NOT_OVER) return [];
      return [{ tier: tierOf(boundsOf(price, unit), total), quantity, entered: after === total ? 1 : 0 }];
  }
}

function graduatedParts(bounds: readonly bigint[], before: bigint, after: bigint): TierPart[] {
  const parts: TierPart[] = [];
  let lower = 0n;
  for (const [index, bound] of bounds.entries()) {
    const upper = bound === OPEN ? after : bound;
    const from = before > lower ? before : lower;
    const to = after < upper ? after : upper;
    if (to > from) parts.push({ tier: index + 1, quantity: to - from, entered: from === lower ? 1 : 0 });
    lower = upper;
  }
  return parts;
}

/** What of a record lies in a tier, raised to the tier's own increment: where tiers count anew in each record (pricing rules §3.5). */
function raisedInTiers(tiers: readonly Tier[], parts: readonly TierPart[]): TierPart[] {
  return parts.map((part) => {
    const { first, next } = (tiers[part.tier - 1] as Tier).increment;
    return { ...part, quantity: raiseSumToIncrement(part.quantity, BigInt(first), BigInt(next)) };
  });
}

/** The tier a total falls into; upper bounds belong to their tier. */
function tierOf(bounds: readonly bigint[], total: bigint): number {
  return bounds.findIndex((bound) => bound === OPEN || total <= bound) + 1;
}

/** Packages begun by a count. */
function packages({ size, free }: PackagePrice, count: bigint): bigint {
  const beyond = count - BigInt(free);
  return beyond <= 0n ? 0n : (beyond + BigInt(size) - 1n) / BigInt(size);
}

const OPEN = -1n;
const bounds = new WeakMap<TieredPrice, readonly bigint[]>();

/** Upper bounds of a price's tiers in whole base units, OPEN for the last: worked out once a price. */
function boundsOf(price: TieredPrice, unit: UsageCharge['unit']): readonly bigint[] {
  const known = bounds.get(price);
  if (known !== undefined) return known;
  const base = baseUnitsPer(unit).toString();
  const made = price.tiers.map(({ upTo }) =>
    upTo === '' ? OPEN : BigInt(amount(upTo).times(base).floor().toFixed(0)),
  );
  bounds.set(price, made);
  return made;
}

/** What one unit costs in a tier, and what entering it costs. */
export function tierPrice(
  charge: Pick<Charge, 'id' | 'price'>,
  tier: number,
): { readonly price: string; readonly flat: string } {
  const { price } = charge;
  if (price.model === 'unit') return { price: price.amount, flat: '0' };
  if (price.model === 'flat' || price.model === 'package') return { price: '0', flat: price.amount };
  if (price.model === 'percentage') return { price: amount(price.percent).div(100).toFixed(), flat: '0' };
  const terms = price.tiers[tier - 1];
  if (terms === undefined) throw new RangeError(`charge ${charge.id} has no tier ${tier}`);
  return { price: terms.amount, flat: terms.flat };
}

/** What so much in a tier costs, exactly but for one division: quantity × price ÷ base units a unit + what is paid each time it is entered. */
export function tierAmount(charge: UsageCharge, tier: number, quantity: bigint, entered: number): Amount {
  const { price, flat } = tierPrice(charge, tier);
  const base = baseUnitsPer(charge.unit).toString();
  return amount(quantity).times(price).div(base).plus(amount(flat).times(entered));
}

/** Usage that is counted before it is priced, in order of consumption. */
export interface Counted {
  readonly charge: Priced;
  /** What counts together: a name; tiers and packages run over everything under it. */
  readonly counter: string;
  readonly quantity: bigint;
}

/**
 * Runs the counts of some usage in its order, and cuts each stretch into its parts. `isOver` says whether all usage of the period is there. What
 * is paid once is paid once in a count, also where prices follow one another in it: a tier's flat fee and a flat amount by the stretch that is
 * first in it, what the period's total decides by the last stretch of such a price.
 */
export function countedParts<Of extends Counted>(
  counted: readonly Of[],
  isOver: boolean,
): { readonly of: Of; readonly parts: readonly TierPart[] }[] {
  const stretches = lessDiscounts(counted);
  const totals = new Map<string, bigint>();
  const last = new Map<string, Of>();
  for (const { of, quantity } of stretches) {
    totals.set(of.counter, (totals.get(of.counter) ?? 0n) + quantity);
    if (quantity > 0n && needsTotal(of.charge)) last.set(of.counter, of);
  }
  const counts = new Map<string, bigint>();
  const paid = new Set<string>();
  return stretches.map(({ of, quantity }) => {
    const before = counts.get(of.counter) ?? 0n;
    const after = before + quantity;
    counts.set(of.counter, after);
    const total = isOver || of.charge.count === 'record' ? (totals.get(of.counter) ?? 0n) : NOT_OVER;
    const parts = tierParts(of.charge, before, after, total).map((part) => {
      if (needsTotal(of.charge)) return { ...part, entered: last.get(of.counter) === of ? 1 : 0 };
      const { model } = of.charge.price;
      if (model !== 'graduated' && model !== 'flat') return part;
      const fee = `${model} ${part.tier} ${of.counter}`;
      const entered = paid.has(fee) ? 0 : 1;
      paid.add(fee);
      return { ...part, entered };
    });
    return { of, parts };
  });
}

/** What of each stretch is priced: the rise of what of its count is. */
function lessDiscounts<Of extends Counted>(counted: readonly Of[]): { readonly of: Of; readonly quantity: bigint }[] {
  const counts = new Map<string, bigint>();
  return counted.map((of) => {
    const before = counts.get(of.counter) ?? 0n;
    const after = before + of.quantity;
    counts.set(of.counter, after);
    return { of, quantity: pricedCount(of.charge, after) - pricedCount(of.charge, before) };
  });
}

/** Whether the period's total decides what is paid. */
function needsTotal({ price }: Priced): boolean {
  return price.model === 'volume' || price.model === 'stairStep';
}
