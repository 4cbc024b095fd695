import type { OpenItem } from '#shared/invoicing/balances/open-items.ts';
import type { PostedDocument } from '#shared/invoicing/posted-document.ts';
import { documentFolder, usageFileName } from '#shared/invoicing/posted-document.ts';
import { openItem } from '#shared/invoicing/use-cases/balances/account-balance.ts';
import { explainLine, readInvoice } from '#shared/invoicing/use-cases/explain-line.ts';
import { type DocumentQuery, findInvoice, listInvoices } from '#shared/invoicing/use-cases/list-invoices.ts';
import { amount } from '#shared/money/amount.ts';
import { explainText } from '../explain/explain.ts';
import type { Session } from '../session.ts';
import { failure } from '../terminal/failure.ts';
import { counted, grouped, money, total } from '../terminal/figures.ts';
import type { Output } from '../terminal/output.ts';
import { appendToFile, saveFile } from '../terminal/save-file.ts';
import { figures, table, words } from '../terminal/table.ts';
import { invoiceText } from './invoice-text.ts';

/** Files the renderings of an invoice are saved in; '' = not asked for. */
export interface Renderings {
  readonly pdf: string;
  readonly csv: string;
  readonly usage: string;
}

/** `invoice list`: posted documents. */
export async function listDocuments(session: Session, query: DocumentQuery, output: Output): Promise<void> {
  const documents = await listInvoices(session.world, query);
  output.result(documents, documents.length === 0 ? 'There is no such invoice.' : documentsText(documents));
  const [first] = documents;
  if (first !== undefined) output.next(`billing invoice show ${first.number}`);
}

/** `invoice show NUMBER`: the invoice, or (--json) its data with what is open of it (`balance`); and its renderings, saved where asked. */
export async function showInvoice(session: Session, number: string, save: Renderings, output: Output): Promise<void> {
  const document = await documentOf(session, number);
  const invoice = await readInvoice(session.world, document);
  const saved: string[] = [];
  for (const [file, name] of [
    [save.pdf, `${number}.pdf`],
    [save.csv, `${number}-lines.csv`],
    [save.usage, usageFileName(number, 1)],
  ] as const) {
    if (file === '') continue;
    const body = await rendering(session, document, name);
    if (body === undefined) throw failure(`${name} is not rendered yet`, 'it follows posting; look again in a minute');
    await saveFile(file, body);
    if (file === save.usage) await saveRest(session, document, file);
    saved.push(file);
  }
  const balance = await openOf(session, document);
  const text = `${invoiceText(invoice)}\n\n${balance === null ? '' : openText(document, balance)}`.trimEnd();
  output.result({ ...invoice, balance }, saved.length === 0 ? text : `Saved ${saved.join(', ')}.`);
  if (saved.length === 0) output.next(`billing invoice explain ${number} --line 1`);
}

/** What of an invoice or debit note is paid, and what is open; null of a credit note. */
async function openOf({ world }: Session, document: PostedDocument): Promise<Omit<OpenItem, 'document'> | null> {
  const item = await openItem(world, document);
  if (item === undefined) return null;
  const { document: _, ...balance } = item;
  return balance;
}

function openText({ currency }: PostedDocument, item: Omit<OpenItem, 'document'>): string {
  const parts = (
    [
      ['credited', item.credited],
      ['paid', item.paid],
      ['settled from the account', item.settled],
      ['written off', item.writtenOff],
    ] as const
  ).filter(([, value]) => !amount(value).isZero());
  const said = parts.map(([what, value]) => `${what} ${money(value, currency)}`);
  if (item.netted !== undefined) said.push(`later invoices are lower by ${money(item.netted, currency)}`);
  return `open ${money(item.open, currency)}${said.length === 0 ? '' : ` (${said.join(', ')})`}`;
}

/** Subscriptions an explanation lists unless all are asked for. */
const SUBSCRIPTIONS_SHOWN = 20;

/** `invoice explain NUMBER --line K`: how the amount came about. */
export async function explain(
  session: Session,
  number: string,
  line: number,
  all: boolean,
  output: Output,
): Promise<void> {
  const document = await documentOf(session, number);
  const explained = await explainLine(session.world, document, line);
  output.result(explained, explainText(explained, all ? Number.MAX_SAFE_INTEGER : SUBSCRIPTIONS_SHOWN));
}

/** The posted document of a number. @throws a failure when there is none. */
export async function documentOf(session: Session, number: string): Promise<PostedDocument> {
  const document = await findInvoice(session.world, number);
  if (document === undefined)
    throw failure(`there is no invoice ${number}`, 'see those there are with `billing invoice list`');
  return document;
}

function rendering({ world }: Session, { seller, number }: PostedDocument, name: string) {
  return world.objects.get('invoices', `${documentFolder(seller, number)}/${name}`);
}

/** Itemised usage that is long lies in several files: the rows of all go into the one that was asked for. */
async function saveRest(session: Session, document: PostedDocument, file: string): Promise<void> {
  for (let place = 2; ; place++) {
    const body = await rendering(session, document, usageFileName(document.number, place));
    if (body === undefined) return;
    await appendToFile(file, body.subarray(body.indexOf(LINE_FEED) + 1));
  }
}

const LINE_FEED = 0x0a;

function documentsText(documents: readonly PostedDocument[]): string {
  const rows = table(documents, [
    words('number', (each) => each.number),
    words('', (each) => ({ 380: '', 381: 'credit note', 383: 'debit note' })[each.kind]),
    words('date', (each) => each.issueDate),
    words('account', (each) => each.payer),
    words('business unit', (each) => each.businessUnit),
    words('period', (each) => `${each.period.from} to ${each.period.to}`),
    figures('net', (each) => money(signed(each, each.net), each.currency)),
    figures('gross', (each) => money(signed(each, each.gross), each.currency)),
    words('run', (each) => each.run),
  ]);
  const byCurrency = Map.groupBy(documents, (each) => each.currency);
  const totals = [...byCurrency].map(([currency, of]) => {
    const all = (field: 'net' | 'gross') =>
      grouped(
        total(
          of.map((each) => signed(each, each[field])),
          currency,
        ),
      );
    return `${counted(of.length, 'document', 'documents')}: net ${all('net')}, gross ${all('gross')} ${currency}`;
  });
  return `${rows}\n\n${totals.join('\n')}`;
}

/** A credit note's amounts are positive on the document, and taken off here. */
function signed({ kind }: PostedDocument, value: string): string {
  return kind === '381' ? `-${value}` : value;
}
