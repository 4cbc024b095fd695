import type { Holding } from '../allowance.ts';

/** "plan/allowance" of a subscription, or key of a pool → what it holds, in the order it is drawn on. */
export type Holdings = ReadonlyMap<string, readonly Holding[]>;

/** What nobody has bought anything for, and nothing was carried into. */
export const NOTHING_HELD: Holdings = new Map();

/** Holdings as they are kept between runs: plain JSON, quantities as whole-number text. */
export type KeptHoldings = Readonly<Record<string, readonly KeptHolding[]>>;

interface KeptHolding extends Omit<Holding, 'quantity'> {
  readonly quantity: string;
}

/** Holdings to be kept, in order of their names; the same always make the same text. */
export function keptHoldings(holdings: Holdings): KeptHoldings {
  const inOrder = [...holdings].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    inOrder.map(([name, of]) => [name, of.map((each) => ({ ...each, quantity: each.quantity.toString() }))]),
  );
}

/** Holdings that were kept. */
export function holdingsOf(kept: KeptHoldings): Holdings {
  return new Map(
    Object.entries(kept).map(([name, of]) => [name, of.map((each) => ({ ...each, quantity: BigInt(each.quantity) }))]),
  );
}

/** How much some holdings come to. */
export function totalHeld(holdings: readonly Holding[]): bigint {
  return holdings.reduce((sum, { quantity }) => sum + quantity, 0n);
}
