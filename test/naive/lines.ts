import type { Amount } from '#shared/money/amount.ts';
import { formatMinor, roundToMinorUnit } from '#shared/money/currency.ts';
import type { NaiveLine } from './world.ts';

/** What names a line. */
export type LineHead = Omit<NaiveLine, 'quantity' | 'amount'>;

/** A line of this quantity and exact amount, rounded once (pricing rules §7). */
export function lineOf(head: LineHead, quantity: Amount, exact: Amount): NaiveLine {
  const { businessUnit, plan, version, charge, zone, tier, period } = head;
  const named = { businessUnit, plan, version, charge, zone, tier, period };
  return { ...named, quantity: shown(quantity), amount: formatMinor(roundToMinorUnit(exact, 'EUR'), 'EUR') };
}

/** A quantity to six decimals. */
export function shown(quantity: Amount): string {
  return quantity.toDecimalPlaces(6).toFixed();
}
