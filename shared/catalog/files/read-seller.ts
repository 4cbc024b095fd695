import * as z from 'zod';
import type { NumberingSeries, Seller } from '../catalog.ts';
import { vatIdProblem } from '../vat-id.ts';
import { colour, country, currency, iban, id, timeZone, wholeNumber, words, written } from '../written.ts';
import { type Place, type Report, readFields, refuse, within } from './report.ts';

const text = words.default('');
const prefix = written(
  'a prefix of letters, digits, "-", "/", ".", "_" and {year}, at most 24',
  (text) => (/^([A-Za-z0-9/._-]|\{year\}){0,24}$/.test(text) && text.split('{year}').length <= 2 ? text : undefined),
  (text) =>
    /\{(?!year\})/.test(text)
      ? 'Of placeholders there is only {year}; the counter follows the prefix.'
      : 'Write for example "INV-{year}-".',
);
const series = z.strictObject({
  prefix,
  width: wholeNumber(12).default(6),
  start: wholeNumber(999_999_999).default(1),
});
const vatId = written(
  'a VAT id with the right check digits, such as DE123456788',
  (text) => (/^[A-Z0-9+*]{0,20}$/.test(text) && vatIdProblem(text) === '' ? text : undefined),
  (text) => (vatIdProblem(text) === '' ? 'Write it in capitals without spaces.' : `Compare it: ${vatIdProblem(text)}.`),
).default('');
const bic = written(
  'a BIC of 8 or 11 letters and digits',
  (text) => (/^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$/.test(text) ? text : undefined),
  () => 'Write it in capitals without spaces.',
);
const email = written(
  'an e-mail address',
  (text) => (/^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/.test(text) && text.length <= 200 ? text : undefined),
  () => 'Write name@domain.',
);

const schema = z.strictObject({
  id,
  name: words,
  address: z.strictObject({ lines: z.array(words).min(1).max(6), postalCode: words, city: words, country }),
  vatId,
  consumerSales: z.enum(['destination', 'origin']).default('destination'),
  bookCurrency: currency.default(''),
  exchangeDate: z.enum(['invoiceDate', 'usageDate']).default('invoiceDate'),
  registerNumber: text,
  timeZone,
  bank: z
    .strictObject({ iban: iban.default(''), bic: bic.default(''), accountHolder: text })
    .default({ iban: '', bic: '', accountHolder: '' }),
  contact: z
    .strictObject({ email: email.default(''), phone: text, web: text })
    .default({ email: '', phone: '', web: '' }),
  colour: colour.default('#1f3a5f'),
  numbering: z.strictObject({ invoice: series, creditNote: series }),
});

/** Reads a seller. Its two series of numbers must never meet: every number is that of one document. */
export function readSeller(report: Report, place: Place): Seller | undefined {
  const { fields, complete } = readFields(report, schema, place);
  const { invoice, creditNote } = fields.numbering ?? {};
  if (invoice !== undefined && creditNote !== undefined && canMeet(invoice, creditNote)) {
    refuse(
      report,
      within(place, 'numbering', 'creditNote', 'prefix'),
      `"${creditNote.prefix}" beside "${invoice.prefix}"`,
      'a prefix whose numbers no invoice can have',
      'Begin invoices and credit notes with different letters, such as INV- and CN-.',
    );
  }
  return complete;
}

/** Whether one prefix is the other, or the other followed by digits only: a counter may then run into it. */
function canMeet(a: NumberingSeries, b: NumberingSeries): boolean {
  const [short, long] = [a.prefix, b.prefix].sort((x, y) => x.length - y.length) as [string, string];
  return long.startsWith(short) && /^(\d|\{year\})*$/.test(long.slice(short.length));
}
