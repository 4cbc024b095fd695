import { describe, expect, test } from 'vitest';
import type { Invoice } from '#shared/invoicing/invoice.ts';
import { epcPayload, groupedIban, isIban } from '#shared/invoicing/pdf/epc-qr.ts';
import { CREDIT_NOTE, FLEET_INVOICE } from '../fixtures.ts';

const due = (amount: string): Invoice => ({ ...FLEET_INVOICE, totals: { ...FLEET_INVOICE.totals, due: amount } });
const bank = (differs: Partial<Invoice['seller']['bank']>): Invoice => ({
  ...FLEET_INVOICE,
  seller: { ...FLEET_INVOICE.seller, bank: { ...FLEET_INVOICE.seller.bank, ...differs } },
});

describe('the SEPA QR code', () => {
  test('golden (EPC069-12 version 002)', () => {
    expect(epcPayload(FLEET_INVOICE)).toBe(
      'BCD\n002\n1\nSCT\nHABAEE2X\nNordlink Connectivity OÜ\nEE382200221020145685\nEUR2911.41\n\n\nINV-2026-000412',
    );
  });

  test.each([
    ['a credit note', CREDIT_NOTE],
    ['another currency', { ...FLEET_INVOICE, currency: 'CHF' }],
    ['nothing due', due('0.00')],
    ['less than nothing due', due('-1.00')],
    ['a billion', due('1000000000.00')],
    ['no IBAN', bank({ iban: '' })],
    ['an IBAN with a wrong digit', bank({ iban: 'EE382200221020145686' })],
    ['a name too long for the code', { ...bank({ accountHolder: '財'.repeat(70) }), number: 'X'.repeat(80) }],
  ])('none for %s', (_, invoice) => {
    expect(epcPayload(invoice)).toBe('');
  });

  test.each([
    ['an account holder left out is the seller', bank({ accountHolder: '' }), 5, 'Nordlink Connectivity'],
    ['a BIC that is none is left out', bank({ bic: 'HABA' }), 4, ''],
    ['a long name is cut to 70', bank({ accountHolder: 'x'.repeat(90) }), 5, 'x'.repeat(70)],
    ['spaces in the IBAN do not matter', bank({ iban: 'ee38 2200 2210 2014 5685' }), 6, 'EE382200221020145685'],
    ['the amount has two decimals', due('5.00'), 7, 'EUR5.00'],
  ])('%s', (_, invoice, row, expected) => {
    expect(epcPayload(invoice).split('\n')[row]).toBe(expected);
  });

  test.each([
    ['DE89370400440532013000', true],
    ['GB82WEST12345698765432', true],
    ['MT84MALT011000012345MTLCAST001S', true],
    ['DE89370400440532013001', false],
    ['DE8937040044053201300', false],
    ['', false],
  ])('%s is an IBAN: %s', (iban, expected) => {
    expect(isIban(iban)).toBe(expected);
  });

  test.each([
    ['DE89370400440532013000', 'DE89 3704 0044 0532 0130 00'],
    ['EE382200221020145685', 'EE38 2200 2210 2014 5685'],
  ])('%s is read %s', (iban, grouped) => {
    expect(groupedIban(iban)).toBe(grouped);
  });
});
