import { amount, sum, ZERO } from '#shared/money/amount.ts';
import { type Currency, formatMinor } from '#shared/money/currency.ts';
import type { Cancellation } from './cancellation.ts';
import { type DocumentLine, type RecordedLine, referringTo } from './draft.ts';
import type { MovedLine } from './lines/moved-documents.ts';
import { type LinePart, partsOf } from './taxes/line-parts.ts';

/**
 * What cancelling a document takes back of its lines. A line that billed something: that, and never more than is recorded of it by now (credits of an
 * invoice never exceed what is left of it). A line that took something back: all of it, also where nobody owes the line any more.
 */
export function takenBack(
  lines: readonly DocumentLine[],
  recorded: readonly RecordedLine[],
  currency: Currency,
): MovedLine[] {
  const byId = new Map(recorded.map((line) => [line.id, line]));
  return lines.flatMap((each): MovedLine[] => {
    const standing = byId.get(each.line.id);
    if (!isBilling(each)) return [negated(each)];
    const left = standing === undefined ? undefined : partsOf(standing, currency)[each.part];
    if (standing === undefined || left === undefined || isOpposed(each, left)) return [];
    const by = amount(each.amount).isZero() ? 'quantity' : 'amount';
    if (left[by].abs().greaterThanOrEqualTo(amount(each[by]).abs())) return [negated(each)];
    const rest = { amount: formatMinor(left.amount, currency), quantity: left.quantity.toFixed() };
    return isNothing(rest) ? [] : [negated({ line: standing, part: each.part, ...rest })];
  });
}

/** A line of a document taken back as it stands. */
export function negated({ line, part, quantity, amount: billed }: Omit<MovedLine, 'reason'>): MovedLine {
  return { line, part, quantity: opposite(quantity), amount: opposite(billed), reason: 'cancelled invoice' };
}

/**
 * The recorded lines behind what was moved of them: what is nothing then is not listed, and what was listed no more, since nobody owed it, is listed
 * again with what the other documents billed of it, which the next run takes back. What of it is not refunded is told anew by that run. What a cancelled
 * document billed first refers to none any more, nor what came with a correction of it; what was kept of a line that is not refunded is found anew.
 */
export function behind(
  recorded: readonly RecordedLine[],
  moved: readonly MovedLine[],
  { cancellations, currency }: { readonly cancellations: readonly Cancellation[]; readonly currency: Currency },
): RecordedLine[] {
  const byId = Map.groupBy(moved, ({ line }) => line.id);
  const listed = new Set(recorded.map(({ id }) => id));
  const gone = [...byId].flatMap(([id, [first]]) => {
    return listed.has(id) || first === undefined ? [] : [{ ...first.line, amount: '0', quantity: '0' }];
  });
  return [...recorded, ...gone].flatMap((each) => {
    const line = cancellations.some((cancellation) => refersTo(each, cancellation)) ? referringTo(each, '') : each;
    const back = byId.get(line.id);
    if (back === undefined) return [line];
    const total = (of: 'amount' | 'quantity') => sum([line, ...back].map((each) => amount(each[of])));
    const rest = { amount: formatMinor(total('amount'), currency), quantity: total('quantity').toFixed() };
    const isCancelled = cancellations.some(({ run, lines }) => run === line.billedBy && lines.includes(line.id));
    const { kept: _, ...standing } = line;
    return isNothing(rest) ? [] : [{ ...standing, ...rest, billedBy: isCancelled ? '' : line.billedBy }];
  });
}

/** Whether a line came with a correction of a cancelled document: it is on no note to that any more. */
function refersTo({ amends, businessUnit, tax }: RecordedLine, cancellation: Cancellation): boolean {
  if (amends !== cancellation.run || cancellation.corrects !== undefined) return false;
  return businessUnit === cancellation.businessUnit && (cancellation.apart === undefined || tax.category === 'O');
}

/** Whether a line of a document bills what the line is for, rather than takes some of it back. */
function isBilling({ line, amount: billed, quantity }: DocumentLine): boolean {
  const of = amount(billed).isZero() ? [line.quantity, quantity] : [line.amount, billed];
  const [owed = ZERO, moved = ZERO] = of.map((each) => amount(each));
  return !owed.isZero() && owed.isNegative() === moved.isNegative();
}

function isOpposed({ amount: billed }: DocumentLine, left: LinePart): boolean {
  return !left.amount.isZero() && left.amount.isNegative() !== amount(billed).isNegative();
}

function isNothing(line: Pick<RecordedLine, 'amount' | 'quantity'>): boolean {
  return amount(line.amount).isZero() && amount(line.quantity).isZero();
}

function opposite(value: string): string {
  return amount(value).isZero()
    ? value
    : amount(value)
        .negated()
        .toFixed(value.split('.')[1]?.length ?? 0);
}
