import { compareIds } from '#shared/money/allocate.ts';
import { type Amount, amount, sum, ZERO } from '#shared/money/amount.ts';
import { type Currency, formatMinor, minorUnit, roundToMinorUnit } from '#shared/money/currency.ts';
import { roundTogether } from '#shared/money/round-together.ts';
import type { ChargedTax, DocumentTax, LineTax } from '../draft.ts';

/** A document's line as far as its tax is concerned: its amount as priced, rounded, and the taxes on it. */
export interface TaxableLine extends Pick<LineTax, Exclude<keyof LineTax, 'parts'>> {
  readonly amount: string;
  readonly taxIncluded: boolean;
  readonly taxes: readonly ChargedTax[];
}

/** What a document's lines come to without tax, in their order, and its taxes. */
export interface TaxedDocument {
  readonly nets: readonly string[];
  readonly taxes: readonly DocumentTax[];
}

/**
 * The taxes of a document: one row for each category and tax, on the sum of its lines, rounded once, half away from zero (pricing rules §7).
 * 99.99 at 8.875 %, 2.125 % and 0.5 % → 8.87 + 2.12 + 0.50. Where prices include the tax, the sum of the lines is kept: its net is rounded once,
 * the tax is what is left, and the lines' nets are rounded so that they add up to it. Rows are by category, then the higher rate first, the taxes of
 * one net in their order.
 * `standing`: what is left of the document that these lines credit, before they do. Then each row is what the tax on that falls by, so that the credits of
 * an invoice never come to more than it, tax included, however small they are (decision 34).
 * @throws RangeError when a category that charges nothing comes with a tax, or O (outside scope) stands beside another category.
 */
export function documentTax(
  lines: readonly TaxableLine[],
  currency: Currency,
  standing: readonly TaxableLine[] = [],
): TaxedDocument {
  refuseWrongCategories(lines);
  const nets: string[] = [];
  const left = Map.groupBy(standing, groupOf);
  const groups = [...Map.groupBy(lines.entries(), ([, line]) => groupOf(line)).values()];
  const ofGroups = groups.map((entries) => {
    const group = entries.map(([, line]) => line);
    const first = group[0] as TaxableLine;
    const result = movedTax(group, left.get(groupOf(first)) ?? [], currency);
    for (const [at, [place]] of entries.entries()) nets[place] = formatMinor(result.nets[at] ?? ZERO, currency);
    return { first, taxes: result.taxes };
  });
  return { nets, taxes: ofGroups.sort((a, b) => inOrder(a.first, b.first)).flatMap(({ taxes }) => taxes) };
}

function refuseWrongCategories(lines: readonly TaxableLine[]): void {
  const categories = new Set(lines.map((line) => line.category));
  if (categories.has('O') && categories.size > 1)
    throw new RangeError('what is outside the scope of tax (O) stands on a document of its own');
  for (const { category, taxes } of lines) {
    const charged = category === 'S' ? undefined : taxes.find((tax) => !amount(tax.percent).isZero());
    if (charged === undefined) continue;
    throw new RangeError(`tax category ${category} charges nothing, but a tax of ${charged.percent} % comes with it`);
  }
}

/** Lines with the same taxes are summed before anything is rounded. Where nothing is charged, a tax of 0 % is none. */
function groupOf({ category, place, taxes }: TaxableLine): string {
  const charged = category === 'S' ? taxes : [];
  return JSON.stringify([
    category,
    place,
    charged.map(({ name, percent, on }) => [name, amount(percent).toFixed(), on]),
  ]);
}

function inOrder(a: TaxableLine, b: TaxableLine): number {
  const rate = ({ taxes: [first] }: TaxableLine) => amount(first?.percent ?? 0);
  return compareIds(a.category, b.category) || rate(b).comparedTo(rate(a)) || compareIds(a.place, b.place);
}

interface GroupTax {
  readonly nets: readonly Amount[];
  readonly taxes: readonly DocumentTax[];
}

/** What the net and each tax of what stands move by with some lines; where nothing stands, those of the lines. Lines with their tax in them share the net. */
function movedTax(lines: readonly TaxableLine[], standing: readonly TaxableLine[], currency: Currency): GroupTax {
  const [first] = lines as readonly [TaxableLine];
  if (standing.length === 0 || first.category !== 'S') return groupTax(lines, currency);
  const [before, after] = [groupTax(standing, currency), groupTax([...standing, ...lines], currency)];
  const net = sum(after.nets).minus(sum(before.nets));
  const plain = sum(lines.filter((line) => !line.taxIncluded).map((line) => amount(line.amount)));
  const divisor = sum(sharesOfNet(first.taxes)).plus(1);
  const nets = withNets(lines, divisor, net.minus(plain), currency);
  const reasons = reasonsOf(lines);
  let taxed = ZERO;
  const taxes = after.taxes.map((row, at) => {
    const tax = amount(row.tax).minus(before.taxes[at]?.tax ?? 0);
    const base = first.taxes[at]?.on === 'taxed' ? net.plus(taxed) : net;
    taxed = taxed.plus(tax);
    return { ...row, ...reasons, net: formatMinor(base, currency), tax: formatMinor(tax, currency) };
  });
  return { nets, taxes };
}

function groupTax(lines: readonly TaxableLine[], currency: Currency): GroupTax {
  const { category, place, taxes } = lines[0] as TaxableLine;
  const head = { category, place, ...reasonsOf(lines) };
  if (category !== 'S') {
    const nets = lines.map((line) => amount(line.amount));
    const net = formatMinor(sum(nets), currency);
    return { nets, taxes: [{ ...head, name: '', percent: '0', net, tax: formatMinor(ZERO, currency) }] };
  }
  const included = includedTax(lines, taxes, currency);
  const added = addedTaxes(
    sum(lines.filter((line) => !line.taxIncluded).map((line) => amount(line.amount))),
    taxes,
    currency,
  );
  const net = sum(included.nets);
  let before = ZERO;
  const rows = taxes.map(({ name, percent, on }, at) => {
    const tax = (added[at] ?? ZERO).plus(included.taxes[at] ?? ZERO);
    const base = on === 'taxed' ? net.plus(before) : net;
    before = before.plus(tax);
    const rate = amount(percent).toFixed();
    return { ...head, name, percent: rate, net: formatMinor(base, currency), tax: formatMinor(tax, currency) };
  });
  return { nets: included.nets, taxes: rows };
}

function reasonsOf(lines: readonly TaxableLine[]) {
  const all = (values: readonly string[]) => [...new Set(values.filter((value) => value !== ''))];
  const evidence = lines.flatMap((line) => line.evidence);
  return {
    reason: all(lines.map((line) => line.reason)).join('; '),
    basis: all(lines.map((line) => line.basis)).join('; '),
    reasonCode: all(lines.map((line) => line.reasonCode))[0] ?? '',
    evidence: [...new Map(evidence.map((each) => [JSON.stringify(each), each])).values()],
  };
}

/** Taxes on top of a net: each rounded once; one that stands on taxed amounts stands on those taxes as they were rounded. */
function addedTaxes(net: Amount, taxes: readonly ChargedTax[], currency: Currency): Amount[] {
  let before = ZERO;
  return taxes.map(({ percent, on }) => {
    const base = on === 'taxed' ? net.plus(before) : net;
    const tax = roundToMinorUnit(base.times(percent).div(100), currency);
    before = before.plus(tax);
    return tax;
  });
}

/** What of one unit of net each tax is, before rounding. */
function sharesOfNet(taxes: readonly ChargedTax[]): Amount[] {
  let before = ZERO;
  return taxes.map(({ percent, on }) => {
    const share = (on === 'taxed' ? before.plus(1) : amount(1)).times(percent).div(100);
    before = before.plus(share);
    return share;
  });
}

/** In percent of the net, all taxes of a line: 5 % and then 9.5 % on what is taxed come to 14.975 %. */
export function wholePercent(taxes: readonly ChargedTax[]): string {
  return sum(sharesOfNet(taxes)).times(100).toFixed();
}

/** Nets of all lines (those without included tax as they are), and the taxes that are inside the others. */
function includedTax(lines: readonly TaxableLine[], taxes: readonly ChargedTax[], currency: Currency) {
  if (!lines.some((line) => line.taxIncluded)) return { nets: lines.map((line) => amount(line.amount)), taxes: [] };
  const shares = sharesOfNet(taxes);
  const divisor = sum(shares).plus(1);
  const gross = sum(lines.filter((line) => line.taxIncluded).map((line) => amount(line.amount)));
  const net = roundToMinorUnit(gross.div(divisor), currency);
  const step = minorUnit(currency);
  const nets = withNets(lines, divisor, net, currency);
  const exact = shares.map((share) => gross.div(divisor).times(share));
  return { nets, taxes: roundTogether(exact, gross.minus(net), step) };
}

/** The nets of lines: of those with their tax in them such that they add up to `net`, of the others as they are. */
function withNets(lines: readonly TaxableLine[], divisor: Amount, net: Amount, currency: Currency): Amount[] {
  const withTax = lines.filter((line) => line.taxIncluded).map((line) => amount(line.amount).div(divisor));
  const rounded = roundTogether(withTax, net, minorUnit(currency))[Symbol.iterator]();
  return lines.map((line) => (line.taxIncluded ? (rounded.next().value ?? ZERO) : amount(line.amount)));
}
