import { allocate } from '#shared/money/allocate.ts';
import type { Amount } from '#shared/money/amount.ts';
import { formatMinor, minorUnit, roundToMinorUnit } from '#shared/money/currency.ts';
import type { NaiveLine, World } from './world.ts';

/** What names a line. */
export type LineHead = Omit<NaiveLine, 'quantity' | 'amount'>;

/** Price lists are in EUR here, and so are invoices unless said. */
type Invoiced = Pick<World, 'invoice'>;
const IN_EUR = { currency: 'EUR', rate: '1' };

/** The digits of the invoice's minor unit. */
export const digitsOf = ({ invoice = IN_EUR }: Invoiced): number => minorUnit(invoice.currency).decimalPlaces();

/** What an exact amount of a price list comes to: converted, then rounded once (pricing rules §7). */
function invoiced({ invoice = IN_EUR }: Invoiced, exact: Amount): Amount {
  return roundToMinorUnit(exact.times(invoice.rate), invoice.currency);
}

/** A line of this quantity and exact amount in the price list's currency. */
export function lineOf(world: Invoiced, head: LineHead, quantity: Amount, exact: Amount): NaiveLine {
  return lineIn(world, head, quantity, invoiced(world, exact));
}

/** A line of an amount in the invoice's currency, rounded. */
export function lineIn({ invoice = IN_EUR }: Invoiced, head: LineHead, quantity: Amount, money: Amount): NaiveLine {
  const { businessUnit, plan, version, charge, zone, tier, period } = head;
  const named = { businessUnit, plan, version, charge, zone, tier, period };
  const text = formatMinor(roundToMinorUnit(money, invoice.currency), invoice.currency);
  return { ...named, quantity: shown(quantity), amount: text };
}

/** What business units have of an exact amount: in the invoice's minor units, by weight. */
export function sharesOf(
  world: Invoiced,
  exact: Amount,
  weights: readonly { readonly id: string; readonly weight: Amount }[],
): Map<string, Amount> {
  const { currency } = world.invoice ?? IN_EUR;
  return allocate(invoiced(world, exact), weights, minorUnit(currency));
}

/** A quantity to six decimals. */
export function shown(quantity: Amount): string {
  return quantity.toDecimalPlaces(6).toFixed();
}
