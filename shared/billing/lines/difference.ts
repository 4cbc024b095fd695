import type { Seller } from '#shared/catalog/catalog.ts';
import type { ExchangeRate } from '#shared/catalog/exchange-rate.ts';
import { amount } from '#shared/money/amount.ts';
import { type Currency, formatMinor } from '#shared/money/currency.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import { type DifferenceReason, type DraftDocument, type LineTax, type RecordedLine, referenceOf } from '../draft.ts';
import { partsOf } from '../taxes/line-parts.ts';
import { byOwnDays } from '../taxes/own-days.ts';
import { billedPeriod } from './billed-period.ts';
import type { ChargeLine } from './charge-line.ts';
import { firstBilling, isBilled } from './first-billing.ts';
import { goodwillBehind } from './goodwill.ts';
import { documentsOf, type MovedLine } from './moved-documents.ts';
import { notRefunded } from './not-refunded.ts';

/** What a difference is taken by. */
export interface DifferenceScope {
  readonly run: string;
  readonly currency: Currency;
  /** Start of the period the run is for: lines of it, and of later ones, that were not posted before need no reason. */
  readonly periodFrom: LocalDate;
  readonly taxOf: (line: ChargeLine) => LineTax;
  /** From the invoice's currency to that of the books, for what is billed for the first time; null where they are one. */
  readonly bookRate: ExchangeRate | null;
  /** Where lines of earlier documents that moved stand: beside the others, or on documents of their own. */
  readonly corrections: NonNullable<Seller['corrections']>;
  readonly reasonOf: (line: ChargeLine, posted: RecordedLine | undefined) => DifferenceReason | '';
}

/** What is owed after a draft, what of goodwill stands beside it, and the documents that bill the difference. */
export interface Difference {
  readonly lines: readonly RecordedLine[];
  readonly given: readonly RecordedLine[];
  readonly documents: readonly DraftDocument[];
}

/**
 * invoice = lines owed now − lines posted before, by line id, rounded lines against recorded lines (pricing rules §10): 0.604 then 1.208 owed
 * bills 0.60, then 0.61. A line keeps the tax of the document that first billed it, or its charge. Of what is not refunded, what falls away is kept.
 * `given`: what was given back of these lines out of goodwill, which follows what is owed of them.
 */
export function difference(
  scope: DifferenceScope,
  owed: readonly ChargeLine[],
  posted: readonly RecordedLine[],
  given: readonly RecordedLine[] = [],
): Difference {
  const before = new Map(posted.filter(isBilled).map((line) => [line.id, line]));
  const firstOf = firstBilling(posted);
  const now = new Map(owed.map((line) => [line.id, recorded(scope, line, before.get(line.id), firstOf(line))]));
  for (const line of notRefunded([...now.values()], posted, scope.currency))
    now.set(line.id, { ...line, billedBy: billedBy(scope, line, before.get(line.id)) });
  const documentOf = billedPeriod(posted);
  const ids = [...new Set([...before.keys(), ...now.keys()])];
  const moved = ids.flatMap((id) => {
    const [owed, old] = [now.get(id), before.get(id)];
    const line = owed ?? (old as RecordedLine);
    if (!hasMoved(owed, old)) return [];
    const reason = scope.reasonOf(line, old);
    const amends = isReferring(line, old) ? '' : documentOf(line, reason);
    const referring = amends === '' ? line : { ...line, amends };
    if (owed !== undefined) now.set(id, referring);
    return movedParts(scope, referring, [owed, old], reason);
  });
  const lines = [...now.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const stand = goodwillBehind(given, lines, scope.currency);
  const ofGoodwill = stand.flatMap((line, place) => {
    const [of, old] = [ofGiven(line), given[place]];
    const whole = now.get(of) ?? before.get(of);
    if (!hasMoved(line, old)) return [];
    return movedParts(scope, line, [line, old], scope.reasonOf(whole ?? line, before.get(of) ?? old));
  });
  const isApart = ({ line }: MovedLine) => scope.corrections === 'ownDocument' && referenceOf(line) !== scope.run;
  return { lines, given: stand, documents: documentsOf([...moved, ...ofGoodwill], scope.currency, isApart) };
}

/** Id of the line that something was given back of. */
function ofGiven({ arithmetic }: RecordedLine): string {
  return arithmetic.kind === 'adjustment' ? arithmetic.of : '';
}

/**
 * A line that is nothing stands on no document: nobody has billed it until it is something. Where the document that first billed a line was
 * cancelled, it is this run's as soon as it moves.
 */
function recorded(
  scope: DifferenceScope,
  line: ChargeLine,
  before: RecordedLine | undefined,
  first: RecordedLine | undefined,
): RecordedLine {
  const { tax: decided, bookRate } = first ?? { tax: scope.taxOf(line), bookRate: scope.bookRate };
  const tax = hasMoved(line, before) ? byOwnDays(decided, line) : decided;
  if (before !== undefined) {
    const { amends } = before;
    return { ...line, tax, bookRate, billedBy: billedBy(scope, line, before), ...(amends && { amends }) };
  }
  const isNothing = amount(line.amount).isZero() && amount(line.quantity).isZero();
  return { ...line, tax, bookRate, billedBy: isNothing ? '' : scope.run };
}

function billedBy({ run }: DifferenceScope, line: ChargeLine, before: RecordedLine | undefined): string {
  const first = before?.billedBy ?? '';
  return hasMoved(line, before) ? first || run : first;
}

function hasMoved(now: ChargeLine | undefined, before: ChargeLine | undefined): boolean {
  return now?.amount !== before?.amount || now?.quantity !== before?.quantity;
}

/** Whether it is settled what a line refers to: it was billed, by a document that stands, or it is nothing. */
function isReferring(line: RecordedLine, before: RecordedLine | undefined): boolean {
  return before === undefined ? line.billedBy === '' : referenceOf(before) !== '';
}

function movedParts(
  scope: DifferenceScope,
  of: RecordedLine,
  [now, before]: readonly [now: RecordedLine | undefined, before: RecordedLine | undefined],
  reason: DifferenceReason | '',
): MovedLine[] {
  const line = { ...of, billedBy: of.billedBy || scope.run };
  const nothing = { amount: '0', quantity: '0', tax: line.tax };
  const owed = partsOf(now ?? nothing, scope.currency);
  const posted = partsOf(before ?? nothing, scope.currency);
  return owed.flatMap((part, place) => {
    const moved = amount(part.amount).minus(posted[place]?.amount ?? 0);
    const quantity = amount(part.quantity).minus(posted[place]?.quantity ?? 0);
    if (moved.isZero() && quantity.isZero()) return [];
    return [{ line, part: place, quantity: quantity.toFixed(), amount: formatMinor(moved, scope.currency), reason }];
  });
}
