import { sellerSchema } from '../files/read-seller.ts';
import type { FieldMeaning, Part } from './part.ts';

const series: FieldMeaning = {
  means: 'A series of document numbers, without a gap.',
  fields: {
    prefix: {
      means: 'What stands before the counter: letters, digits, `-`, `_`, and one `{year}`.',
      example: 'INV-{year}-',
    },
    width: { means: 'Digits of the counter, with zeros before it.', otherwise: '6' },
    start: {
      means:
        'The first number of the series, of one that begins anew each year. Where numbers were given, another start moves nothing.',
      otherwise: '1',
    },
    reset: {
      means: 'When the counter begins anew.',
      otherwise: '`year` where the prefix has `{year}`, else `never`',
      values: { year: 'each year', never: 'never' },
    },
  },
};

/** Who issues invoices. */
export const SELLER: Part = {
  name: 'seller',
  title: 'Seller',
  says: 'Who issues invoices. The first seller of a catalogue is the operator itself.',
  schema: sellerSchema,
  fields: {
    id: { means: 'Its name for accounts and subscriptions.', example: 'acme' },
    name: { means: 'As it stands on documents.', example: 'Acme IoT GmbH' },
    address: {
      means: 'As it stands on documents.',
      fields: {
        lines: { means: 'One to six lines above the city.', example: 'Hauptstr. 1' },
        postalCode: { means: 'With all its zeros.', example: '01099' },
        city: { means: 'The city.', example: 'Dresden' },
        country: { means: 'Where it is taxed.', example: 'DE' },
      },
    },
    vatId: { means: 'Its VAT id.', example: 'DE123456788', otherwise: 'none' },
    consumerSales: {
      means: 'Where consumers in other member states are taxed.',
      values: { destination: 'where they are', origin: 'where the seller is, below the threshold' },
    },
    bookCurrency: {
      means: 'Currency of its books: documents in another tell their totals in it too.',
      example: 'EUR',
      otherwise: 'that of each document',
    },
    exchangeDate: {
      means: 'Whose rate counts for price lists in another currency.',
      values: { invoiceDate: 'that of the invoice date', usageDate: "that of the last day of the line's period" },
    },
    registerNumber: { means: 'Its entry in the register of companies.', example: 'HRB 12345', otherwise: 'none' },
    timeZone: { means: 'By whose clock its invoice dates are.', example: 'Europe/Berlin' },
    bank: {
      means: 'Where invoices are paid to.',
      otherwise: 'none',
      fields: {
        iban: {
          means: 'Its account; the check digits are checked.',
          example: 'DE02 1203 0000 0000 2020 51',
          otherwise: 'none',
        },
        bic: { means: 'Its bank.', example: 'BYLADEM1001', otherwise: 'none' },
        accountHolder: { means: 'If it is not the seller by its name.', otherwise: 'none' },
      },
    },
    contact: {
      means: 'Whom customers ask.',
      otherwise: 'none',
      fields: {
        email: { means: 'An address.', example: 'billing@acme.example', otherwise: 'none' },
        phone: { means: 'A number.', otherwise: 'none' },
        web: { means: 'A page.', otherwise: 'none' },
      },
    },
    colour: { means: 'Of its documents; in quotes, as # begins a comment.', otherwise: '`#1f3a5f`' },
    numbering: {
      means: 'How its documents are numbered. No number of one series can be one of another.',
      fields: { invoice: series, creditNote: series, debitNote: { ...series, otherwise: 'none: it issues none' } },
    },
    corrections: {
      means: 'Where corrections of posted documents go.',
      otherwise: '`netted`',
      values: {
        netted: 'into the next invoice',
        ownDocument: 'into credit and debit notes, one for each document they amend',
      },
    },
    minimumInvoice: {
      means:
        'Amounts without tax below which runs of a cycle or a group post nothing for an account: what it owes waits for the next run, for three months at most. A run that is opened by hand may say another.',
      otherwise: 'none',
      fields: {
        currency: { means: 'Each once.', example: 'EUR' },
        amount: { means: 'What is posted comes to at least this.', example: '5.00' },
      },
    },
  },
  example: `sellers:
  - id: acme
    name: Acme IoT GmbH
    address: { lines: [Hauptstr. 1], postalCode: 01099, city: Dresden, country: DE }
    timeZone: Europe/Berlin
    numbering:
      invoice: { prefix: "INV-{year}-", width: 6, start: 1 }
      creditNote: { prefix: "CN-{year}-" }
`,
};
