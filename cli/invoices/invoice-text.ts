import { rateText } from '#shared/catalog/exchange-rate.ts';
import type { AmendedInvoice, Invoice, InvoiceLine, PoolUsage } from '#shared/invoicing/invoice.ts';
import { amount } from '#shared/money/amount.ts';
import { counted, grouped, money, price } from '../terminal/figures.ts';
import { figures, pairs, table, words } from '../terminal/table.ts';

/** An invoice as a terminal shows it: head, lines, taxes, totals, what was used. */
export function invoiceText(invoice: Invoice): string {
  const parts = [headText(invoice), linesText(invoice), totalsText(invoice), usageText(invoice)];
  return parts.filter((part) => part !== '').join('\n\n');
}

function headText(invoice: Invoice): string {
  const { seller, buyer, period, basis, amends } = invoice;
  const unit = buyer.businessUnit === '' ? '' : `, ${buyer.businessUnitName} (${buyer.businessUnit})`;
  const title = { 380: 'Invoice', 381: 'Credit note', 383: 'Debit note' }[invoice.kind];
  return pairs([
    [title, invoice.number],
    ['date', isPayable(invoice) ? `${invoice.issueDate}, due ${invoice.dueDate}` : invoice.issueDate],
    ['from', seller.name],
    ['to', `${buyer.name} (${buyer.account})${unit}`],
    ['reference', buyer.reference],
    ['period', `${period.from} to ${period.to}`],
    ['amends', amends.map(amendedText).join(', ')],
    ['computed', `run ${basis.run}, as known at position ${basis.position}, usage before ${basis.usageCutOff}`],
  ]);
}

/** "FC-2026-00004 of 2026-12-01"; of documents from before dates were named the number alone. */
function amendedText({ number, issueDate }: AmendedInvoice): string {
  return issueDate === '' ? number : `${number} of ${issueDate}`;
}

function linesText({ lines, currency }: Invoice): string {
  return table(lines, [
    figures<InvoiceLine>('line', (line) => `${line.place}`),
    words<InvoiceLine>('charge', (line) => line.description),
    words<InvoiceLine>('detail', (line) => line.detail),
    words<InvoiceLine>('from', (line) => line.period.from),
    words<InvoiceLine>('to', (line) => line.period.to),
    figures<InvoiceLine>('quantity', (line) => `${grouped(line.quantity)} ${line.unit}`),
    figures<InvoiceLine>('price', (line) => (line.unitPrice === '' ? '' : price(line.unitPrice, currency))),
    figures<InvoiceLine>(`net ${currency}`, (line) => grouped(line.net)),
    words<InvoiceLine>('correction', (line) =>
      line.amends === '' ? line.reason : `${line.reason}, amends ${line.amends}`,
    ),
  ]);
}

/** Whether a document asks for money: a credit note gives it, and some invoices come to nothing. */
function isPayable({ kind, totals }: Invoice): boolean {
  return kind !== '381' && amount(totals.due).greaterThan(0);
}

function totalsText({ kind, taxes, totals, currency, book }: Invoice): string {
  const rows = [
    { what: 'net', value: totals.net },
    ...taxes.map((tax) => ({
      what:
        tax.reason === ''
          ? `${tax.name === '' ? 'tax' : tax.name} ${tax.percent} % on ${grouped(tax.net)}`
          : `${tax.reason} (${tax.category}) on ${grouped(tax.net)}`,
      value: tax.tax,
    })),
    { what: kind === '381' ? 'credited' : 'to pay', value: totals.due },
  ];
  const shown = table(rows, [words('', (row) => row.what), figures(currency, (row) => grouped(row.value))]);
  if (book === null) return shown;
  const rates = book.rates.map((rate) => `${rateText(rate)} (${rate.source}, ${rate.date})`).join('; ');
  return `${shown}\nin the books: net ${book.net}, tax ${book.tax}, total ${book.gross} ${book.currency}, at ${rates}`;
}

function usageText({ usage, currency }: Invoice): string {
  const services = usage.services.map(({ service, zone, records, quantity, unit }): [string, string] => [
    zone === '' ? service : `${service}, ${zone}`,
    `${grouped(quantity)} ${unit} in ${counted(records, 'record', 'records')}`,
  ]);
  const pools = usage.pools.map((pool): [string, string] => [`pool ${pool.name}`, poolText(pool)]);
  return pairs([
    ['active subscriptions', grouped(usage.activeSubscriptions)],
    ...services,
    ...pools,
    ['document before', usage.previousNet === '' ? '' : `net ${money(usage.previousNet, currency)}`],
  ]);
}

function poolText({ size, used, over, usedByThisUnit, unit }: PoolUsage): string {
  return `${grouped(used)} of ${grouped(size)} ${unit} used, ${grouped(over)} over; ${grouped(usedByThisUnit)} by this unit`;
}
