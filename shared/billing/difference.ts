import { compareIds } from '#shared/money/allocate.ts';
import { amount } from '#shared/money/amount.ts';
import { type Currency, formatMinor } from '#shared/money/currency.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import type { ChargeLine } from './charge-line.ts';
import type { DifferenceReason, DocumentLine, DraftDocument, LineTax, RecordedLine } from './draft.ts';

/** What a difference is taken by. */
export interface DifferenceScope {
  readonly run: string;
  readonly currency: Currency;
  /** Start of the period the run is for: lines of it, and of later ones, that were not posted before need no reason. */
  readonly periodFrom: LocalDate;
  readonly taxOf: (line: ChargeLine) => LineTax;
  readonly reasonOf: (line: ChargeLine, posted: RecordedLine | undefined) => DifferenceReason | '';
}

/** What is owed after a draft, and the documents that bill the difference. */
export interface Difference {
  readonly lines: readonly RecordedLine[];
  readonly documents: readonly DraftDocument[];
}

/**
 * invoice = lines owed now − lines posted before, by line id, rounded lines against recorded lines (pricing rules §10): 0.604 then 1.208 owed
 * bills 0.60, then 0.61. A line keeps the tax of the document that first billed it. What is not refunded never falls below what was posted.
 */
export function difference(
  scope: DifferenceScope,
  owed: readonly ChargeLine[],
  posted: readonly RecordedLine[],
): Difference {
  const before = new Map(posted.filter((line) => line.billedBy !== '').map((line) => [line.id, line]));
  const now = new Map(owed.map((line) => [line.id, recorded(scope, line, before.get(line.id))]));
  for (const line of posted) {
    const owedNow = now.get(line.id);
    if (line.refund === 'none' && amount(line.amount).greaterThan(owedNow?.amount ?? 0)) now.set(line.id, line);
  }
  const ids = [...new Set([...before.keys(), ...now.keys()])].sort();
  const moved = ids.flatMap((id) => documentLine(scope, now.get(id), before.get(id)));
  const lines = [...now.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { lines, documents: documentsOf(scope, moved) };
}

/** A line that is nothing stands on no document: nobody has billed it until it is something. */
function recorded(scope: DifferenceScope, line: ChargeLine, before: RecordedLine | undefined): RecordedLine {
  if (before !== undefined) return { ...line, tax: before.tax, billedBy: before.billedBy };
  const isNothing = amount(line.amount).isZero() && amount(line.quantity).isZero();
  return { ...line, tax: scope.taxOf(line), billedBy: isNothing ? '' : scope.run };
}

function documentLine(
  scope: DifferenceScope,
  now: RecordedLine | undefined,
  before: RecordedLine | undefined,
): DocumentLine[] {
  const line = now ?? before;
  if (line === undefined) return [];
  const net = amount(now?.amount ?? '0').minus(before?.amount ?? '0');
  const quantity = amount(now?.quantity ?? '0').minus(before?.quantity ?? '0');
  if (net.isZero() && quantity.isZero()) return [];
  const reason = scope.reasonOf(line, before);
  return [{ line, quantity: quantity.toFixed(), net: formatMinor(net, scope.currency), reason }];
}

/** One document per business unit that has lines; units in order of their ids. */
function documentsOf(scope: DifferenceScope, moved: readonly DocumentLine[]): DraftDocument[] {
  const byUnit = Map.groupBy(moved, ({ line }) => line.businessUnit);
  return [...byUnit.keys()].sort().map((businessUnit) => {
    const lines = [...(byUnit.get(businessUnit) ?? [])].sort(inDocumentOrder);
    const net = lines.reduce((sum, line) => sum.plus(line.net), amount(0));
    return { businessUnit, net: formatMinor(net, scope.currency), lines };
  });
}

/** What is billed for the first time before what amends, fees before usage, then by period and id: as documents group them. */
function inDocumentOrder(a: DocumentLine, b: DocumentLine): number {
  const group = ({ line, reason }: DocumentLine) => (reason !== '' ? 2 : line.arithmetic.kind === 'recurring' ? 0 : 1);
  return group(a) - group(b) || compareIds(a.line.period.from, b.line.period.from) || compareIds(a.line.id, b.line.id);
}
