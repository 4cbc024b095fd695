import { Amount, ZERO } from './amount.ts';

/** ISO 4217 alphabetic code of a currency an amount is in, e.g. "EUR". */
export type Currency = string;

/** Currencies whose minor unit is not a hundredth (ISO 4217, table A.1). */
const MINOR_DIGITS: Readonly<Record<string, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
  CLF: 4,
  UYW: 4,
};

/** Codes of ISO 4217 list one: currencies in use, with funds codes, without metals, bonds and testing codes. */
const CODES = new Set(
  `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY
  COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD
  IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN
  MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD
  SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF
  YER ZAR ZMW ZWG`.split(/\s+/),
);

/** Whether the code is a currency of ISO 4217, in capitals: "EUR", never "eur" or "EURO". */
export function isCurrency(code: string): boolean {
  return CODES.has(code);
}

/** Whether the code has rates: a currency, or XDR, the unit of the International Monetary Fund that carriers settle in and nobody invoices. */
export function hasRates(code: string): boolean {
  return isCurrency(code) || code === 'XDR';
}

/** Decimal digits of the currency's minor unit: EUR 2, JPY 0, KWD 3. */
export function minorDigits(currency: Currency): number {
  return MINOR_DIGITS[currency] ?? 2;
}

/** Digits of an amount that say something: what a division leaves behind them (a 31st of a month, times a rate) is no part of it. */
const EXACT_DIGITS = 30;

/**
 * Rounds once, half away from zero, to the currency's minor unit (pricing rules §7): 0.125 EUR → 0.13, −0.125 → −0.13, −0.001 → 0 without a sign.
 * A half stays one where its last digits were lost in a division: 24040.5 ÷ 31 JPY → 776, however it was worked out.
 */
export function roundToMinorUnit(value: Amount, currency: Currency): Amount {
  const rounded = value.toSignificantDigits(EXACT_DIGITS).toDecimalPlaces(minorDigits(currency), Amount.ROUND_HALF_UP);
  return rounded.isZero() ? ZERO : rounded;
}

/** The smallest amount of the currency: EUR 0.01, JPY 1, KWD 0.001. What is shared out is shared in steps of it. */
export function minorUnit(currency: Currency): Amount {
  return new Amount(10).pow(-minorDigits(currency));
}

/** Writes an amount with exactly its currency's minor digits: "3.80", "-0.60", "125". The amount must already be rounded. */
export function formatMinor(value: Amount, currency: Currency): string {
  const digits = minorDigits(currency);
  if (value.decimalPlaces() > digits) throw new RangeError(`${value} ${currency} is not rounded to its minor unit`);
  return value.toFixed(digits);
}
