import { type Amount, amount, sum, ZERO } from '#shared/money/amount.ts';
import { type Currency, formatMinor, roundToMinorUnit } from '#shared/money/currency.ts';
import { idInPlan } from '#shared/rating/charge-variant.ts';
import type { RecordedLine } from '../draft.ts';
import type { ChargeLine } from './charge-line.ts';
import { QUANTITY_DIGITS } from './line-head.ts';

/** What quantities differ by that were rounded, each once. */
const ROUNDING = amount('0.000001');

/** A quantity and what is paid for it. */
interface Paid {
  readonly quantity: Amount;
  readonly amount: Amount;
}

const NOTHING: Paid = { quantity: ZERO, amount: ZERO };

/** What is owed of a charge, and what was posted of it. */
interface Compared<Owed> {
  readonly owed: readonly Owed[];
  readonly posted: readonly RecordedLine[];
}

/**
 * Lines charged in advance without refund, as they stand recorded where something of them fell away (pricing rules §2): what is owed, and what is kept.
 * What falls away is quantity, and of a charge as a whole: what is owed of it now, over all its versions, tiers and business units, less than what was
 * posted. Of the lines that fell each keeps its part of that, at the price it was posted at. Whatever else falls (a price, what moved to another
 * version or unit) is credited like anything else.
 */
export function notRefunded<Owed extends ChargeLine>(
  owed: readonly Owed[],
  posted: readonly RecordedLine[],
  currency: Currency,
): (Owed | RecordedLine)[] {
  const charges = new Set(posted.filter(({ refund }) => refund === 'none').map(chargeOf));
  if (charges.size === 0) return [];
  const ofThem = <Line extends ChargeLine>(lines: readonly Line[]) =>
    lines.filter((line) => line.arithmetic.kind === 'recurring' && charges.has(chargeOf(line)));
  const [now, before] = [ofThem(owed), ofThem(posted)];
  return [...charges].flatMap((charge) => {
    const its = <Line extends ChargeLine>(lines: readonly Line[]) => lines.filter((line) => chargeOf(line) === charge);
    return overlapping({ owed: its(now), posted: its(before) }).flatMap((each) => keptOf(each, currency));
  });
}

/** A charge of a plan; for each interval by itself where that is not the payer's period. */
function chargeOf({ id, plan, charge, period }: ChargeLine): string {
  return [plan, idInPlan(charge), ...(id.includes('..') ? [period.from, period.until] : [])].join('|');
}

/** Lines by their periods: together where these overlap, as they do once the payer's periods end on other days. */
function overlapping<Owed extends ChargeLine>({ owed, posted }: Compared<Owed>): Compared<Owed>[] {
  const found: { until: string; owed: Owed[]; posted: RecordedLine[] }[] = [];
  const all = [
    ...owed.map(({ period }, place) => ({ period, owed: owed.slice(place, place + 1), posted: [] })),
    ...posted.map(({ period }, place) => ({ period, owed: [], posted: posted.slice(place, place + 1) })),
  ];
  for (const { period, ...line } of all.sort((a, b) => (a.period.from < b.period.from ? -1 : 1))) {
    const { from, until } = period;
    const last = found.at(-1);
    const its = last !== undefined && from < last.until ? last : { until, owed: [], posted: [] };
    if (its !== last) found.push(its);
    if (until > its.until) its.until = until;
    its.owed.push(...line.owed);
    its.posted.push(...line.posted);
  }
  return found;
}

function keptOf<Owed extends ChargeLine>(
  { owed, posted }: Compared<Owed>,
  currency: Currency,
): (Owed | RecordedLine)[] {
  const all = [...owed, ...posted];
  if (owed.length > 0 && new Set(all.map(({ unit }) => unit)).size > 1) return [];
  const isCut = new Set(all.map(({ period }) => period.until)).size > 1;
  const daysOf = (line: ChargeLine) => (isCut ? wholeDays(line) : amount(1));
  const counted = (lines: readonly ChargeLine[]) => sum(lines.map((line) => daysOf(line).times(line.quantity)));
  const now = new Map(owed.map((line) => [line.id, line]));
  const moves = posted.map((line) => {
    const { paid, kept } = partsOf(line);
    const owedNow = now.get(line.id);
    const rest = owedNow === undefined ? ZERO : daysOf(owedNow).times(owedNow.quantity);
    const days = daysOf(line).times(paid.quantity);
    const fell = days.greaterThan(rest) ? days.minus(rest) : ZERO;
    return { line, owedNow, paid, kept, days, fell, keptDays: daysOf(line).times(kept.quantity) };
  });
  const away = counted(posted).minus(counted(owed));
  if (away.lessThanOrEqualTo(ROUNDING.times(all.length).times(isCut ? wholeDays(all[0] as ChargeLine) : 1))) return [];
  const keptSoFar = sum(moves.map(({ keptDays }) => keptDays));
  const still = partOf(away, keptSoFar);
  const more = partOf(away.minus(keptSoFar), sum(moves.map(({ fell }) => fell)));
  return moves.flatMap(({ line, owedNow, paid, kept, days, fell }) => {
    if (line.refund !== 'none') return [];
    const lost = fell.isZero() ? NOTHING : lostOf(line, owedNow, paid, fell.div(days));
    return keeping(line, owedNow, plus(times(kept, still), times(lost, more)), currency);
  });
}

/** What of a recorded line is owed, and what of it is kept. */
function partsOf({ quantity, amount: whole, kept }: RecordedLine): { readonly paid: Paid; readonly kept: Paid } {
  if (kept === undefined) return { paid: { quantity: amount(quantity), amount: amount(whole) }, kept: NOTHING };
  const its = { quantity: amount(kept.quantity), amount: amount(kept.amount) };
  return {
    paid: { quantity: its.quantity.negated().plus(quantity), amount: amount(whole).minus(its.amount) },
    kept: its,
  };
}

/** Days of the whole that a quantity is a part of. */
function wholeDays({ arithmetic }: ChargeLine): Amount {
  if (arithmetic.kind !== 'recurring') return amount(1);
  const { part = { days: 1, of: 1 }, daysInPeriod } = arithmetic;
  return amount(daysInPeriod).times(part.of).div(part.days);
}

/** How much of something another is: nothing to all of it. */
function partOf(some: Amount, all: Amount): Amount {
  if (some.lessThanOrEqualTo(0) || all.lessThanOrEqualTo(0)) return ZERO;
  return some.greaterThan(all) ? amount(1) : some.div(all);
}

/** What a line lost, at the price it was posted at: what it fell by where that is its price still, so that no cent is between them. */
function lostOf(line: RecordedLine, owedNow: ChargeLine | undefined, paid: Paid, part: Amount): Paid {
  if (owedNow === undefined || !isAtPriceOf(owedNow, line)) return times(paid, part);
  return { quantity: paid.quantity.minus(owedNow.quantity), amount: paid.amount.minus(owedNow.amount) };
}

function isAtPriceOf(a: ChargeLine, b: ChargeLine): boolean {
  const flat = ({ arithmetic }: ChargeLine) => amount(arithmetic.kind === 'recurring' ? arithmetic.flat : '0');
  const rate = ({ exchange }: ChargeLine) => JSON.stringify(exchange);
  return amount(a.unitPrice).equals(b.unitPrice) && flat(a).equals(flat(b)) && rate(a) === rate(b);
}

function times(paid: Paid, factor: Amount): Paid {
  return { quantity: paid.quantity.times(factor), amount: paid.amount.times(factor) };
}

function plus(a: Paid, b: Paid): Paid {
  return { quantity: a.quantity.plus(b.quantity), amount: a.amount.plus(b.amount) };
}

/** What is owed of a line with what is kept of it, each rounded once; none where nothing is kept. */
function keeping<Owed extends ChargeLine>(
  line: RecordedLine,
  owedNow: Owed | undefined,
  exact: Paid,
  currency: Currency,
): (Owed | RecordedLine)[] {
  const quantity = exact.quantity.toDecimalPlaces(QUANTITY_DIGITS);
  const money = roundToMinorUnit(exact.amount, currency);
  if (quantity.isZero() && money.isZero()) return [];
  const now = owedNow ?? withNothingOwed(line);
  return [
    {
      ...now,
      refund: 'none',
      quantity: quantity.plus(now.quantity).toFixed(),
      amount: formatMinor(money.plus(now.amount), currency),
      kept: { quantity: quantity.toFixed(), amount: formatMinor(money, currency) },
    },
  ];
}

function withNothingOwed(line: RecordedLine): RecordedLine {
  const { kept: _, arithmetic, ...rest } = line;
  if (arithmetic.kind !== 'recurring') return line;
  const nothing = { days: 0, entered: 0, subscriptions: 0, exact: '0', rounded: '', shares: [] };
  return { ...rest, quantity: '0', amount: '0', arithmetic: { ...arithmetic, ...nothing } };
}
