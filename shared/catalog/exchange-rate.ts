import { compareIds } from '#shared/money/allocate.ts';
import { type Amount, amount } from '#shared/money/amount.ts';
import type { Currency } from '#shared/money/currency.ts';
import type { LocalDate } from '#shared/time/local-date.ts';

/** Rates of one source against its base currency, in order of date. */
export interface ExchangeRates {
  /** Who publishes them: "ECB". */
  readonly source: string;
  readonly base: Currency;
  readonly days: readonly ExchangeDay[];
}

/** What one unit of the base is worth on a day, by currency, as decimal text. */
export interface ExchangeDay {
  readonly date: LocalDate;
  readonly rates: Readonly<Record<Currency, string>>;
}

/** A rate between two currencies: an amount of the one × times ÷ dividedBy is the same amount of the other, exactly but for that division. */
export interface ExchangeRate {
  readonly from: Currency;
  readonly to: Currency;
  readonly times: string;
  readonly dividedBy: string;
  /** Day of the older of the rates it is made of: the last on or before the day asked for. */
  readonly date: LocalDate;
  readonly source: string;
}

/**
 * The rate from one currency to another on a day (pricing rules §7): of that day, or where there is none, of the last before. Of sources that have
 * both currencies (neither needs to be its base) the one of the latest day answers, of several the first by name. Nothing when no source has both by that
 * day.
 * Example: ECB, 1 EUR = 1.25 USD: USD → EUR is × 1 ÷ 1.25.
 */
export function exchangeRate(
  sources: readonly ExchangeRates[],
  from: Currency,
  to: Currency,
  date: LocalDate,
): ExchangeRate | undefined {
  if (from === to) return { from, to, times: '1', dividedBy: '1', date, source: '' };
  const known = sources.flatMap((rates): ExchangeRate[] => {
    const [ofFrom, ofTo] = [worthOn(rates, from, date), worthOn(rates, to, date)];
    if (ofFrom === undefined || ofTo === undefined) return [];
    const older = ofFrom.date < ofTo.date ? ofFrom.date : ofTo.date;
    return [{ from, to, times: ofTo.worth, dividedBy: ofFrom.worth, date: older, source: rates.source }];
  });
  return known.sort((a, b) => compareIds(b.date, a.date) || compareIds(a.source, b.source))[0];
}

/** What one unit of the base is worth in a currency on a day, and since when that is known. */
function worthOn(rates: ExchangeRates, currency: Currency, date: LocalDate) {
  if (currency === rates.base) return { worth: '1', date };
  const day = rates.days.findLast((each) => each.date <= date && each.rates[currency] !== undefined);
  return day && { worth: day.rates[currency] as string, date: day.date };
}

/** An amount in the other currency, not rounded. */
export function converted(value: Amount, { times, dividedBy }: ExchangeRate): Amount {
  return value.times(amount(times)).div(amount(dividedBy));
}

/** "1.25 USD = 1 EUR": a rate in figures that are exact. */
export function rateText({ from, to, times, dividedBy }: ExchangeRate): string {
  return `${dividedBy} ${from} = ${times} ${to}`;
}
