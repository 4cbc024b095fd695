import { allocate } from '#shared/money/allocate.ts';
import { type Amount, amount, sum, ZERO } from '#shared/money/amount.ts';
import { formatMinor, minorUnit, roundToMinorUnit } from '#shared/money/currency.ts';
import type { Invoice, InvoiceLine } from '../invoice.ts';

/**
 * With tax, what a document takes back of each one that its lines amend (decision 44): a credit note's gross is shared by its lines, to the cent, what
 * amends nothing keeping its part; on any other document, which is not below zero, it is what its lines take off it.
 */
export function takenBackOf({ kind, lines, totals, currency }: Invoice): Record<string, string> {
  const sign = kind === '381' ? 1 : -1;
  const byDocument = Map.groupBy(lines, ({ amends }) => amends);
  const back = [...byDocument].map(([number, its]) => ({
    id: number,
    weight: most(sum(its.map(grossOf)).times(sign)),
  }));
  const whole = back.some(({ weight }) => weight.greaterThan(0)) && kind === '381' ? amount(totals.gross) : undefined;
  const shares = whole === undefined ? undefined : allocate(whole, back, minorUnit(currency));
  const named = back.flatMap(({ id, weight }): [string, string][] => {
    const share = shares === undefined ? roundToMinorUnit(weight, currency) : (shares.get(id) ?? ZERO);
    return id === '' || share.isZero() ? [] : [[id, formatMinor(share, currency)]];
  });
  return Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function grossOf({ net, gross, taxPercent }: InvoiceLine): Amount {
  return gross === '' ? amount(net).times(amount(taxPercent).div(100).plus(1)) : amount(gross);
}

function most(value: Amount): Amount {
  return value.lessThan(0) ? ZERO : value;
}
