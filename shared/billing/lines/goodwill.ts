import { type Amount, amount, ZERO } from '#shared/money/amount.ts';
import { type Currency, formatMinor } from '#shared/money/currency.ts';
import type { RecordedLine } from '../draft.ts';
import type { ChargeLine } from './charge-line.ts';

/** What lines come to less what caps and discounts take off each, by their ids: no more can be given back of one. */
export function reducedAmounts(lines: readonly ChargeLine[]): Map<string, Amount> {
  const left = new Map(lines.map((line) => [line.id, amount(line.amount)]));
  for (const { arithmetic } of lines) {
    for (const { line, off } of 'shares' in arithmetic && 'reduction' in arithmetic ? arithmetic.shares : [])
      left.set(line, (left.get(line) ?? ZERO).minus(off));
  }
  return left;
}

/**
 * What stands of goodwill behind what is owed by now, in the order it was given: of a line never more than is owed of it, whether it was given before
 * what is owed fell or after (credits of an invoice never exceed what is left of it). When more is owed again, it stands again as it was given.
 */
export function goodwillBehind(
  given: readonly RecordedLine[],
  owed: readonly ChargeLine[],
  currency: Currency,
): RecordedLine[] {
  const left = reducedAmounts(owed);
  return given.map((line) => {
    if (line.arithmetic.kind !== 'adjustment') return line;
    const { of, exact } = line.arithmetic;
    const [wanted, most] = [amount(exact).abs(), left.get(of) ?? ZERO];
    const part = most.lessThan(wanted) ? most : wanted;
    const stands = part.isNegative() ? ZERO : part;
    left.set(of, most.minus(stands));
    const back = formatMinor(stands.negated(), currency);
    return {
      ...line,
      unitPrice: formatMinor(stands, currency),
      amount: stands.isZero() ? formatMinor(ZERO, currency) : back,
    };
  });
}
