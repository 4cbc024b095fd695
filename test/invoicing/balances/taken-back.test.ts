import { expect, test } from 'vitest';
import { takenBackOf } from '#shared/invoicing/balances/taken-back.ts';
import type { Invoice, InvoiceLine } from '#shared/invoicing/invoice.ts';
import { line, SMALL_INVOICE } from '../fixtures.ts';

/** A document with a line of each net and what it amends, at 24 % unless said. */
const of = (kind: Invoice['kind'], gross: string, ...lines: [string, string, Partial<InvoiceLine>?][]): Invoice => ({
  ...SMALL_INVOICE,
  kind,
  lines: lines.map(([net, amends, more], place) => line(place + 1, { net, amends, ...more })),
  totals: { net: '', tax: '', gross, due: gross },
});

test.each<[string, Invoice, Record<string, string>]>([
  [
    'each by its lines',
    of('381', '124.00', ['60.00', 'I2'], ['10.00', 'I1'], ['30.00', 'I2']),
    { I1: '12.40', I2: '111.60' },
  ],
  [
    'to the cent: 0.02 of 0.01 and 0.01, each with tax',
    of('381', '0.02', ['0.01', 'I1'], ['0.01', 'I2']),
    { I1: '0.01', I2: '0.01' },
  ],
  [
    'a cent that is over to the larger remainder',
    of('381', '0.04', ['0.01', 'I1'], ['0.02', 'I2']),
    { I1: '0.01', I2: '0.03' },
  ],
  [
    'with the tax of each line',
    of('381', '134.00', ['100.00', 'I1'], ['10.00', 'I2', { taxPercent: '0' }]),
    { I1: '124.00', I2: '10.00' },
  ],
  ['tax that is in the price', of('381', '20.00', ['16.13', 'I1', { gross: '20.00' }]), { I1: '20.00' }],
  [
    'what it charges anew makes each share smaller',
    of('381', '99.20', ['100.00', 'I1'], ['-20.00', '']),
    { I1: '99.20' },
  ],
  ['what names no document keeps its part', of('381', '124.00', ['75.00', 'I1'], ['25.00', '']), { I1: '93.00' }],
  [
    'an invoice by what its lines take off it',
    of('380', '62.58', ['100.00', ''], ['-51.61', 'I1'], ['2.08', 'I2']),
    { I1: '64.00' },
  ],
  ['nothing where nothing is', of('381', '0.00', ['0.00', 'I1']), {}],
])('what is taken back of each document: %s', (_, invoice, expected) => {
  expect(takenBackOf(invoice)).toEqual(expected);
});
