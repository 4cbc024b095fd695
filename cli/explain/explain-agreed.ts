import type {
  Arithmetic,
  CapArithmetic,
  ChargeLine,
  DiscountArithmetic,
  LimitArithmetic,
  TrueUpArithmetic,
} from '#shared/billing/lines/charge-line.ts';
import { amount, sum } from '#shared/money/amount.ts';
import { counted, exactText, grouped, money, price } from '../terminal/figures.ts';
import { figures, table, words } from '../terminal/table.ts';

/** How a line that follows from other lines came about: of a commitment or a discount. */
export type AgreedArithmetic = TrueUpArithmetic | CapArithmetic | DiscountArithmetic;

/** Whether it is of a commitment or a discount. */
export function isAgreedArithmetic(arithmetic: Arithmetic): arithmetic is AgreedArithmetic {
  return arithmetic.kind === 'trueUp' || arithmetic.kind === 'cap' || arithmetic.kind === 'discount';
}

/** The one line of arithmetic: "500.00 EUR × 15 days ÷ 30 = 250.00 EUR at least − 100.00 EUR = 150.00 EUR". */
export function agreedComputation(
  line: Pick<ChargeLine, 'amount'>,
  arithmetic: AgreedArithmetic,
  currency: string,
): string {
  const show = (value: string) => money(value, currency);
  if (arithmetic.kind === 'trueUp') {
    const short = amount(arithmetic.limit).minus(arithmetic.net).toFixed();
    const share = arithmetic.shares.length > 1 ? `; of it ${show(line.amount)} here` : '';
    return `${limitText(arithmetic, currency)} at least − ${show(arithmetic.net)} = ${show(short)} short${share}`;
  }
  const { net, reduction, exact, shares } = arithmetic;
  const here = sum(shares.map((share) => amount(share.off))).toFixed();
  const share = amount(here).equals(reduction) ? '' : `; of it ${show(here)} here`;
  if (arithmetic.kind === 'cap')
    return `${show(net)} − ${limitText(arithmetic, currency)} at most = ${show(reduction)} off${share}`;
  if (arithmetic.percent === '') {
    const most = amount(arithmetic.amount).equals(reduction)
      ? ''
      : `, no more than there is of ${show(arithmetic.amount)}`;
    return `${show(reduction)} off ${show(net)}${most}${share}`;
  }
  const rounding = amount(exact).equals(reduction) ? '' : ', rounded once, half away from zero';
  return `${grouped(arithmetic.percent)} % of ${show(net)} = ${exactText(exact)} → ${show(reduction)} off${rounding}${share}`;
}

/** "500.00 EUR"; of a part of the period "500.00 EUR × 15 days ÷ 30 = 250.00 EUR". */
function limitText({ parts, daysInPeriod, limit }: LimitArithmetic, currency: string): string {
  const [first] = parts;
  if (parts.length === 1 && first?.days === daysInPeriod) return money(limit, currency);
  const stretches = parts.map(
    (part) => `${money(part.amount || '0', currency)} × ${counted(part.days, 'day', 'days')}`,
  );
  const all = stretches.length === 1 ? stretches.join() : `(${stretches.join(' + ')})`;
  return `${all} ÷ ${daysInPeriod} = ${money(limit, currency)}`;
}

/** What a line's id says beside its name: "eu, tier 2, from 2026-10-01". */
function lineText(id: string): string {
  const [, , , , zone = '', tier = '0', from = ''] = id.split('|');
  return [zone, tier === '0' ? '' : `tier ${tier}`, `from ${from.replace('..', ' until ')}`]
    .filter((part) => part !== '')
    .join(', ');
}

/** How it is shared: a true-up over business units, a reduction over the lines it is on. */
export function agreedShares(
  line: Pick<ChargeLine, 'businessUnit'>,
  arithmetic: AgreedArithmetic,
  currency: string,
): string {
  if (arithmetic.kind !== 'trueUp') {
    const rows = table(arithmetic.shares, [
      words('taken off', (share) => share.name),
      words('of', (share) => lineText(share.line)),
      figures('left before', (share) => price(share.left, currency)),
      figures(currency, (share) => `−${price(share.off, currency)}`),
    ]);
    return `spread over lines by what is left of each, in whole minor units:\n${rows}`;
  }
  if (arithmetic.shares.length < 2) return '';
  const rows = table(arithmetic.shares, [
    words('business unit', (share) => share.businessUnit || '(the account)'),
    figures('net', (share) => price(share.net, currency)),
    figures(currency, (share) => price(share.amount, currency)),
    words('', (share) => (share.businessUnit === line.businessUnit ? '← this line' : '')),
  ]);
  return `shared over business units by their net, in whole minor units:\n${rows}`;
}
