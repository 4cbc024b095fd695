import type { AmountArithmetic } from '#shared/billing/lines/charge-line.ts';
import { converted, rateText } from '#shared/catalog/exchange-rate.ts';
import { amount, sum } from '#shared/money/amount.ts';
import type { SubscriptionDetail } from '#shared/rating/subscription-details.ts';
import { amountUnitOf } from '#shared/usage/usage-key-text.ts';
import { counted, exactText, grouped } from '../terminal/figures.ts';
import { figures, table, words } from '../terminal/table.ts';

/** "110 % of 12.5 USD charged by carriers, for 3 subscriptions". */
export function amountFactors({ percent, worth, subscriptions }: AmountArithmetic, currency: string): string {
  const whose = counted(subscriptions, 'subscription', 'subscriptions');
  return `${grouped(percent)} % of ${exactText(worth)} ${currency} that carriers charged for ${whose}`;
}

/** What carriers charged by currency and day, and how it was converted; '' where one sum in the price list's currency says it all. */
export function amountsText({ amounts, worth }: AmountArithmetic, currency: string): string {
  if (amounts.every(({ rate }) => rate === null)) return '';
  const rows = [
    ...amounts.map(({ currency: from, date, value, rate }) => ({
      what: date === '' ? `in ${from}` : `${date}, in ${from}`,
      value,
      rate:
        rate === null
          ? ''
          : `${rateText(rate)} (${rate.source === '' ? 'its usage files' : `${rate.source}, ${rate.date}`})`,
      worth: rate === null ? value : converted(amount(value), rate).toFixed(),
    })),
    { what: 'together', value: '', rate: '', worth },
  ];
  return table(rows, [
    words('carriers charged', (row) => row.what),
    figures('', (row) => (row.value === '' ? '' : grouped(row.value))),
    words('at', (row) => row.rate),
    figures(currency, (row) => exactText(row.worth)),
  ]);
}

/** Parts of a unit a subscription's part of amounts is told in: 10^12. */
const PARTS = amount(10).pow(12);

/** What a subscription's amounts come to in the price list's currency, by the rates of the line, in whole parts. */
export function worthOfDetail({ amounts = {} }: SubscriptionDetail, line: AmountArithmetic): bigint {
  const worths = Object.entries(amounts).map(([key, quantity]) => {
    const [unit = '', date = ''] = key.split('|');
    const { currency, decimals, byFile } = amountUnitOf(unit);
    const value = amount(quantity).div(amount(10).pow(decimals));
    const told = line.amounts.filter((each) => each.currency === currency && each.date === date);
    const { rate = null } = told.find((each) => each.rate?.times === byFile?.rate) ?? told[0] ?? {};
    return rate === null ? value : converted(value, rate);
  });
  return BigInt(sum(worths).times(PARTS).toFixed(0));
}

/** Such parts as a person reads them. */
export function partsText(parts: bigint): string {
  return exactText(amount(parts).div(PARTS).toFixed());
}
