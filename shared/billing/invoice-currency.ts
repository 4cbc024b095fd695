import { converted, type ExchangeRate, type ExchangeRates, exchangeRate } from '#shared/catalog/exchange-rate.ts';
import { type Amount, amount, sum, ZERO } from '#shared/money/amount.ts';
import { type Currency, formatMinor, minorUnit, roundToMinorUnit } from '#shared/money/currency.ts';
import { roundTogether } from '#shared/money/round-together.ts';
import { addDays, type LocalDate } from '#shared/time/local-date.ts';
import type { Arithmetic, ChargeLine } from './lines/charge-line.ts';
import { type PricingScope, termsOf } from './lines/line-head.ts';

/** What amounts of price lists in another currency than the invoice's are converted by. */
export interface ExchangeScope {
  readonly rates: readonly ExchangeRates[];
  /** The day whose rate counts: that of the invoice, or of usage the last day of the line's period. */
  readonly by: 'invoiceDate' | 'usageDate';
  readonly invoiceDate: LocalDate;
  /** Line id → the rate of the document that first billed it, which it keeps. */
  readonly kept: ReadonlyMap<string, ExchangeRate>;
}

/**
 * The lines in the invoice's currency (pricing rules §7): of a price list in another one, the exact amount × the rate, rounded once. Lines a pool is
 * shared over by business units add up to the pool's amount, as far as they have one rate.
 * @throws RangeError naming the currencies and the day when there is no rate.
 */
export function inInvoiceCurrency(scope: PricingScope, lines: readonly ChargeLine[]): ChargeLine[] {
  const foreign = lines.filter((line) => listCurrency(scope, line) !== scope.currency);
  const done = new Map<ChargeLine, ChargeLine>();
  for (const group of Map.groupBy(foreign, (line) => shareGroup(scope, line)).values()) {
    const rate = rateOf(scope, group[0] as ChargeLine);
    const inIt = exactShares(group).map((value) => converted(value, rate));
    const total = roundToMinorUnit(sum(inIt), scope.currency);
    const parts = roundTogether(inIt, total, minorUnit(scope.currency));
    const own = group.map((line, at) => ({ line, amount: formatMinor(parts[at] ?? ZERO, scope.currency) }));
    const byUnit = new Map(own.map(({ line, amount: its }) => [line.businessUnit, its]));
    for (const { line, amount: its } of own) {
      const arithmetic = sharesInIt(line.arithmetic, formatMinor(total, scope.currency), byUnit);
      done.set(line, { ...line, amount: its, exchange: rate, arithmetic });
    }
  }
  return lines.map((line) => done.get(line) ?? line);
}

function listCurrency(scope: PricingScope, { plan, version }: ChargeLine): Currency {
  return termsOf(scope, plan, version).currency;
}

/** Lines that are shares of one amount and have one rate; all others stand alone. */
function shareGroup(scope: PricingScope, line: ChargeLine): string {
  if (!isShared(line.arithmetic)) return line.id;
  const { plan, version, charge, zone, tier, period } = line;
  return JSON.stringify([plan, version, charge, zone, tier, period.from, line.arithmetic.exact, rateOf(scope, line)]);
}

/** Arithmetic of what is priced as a whole and shared over business units. */
type SharedArithmetic = Extract<Arithmetic, { readonly rounded: string }>;

/** Whether a line is one of several an amount was shared over. */
function isShared(arithmetic: Arithmetic): arithmetic is SharedArithmetic {
  return 'rounded' in arithmetic && arithmetic.shares.length > 1;
}

/** What was shared, and the shares, in the invoice's currency: they are shown beside the line's amount. */
function sharesInIt(arithmetic: Arithmetic, rounded: string, byUnit: ReadonlyMap<string, string>): Arithmetic {
  if (!isShared(arithmetic)) return arithmetic;
  const shares = arithmetic.shares.map((share) => ({ ...share, amount: byUnit.get(share.businessUnit) ?? '0' }));
  return { ...arithmetic, rounded, shares } as Arithmetic;
}

/** Each line's own exact amount: of shares, its part of the exact whole, as the rounded whole was shared. */
function exactShares(group: readonly ChargeLine[]): Amount[] {
  return group.map(({ amount: own, arithmetic }, at) => {
    const exact = amount(arithmetic.exact);
    if (!isShared(arithmetic)) return exact;
    const shared = sum(arithmetic.shares.map((share) => amount(share.amount)));
    if (!shared.isZero()) return exact.times(own).div(shared);
    return at === 0 ? exact : ZERO;
  });
}

function rateOf(scope: PricingScope, line: ChargeLine): ExchangeRate {
  const { kept, rates, by, invoiceDate } = scope.exchange;
  const from = listCurrency(scope, line);
  const first = kept.get(line.id);
  if (first !== undefined && first.from === from) return first;
  const day = by === 'usageDate' ? addDays(line.period.until, -1) : invoiceDate;
  return rateOn(rates, from, scope.currency, day, `plan ${line.plan}`);
}

/** The rate of a day. @throws RangeError when there is none, naming what is missing and for what. */
export function rateOn(
  rates: readonly ExchangeRates[],
  from: Currency,
  to: Currency,
  day: LocalDate,
  what: string,
): ExchangeRate {
  const rate = exchangeRate(rates, from, to, day);
  if (rate !== undefined) return rate;
  throw new RangeError(
    `${what} is in ${from} and has to be told in ${to}, but the catalogue has no exchange rate between them on or before ${day}: add it under exchangeRates`,
  );
}
