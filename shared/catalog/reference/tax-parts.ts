import * as z from 'zod';
import { exchangeRatesSchema } from '../files/read-exchange-rates.ts';
import { jurisdictionSchema, ratesByCategory, ratesSchema } from '../files/read-tax-jurisdiction.ts';
import { engineSchema, fixedSchema, vatSchema } from '../files/read-tax-profile.ts';
import { date, decimal, ratedCurrency } from '../written.ts';
import { is, type Meaning, type Part } from './part.ts';

const BASICS: Readonly<Record<string, Meaning>> = {
  id: { means: 'Accounts name it.', example: 'de' },
  name: { means: 'For people.', example: 'German VAT' },
};
const RATE: Readonly<Record<string, Meaning>> = {
  from: { means: 'The first day it holds.', example: '2007-01-01' },
  percent: { means: 'Of the net.', example: '19' },
};
const TAX_POINT: Meaning = {
  means: 'Which day decides the rate of a line.',
  values: {
    periodEnd: 'the last day of its period, and of what is charged in advance the invoice date, if that is earlier',
    invoiceDate: 'the invoice date, whatever is charged and for when',
    split: 'each day its own: a rate that changes inside a period cuts the line in two',
  },
};

const PROFILE: Part = {
  name: 'taxProfile',
  title: 'Tax profile',
  says: "How a payer's documents are taxed. One of the three below, told apart by `kind`.",
  schema: z.union([is('fixedTaxProfile'), is('vatTaxProfile'), is('engineTaxProfile')]),
  fields: {},
  example: `taxProfiles:
  - { id: de, name: German VAT, category: S, rates: [{ from: 2007-01-01, percent: 19 }] }
  - { id: rc, name: Reverse charge, category: AE, reason: Reverse charge }
  - { kind: vat, id: eu, name: VAT of the Union, verifiedWithinDays: 90 }
`,
};

const FIXED: Part = {
  name: 'fixedTaxProfile',
  title: 'Always alike',
  says: 'One category for all documents.',
  schema: fixedSchema.extend({ kind: z.literal('fixed').default('fixed') }),
  fields: {
    kind: 'May be left out.',
    ...BASICS,
    category: {
      means:
        'UNCL 5305. `S` has rates in order of date; the others but `Z` have a reason, `S` and `Z` none (EN 16931).',
      values: {
        S: 'standard rate',
        Z: 'zero rate',
        E: 'exempt',
        AE: 'reverse charge',
        K: 'supply within the Union',
        G: 'export',
        O: 'outside the scope of tax',
      },
    },
    reason: { means: 'Why nothing is charged, as documents say it.', example: 'Reverse charge', otherwise: 'none' },
    reasonCode: {
      means: 'The same as a code (CEF VATEX).',
      example: 'VATEX-EU-AE',
      otherwise: 'that of the category, if it has one',
    },
    taxPoint: TAX_POINT,
    rates: {
      means: 'In order of date.',
      example: '[{ from: 2007-01-01, percent: 19 }]',
      otherwise: 'none',
      fields: RATE,
    },
    taxes: {
      means: 'Instead of `rates`: several taxes on one net, by name.',
      otherwise: 'none',
      fields: {
        name: { means: 'As it stands on documents.', example: 'State' },
        on: {
          means: 'What it is a percentage of.',
          values: { net: 'the net', taxed: 'the net and the taxes before it' },
        },
        rates: { means: 'In order of date.', otherwise: 'none', fields: RATE },
      },
    },
  },
  example: `taxProfiles:
  - id: ny
    name: New York
    category: S
    taxes:
      - { name: State, rates: [{ from: 2020-01-01, percent: 8.875 }] }
      - { name: City, rates: [{ from: 2020-01-01, percent: 2.125 }] }
`,
};

const VAT: Part = {
  name: 'vatTaxProfile',
  title: 'By the rules of the European Union',
  says: 'Line by line, with the rates of `taxJurisdictions`.',
  schema: vatSchema,
  fields: {
    kind: 'Says that it is one.',
    ...BASICS,
    verifiedWithinDays: {
      means: 'How old the answer of the register of VAT ids may be; 0 asks for none.',
      example: '90',
      otherwise: '0',
    },
  },
  example: '',
};

const ENGINE: Part = {
  name: 'engineTaxProfile',
  title: 'By an outside engine',
  says: 'What it answers is kept with the document; see [decision 34](decisions/0034-taxes.md).',
  schema: engineSchema,
  fields: { kind: 'Says that it is one.', ...BASICS },
  example: '',
};

const JURISDICTION: Part = {
  name: 'taxJurisdiction',
  title: 'Tax jurisdiction',
  says: 'What a country charges, and when. A rate of 0 is category Z.',
  schema: jurisdictionSchema.extend({ rates: z.union([ratesSchema, ratesByCategory]) }),
  fields: {
    country: { means: 'Which.', example: 'DE' },
    taxPoint: TAX_POINT,
    rates: {
      means: 'One list for all, or lists by tax category, in order of date.',
      example: '{ telecom: [{ from: 2021-03-01, percent: 23 }] }',
      fields: {
        ...RATE,
        telecom: { means: 'Of telecommunications.', otherwise: 'none', fields: RATE },
        service: { means: 'Of other services.', otherwise: 'none', fields: RATE },
        goods: { means: 'Of goods.', otherwise: 'none', fields: RATE },
      },
    },
    resellerReverseCharge: {
      means: "What resellers with a certificate in their account's entry pay the tax on themselves.",
      otherwise: 'none',
      fields: {
        category: {
          means: 'Of what.',
          values: { telecom: 'telecommunications', service: 'other services', goods: 'goods' },
        },
        from: { means: 'The first day.', example: '2021-01-01' },
        until: { means: 'The first day no longer.', otherwise: 'open' },
        basis: { means: 'The law, as documents say it.', example: '§ 13b Abs. 2 Nr. 12 UStG' },
      },
    },
  },
  example: `taxJurisdictions:
  - country: DE
    taxPoint: periodEnd
    rates: [{ from: 2021-01-01, percent: 19 }]
    resellerReverseCharge: [{ category: telecom, from: 2021-01-01, basis: § 13b Abs. 2 Nr. 12 UStG }]
  - country: IE
    rates: { telecom: [{ from: 2021-03-01, percent: 23 }], goods: [{ from: 2021-03-01, percent: 23 }] }
`,
};

const EXCHANGE_RATES: Part = {
  name: 'exchangeRates',
  title: 'Exchange rates',
  says: 'What one unit of `base` was worth, day by day. On a day without a rate that of the last day before holds; rates between two other currencies follow from both. A file of the European Central Bank (`eurofxref-hist.csv` or `eurofxref.csv`) may simply lie in the folder, as `*.csv`: it is the source ECB with base EUR. XDR, in which carriers settle, has rates too.',
  schema: exchangeRatesSchema.extend({ days: z.record(date, z.record(ratedCurrency, decimal)) }),
  fields: {
    source: { means: 'Who says so: it stands on documents.', example: 'ECB' },
    base: { means: 'Whose worth it is.', example: 'EUR' },
    days: { means: 'By date, then by currency.', example: '{ 2026-01-02: { USD: 1.0312, GBP: 0.8301 } }' },
  },
  example: `exchangeRates:
  - source: ECB
    base: EUR
    days:
      2026-01-02: { USD: 1.0312, GBP: 0.8301 }
`,
};

/** Taxes and currencies. */
export const TAX_PARTS: readonly Part[] = [PROFILE, FIXED, VAT, ENGINE, JURISDICTION, EXCHANGE_RATES];
