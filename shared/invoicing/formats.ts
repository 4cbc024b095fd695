import { Temporal } from 'temporal-polyfill';
import { amount } from '#shared/money/amount.ts';
import { type Currency, minorDigits } from '#shared/money/currency.ts';
import type { LocalDate } from '#shared/time/local-date.ts';

/** How figures, dates and places are written in one language and one currency. All of them take decimal text and lose no digit silently. */
export interface Formats {
  /** "€1,234.50": an amount with its currency. */
  money(value: string): string;
  /** "1,234.50": an amount in a column whose head names the currency. */
  amount(value: string): string;
  /** "0.0042": at least the currency's minor digits, at most ten. */
  unitPrice(value: string): string;
  /** "1,234.5": at most six decimals. */
  quantity(value: string): string;
  /** "19 %" from "19". */
  percent(value: string): string;
  /** "+4.2 %" from "4.2", always with its sign, one decimal. */
  change(value: string): string;
  /** "31 October 2026" */
  date(value: LocalDate): string;
  /** "31 Oct 2026" */
  shortDate(value: LocalDate): string;
  /** "31 Oct" */
  day(value: LocalDate): string;
  /** "1–31 October 2026", both days inclusive. */
  period(from: LocalDate, to: LocalDate): string;
  /** "1–31 Oct 2026" */
  shortPeriod(from: LocalDate, to: LocalDate): string;
  /** "Estonia" from "EE". */
  country(code: string): string;
}

/** Formats for a locale ("de-AT") and a currency. Intl does the writing; only the minus sign is made a real one. */
export function formatsFor(locale: string, currency: Currency): Formats {
  const minor = minorDigits(currency);
  const money = numbers(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: minor,
    maximumFractionDigits: minor,
  });
  const percent = numbers(locale, { style: 'percent', maximumFractionDigits: 4 });
  const change = numbers(locale, {
    style: 'percent',
    signDisplay: 'always',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const long = dates(locale, { day: 'numeric', month: 'long', year: 'numeric' });
  const short = dates(locale, { day: 'numeric', month: 'short', year: 'numeric' });
  const day = dates(locale, { day: 'numeric', month: 'short' });
  const countries = new Intl.DisplayNames(locale, { type: 'region', fallback: 'code' });
  return {
    money,
    amount: numbers(locale, { minimumFractionDigits: minor, maximumFractionDigits: minor }),
    unitPrice: numbers(locale, { minimumFractionDigits: minor, maximumFractionDigits: 10 }),
    quantity: numbers(locale, { maximumFractionDigits: 6 }),
    percent: (value) => percent(amount(value).div(100).toFixed()),
    change: (value) => change(amount(value).div(100).toFixed()),
    date: (value) => unbroken(long.format(epoch(value))),
    shortDate: (value) => unbroken(short.format(epoch(value))),
    day: (value) => unbroken(day.format(epoch(value))),
    period: (from, to) => long.formatRange(epoch(from), epoch(to)),
    shortPeriod: (from, to) => short.formatRange(epoch(from), epoch(to)),
    country: (code) => (/^[A-Z]{2}$/.test(code) ? (countries.of(code) ?? code) : code),
  };
}

function numbers(locale: string, options: Intl.NumberFormatOptions): (value: string) => string {
  const format = new Intl.NumberFormat(locale, { ...options, roundingMode: 'halfExpand' });
  return (value) => format.format(amount(value).toFixed() as Intl.StringNumericLiteral).replaceAll('-', '−');
}

function dates(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
}

/** A date is never broken over two lines. */
function unbroken(date: string): string {
  return date.replaceAll(' ', '\u00A0');
}

/** Midnight in UTC of a calendar day, in milliseconds: what Intl takes for it. */
function epoch(date: LocalDate): number {
  return Temporal.PlainDate.from(date).toZonedDateTime('UTC').epochMilliseconds;
}
