import { Amount } from './amount.ts';

/** ISO 4217 alphabetic code of a currency an amount is in, e.g. "EUR". */
export type Currency = string;

/** Currencies whose minor unit is not a hundredth (ISO 4217, table A.1). */
const MINOR_DIGITS: Readonly<Record<string, number>> = {
  BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, UYI: 0, VND: 0, VUV: 0,
  XAF: 0, XOF: 0, XPF: 0, BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3, CLF: 4, UYW: 4,
};

/** Decimal digits of the currency's minor unit: EUR 2, JPY 0, KWD 3. */
export function minorDigits(currency: Currency): number {
  return MINOR_DIGITS[currency] ?? 2;
}

/** Rounds once, half away from zero, to the currency's minor unit (pricing rules §7): 0.125 EUR → 0.13, −0.125 → −0.13. */
export function roundToMinorUnit(value: Amount, currency: Currency): Amount {
  return value.toDecimalPlaces(minorDigits(currency), Amount.ROUND_HALF_UP);
}

/** Writes an amount with exactly its currency's minor digits: "3.80", "-0.60", "125". The amount must already be rounded. */
export function formatMinor(value: Amount, currency: Currency): string {
  const digits = minorDigits(currency);
  if (value.decimalPlaces() > digits) throw new RangeError(`${value} ${currency} is not rounded to its minor unit`);
  return value.toFixed(digits);
}
