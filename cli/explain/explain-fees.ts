import type { AdHocArithmetic, OneTimeArithmetic, RecurringArithmetic } from '#shared/billing/lines/charge-line.ts';
import { amount } from '#shared/money/amount.ts';
import { counted, grouped, money } from '../terminal/figures.ts';
import { shareTable } from './share-table.ts';

/** What a line says that is charged for being there, once or by order. */
export type FeeArithmetic = RecurringArithmetic | OneTimeArithmetic | AdHocArithmetic;

const COUNTED: Readonly<Record<RecurringArithmetic['of'], string>> = {
  subscriptions: 'subscriptions by their days',
  peak: 'subscriptions on the day with most of them',
  atEnd: 'subscriptions on the last day',
  used: 'subscriptions with usage',
  property: 'counted by their property',
  number: 'as agreed, whatever the subscriptions',
};

/** The factors a fee is made of: "310 SIM days ÷ 31 × EUR 2.00". */
export function feeFactors(arithmetic: FeeArithmetic, currency: string): string {
  if (arithmetic.kind === 'adHoc') return `${grouped(arithmetic.quantity)} × ${money(arithmetic.price, currency)}`;
  if (arithmetic.kind === 'oneTime') return `${oneTimeFactors(arithmetic, currency)}${oneTimeText(arithmetic)}`;
  const { of, days, daysInPeriod, minimum, shares, part } = arithmetic;
  if (of === 'subscriptions' && shares.length === 0 && part === undefined)
    return `${counted(days, 'SIM day', 'SIM days')} ÷ ${daysInPeriod} × ${priceText(arithmetic, currency)}`;
  const quantity = grouped(amount(days).div(daysInPeriod).toDecimalPlaces(6).toFixed());
  const least = minimum === 0 ? '' : `, at least ${grouped(minimum)}`;
  const what = `${quantity} (${grouped(days)} days ÷ ${daysInPeriod}; ${COUNTED[of]}${least})`;
  const all = timesPrice(what, arithmetic, currency);
  return part === undefined ? all : `(${all}) × ${part.days} ÷ ${part.of} days`;
}

function oneTimeFactors({ quantity, ...arithmetic }: OneTimeArithmetic, currency: string): string {
  return timesPrice(grouped(quantity), arithmetic, currency);
}

function oneTimeText({ at, term, subscriptions }: OneTimeArithmetic): string {
  const months = term === 0 ? '' : `, months left of ${term}`;
  return ` (${at === '' ? 'bought' : at}${months}, ${counted(subscriptions, 'subscription', 'subscriptions')})`;
}

/** "12 × EUR 2.00 + 1 × EUR 3.00", or where what is paid for is not the quantity "3 packages × EUR 7.00 for 12". */
function timesPrice(
  what: string,
  fee: Pick<RecurringArithmetic, 'model' | 'entered' | 'price' | 'flat' | 'season'>,
  currency: string,
): string {
  const { model, entered, flat } = fee;
  const paid = {
    package: counted(entered, 'package', 'packages'),
    flat: counted(entered, 'flat amount', 'flat amounts'),
    stairStep: counted(entered, 'step', 'steps'),
  };
  if (model === 'package' || model === 'flat' || model === 'stairStep')
    return `${paid[model]} × ${money(flat, currency)} for ${what}`;
  const entering = amount(flat).isZero() ? '' : ` + ${grouped(entered)} × ${money(flat, currency)}`;
  return `${what} × ${priceText(fee, currency)}${entering}`;
}

/** "EUR 2.00", or by the factor of a season "EUR 2.00 × 1.5". */
export function priceText({ price, season }: Pick<RecurringArithmetic, 'price' | 'season'>, currency: string): string {
  return season === undefined ? money(price, currency) : `${money(season.listed, currency)} × ${season.factor}`;
}

/** What each business unit has of a fee that is counted over the account; '' where it is one's own. */
export function feeSharesText({ shares, rounded }: RecurringArithmetic, ofLine: string, currency: string): string {
  const days = shares.reduce((sum, share) => sum + share.days, 0);
  const together = { businessUnit: 'together', by: `${days}`, amount: rounded };
  const shown = shares.map((share) => ({ ...share, by: `${share.days}` }));
  const text = shareTable(shown, { heading: 'days', together, ofLine, currency });
  return text === ''
    ? ''
    : `\nshared over business units by the days of their subscriptions, in whole minor units:\n${text}`;
}
