import type {
  BookTotals,
  DocumentLine,
  Draft,
  DraftDocument,
  MeasuredSummary,
  RecordedLine,
} from '#shared/billing/draft.ts';
import { isFee } from '#shared/billing/lines/charge-line.ts';
import { wholePercent } from '#shared/billing/taxes/document-tax.ts';
import { categoryWith } from '#shared/billing/taxes/line-parts.ts';
import type { Seller } from '#shared/catalog/catalog.ts';
import type { DocumentKind } from '#shared/catalog/numbering.ts';
import type { VatCategory } from '#shared/catalog/tax-profile.ts';
import { inUnit } from '#shared/catalog/unit.ts';
import { compareIds } from '#shared/money/allocate.ts';
import { type Amount, amount, sum } from '#shared/money/amount.ts';
import { formatMinor } from '#shared/money/currency.ts';
import { idInPlan, recordPartOf } from '#shared/rating/charge-variant.ts';
import { addDays, isoInstant, type LocalDate } from '#shared/time/local-date.ts';
import { monthsBetween } from '#shared/time/period.ts';
import type { Service } from '#shared/usage/usage-key.ts';
import { formatsFor } from './formats.ts';
import type {
  AmendedInvoice,
  Invoice,
  InvoiceBuyer,
  InvoiceLine,
  InvoiceUsage,
  PoolUsage,
  ServiceUsage,
} from './invoice.ts';
import { lineFigures } from './line-figures.ts';
import { textsFor } from './texts/languages.ts';
import type { Texts } from './texts/texts.ts';

/** What a document needs beside its draft: its number, and what other documents say. */
export interface DocumentContext {
  readonly seller: Seller;
  readonly number: string;
  /** The draft's, unless the books were closed or its series was dated later meanwhile. */
  readonly issueDate: LocalDate;
  /** The document that a line amends; nothing where it amends none. */
  readonly amendedOf: (line: RecordedLine) => AmendedInvoice | undefined;
  /** Net of the document before this one of the same buyer and unit, '' when there is none. */
  readonly previousNet: string;
}

/** Whether a document is a credit note: what it adds up to is below zero (pricing rules §10). */
function isCreditNote(document: DraftDocument): boolean {
  return amount(document.net).isNegative() && !amount(document.net).isZero();
}

/** What kind of document it is: one that only corrects another bills what was too little by a debit note. */
export function documentKind(document: DraftDocument): DocumentKind {
  if (isCreditNote(document)) return 'creditNote';
  return document.corrects === undefined ? 'invoice' : 'debitNote';
}

const CODE = { invoice: '380', creditNote: '381', debitNote: '383' } as const;

/** Makes the invoice of a draft's document: the same draft and context always make the same invoice. A credit note's amounts are positive. */
export function assembleInvoice(draft: Draft, document: DraftDocument, context: DocumentContext): Invoice {
  const { account } = draft;
  const credit = isCreditNote(document);
  const lines = document.lines.map((line, at) => invoiceLine(draft, line, at + 1, credit, context));
  const net = sum(lines.map((line) => amount(line.net)));
  const money = (value: Amount) => formatMinor(value, account.currency);
  const shown = (value: string) => money(credit ? amount(value).negated() : amount(value));
  const { texts } = textsFor(account.language);
  const taxes = document.taxes.map(({ basis, ...row }) => {
    return {
      ...row,
      net: shown(row.net),
      tax: shown(row.tax),
      reason: reasonOf(row.reason, basis, row.category, texts),
    };
  });
  const tax = sum(taxes.map((row) => amount(row.tax)));
  const { contact, bank, colour, id, name, address, vatId, registerNumber } = context.seller;
  return {
    number: context.number,
    kind: CODE[documentKind(document)],
    issueDate: context.issueDate,
    dueDate: addDays(context.issueDate, account.paymentTermDays),
    period: wholePeriod(lines),
    currency: account.currency,
    language: account.language,
    seller: { id, name, address, vatId, registerNumber, bank, contact, colour },
    buyer: buyerOf(draft, document.businessUnit),
    lines,
    taxes,
    totals: { net: money(net), tax: money(tax), gross: money(net.plus(tax)), due: money(net.plus(tax)) },
    book: document.book && bookOf(document.book, credit),
    usage: usageOf(draft, document, context.previousNet),
    amends: amendedBy(document, context),
    basis: {
      run: draft.run,
      position: draft.position,
      usageCutOff: isoInstant(draft.usageCutOff),
      chargeCutOff: isoInstant(draft.chargeCutOff),
      catalogRelease: draft.catalog.sha256,
      engineVersion: draft.engineVersion,
      link: `${draft.seller}/${draft.payer}/${draft.predecessor + 1}`,
      predecessor: draft.predecessor === 0 ? '' : `${draft.seller}/${draft.payer}/${draft.predecessor}`,
    },
  };
}

/** What a document amends, each named once. */
function amendedBy({ lines }: DraftDocument, { amendedOf }: DocumentContext): AmendedInvoice[] {
  const named = lines.map(({ line }) => amendedOf(line)).filter((each) => each !== undefined);
  const byNumber = new Map(named.map((each) => [each.number, each]));
  return [...byNumber.values()].sort((a, b) => compareIds(a.number, b.number));
}

/** The days of the line's period that are taxed alike. */
function partPeriod({ period, tax }: RecordedLine, part: number): InvoiceLine['period'] {
  if (tax.parts.length < 2) return { from: period.from, to: addDays(period.until, -1) };
  const before = tax.parts.slice(0, part).reduce((days, each) => days + each.days, 0);
  const from = addDays(period.from, before);
  return { from, to: addDays(from, (tax.parts[part]?.days ?? 1) - 1) };
}

function bookOf(book: BookTotals, credit: boolean): BookTotals {
  const shown = (value: string) => formatMinor(amount(value).times(credit ? -1 : 1), book.currency);
  return { ...book, net: shown(book.net), tax: shown(book.tax), gross: shown(book.gross) };
}

/** Why nothing is charged: in the words of the profile, or in those of the document's language with the law it stands in. */
function reasonOf(reason: string, basis: string, category: VatCategory, texts: Texts): string {
  if (category === 'S' || category === 'Z' || reason !== '') return reason;
  return basis === '' ? texts.untaxed[category] : `${texts.untaxed[category]} (${basis})`;
}

/** The document's period is the union of its lines' (Peppol BIS 3 R110, R111): charges in advance reach beyond the billing period. */
function wholePeriod(lines: readonly InvoiceLine[]): { from: LocalDate; to: LocalDate } {
  const from = lines.map((line) => line.period.from).sort()[0] ?? '';
  const to =
    lines
      .map((line) => line.period.to)
      .sort()
      .at(-1) ?? '';
  return { from, to };
}

function buyerOf(draft: Draft, businessUnit: string): InvoiceBuyer {
  const { account } = draft;
  const unit = draft.businessUnits.find((each) => each.businessUnit === businessUnit);
  return {
    account: account.account,
    name: account.name,
    businessUnit,
    businessUnitName: unit?.name ?? businessUnit,
    address: unit?.address ?? account.address,
    vatId: account.vatId,
    email: account.email,
    reference: unit?.reference || account.reference,
    paymentTermDays: account.paymentTermDays,
  };
}

function invoiceLine(
  draft: Draft,
  moved: DocumentLine,
  place: number,
  credit: boolean,
  context: DocumentContext,
): InvoiceLine {
  const { line, reason } = moved;
  const sign = credit ? -1 : 1;
  const taxes = line.tax.parts[moved.part]?.taxes ?? [];
  return {
    place,
    id: line.id,
    kind: line.arithmetic.kind === 'adjustment' ? 'adjustment' : isFee(line) ? 'recurring' : 'usage',
    description: line.planName === '' ? line.chargeName : `${line.chargeName} – ${line.planName}`,
    detail: detailOf(draft, line),
    period: partPeriod(line, moved.part),
    ...lineFigures(draft, moved, credit),
    net: formatMinor(amount(moved.net).times(sign), draft.account.currency),
    gross: line.taxIncluded ? formatMinor(amount(moved.amount).times(sign), draft.account.currency) : '',
    taxCategory: categoryWith(line.tax.category, taxes),
    taxPercent: wholePercent(taxes),
    reason,
    amends: context.amendedOf(line)?.number ?? '',
  };
}

function isMonth({ period }: RecordedLine): boolean {
  return monthsBetween(period.from, period.until) === 1;
}

/** The second row of a line, in the document's language: zone, tier, days, and of a charge with lines of several versions the days its terms hold. */
function detailOf(draft: Draft, line: RecordedLine): string {
  const { arithmetic, termsHold } = line;
  const { texts, locale } = textsFor(draft.account.language);
  const parts = [line.zoneName];
  if (line.tier > 0) parts.push(texts.tier(line.tier));
  const part = recordPartOf(line.charge);
  if (part !== '') parts.push(texts.byRecord[part]);
  if (arithmetic.kind === 'adjustment') parts.push(arithmetic.reason);
  if (
    arithmetic.kind === 'recurring' &&
    arithmetic.of === 'subscriptions' &&
    arithmetic.shares.length === 0 &&
    isMonth(line)
  )
    parts.push(texts.simDays(arithmetic.days, arithmetic.daysInPeriod));
  if (arithmetic.kind === 'adHoc') parts.push(arithmetic.reference);
  if (termsHold !== undefined && draft.lines.some((each) => isOtherVersion(each, line))) {
    const { period } = formatsFor(locale, draft.account.currency);
    parts.push(texts.termsOf(period(termsHold.from, addDays(termsHold.until, -1)).replace(/\s/gu, ' ')));
  }
  return parts.filter((part) => part !== '').join(' · ');
}

/** Whether a line is of the same charge in the same period, under another version. */
function isOtherVersion(each: RecordedLine, { businessUnit, plan, version, charge, period }: RecordedLine): boolean {
  return (
    each.version !== version &&
    each.plan === plan &&
    each.businessUnit === businessUnit &&
    idInPlan(each.charge) === idInPlan(charge) &&
    each.period.from === period.from
  );
}

/** What a unit used, on its document; where it has two, on those that bill usage. */
function usageOf(draft: Draft, { businessUnit, lines, corrects }: DraftDocument, previousNet: string): InvoiceUsage {
  const ofUnit = draft.documents.filter((each) => each.businessUnit === businessUnit && each.corrects === undefined);
  const isOnly = ofUnit.length === 1;
  const isShown =
    draft.amendment === null && corrects === undefined && (isOnly || lines.some(({ line }) => !isFee(line)));
  const main = isShown ? draft.measured.find((each) => each.period.from === draft.period.from) : undefined;
  const overview = main?.overview[businessUnit];
  const byDay = Object.entries(overview?.bytesByDay ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    activeSubscriptions: overview?.subscriptions ?? 0,
    services: servicesOf(main, businessUnit),
    dataByDay: byDay.map(([date, bytes]) => ({ date, bytes: bytes.toString() })),
    pools: poolsOf(main, businessUnit),
    previousNet,
  };
}

function servicesOf(main: MeasuredSummary | undefined, businessUnit: string): ServiceUsage[] {
  const services = Object.entries(main?.overview[businessUnit]?.services ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return services.map(([key, totals]) => {
    const [service = '', , zone = ''] = key.split('|');
    const shown =
      service === 'data'
        ? ([totals.bytes, 'MB'] as const)
        : service === 'voice'
          ? ([totals.seconds, 'minute'] as const)
          : ([totals.count, 'piece'] as const);
    const quantity = inUnit(BigInt(shown[0]), shown[1]).toDecimalPlaces(3).toFixed();
    return { service: service as Service, zone, records: totals.records, quantity, unit: shown[1] };
  });
}

/** Pools this unit shares in: those of the whole account, and its own. */
function poolsOf(main: MeasuredSummary | undefined, businessUnit: string): PoolUsage[] {
  const shared = (main?.pools ?? []).filter((pool) => pool.businessUnit === '' || pool.businessUnit === businessUnit);
  return shared.map((pool) => {
    const show = (base: string) => inUnit(BigInt(base), pool.unit).toDecimalPlaces(3).toFixed();
    const mine = show(pool.usedBy[businessUnit] ?? '0');
    return {
      name: pool.name,
      unit: pool.unit,
      size: show(pool.size),
      used: show(pool.used),
      over: show(pool.over),
      usedByThisUnit: mine,
    };
  });
}
