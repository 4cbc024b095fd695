import { converted, type ExchangeRate, exchangeRate } from '#shared/catalog/exchange-rate.ts';
import { type Amount, amount } from '#shared/money/amount.ts';
import { type LocalDate, localDateOf } from '#shared/time/local-date.ts';
import { amountUnitOf } from '#shared/usage/usage-key-text.ts';
import type { ChargedRecord, ChargeUsage } from './charge-usage.ts';
import type { RecordPart } from './charge-variant.ts';
import type { DayTable } from './day-table.ts';
import type { PlanTerms } from './plan-terms.ts';
import type { PricedUsage } from './priced-usage.ts';
import { isPricedByRecord, usageOfPart } from './record-terms.ts';

/**
 * Amounts that carriers charged, as whole numbers of what their records say (`EUR/6`): by that, and where neither it nor its file's rate leads to
 * the plan's currency by local date, since a day has a rate of its own: "USD/6|2026-03-04". Sums of them are exact; what they are worth is worked
 * out once, of the sums.
 */
export type SummedAmounts = ReadonlyMap<string, bigint>;

/** Amounts of a subscription that a charge takes its percentage of. */
export interface PricedAmounts {
  readonly of: ChargeUsage;
  readonly amounts: SummedAmounts;
}

/** What the amounts of a day are summed under. */
function keyOf({ currency }: PlanTerms, unit: string, date: LocalDate): string {
  const { currency: own, byFile } = amountUnitOf(unit);
  return `${unit}|${own === currency || byFile?.currency === currency ? '' : date}`;
}

/** Some summed amounts of one currency and rate, and what they are worth in the currency of the plan. */
export interface WorthAmount {
  readonly currency: string;
  /** '' where nothing is converted, or by the rate of the usage files: its source and its date are '' as well. */
  readonly date: LocalDate | '';
  readonly value: Amount;
  /** null where nothing is converted. */
  readonly rate: ExchangeRate | null;
  readonly worth: Amount;
}

/**
 * What summed amounts are worth in the currency of a plan, by the rate their file gives, else that of the day of the usage (pricing rules §3.8): one
 * for each currency, day and rate, in their order. @throws RangeError naming currencies and day when there is no rate.
 */
export function worthOf(terms: PlanTerms, amounts: Iterable<readonly [key: string, quantity: bigint]>): WorthAmount[] {
  const found = new Map<string, Omit<WorthAmount, 'worth'>>();
  for (const [key, quantity] of amounts) {
    const [unit = '', date = ''] = key.split('|');
    const { currency, decimals } = amountUnitOf(unit);
    const rate = rateOf(terms, unit, date);
    const name = `${currency}|${date}|${date === '' ? (rate?.times ?? '') : ''}`;
    const before = found.get(name)?.value ?? amount(0);
    found.set(name, { currency, date, rate, value: before.plus(amount(quantity).div(amount(10).pow(decimals))) });
  }
  return [...found.keys()].sort().map((name) => {
    const { value, rate, ...of } = found.get(name) as Omit<WorthAmount, 'worth'>;
    return { ...of, value, rate, worth: rate === null ? value : converted(value, rate) };
  });
}

/** By what an amount becomes one of the plan's currency; null = it is one. */
function rateOf(terms: PlanTerms, unit: string, date: LocalDate | ''): ExchangeRate | null {
  const { currency, byFile } = amountUnitOf(unit);
  const to = terms.currency;
  if (currency === to) return null;
  if (byFile?.currency === to) return { from: currency, to, times: byFile.rate, dividedBy: '1', date: '', source: '' };
  const rate = exchangeRate(terms.exchangeRates, currency, to, date);
  if (rate !== undefined) return rate;
  throw new RangeError(
    `plan ${terms.plan} charges a percentage of amounts in ${currency}, but the catalogue has no exchange rate to ${to} on or before ${date}: add it under exchangeRates`,
  );
}

/** So many percent of an amount. */
export function percentOf({ price, id }: ChargeUsage['charge'], worth: Amount): Amount {
  if (price.model !== 'percentage') throw new Error(`charge ${id} counts amounts and has no percentage`);
  return worth.times(price.percent).div(100);
}

/**
 * What the amounts of a subscription come to in a period: sums of which each charge takes its percentage, and what of them is paid by the record
 * instead, where one has a least or a most (pricing rules §3.7). Connection fees of others are not among it.
 */
export function priceAmounts(
  usages: readonly ChargeUsage[],
  days: DayTable,
  place: number,
): { readonly amounts: readonly PricedAmounts[]; readonly paid: readonly PricedUsage[] } {
  const sums = new Map<string, { of: ChargeUsage; amounts: Map<string, bigint> }>();
  const paid = new Map<string, PricedUsage>();
  const add = (of: ChargeUsage, date: LocalDate, quantity: bigint) => {
    const { amounts } = opened(sums, of);
    const key = keyOf(of.terms, of.amountUnit, date);
    amounts.set(key, (amounts.get(key) ?? 0n) + quantity);
  };
  const pay = (of: ChargeUsage, part: RecordPart) => {
    const whose = usageOfPart(of, part);
    const before = paid.get(whose.key)?.quantity ?? 0n;
    paid.set(whose.key, { of: whose, tier: 0, quantity: before + 1n, entered: 0 });
  };
  for (const usage of usages) {
    if (isPricedByRecord(usage.charge)) {
      for (const record of usage.records ?? []) {
        if (record.period !== place) continue;
        const [date, quantity] = [usedOn(days, record), BigInt(record.quantity)];
        const part = boundOf(usage, date, quantity);
        if (part === '') add(usage, date, quantity);
        if (part !== '' || usage.charge.connectionFee !== '0') pay(usage, part === '' ? 'fee' : part);
      }
    } else addDays(usage, days, place, add);
  }
  return { amounts: [...sums.values()], paid: [...paid.values()] };
}

function opened(sums: Map<string, { of: ChargeUsage; amounts: Map<string, bigint> }>, of: ChargeUsage) {
  const there = sums.get(of.key) ?? { of, amounts: new Map<string, bigint>() };
  sums.set(of.key, there);
  return there;
}

/** The day a record was used on: that it counts on, but for one that came late and is of an earlier period. */
function usedOn({ dates, starts, zone }: DayTable, { at, day }: ChargedRecord): LocalDate {
  return at < (starts[day] as number) ? localDateOf(at, zone) : (dates[day] as LocalDate);
}

/** Adds the amounts of each day; of what came late, that of the day it was used on in place of the first of the period. */
function addDays(
  of: ChargeUsage,
  days: DayTable,
  place: number,
  add: (of: ChargeUsage, date: LocalDate, quantity: bigint) => void,
): void {
  let late = 0n;
  for (const { period, date, quantity } of of.lateAmounts) {
    if (period !== place || quantity === 0) continue;
    late += BigInt(quantity);
    add(of, date, BigInt(quantity));
  }
  const end = days.firstDay[place + 1] as number;
  for (let day = days.firstDay[place] as number; day < end; day++) {
    const quantity = of.quantities[day] as number;
    if (quantity > Number.MAX_SAFE_INTEGER)
      throw new RangeError(`amounts of ${of.name} on ${days.dates[day]} add up to more than can be counted exactly`);
    const own = BigInt(quantity) - late;
    late = 0n;
    if (own > 0n) add(of, days.dates[day] as LocalDate, own);
  }
}

/** Whether a record is raised to its minimum or cut at its maximum, its fee included; '' = neither. */
function boundOf({ terms, charge, amountUnit }: ChargeUsage, date: LocalDate, quantity: bigint): RecordPart | '' {
  const [worth] = worthOf(terms, [[keyOf(terms, amountUnit, date), quantity]]);
  const cost = percentOf(charge, (worth as WorthAmount).worth).plus(charge.connectionFee);
  if (charge.maximum !== '' && cost.greaterThan(charge.maximum)) return 'maximum';
  return cost.lessThan(charge.minimum) ? 'minimum' : '';
}
