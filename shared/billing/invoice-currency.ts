import { converted, type ExchangeRate, type ExchangeRates, exchangeRate } from '#shared/catalog/exchange-rate.ts';
import { type Amount, amount, sum } from '#shared/money/amount.ts';
import { type Currency, formatMinor } from '#shared/money/currency.ts';
import { addDays, type LocalDate } from '#shared/time/local-date.ts';
import type { Arithmetic, ChargeLine } from './lines/charge-line.ts';
import { type PricingScope, termsOf } from './lines/line-head.ts';
import { shareWhole, totalOf } from './lines/share-whole.ts';

/**
 * The lines in the invoice's currency (pricing rules §7): of a price list in another one, the exact amount × the rate, rounded once. Lines a pool is
 * shared over by business units add up to the pool's amount, as far as they have one rate.
 * @throws RangeError naming the currencies and the day when there is no rate.
 */
export function inInvoiceCurrency(scope: PricingScope, lines: readonly ChargeLine[]): ChargeLine[] {
  const foreign = lines.filter((line) => listCurrency(scope, line) !== scope.currency);
  const done = new Map<ChargeLine, ChargeLine>();
  for (const group of Map.groupBy(foreign, shareGroup).values()) {
    const own = [...Map.groupBy(group, (line) => JSON.stringify(rateOf(scope, line))).values()].flatMap((its) =>
      convertedLines(scope, its),
    );
    for (const each of own)
      done.set(each.line, { ...each.line, ...each.told, arithmetic: sharesInIt(each, own, scope) });
  }
  return lines.map((line) => done.get(line) ?? line);
}

function listCurrency(scope: PricingScope, { plan, version }: ChargeLine): Currency {
  return termsOf(scope, plan, version).currency;
}

/** A line, and what is told of it in the invoice's currency. */
interface Converted {
  readonly line: ChargeLine;
  readonly told: { readonly amount: string; readonly exchange: ExchangeRate };
}

/** Shares of one amount that have one rate: they add up to what their part of it comes to, rounded once, and are cut only then. */
function convertedLines(scope: PricingScope, group: readonly ChargeLine[]): Converted[] {
  const first = group[0] as ChargeLine;
  const rate = rateOf(scope, first);
  const ofAll = weightsOf(first);
  const weights = new Map(group.map(({ businessUnit: unit }) => [unit, ofAll.get(unit) ?? 0n]));
  const exact = partOf(amount(first.arithmetic.exact), totalOf(weights.values()), totalOf(ofAll.values()));
  const { parts } = shareWhole(converted(exact, rate), weights, scope.currency);
  return group.map((line) => {
    return { line, told: { amount: parts.get(line.businessUnit) as string, exchange: rate } };
  });
}

/** What the amount a line is of is shared by: what of the overage is whose, or days of subscriptions or members; of a line that stands alone all is its unit's. */
function weightsOf({ arithmetic, businessUnit }: ChargeLine): ReadonlyMap<string, bigint> {
  if (!isShared(arithmetic)) return new Map([[businessUnit, 1n]]);
  return new Map(
    arithmetic.shares.map((share) => [
      share.businessUnit,
      BigInt('over' in share ? share.over : 'days' in share ? share.days : share.memberDays),
    ]),
  );
}

function partOf(whole: Amount, weight: bigint, all: bigint): Amount {
  return weight === all ? whole : whole.times(amount(weight)).div(amount(all));
}

/** Lines that are shares of one amount; all others stand alone. */
function shareGroup(line: ChargeLine): string {
  if (!isShared(line.arithmetic)) return line.id;
  const { plan, version, charge, zone, tier, period } = line;
  return JSON.stringify([plan, version, charge, zone, tier, period, line.arithmetic.exact]);
}

/** Arithmetic of what is priced as a whole and shared over business units. */
type SharedArithmetic = Extract<Arithmetic, { readonly rounded: string }>;

/** Whether a line is one of several an amount was shared over. */
function isShared(arithmetic: Arithmetic): arithmetic is SharedArithmetic {
  return 'rounded' in arithmetic && arithmetic.shares.length > 1;
}

/** What was shared, and the shares, in the invoice's currency, each by the rate of its own line: they are shown beside the line's amount. */
function sharesInIt({ line: { arithmetic } }: Converted, own: readonly Converted[], scope: PricingScope): Arithmetic {
  if (!isShared(arithmetic)) return arithmetic;
  const byUnit = new Map(own.map(({ line, told }) => [line.businessUnit, told]));
  const isByOne = own.every(({ told }) => isSameRate(told.exchange, (own[0] as Converted).told.exchange));
  const shares = arithmetic.shares.map((share) => {
    const told = byUnit.get(share.businessUnit);
    const rate = isByOne || told === undefined ? {} : { exchange: told.exchange };
    return { ...share, amount: told?.amount ?? '0', ...rate };
  });
  const rounded = formatMinor(sum(own.map(({ told }) => amount(told.amount))), scope.currency);
  return { ...arithmetic, rounded, shares } as Arithmetic;
}

function isSameRate(one: ExchangeRate, other: ExchangeRate): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function rateOf(scope: PricingScope, line: ChargeLine): ExchangeRate {
  const { kept, rates, by, invoiceDate } = scope.exchange;
  const from = listCurrency(scope, line);
  const first = kept(line);
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
