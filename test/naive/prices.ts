import type { UsageCharge } from '#shared/catalog/catalog.ts';
import type { Tier, UsagePrice } from '#shared/catalog/price.ts';
import { baseUnitsPer } from '#shared/catalog/unit.ts';
import { type Amount, amount, sum } from '#shared/money/amount.ts';
import type { Rest } from './allowances.ts';
import { type Piece, raise } from './usage.ts';

/** Some of what was left over, at one price. */
export interface Part {
  readonly rest: Rest;
  /** Place of the tier from 1, 0 for a price without tiers. */
  readonly tier: number;
  readonly quantity: bigint;
  /** How many flat fees, packages or flat amounts are due with it. */
  readonly entered: bigint;
  /** What it is instead, or besides, its price: paid by the record. */
  readonly paid: 'fee' | 'minimum' | 'maximum' | '';
}

/**
 * Prices what is left, counted over each subscription, pool or account (pricing rules §5). Pieces come in the order they drew. `isOpen`: it is not
 * known yet what of it the pool covers, and only fees are owed.
 */
export function partsOf(rests: readonly Rest[], isOver: boolean, isOpen: (rest: Rest) => boolean): Part[] {
  const used = rests.filter((rest) => rest.quantity > 0n && !isOpen(rest));
  const parts = [...Map.groupBy(used, counterOf).values()].flatMap((of) => partsOfCounter(of, isOver));
  return [...Map.groupBy(rests, ({ piece }) => piece)].flatMap(([piece, of]) =>
    withFees(
      of,
      parts.filter((part) => part.rest.piece === piece),
    ),
  );
}

/** What a record pays (pricing rules §3.7): what its parts cost and the fee, or the minimum or maximum where that is passed. */
function withFees(rests: readonly Rest[], parts: readonly Part[]): readonly Part[] {
  const rest = rests[0]!;
  const { charge, pays } = rest.piece;
  if (!pays) return parts;
  const paid = (what: Part['paid']): Part => ({ rest, tier: 0, quantity: 1n, entered: 0n, paid: what });
  const { connectionFee, minimum, maximum } = charge;
  const fee = connectionFee === '0' ? [] : [paid('fee')];
  if (minimum === '0' && maximum === '') return [...parts, ...fee];
  const isKnown = rests.every(({ quantity }) => quantity === 0n) || parts.length > 0;
  if (!isKnown) return [];
  const cost = parts.reduce((sum, part) => sum.plus(priced([part]).exact), amount(connectionFee));
  if (maximum !== '' && cost.greaterThan(maximum)) return [paid('maximum')];
  return cost.lessThan(minimum) ? [paid('minimum')] : [...parts, ...fee];
}

/** Over what a charge counts: one count over all versions, zones and business units. */
function counterOf({ piece, pool }: Rest, place: number): string {
  const { charge, plan, subscription } = piece;
  if (charge.count === 'record') return `record ${place}`;
  if (charge.count === 'account') return JSON.stringify([plan, charge.id]);
  return JSON.stringify([plan, charge.id, pool === '' ? subscription : pool]);
}

function partsOfCounter(all: readonly Rest[], isOver: boolean): Part[] {
  let counted = 0n;
  const rests = all
    .map((rest) => {
      const free = freeOf(rest.piece.charge, counted);
      counted += rest.quantity;
      return { ...rest, quantity: rest.quantity - (freeOf(rest.piece.charge, counted) - free) };
    })
    .filter(({ quantity }) => quantity > 0n);
  const total = rests.reduce((sum, { quantity }) => sum + quantity, 0n);
  const paid = new Set<string>();
  const once = (name: string): bigint => {
    const first = !paid.has(name);
    paid.add(name);
    return first ? 1n : 0n;
  };
  let before = 0n;
  const last = rests.findLast(({ piece }) => needsWholePeriod(priceOf(piece)));
  return rests.flatMap((rest): Part[] => {
    const { charge } = rest.piece;
    const price = priceOf(rest.piece);
    const [from, until] = [before, before + rest.quantity];
    before = until;
    const whole = { rest, tier: 0, quantity: rest.quantity, paid: '' } as const;
    switch (price.model) {
      case 'unit':
        return [{ ...whole, entered: 0n }];
      case 'flat':
        return [{ ...whole, entered: once('flat') }];
      case 'percentage':
        return [{ ...whole, entered: 0n }];
      case 'package':
        return [{ ...whole, entered: begun(price, until) - begun(price, from) }];
      case 'graduated':
        return tiersOf(charge, price.tiers).flatMap(({ tier, lower, upper }): Part[] => {
          const inTier = smaller(until, upper) - larger(from, lower);
          if (inTier <= 0n) return [];
          const { increment } = price.tiers[tier - 1]!;
          const quantity = charge.count === 'record' ? raise(increment, inTier) : inTier;
          return [{ rest, tier, quantity, entered: once(`tier ${tier}`), paid: '' }];
        });
      default: {
        if (!isOver && charge.count !== 'record') return [];
        const { tier } = tiersOf(charge, price.tiers).find(({ upper }) => total <= upper)!;
        return [{ ...whole, tier, entered: rest === last ? 1n : 0n }];
      }
    }
  });
}

/** What is free of a count (pricing rules §6): a percentage of it, in whole base units, and a quantity. */
function freeOf({ usageDiscount: { percent, quantity } }: UsageCharge, count: bigint): bigint {
  const millionths = BigInt(amount(percent).times(1_000_000).toFixed());
  return smaller(count, (count * millionths) / 100_000_000n + BigInt(quantity));
}

/** The price of the charge, or that of the season: another, or the same times a factor. */
function priceOf({ charge, season }: Piece): UsagePrice {
  const held = charge.seasons.find((each) => each.season === season);
  if (held === undefined) return charge.price;
  if ('price' in held) return held.price;
  const times = (text: string) => amount(text).times(held.factor).toFixed();
  const { price } = charge;
  if (price.model === 'percentage') return { ...price, percent: times(price.percent) };
  if (!('tiers' in price)) return { ...price, amount: times(price.amount) };
  return {
    ...price,
    tiers: price.tiers.map((tier) => ({ ...tier, amount: times(tier.amount), flat: times(tier.flat) })),
  };
}

/** Prices that the period's total decides: what is paid once is paid by the usage that reaches the total. */
function needsWholePeriod({ model }: UsagePrice): boolean {
  return model === 'volume' || model === 'stairStep';
}

const OPEN = 10n ** 40n;
const smaller = (one: bigint, other: bigint) => (one < other ? one : other);
const larger = (one: bigint, other: bigint) => (one > other ? one : other);

/** The tiers with their bounds in base units, rounded down: more than `lower`, up to and including `upper`. */
function tiersOf({ unit }: UsageCharge, tiers: readonly Tier[]) {
  const bound = (upTo: string) =>
    upTo === ''
      ? OPEN
      : BigInt(
          amount(upTo)
            .times(amount(baseUnitsPer(unit)))
            .floor()
            .toFixed(),
        );
  return tiers.map(({ upTo }, place) => ({
    tier: place + 1,
    lower: place === 0 ? 0n : bound(tiers[place - 1]!.upTo),
    upper: bound(upTo),
  }));
}

/** Packages begun when so much is used. */
function begun({ size, free }: { readonly size: string; readonly free: string }, quantity: bigint): bigint {
  const beyond = quantity - BigInt(free);
  return beyond <= 0n ? 0n : (beyond + BigInt(size) - 1n) / BigInt(size);
}

/** What parts of one line come to: what is counted on the line, and exactly how much is owed. */
export function priced(parts: readonly Part[]): { quantity: Amount; exact: Amount } {
  const { rest, tier, paid } = parts[0]!;
  if (paid !== '') return pricedByRecord(rest.piece.charge, paid, parts.length);
  const { unit } = rest.piece.charge;
  const price = priceOf(rest.piece);
  if (price.model === 'percentage') {
    const worth = sum(parts.map((part) => worthIn(part.rest.piece, part.quantity)));
    return { quantity: worth, exact: worth.times(price.percent).div(100) };
  }
  const entered = amount(parts.reduce((sum, part) => sum + part.entered, 0n));
  const base = amount(parts.reduce((sum, part) => sum + part.quantity, 0n));
  const perUnit = amount(baseUnitsPer(unit));
  if (price.model === 'unit') return { quantity: base.div(perUnit), exact: base.times(price.amount).div(perUnit) };
  if (price.model === 'package' || price.model === 'flat')
    return { quantity: entered, exact: entered.times(price.amount) };
  const { amount: each, flat } = price.tiers[tier - 1]!;
  if (price.model === 'stairStep') return { quantity: entered, exact: entered.times(flat) };
  return { quantity: base.div(perUnit), exact: base.times(each).div(perUnit).plus(entered.times(flat)) };
}

/** What the amount of a record is worth in the plan's currency on its day (pricing rules §3.8). */
function worthIn({ amountUnit, exchange }: Piece, quantity: bigint): Amount {
  const [, decimals = '0'] = amountUnit.split(/[/ ]/);
  return amount(quantity)
    .div(amount(10).pow(Number(decimals)))
    .times(exchange.times)
    .div(exchange.dividedBy);
}

function pricedByRecord(charge: UsageCharge, paid: 'fee' | 'minimum' | 'maximum', records: number) {
  const each = { fee: charge.connectionFee, minimum: charge.minimum, maximum: charge.maximum }[paid];
  return { quantity: amount(records), exact: amount(records).times(each) };
}
