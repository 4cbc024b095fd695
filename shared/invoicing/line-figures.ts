import type { DocumentLine, Draft, RecordedLine } from '#shared/billing/draft.ts';
import { partsOf } from '#shared/billing/taxes/line-parts.ts';
import { converted, type ExchangeRate } from '#shared/catalog/exchange-rate.ts';
import { type Amount, amount } from '#shared/money/amount.ts';
import { type Currency, formatMinor, minorDigits, minorUnit } from '#shared/money/currency.ts';
import { monthsBetween } from '#shared/time/period.ts';
import type { InvoiceCorrection, InvoiceExchange, InvoiceUnit } from './invoice.ts';

/** Quantity, unit and unit price as a document shows them, and what a correction was worked out of. */
export interface LineFigures {
  readonly quantity: string;
  readonly unit: InvoiceUnit;
  readonly unitPrice: string;
  readonly exchange: InvoiceExchange | null;
  readonly corrected?: InvoiceCorrection;
}

/** Digits a converted unit price has: enough that quantity × price is the line's amount to the cent. */
const PRICE_DIGITS = 12;
/** Minor units that quantity × price may be off the amount (EN 16931 as Peppol BIS 3 reads it, R120): amounts are rounded, then subtracted and shared. */
const SLACK = 2;

/**
 * What a line shows, so that quantity × unit price is its amount to a cent or so (`spec/invoices.md`, R120): the quantity it moved by, at its price.
 * Where more than that is in the amount (a fee of a tier), its price is what one comes to, in as few digits as will do. Where only a price was
 * corrected, or quantity and price were, the difference is one thing that is paid or given back; what it follows from stands beside it.
 */
export function lineFigures(draft: Draft, moved: DocumentLine, credit: boolean): LineFigures {
  const { line } = moved;
  const { currency } = draft.account;
  const sign = credit ? -1 : 1;
  const its = { quantity: amount(moved.quantity).times(sign), money: amount(moved.amount).times(sign) };
  const listed = listedFigures(line);
  if (line.unitPrice === '' || isPriceOf(its.quantity, amount(listed.unitPrice), its.money, currency))
    return { ...listed, quantity: its.quantity.toFixed() };
  const exchange = listed.exchange && { ...listed.exchange, listPrice: '' };
  if (isWhole(moved, currency) && its.quantity.times(its.money).greaterThan(0))
    return {
      ...listed,
      exchange,
      quantity: its.quantity.toFixed(),
      unitPrice: priceOfOne(its.quantity, its.money, currency),
    };
  const corrected = correctionOf(draft, moved);
  return {
    quantity: its.money.isNegative() ? '-1' : '1',
    unit: 'flat',
    unitPrice: formatMinor(its.money.abs(), currency),
    exchange,
    ...(corrected && { corrected }),
  };
}

/** A line's unit and price as the price list has them. */
function listedFigures({ unit, unitPrice, exchange, period }: RecordedLine): Omit<LineFigures, 'quantity'> {
  const isMonth = monthsBetween(period.from, period.until) === 1;
  const isMonthly = (unit === 'subscription' || unit === 'pool') && isMonth;
  return {
    unit: isMonthly ? 'month' : unit === 'subscription' ? 'piece' : (unit as InvoiceUnit),
    unitPrice: exchange === null ? unitPrice : inCurrency(unitPrice, exchange),
    exchange: exchange && { listPrice: unitPrice, rate: exchange },
  };
}

function inCurrency(price: string, rate: ExchangeRate): string {
  return price === '' ? '' : converted(amount(price), rate).toSignificantDigits(PRICE_DIGITS).toFixed();
}

function isPriceOf(quantity: Amount, price: Amount, money: Amount, currency: Currency): boolean {
  return quantity.times(price).minus(money).abs().lessThanOrEqualTo(minorUnit(currency).times(SLACK));
}

/** Whether a line is billed, or taken back, as it stands, and not a difference of two. */
function isWhole({ line, part, quantity, amount: money }: DocumentLine, currency: Currency): boolean {
  const whole = partsOf(line, currency)[part];
  if (whole === undefined || !whole.quantity.abs().equals(amount(quantity).abs())) return false;
  return whole.amount.abs().equals(amount(money).abs());
}

/** What one comes to, in as few digits as make so many of them the amount. */
function priceOfOne(quantity: Amount, money: Amount, currency: Currency): string {
  const exact = money.div(quantity);
  for (let digits = minorDigits(currency); digits < PRICE_DIGITS; digits++) {
    const price = exact.toDecimalPlaces(digits);
    if (price.times(quantity).minus(money).abs().times(2).lessThan(minorUnit(currency))) return price.toFixed();
  }
  return exact.toSignificantDigits(PRICE_DIGITS).toFixed();
}

/** What is owed of a line, how that is worked out where one price does it, and what was billed before; nothing of what was taken back as a whole. */
function correctionOf(
  { amendment, lines, adjustments, account }: Draft,
  { line, part, amount: money }: DocumentLine,
): InvoiceCorrection | undefined {
  const now = [...lines, ...adjustments].find(({ id }) => id === line.id);
  const owed = now && partsOf(now, account.currency)[part];
  if (amendment !== null || now === undefined || owed === undefined) return undefined;
  const billed = owed.amount.minus(money);
  if (billed.isZero()) return undefined;
  const { unit, unitPrice } = listedFigures(now);
  const isPriced = isPriceOf(owed.quantity, amount(unitPrice), owed.amount, account.currency);
  return {
    owed: formatMinor(owed.amount, account.currency),
    billed: formatMinor(billed, account.currency),
    ...(isPriced && { quantity: owed.quantity.toFixed(), unit, unitPrice }),
  };
}
