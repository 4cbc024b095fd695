import type { VatCategory } from '#shared/catalog/tax-profile.ts';
import { allocate } from '#shared/money/allocate.ts';
import { Amount, amount } from '#shared/money/amount.ts';
import { type Currency, minorUnit } from '#shared/money/currency.ts';
import type { ChargedTax, RecordedLine } from '../draft.ts';

/** What of a line belongs to one part of its period. */
export interface LinePart {
  readonly amount: Amount;
  readonly quantity: Amount;
}

/** Digits a quantity is shared out with, if it has no more itself. */
const QUANTITY_DIGITS = 6;

/**
 * A line's amount and quantity over the parts its tax has, by their days (pricing rules §7: finer detail is shared by largest remainders; of
 * equal ones the earlier part comes first), or by what happened on them. Nearly every line has one part, which is all of it.
 */
export function partsOf(line: Pick<RecordedLine, 'amount' | 'quantity' | 'tax'>, currency: Currency): LinePart[] {
  const { parts } = line.tax;
  const whole = { amount: amount(line.amount), quantity: amount(line.quantity) };
  if (parts.length < 2) return [whole];
  const shares = parts.map(({ days, weight = days }, place) => ({
    id: String(place).padStart(3, '0'),
    weight: BigInt(weight),
  }));
  const digits = Math.max(QUANTITY_DIGITS, whole.quantity.decimalPlaces());
  const amounts = [...allocate(whole.amount, shares, minorUnit(currency)).values()];
  const quantities = [...allocate(whole.quantity, shares, new Amount(10).pow(-digits)).values()];
  return parts.map((_, place) => ({
    amount: amounts[place] ?? amount(0),
    quantity: quantities[place] ?? amount(0),
  }));
}

/** The category of what bears such taxes: S is charged at more than 0 %; at 0 % it is Z (EN 16931, BR-S-05 and BR-Z-05). */
export function categoryWith(category: VatCategory, taxes: readonly ChargedTax[]): VatCategory {
  const isZero = taxes.length > 0 && taxes.every(({ percent }) => amount(percent).isZero());
  return category === 'S' && isZero ? 'Z' : category;
}
