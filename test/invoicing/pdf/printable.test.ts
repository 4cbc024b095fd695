import { describe, expect, test } from 'vitest';
import { printableInvoice, unprintableTexts } from '#shared/invoicing/pdf/printable.ts';
import { FLEET_INVOICE } from '../fixtures.ts';
import { PLAIN_FACE } from './measures.ts';

const named = (name: string) => ({ ...FLEET_INVOICE, buyer: { ...FLEET_INVOICE.buyer, name } });

describe('texts fit to be drawn', () => {
  test.each([
    ['plain', 'Müller & Söhne', 'Müller & Söhne'],
    ['composed', 'Mu\u0308ller', 'Müller'],
    ['one line', 'a\nb\tc  d ', 'a b c d'],
    ['without what turns the reading direction', 'invoice\u202Efdp.exe', 'invoicefdp.exe'],
    ['without control characters and zero widths', 'a\u0000b\u200Bc\uFEFF', 'abc'],
    ['without half surrogates', 'a\uD800b', 'a?b'],
    ['without what the fonts lack', '日本 Αθήνα Жук', '?? Αθήνα Жук'],
    ['bounded', 'x'.repeat(3000), 'x'.repeat(2000)],
    ['no-break spaces stay', '5\u00A0€', '5\u00A0€'],
  ])('%s', (_, name, expected) => {
    expect(printableInvoice(named(name), PLAIN_FACE.has).buyer.name).toBe(expected);
  });

  test('an invoice that can be drawn stays as it is', () => {
    expect(printableInvoice(FLEET_INVOICE, PLAIN_FACE.has)).toEqual(FLEET_INVOICE);
  });

  test('texts the fonts lack characters of are told, each once, with the characters', () => {
    const { lines } = FLEET_INVOICE;
    const described = lines.map((line, at) => (at < 2 ? { ...line, description: 'SIM ☎ ☎' } : line));
    const invoice = { ...named('日本 日 😀 ok'), lines: described };
    expect(unprintableTexts(invoice, PLAIN_FACE.has)).toEqual([
      { place: 'buyer.name', text: '日本 日 😀 ok', characters: ['日', '本'] },
    ]);
    expect(unprintableTexts(invoice, (character) => character < '☎' || character === '😀')).toEqual([
      { place: 'buyer.name', text: '日本 日 😀 ok', characters: ['日', '本'] },
      { place: 'lines.1.description', text: 'SIM ☎ ☎', characters: ['☎'] },
    ]);
    expect(unprintableTexts(FLEET_INVOICE, PLAIN_FACE.has)).toEqual([]);
  });
});
