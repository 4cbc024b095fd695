import type { Seller } from '#shared/catalog/catalog.ts';
import type { ExchangeRate } from '#shared/catalog/exchange-rate.ts';
import { compareIds } from '#shared/money/allocate.ts';
import { amount, sum } from '#shared/money/amount.ts';
import { type Currency, formatMinor } from '#shared/money/currency.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import { bookTotals } from '../book-totals.ts';
import {
  type DifferenceReason,
  type DocumentIdentity,
  type DocumentLine,
  type DraftDocument,
  identityOf,
  type LineTax,
  type RecordedLine,
} from '../draft.ts';
import { documentTax } from '../taxes/document-tax.ts';
import { categoryWith, partsOf } from '../taxes/line-parts.ts';
import { byOwnDays } from '../taxes/own-days.ts';
import { type ChargeLine, isFee } from './charge-line.ts';
import { firstBilling, isBilled } from './first-billing.ts';
import { goodwillBehind } from './goodwill.ts';
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
  const ids = [...new Set([...before.keys(), ...now.keys()])];
  const moved = ids.flatMap((id) => {
    const [line, old] = [now.get(id), before.get(id)];
    return movedLines(scope, line, old, () => scope.reasonOf((line ?? old) as RecordedLine, old));
  });
  const lines = [...now.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const stand = goodwillBehind(given, lines, scope.currency);
  const ofGoodwill = stand.flatMap((line, place) => {
    const [of, old] = [ofGiven(line), given[place]];
    const whole = now.get(of) ?? before.get(of);
    return movedLines(scope, line, old, () => scope.reasonOf(whole ?? line, before.get(of) ?? old));
  });
  const isApart = ({ line }: MovedLine) => scope.corrections === 'ownDocument' && line.billedBy !== scope.run;
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
  const tax = before === undefined || hasMoved(line, before) ? byOwnDays(decided, line) : decided;
  if (before !== undefined) return { ...line, tax, bookRate, billedBy: billedBy(scope, line, before) };
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

/** A line that moved, without its tax: what it moved by, part by part. */
export type MovedLine = Omit<DocumentLine, 'net'>;

/** A line, or a part of one, that stands on a document that is credited, or takes some of it back. */
export type StandingLine = Pick<DocumentLine, 'line' | 'part' | 'amount'>;

function movedLines(
  scope: DifferenceScope,
  now: RecordedLine | undefined,
  before: RecordedLine | undefined,
  reasonOf: () => DifferenceReason | '',
): MovedLine[] {
  const line = now ?? (before && { ...before, billedBy: before.billedBy || scope.run });
  if (line === undefined || !hasMoved(now, before)) return [];
  const reason = reasonOf();
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

/**
 * One document per business unit that has lines, with its taxes; units in order of their ids. Lines that are to stand apart are on one of their own for
 * each run whose document they amend, behind the unit's other. What is outside the scope of tax (O) never stands beside another category (EN 16931,
 * BR-O-11 to 14): where a document would have both, it stands on one of its own behind the other. `standing`: what is left of the one document that
 * they credit.
 */
export function documentsOf(
  moved: readonly MovedLine[],
  currency: Currency,
  isApart: (line: MovedLine) => boolean,
  standing: readonly StandingLine[] = [],
): DraftDocument[] {
  const byDocument = Map.groupBy(moved, (each) => {
    return `${each.line.businessUnit}|${isApart(each) ? each.line.billedBy : ''}`;
  });
  return [...byDocument.keys()].sort().flatMap((name) => {
    const [businessUnit = '', corrects] = name.split('|');
    const identity = identityOf({ businessUnit, corrects });
    const lines = [...(byDocument.get(name) ?? [])].sort(inDocumentOrder);
    const [outside, inside] = [lines.filter(isOutside), lines.filter((line) => !isOutside(line))];
    if (outside.length === 0 || inside.length === 0) return [documentOf(identity, lines, currency, standing)];
    return [
      documentOf(identity, inside, currency, standing),
      documentOf({ ...identity, apart: 'outside scope' }, outside, currency, standing),
    ];
  });
}

function isOutside({ line }: MovedLine): boolean {
  return line.tax.category === 'O';
}

function documentOf(
  identity: DocumentIdentity,
  lines: readonly MovedLine[],
  currency: Currency,
  standing: readonly StandingLine[],
): DraftDocument {
  const { nets, taxes } = documentTax(lines.map(taxable), currency, standing.map(taxable));
  const net = formatMinor(sum(nets.map((each) => amount(each))), currency);
  const booked = (each: StandingLine) => ({ ...taxable(each), rate: each.line.bookRate });
  const book = bookTotals(lines.map(booked), currency, standing.map(booked));
  return { ...identity, net, lines: lines.map((line, at) => ({ ...line, net: nets[at] ?? '0' })), taxes, book };
}

function taxable({ line, part, amount: priced }: StandingLine) {
  const { parts, category, ...treatment } = line.tax;
  const taxes = parts[part]?.taxes ?? [];
  return {
    ...treatment,
    category: categoryWith(category, taxes),
    taxes,
    amount: priced,
    taxIncluded: line.taxIncluded,
  };
}

/** What is billed for the first time before what amends, fees before usage, then by period and id: as documents group them. Parts of a line stay in their order. */
function inDocumentOrder(a: MovedLine, b: MovedLine): number {
  const group = ({ line, reason }: MovedLine) => (reason !== '' ? 2 : isFee(line) ? 0 : 1);
  return group(a) - group(b) || compareIds(a.line.period.from, b.line.period.from) || compareIds(a.line.id, b.line.id);
}
