import type { FixedText, FixedTexts } from '../chunks/fixed-texts.ts';
import { decimalText } from './tap3-audit.ts';

/** More codes than any file has; what comes after is not known. */
const MOST_CODES = 1000;
/** More decimal places than any rate has. */
const MOST_DECIMALS = 12;
/** Hundredths of a percent that are everything: rates of discounts have two decimal places (TD.57 PercentageRate). */
const WHOLE = 10_000n;

/** Units of the sender's local currency for one of the file's: a whole number of 10^-decimals. */
export interface ExchangeRate {
  readonly rate: number;
  readonly decimals: number;
  /** "1.19857". */
  readonly text: FixedText;
}

/** What a discount takes off: a fixed amount, or hundredths of a percent. */
export interface Discounting {
  readonly kind: 'fixed' | 'rate';
  readonly value: number;
}

/** The tables of a file's accounting information that its charges refer to by code (TD.57 CurrencyConversionList, DiscountingList). */
export class Tap3Accounting {
  private readonly texts: FixedTexts;
  private readonly rates = new Map<number, ExchangeRate>();
  private readonly discounts = new Map<number, Discounting>();

  constructor(texts: FixedTexts) {
    this.texts = texts;
  }

  /** What was read so far, for another to go on from: plain JSON. */
  get point(): AccountingPoint {
    return {
      rates: [...this.rates].map(([code, { rate, decimals }]) => [code, rate, decimals]),
      discounts: [...this.discounts],
    };
  }

  goOnFrom({ rates, discounts }: AccountingPoint): void {
    for (const [code, rate, decimals] of rates) this.keepRate(code, rate, decimals);
    for (const [code, discounting] of discounts) this.keepDiscount(code, discounting);
  }

  /** Keeps a rate; one that is none, or stands under a code that has one, is left out. */
  keepRate(code: number, rate: number, decimals: number): void {
    if (!Number.isSafeInteger(code) || this.rates.has(code) || this.rates.size >= MOST_CODES) return;
    if (!(Number.isSafeInteger(rate) && rate > 0 && decimals >= 0 && decimals <= MOST_DECIMALS)) return;
    this.rates.set(code, { rate, decimals, text: this.texts.add(decimalText(rate, decimals)) });
  }

  /** Keeps a discount; likewise. */
  keepDiscount(code: number, discounting: Discounting): void {
    if (!Number.isSafeInteger(code) || this.discounts.has(code) || this.discounts.size >= MOST_CODES) return;
    if (Number.isSafeInteger(discounting.value) && discounting.value >= 0) this.discounts.set(code, discounting);
  }

  rateOf(code: number): ExchangeRate | undefined {
    return this.rates.get(code);
  }

  /** What a discount takes off an amount, rounded half up; NaN when the file does not define it. */
  discountOn(code: number, amount: number): number {
    const found = this.discounts.get(code);
    if (found === undefined || !Number.isSafeInteger(amount) || amount < 0) return Number.NaN;
    if (found.kind === 'fixed') return found.value;
    return Number((BigInt(amount) * BigInt(found.value) + WHOLE / 2n) / WHOLE);
  }

  /** What sums at different rates come to in local currency, as decimal text; `decimals` are those of the sums. '' = a rate is not known. */
  localText(codes: Float64Array, sums: Float64Array, count: number, decimals: number): string {
    let total = 0n;
    for (let i = 0; i < count; i++) {
      const found = this.rates.get(codes[i]!);
      if (found === undefined) return '';
      total += BigInt(sums[i]!) * BigInt(found.rate) * 10n ** BigInt(MOST_DECIMALS - found.decimals);
    }
    return total < 0n ? '' : decimalText(total, decimals + MOST_DECIMALS);
  }
}

/** Codes and what they stand for. */
export interface AccountingPoint {
  readonly rates: readonly (readonly [code: number, rate: number, decimals: number])[];
  readonly discounts: readonly (readonly [code: number, discounting: Discounting])[];
}
