import * as z from 'zod';
import { amount } from '#shared/money/amount.ts';
import { minorDigits } from '#shared/money/currency.ts';
import type { Seller } from '../catalog.ts';
import { canMeet, type DocumentKind, type Numbering, type NumberingSeries } from '../numbering.ts';
import { vatIdProblem } from '../vat-id.ts';
import { colour, country, currency, decimal, iban, id, timeZone, wholeNumber, words, written } from '../written.ts';
import { type Place, type Report, readFields, refuse, within } from './report.ts';

const text = words.default('');
const prefix = written(
  'a prefix of letters, digits, "-", "_" and at most one {year}, at most 24 characters',
  (text) => (/^([A-Za-z0-9_-]|\{year\}){0,24}$/.test(text) && text.split('{year}').length <= 2 ? text : undefined),
  (text) =>
    /\{(?!year\})/.test(text)
      ? 'Of placeholders there is only {year}; the counter follows the prefix.'
      : 'Write for example "INV-{year}-".',
);
const series = z.strictObject({
  prefix,
  width: wholeNumber(12).default(6),
  start: wholeNumber(999_999_999).default(1),
  reset: z.enum(['year', 'never']).optional(),
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

/** What is written of a seller. */
export const sellerSchema = z.strictObject({
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
  numbering: z.strictObject({ invoice: series, creditNote: series, debitNote: series.optional() }),
  corrections: z.enum(['netted', 'ownDocument']).optional(),
  minimumInvoice: z
    .array(z.strictObject({ currency, amount: decimal }))
    .max(50)
    .optional(),
});

/** Reads a seller. Its series of numbers must never meet: every number is that of one document. */
export function readSeller(report: Report, place: Place): Seller | undefined {
  const { fields, complete } = readFields(report, sellerSchema, place);
  const numbering: Partial<Numbering> = fields.numbering ?? {};
  const kinds = (['invoice', 'creditNote', 'debitNote'] as const).filter((kind) => numbering[kind] !== undefined);
  for (const [at, kind] of kinds.entries()) {
    const of = numbering[kind] as NumberingSeries;
    const field = within(place, 'numbering', kind);
    refuseReset(report, within(field, 'reset'), of);
    const other = kinds.slice(0, at).find((each) => canMeet(numbering[each]?.prefix ?? '', of.prefix));
    if (other !== undefined) refuseMeeting(report, within(field, 'prefix'), of, other, numbering);
  }
  if (fields.corrections === 'ownDocument' && numbering.debitNote === undefined && fields.numbering !== undefined)
    refuse(
      report,
      within(place, 'numbering'),
      'no series of debit notes',
      'numbering.debitNote, since corrections: ownDocument bills what was too little by debit notes',
      'Write for example debitNote: { prefix: "DN-{year}-" }.',
    );
  refuseMinimums(report, within(place, 'minimumInvoice'), fields.minimumInvoice ?? []);
  return complete;
}

/** A least amount is one that documents can come to, once for each currency. */
function refuseMinimums(report: Report, place: Place, minimums: NonNullable<Seller['minimumInvoice']>): void {
  for (const [at, { currency, amount: least }] of minimums.entries()) {
    const again = minimums.findIndex((each) => each.currency === currency) < at;
    const [of, digits] = [within(place, at), minorDigits(currency)];
    if (again)
      refuse(
        report,
        within(of, 'currency'),
        `${currency} a second time`,
        'one amount for each currency',
        'Take one of them away.',
      );
    if (amount(least).decimalPlaces() > digits)
      refuse(
        report,
        within(of, 'amount'),
        `${least} ${currency}`,
        `an amount with at most ${digits} decimals, as ${currency} has them`,
        `Round it to ${digits} decimals.`,
      );
  }
}

const WORD: Record<DocumentKind, string> = { invoice: 'invoice', creditNote: 'credit note', debitNote: 'debit note' };

function refuseMeeting(
  report: Report,
  place: Place,
  { prefix }: NumberingSeries,
  other: DocumentKind,
  numbering: Partial<Numbering>,
): void {
  refuse(
    report,
    place,
    `"${prefix}" beside "${numbering[other]?.prefix}"`,
    `a prefix whose numbers no ${WORD[other]} can have`,
    'Begin each kind of document with other letters, such as INV-, CN- and DN-.',
  );
}

function refuseReset(report: Report, place: Place, { prefix, reset }: NumberingSeries): void {
  if (reset !== 'year' || prefix.includes('{year}')) return;
  refuse(
    report,
    place,
    `reset: year for the prefix "${prefix}"`,
    'a prefix that holds {year}: numbers of two years would be the same',
    'Write {year} into the prefix, or reset: never.',
  );
}
