import { parse } from 'csv-parse/sync';
import { csvFault } from '#shared/catalog/files/csv-fault.ts';
import type { Payment } from '#shared/commit-log/payment.ts';

/** Largest payments file taken, in characters: some two hundred thousand rows. */
const MOST_CHARACTERS = 20_000_000;
const MOST_HEADER = 1_000;
const MUST = ['id', 'account', 'date', 'amount', 'currency'] as const;
const MAY = ['invoice', 'kind', 'reference', 'seller'] as const;

/** What a line says, by column. */
type Said = Readonly<Record<(typeof MUST)[number], string> & Partial<Record<(typeof MAY)[number], string>>>;

/** A row of a payments file. */
export interface PaymentRow extends Payment {
  readonly currency: string;
  /** File and line. */
  readonly place: string;
}

/**
 * Reads payments from CSV (RFC 4180, comma, UTF-8) with a header line that names the columns in any order: id, account, date, amount, currency, and maybe
 * invoice, kind (payment, repayment), reference and seller (whose customer the account was). Whether what they say is right is not asked here.
 */
export function readPayments(file: string, text: string): { rows: PaymentRow[]; problems: string[] } {
  if (text.length > MOST_CHARACTERS)
    return { rows: [], problems: [`${file}: more than ${MOST_CHARACTERS} characters; cut it into several files`] };
  const header = text.slice(0, MOST_HEADER).split(/\r?\n/, 1)[0] ?? '';
  if (!header.includes(',') && /[;\t|]/.test(header))
    return {
      rows: [],
      problems: [`${file}:1: its columns do not stand apart by commas; save it as CSV with commas, amounts like 12.50`],
    };
  let records: { info: { lines: number }; record: Said }[];
  try {
    const options = { columns: true, bom: true, info: true, trim: true, skip_empty_lines: true } as const;
    records = parse(text, options) as unknown as typeof records;
  } catch (error) {
    const { line, message } = csvFault(error, text);
    return { rows: [], problems: [`${file}:${line}: ${message}`] };
  }
  const [first] = records;
  if (first === undefined)
    return { rows: [], problems: [`${file}: there is no row below a header line of ${MUST.join(',')}`] };
  const columns = Object.keys(first.record);
  const all: readonly string[] = [...MUST, ...MAY];
  const problems = [
    ...MUST.filter((column) => !columns.includes(column)).map((column) => `${file}:1: the column ${column} is missing`),
    ...columns
      .filter((column) => !all.includes(column))
      .map((column) => `${file}:1: there is no column "${column.slice(0, 60)}"; expected ${all.join(', ')}`),
  ];
  if (problems.length > 0) return { rows: [], problems };
  return { rows: records.map(({ info, record }) => rowOf(`${file}:${info.lines}`, record)), problems };
}

function rowOf(place: string, said: Said): PaymentRow {
  const { id, account, date, amount, currency, invoice = '', reference = '', seller = '' } = said;
  const kind = (said.kind || 'payment') as PaymentRow['kind'];
  return { place, id, account, date, amount, currency, document: invoice, reference, seller, kind };
}
