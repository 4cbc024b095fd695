import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Invoice, InvoiceLine } from '#shared/invoicing/invoice.ts';
import { layOutInvoice } from '#shared/invoicing/pdf/invoice-pages.ts';
import { PAGE } from '#shared/invoicing/pdf/sheet.ts';
import { amount } from '#shared/money/amount.ts';
import { FLEET_INVOICE, line } from '../fixtures.ts';
import { overlaps, PLAIN_FACE, textsOf } from './measures.ts';

const name = fc.string({ unit: 'grapheme', maxLength: 60, size: 'max' });
const decimal = (digits: number, places: number) =>
  fc
    .bigInt({ min: -(10n ** BigInt(digits)), max: 10n ** BigInt(digits) })
    .map((n) => amount(n).div(amount(10).pow(places)).toFixed(places));
const size = decimal(9, 3).map((text) => text.replace('-', ''));
const unit = fc.constantFrom('B', 'MB', 'GiB', 'second', 'piece', 'month' as const);
const taxCategory = fc.constantFrom('S', 'AE', 'E' as const);

const CORRECTED = { owed: '15.00', billed: '20.00', quantity: '10', unit: 'month', unitPrice: '1.5' } as const;

const lines: fc.Arbitrary<InvoiceLine[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom('recurring', 'usage', 'adjustment' as const),
      words: name,
      detail: name,
      quantity: decimal(11, 4),
      unit,
      unitPrice: fc.oneof(fc.constant(''), decimal(7, 5)),
      net: decimal(9, 2),
      reason: fc.constantFrom('', 'late usage', 'backed-out file' as const),
      amends: fc.constantFrom('', 'INV-2026-000001'),
      corrected: fc.constantFrom(undefined, CORRECTED, { owed: '-7.00', billed: '1234567.89' }),
    }),
    { maxLength: 60, size: 'max' },
  )
  .map((list) =>
    list.map(({ words, corrected, ...each }, i) =>
      line(i + 1, { ...each, ...(corrected && { corrected }), description: `Position${i + 1}x ${words}` }),
    ),
  );

const usage: fc.Arbitrary<Invoice['usage']> = fc.record({
  activeSubscriptions: fc.nat(),
  services: fc.array(
    fc.record({
      service: fc.constantFrom('data', 'sms', 'voice', 'supplementary', 'event:door' as const),
      zone: name,
      records: fc.nat(),
      quantity: size,
      unit: fc.constantFrom('MB', 'piece', 'minute' as const),
    }),
    { maxLength: 80, size: 'max' },
  ),
  dataByDay: fc.array(
    fc.record({
      date: fc.constantFrom('2026-10-01', '2026-10-31', '2027-02-28'),
      bytes: fc.bigInt(0n, 10n ** 18n).map(String),
    }),
    { maxLength: 92, size: 'max' },
  ),
  pools: fc.array(
    fc.record({
      name,
      unit: fc.constantFrom('GB', 'piece' as const),
      size,
      used: size,
      over: size,
      usedByThisUnit: size,
    }),
    { maxLength: 8 },
  ),
  previousNet: fc.oneof(fc.constant(''), decimal(9, 2)),
});

const invoices: fc.Arbitrary<Invoice> = fc
  .record({
    number: fc.stringMatching(/^[A-Z0-9-]{1,36}$/),
    kind: fc.constantFrom('380', '381', '383' as const),
    language: fc.constantFrom('en', 'de', 'fr', 'en-US'),
    currency: fc.constantFrom('EUR', 'USD', 'JPY', 'KWD'),
    sellerName: name,
    colour: fc.oneof(fc.constantFrom('#FFFFFF', '#000000', 'blue'), fc.stringMatching(/^#[0-9A-F]{6}$/)),
    buyerName: name,
    unitName: name,
    addressLines: fc.array(name, { maxLength: 6 }),
    reference: name,
    lines,
    taxes: fc.array(
      fc.record({
        category: taxCategory,
        place: fc.constantFrom('', 'EE', 'DE'),
        name: fc.oneof(fc.constant(''), name),
        reasonCode: fc.constant(''),
        evidence: fc.constantFrom([], [
          { kind: 'vatId', id: 'DE136695976', source: 'VIES', from: '2026-10-01', until: '', reference: 'WAPIAAAAX' },
        ] as const),
        percent: fc.constantFrom('0', '8.875', '24'),
        net: decimal(9, 2),
        tax: decimal(8, 2),
        reason: name,
      }),
      { maxLength: 6 },
    ),
    total: decimal(10, 2),
    usage,
  })
  .map(({ sellerName, colour, buyerName, unitName, addressLines, reference, total, ...rest }) => ({
    ...FLEET_INVOICE,
    ...rest,
    seller: { ...FLEET_INVOICE.seller, name: sellerName, colour },
    buyer: {
      ...FLEET_INVOICE.buyer,
      name: buyerName,
      businessUnitName: unitName,
      reference,
      address: { ...FLEET_INVOICE.buyer.address, lines: addressLines },
    },
    totals: { net: total, tax: '0.00', gross: total, due: total },
  }));

test('any invoice has its place: every line once, no text on another, nothing past the margins', () => {
  fc.assert(
    fc.property(invoices, (invoice) => {
      const pages = layOutInvoice(invoice, PLAIN_FACE);
      const texts = pages.flatMap(textsOf);
      for (const { place } of invoice.lines) {
        expect(texts.filter((command) => command.text.startsWith(`Position${place}x`))).toHaveLength(1);
      }
      expect(pages.flatMap(overlaps)).toEqual([]);
      for (const { x, width, y } of texts) {
        expect(x).toBeGreaterThanOrEqual(PAGE.left - 0.01);
        expect(x + width).toBeLessThanOrEqual(PAGE.right + 0.01);
        expect(y).toBeLessThanOrEqual(PAGE.height - 20);
      }
    }),
    { numRuns: 40 },
  );
});
