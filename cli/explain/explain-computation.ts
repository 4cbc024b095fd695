import type { RecordedLine } from '#shared/billing/draft.ts';
import type {
  Arithmetic,
  ChargeLine,
  PoolArithmetic,
  PoolPriceArithmetic,
  UsageArithmetic,
} from '#shared/billing/lines/charge-line.ts';
import { unitOfLine } from '#shared/billing/lines/charge-of-line.ts';
import type { Charge } from '#shared/catalog/catalog.ts';
import { converted, rateText } from '#shared/catalog/exchange-rate.ts';
import { amount } from '#shared/money/amount.ts';
import { seasonOf } from '#shared/rating/charge-variant.ts';
import { baseText, counted, exactText, grouped, money } from '../terminal/figures.ts';
import { type AgreedArithmetic, agreedComputation, isAgreedArithmetic } from './explain-agreed.ts';
import { amountFactors } from './explain-amounts.ts';
import { feeFactors, priceText } from './explain-fees.ts';

/** A line, owed or as it stands recorded. */
type Computed = ChargeLine & Pick<RecordedLine, 'kept'>;

/** The one line of arithmetic everything comes down to. */
export function computation(
  { line, charge = null }: { readonly line: Computed; readonly charge?: Charge | null },
  currency: string,
): string {
  if (line.kept !== undefined) return computationWithKept(line, line.kept, charge, currency);
  const { arithmetic } = line;
  if (isAgreedArithmetic(arithmetic)) return agreedComputation(line, arithmetic, currency);
  const isShared = 'shares' in arithmetic && arithmetic.shares.length > 1;
  const whole = isShared && arithmetic.rounded !== '' ? arithmetic.rounded : line.amount;
  const exact = line.exchange === null ? amount(arithmetic.exact) : converted(amount(arithmetic.exact), line.exchange);
  const factor = factorOf(line.charge, charge);
  const listed = factors(arithmetic, unitOfLine(line, charge), factor, line.exchange?.from ?? currency);
  if (isShared && arithmetic.shares.some(({ exchange }) => exchange !== undefined)) {
    const all = `${exactText(arithmetic.exact)} ${line.exchange?.from ?? currency}`;
    return `${listed} = ${all} → ${money(whole, currency)}, each part by the rate it was first billed at${shareText(line, currency)}`;
  }
  const result = `${exchangeText(line)}= ${exactText(exact.toFixed())} → ${money(whole, currency)}`;
  const rounding = exact.equals(whole) ? '' : ', rounded once, half away from zero';
  return `${listed} ${result}${rounding}${shareText(line, currency)}`;
}

/** What is owed of a line, and what was charged in advance, fell away and is not refunded. */
function computationWithKept(
  { kept: _, ...line }: Computed,
  kept: NonNullable<Computed['kept']>,
  charge: Charge | null,
  currency: string,
): string {
  const owed = amount(line.amount)
    .minus(kept.amount)
    .toFixed(line.amount.split('.')[1]?.length ?? 0);
  const sum = `${money(owed, currency)} + ${money(kept.amount, currency)} = ${money(line.amount, currency)}`;
  const its = `${grouped(kept.quantity)} fell away and is not refunded: ${sum}`;
  return `${computation({ line: { ...line, amount: owed }, charge }, currency)}; ${its}`;
}

/** "= 10 USD, at 1.25 USD = 0.95 CHF (ECB, 2026-03-02) ": the step from the price list's currency; '' where that is the invoice's. */
function exchangeText({ arithmetic, exchange }: ChargeLine): string {
  if (exchange === null) return '';
  const { from, source, date } = exchange;
  return `= ${exactText(arithmetic.exact)} ${from}, at ${rateText(exchange)} (${source}, ${date}) `;
}

/** What of a pool's amount is the line's own business unit's; '' where nothing is shared. */
function shareText({ arithmetic, amount: own, businessUnit }: ChargeLine, currency: string): string {
  if (!('shares' in arithmetic) || arithmetic.shares.length < 2) return '';
  return `; of it ${money(own, currency)} for ${businessUnit || 'the account itself'}`;
}

/** What the season of a usage line multiplies its listed prices by; '' where the season has a price, or there is none. */
function factorOf(id: string, charge: Charge | null): string {
  if (charge?.kind !== 'usage') return '';
  const held = charge.seasons.find(({ season }) => season === seasonOf(id));
  return held !== undefined && 'factor' in held ? held.factor : '';
}

/** A price of usage, with the listed one where a season multiplies that. */
function seasonalText(price: string, factor: string, currency: string): string {
  if (factor === '' || amount(factor).isZero()) return priceText({ price }, currency);
  return priceText({ price, season: { listed: amount(price).div(factor).toFixed(), factor } }, currency);
}

function factors(
  arithmetic: Exclude<Arithmetic, AgreedArithmetic>,
  unit: string,
  factor: string,
  currency: string,
): string {
  if (arithmetic.kind === 'adjustment') return 'given back';
  if (arithmetic.kind === 'amount') return amountFactors(arithmetic, currency);
  if (arithmetic.kind === 'poolPrice') return poolPriceFactors(arithmetic, currency);
  if (arithmetic.kind !== 'usage' && arithmetic.kind !== 'pool') return feeFactors(arithmetic, currency);
  const quantity = arithmetic.kind === 'usage' ? arithmetic.quantity : arithmetic.over;
  const times = timesText(arithmetic);
  if (times !== '')
    return `${times} × ${seasonalText(arithmetic.flat, factor, currency)} for ${baseText(quantity, unit)}`;
  const divided = arithmetic.baseUnits === '1' ? '' : ` ÷ ${grouped(arithmetic.baseUnits)} (${unit})`;
  const flat = amount(arithmetic.flat).isZero()
    ? ''
    : ` + ${grouped(arithmetic.entered)} × ${seasonalText(arithmetic.flat, factor, currency)}`;
  return `${baseText(quantity, unit)}${divided} × ${seasonalText(arithmetic.price, factor, currency)}${flat}`;
}

/** "3 packages": what is paid for where it is not the quantity; '' where it is. */
function timesText({ model, entered }: UsageArithmetic | PoolArithmetic): string {
  if (model === 'package') return counted(entered, 'package', 'packages');
  if (model === 'flat') return counted(entered, 'flat amount', 'flat amounts');
  return model === 'stairStep' ? counted(entered, 'step', 'steps') : '';
}

function poolPriceFactors(
  { days, daysInPeriod, price, size, sizeUnit }: PoolPriceArithmetic,
  currency: string,
): string {
  const part = days === daysInPeriod ? '' : `${counted(days, 'day', 'days')} ÷ ${daysInPeriod} × `;
  return `a pool of ${baseText(size, sizeUnit)}: ${part}${money(price, currency)}`;
}
