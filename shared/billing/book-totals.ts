import { converted, type ExchangeRate } from '#shared/catalog/exchange-rate.ts';
import { amount, sum } from '#shared/money/amount.ts';
import { type Currency, formatMinor, roundToMinorUnit } from '#shared/money/currency.ts';
import type { BookTotals } from './draft.ts';
import { documentTax, type TaxableLine } from './taxes/document-tax.ts';

/** A line with the rate from the document's currency to that of the books; null where they are one. */
export interface BookedLine extends TaxableLine {
  readonly rate: ExchangeRate | null;
}

/**
 * A document's totals in the currency of the books: its net and tax × the rate, each rounded once (Directive 2006/112/EC, Articles 91 and 230: the
 * tax stands on the invoice in the currency of the member state as well). Lines keep the rate they were first billed at, so that a credit takes back what
 * was booked: lines of several rates are taxed rate by rate. `standing`: what is left of the document that they credit. null when the document is in that currency, or its lines were booked in several.
 */
export function bookTotals(
  lines: readonly BookedLine[],
  currency: Currency,
  standing: readonly BookedLine[] = [],
): BookTotals | null {
  const byRate = ({ rate }: BookedLine) => JSON.stringify(rate);
  const [groups, left] = [[...Map.groupBy(lines, byRate).values()], Map.groupBy(standing, byRate)];
  const rates = groups.flatMap(([first]) => first?.rate ?? []);
  const to = rates[0]?.to;
  if (to === undefined || rates.length < groups.length || rates.some((rate) => rate.to !== to)) return null;
  const parts = groups.map((group, at) => {
    const rate = rates[at] as ExchangeRate;
    const { nets, taxes } = documentTax(group, currency, left.get(JSON.stringify(rate)));
    const net = sum(nets.map((each) => amount(each)));
    return { net: converted(net, rate), tax: converted(sum(taxes.map((row) => amount(row.tax))), rate) };
  });
  const net = roundToMinorUnit(sum(parts.map((part) => part.net)), to);
  const tax = roundToMinorUnit(sum(parts.map((part) => part.tax)), to);
  const text = (value: typeof net) => formatMinor(value, to);
  return { currency: to, rates, net: text(net), tax: text(tax), gross: text(net.plus(tax)) };
}
