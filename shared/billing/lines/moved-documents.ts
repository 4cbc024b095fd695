import { compareIds } from '#shared/money/allocate.ts';
import { amount, sum } from '#shared/money/amount.ts';
import { type Currency, formatMinor } from '#shared/money/currency.ts';
import { bookTotals } from '../book-totals.ts';
import { type DocumentIdentity, identityOf } from '../document-identity.ts';
import { type DocumentLine, type DraftDocument, referenceOf } from '../draft.ts';
import { documentTax } from '../taxes/document-tax.ts';
import { categoryWith } from '../taxes/line-parts.ts';
import { isFee } from './charge-line.ts';

/** A line that moved, without its tax: what it moved by, part by part. */
export type MovedLine = Omit<DocumentLine, 'net'>;

/** A line, or a part of one, that stands on a document that is credited, or takes some of it back. */
export type StandingLine = Pick<DocumentLine, 'line' | 'part' | 'amount'>;

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
    return `${each.line.businessUnit}|${isApart(each) ? referenceOf(each.line) : ''}`;
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
