import { rateText } from '#shared/catalog/exchange-rate.ts';
import { BYTE_ORDER_MARK, csvRow, figure, text } from './csv.ts';
import type { Invoice, InvoiceLine } from './invoice.ts';

/** One column: its name, and its cell of a line. Names are stable: columns are added at the end and never renamed. */
const COLUMNS: readonly (readonly [string, (invoice: Invoice, line: InvoiceLine) => string])[] = [
  ['invoice_number', (invoice) => text(invoice.number)],
  ['invoice_kind', (invoice) => figure(invoice.kind)],
  ['issue_date', (invoice) => text(invoice.issueDate)],
  ['account', (invoice) => text(invoice.buyer.account)],
  ['business_unit', (invoice) => text(invoice.buyer.businessUnit)],
  ['line', (_, line) => figure(line.place)],
  ['line_id', (_, line) => text(line.id)],
  ['kind', (_, line) => text(line.kind)],
  ['description', (_, line) => text(line.description)],
  ['detail', (_, line) => text(line.detail)],
  ['period_from', (_, line) => text(line.period.from)],
  ['period_to', (_, line) => text(line.period.to)],
  ['quantity', (_, line) => figure(line.quantity)],
  ['unit', (_, line) => text(line.unit)],
  ['unit_price', (_, line) => figure(line.unitPrice)],
  ['net', (_, line) => figure(line.net)],
  ['currency', (invoice) => text(invoice.currency)],
  ['tax_category', (_, line) => text(line.taxCategory)],
  ['tax_percent', (_, line) => figure(line.taxPercent)],
  ['reason', (_, line) => text(line.reason)],
  ['amends', (_, line) => text(line.amends)],
  ['gross', (_, line) => figure(line.gross)],
  ['list_price', (_, line) => figure(line.exchange?.listPrice ?? '')],
  ['list_currency', (_, line) => text(line.exchange?.rate.from ?? '')],
  ['exchange_rate', (_, line) => text(line.exchange === null ? '' : rateText(line.exchange.rate))],
  ['exchange_date', (_, line) => text(line.exchange?.rate.date ?? '')],
  ['exchange_source', (_, line) => text(line.exchange?.rate.source ?? '')],
  ['owed_now', (_, line) => figure(line.corrected?.owed ?? '')],
  ['billed_before', (_, line) => figure(line.corrected?.billed ?? '')],
  ['owed_quantity', (_, line) => figure(line.corrected?.quantity ?? '')],
  ['owed_unit', (_, line) => text(line.corrected?.unit ?? '')],
  ['owed_unit_price', (_, line) => figure(line.corrected?.unitPrice ?? '')],
  ['amends_date', ({ amends }, line) => text(amends.find(({ number }) => number === line.amends)?.issueDate ?? '')],
];

/** An invoice's lines as a file of comma-separated values, one row a line, in the invoice's order. Periods are inclusive. */
export function invoiceLinesCsv(invoice: Invoice): string {
  const header = csvRow(COLUMNS.map(([name]) => name));
  const rows = invoice.lines.map((line) => csvRow(COLUMNS.map(([, cell]) => cell(invoice, line))));
  return BYTE_ORDER_MARK + header + rows.join('');
}
