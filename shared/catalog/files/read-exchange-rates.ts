import * as z from 'zod';
import type { ExchangeRates } from '../exchange-rate.ts';
import { date, decimal, ratedCurrency, words } from '../written.ts';
import { type Place, type Report, readFields, readValue, refuse, within } from './report.ts';
import { isMapping } from './schema-place.ts';

/** What is written of exchange rates. */
export const exchangeRatesSchema = z.strictObject({ source: words, base: ratedCurrency, days: z.unknown().optional() });

/** Reads rates of one source: days {2026-01-02: {USD: 1.0312, …}, …}. They come out in order of date, currencies in order of their codes. */
export function readExchangeRates(report: Report, place: Place): ExchangeRates | undefined {
  const { fields, complete } = readFields(report, exchangeRatesSchema, place);
  const at = within(place, 'days');
  if (!isMapping(at.content) || Object.keys(at.content).length === 0) {
    refuse(report, at, '', 'a mapping of dates to rates', 'Write 2026-01-02: { USD: 1.0312 }.');
    return undefined;
  }
  const days = Object.keys(at.content)
    .sort()
    .map((day) => {
      const known = readValue(report, date, { ...within(at, day), content: day });
      return { date: known ?? day, rates: readRates(report, within(at, day), fields.base) };
    });
  return complete && { source: complete.source, base: complete.base, days };
}

function readRates(report: Report, place: Place, base: string | undefined): Record<string, string> {
  const rates: Record<string, string> = {};
  if (!isMapping(place.content)) {
    refuse(report, place, '', 'a mapping of currencies to rates', 'Write { USD: 1.0312 }.');
    return rates;
  }
  for (const name of Object.keys(place.content).sort()) {
    const at = within(place, name);
    const code = readValue(report, ratedCurrency, { ...at, content: name });
    const rate = readValue(report, decimal, at);
    if (rate === '0')
      refuse(report, at, '"0"', 'what one unit of the base is worth, above 0', 'Correct the rate, or leave it out.');
    if (code !== undefined && code === base)
      refuse(report, at, `"${code}"`, 'currencies other than the base', 'Leave it out.');
    if (code !== undefined && rate !== undefined) rates[code] = rate;
  }
  return rates;
}
