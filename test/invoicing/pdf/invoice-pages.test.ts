import { describe, expect, test } from 'vitest';
import type { Invoice } from '#shared/invoicing/invoice.ts';
import { layOutInvoice } from '#shared/invoicing/pdf/invoice-pages.ts';
import { MM, PAGE } from '#shared/invoicing/pdf/sheet.ts';
import { CREDIT_NOTE, FLEET_INVOICE, line, SMALL_INVOICE } from '../fixtures.ts';
import { overlaps, PLAIN_FACE, textsOf } from './measures.ts';

const layOut = (invoice: Invoice) => layOutInvoice(invoice, PLAIN_FACE);
const saidOn = (page: Parameters<typeof textsOf>[0]) => textsOf(page).map((command) => command.text);
const said = (invoice: Invoice) => layOut(invoice).flatMap(saidOn);

const withLines = (count: number): Invoice => ({
  ...FLEET_INVOICE,
  lines: Array.from({ length: count }, (_, i) =>
    line(i + 1, { description: `Data, zone ${i + 1}`, kind: i < 3 ? 'recurring' : 'usage' }),
  ),
});

/** The page a text stands on, from 0. */
const pageOf = (invoice: Invoice, text: string) => layOut(invoice).findIndex((page) => saidOn(page).includes(text));

describe('every document', () => {
  const documents: [string, Invoice][] = [
    ['fleet', FLEET_INVOICE],
    ['fleet in German', { ...FLEET_INVOICE, language: 'de' }],
    ['small', SMALL_INVOICE],
    ['credit note', CREDIT_NOTE],
    ['without lines', { ...SMALL_INVOICE, lines: [], taxes: [] }],
    ['1 line', withLines(1)],
    ['30 lines', withLines(30)],
    ['300 lines', withLines(300)],
  ];

  test.each(documents)('%s: no text stands on another', (_, invoice) => {
    expect(layOut(invoice).flatMap(overlaps)).toEqual([]);
  });

  test.each(documents)('%s: nothing leaves the page, and texts stay inside its margins', (_, invoice) => {
    for (const command of layOut(invoice).flat()) {
      expect(command.x).toBeGreaterThanOrEqual(0);
      expect(command.y).toBeGreaterThanOrEqual(0);
      expect(command.y + (command.kind === 'box' ? command.height : 0)).toBeLessThanOrEqual(PAGE.height);
      if (command.kind !== 'text') continue;
      expect(command.x).toBeGreaterThanOrEqual(PAGE.left - 0.01);
      expect(command.x + command.width).toBeLessThanOrEqual(PAGE.right + 0.01);
    }
  });

  test.each(documents)('%s: every page says which it is', (_, invoice) => {
    const pages = layOut(invoice);
    const words = invoice.language === 'de' ? ['Seite', 'von'] : ['Page', 'of'];
    pages.forEach((page, i) => {
      expect(saidOn(page)).toContain(`${words[0]} ${i + 1} ${words[1]} ${pages.length}`);
    });
  });

  test.each(documents)('%s: the amount due stands on the first page and in the totals', (_, invoice) => {
    const amounts = said(invoice).filter((text) => text.replace(/[^\d]/g, '') === invoice.totals.due.replace('.', ''));
    expect(amounts.length).toBeGreaterThanOrEqual(2);
  });
});

test.each([
  ['en', 'Price correction · now 10 mo. × 1.50 = 15.00, billed before 20.00'],
  ['de', 'Preiskorrektur · nun 10 Mon. × 1,50 = 15,00, bisher berechnet 20,00'],
])('a correction says what it follows from: %s', (language, expected) => {
  const corrected = { owed: '15.00', billed: '20.00', quantity: '10', unit: 'month', unitPrice: '1.5' } as const;
  const lines = [line(1, { reason: 'price correction', net: '-5.00', corrected })];
  expect(said({ ...SMALL_INVOICE, language, lines }).join(' ')).toContain(expected);
});

describe('pages', () => {
  test.each([
    [1, 2],
    [30, 3],
    [300, 14],
  ])('%i lines take %i pages', (count, pages) => {
    expect(layOut(withLines(count))).toHaveLength(pages);
  });

  test('the head of the table stands on every page that has lines, and the section it goes on with', () => {
    const invoice = withLines(300);
    const pages = layOut(invoice);
    const last = pageOf(invoice, 'Data, zone 300');
    for (const page of pages.slice(0, last + 1)) expect(saidOn(page)).toContain('Description');
    for (const page of pages.slice(1, last + 1)) expect(saidOn(page)).toContain('Usage, continued');
  });

  test.each([1, 10, 11, 12, 13, 30, 31, 32, 33, 34, 35, 36, 300])(
    'with %i lines, the totals stand below the last of them',
    (count) => {
      const invoice = withLines(count);
      const pages = layOut(invoice);
      const page = pageOf(invoice, `Data, zone ${count}`);
      const texts = textsOf(pages[page]!);
      const lastLine = texts.find((command) => command.text === `Data, zone ${count}`)!;
      const total = texts.find((command) => command.text === 'Net total')!;
      expect(total.y).toBeGreaterThan(lastLine.y);
      expect(pages.slice(page + 1).flatMap(saidOn)).not.toContain('Description');
    },
  );

  test('the receiver’s address lies in the window of the envelope (DIN 5008 form B)', () => {
    const wanted = [
      'Bright Fleet Logistics GmbH',
      'Depot North, Fleet Controlling',
      'Am Sandtorkai 41',
      '20457 Hamburg',
      'GERMANY',
    ];
    const found = textsOf(layOut(FLEET_INVOICE)[0]!).filter((command) => wanted.includes(command.text));
    expect(found.map((command) => command.text)).toEqual(wanted);
    for (const { x, y, width } of found) {
      expect(x).toBeGreaterThanOrEqual(20 * MM);
      expect(x + width).toBeLessThanOrEqual(105 * MM);
      expect(y).toBeGreaterThanOrEqual(62.7 * MM);
      expect(y).toBeLessThanOrEqual(90 * MM);
    }
  });

  test('figures of a column end at one edge', () => {
    const nets = FLEET_INVOICE.lines.map((each) => each.net.replace('-', '−').replace(/^(\d)(\d{3}\.)/, '$1,$2'));
    const ends = layOut(FLEET_INVOICE)
      .flatMap(textsOf)
      .filter((command) => nets.includes(command.text) && command.style.size < 9 && command.x > PAGE.right - 80)
      .map((command) => command.x + command.width);
    expect(ends.length).toBeGreaterThanOrEqual(12);
    for (const end of ends) expect(end).toBeCloseTo(PAGE.right, 5);
  });
});

describe('what a document says', () => {
  test('a difference says why it came and which invoice it amends', () => {
    const texts = said(FLEET_INVOICE).join(' ').replaceAll(/\s+/g, ' ');
    expect(texts).toContain('Changes to earlier periods');
    expect(texts).toMatch(
      /Late usage · Europe Pool 600 GB · 1\s?–\s?30 Sept? 2026 · amends invoice INV-2026-000377 of 2 Oct 2026/,
    );
  });

  test('reverse charge: the reason, and both VAT ids', () => {
    const texts = said(FLEET_INVOICE).join(' ');
    expect(texts).toContain('Reverse charge');
    expect(texts).toContain('DE301234567');
    expect(texts).toContain('EE102345678');
  });

  test('how to pay: account in groups, and the code', () => {
    expect(said(FLEET_INVOICE)).toContain('EE38 2200 2210 2014 5685');
    const codes = layOut(FLEET_INVOICE)
      .flat()
      .filter((command) => command.kind === 'qr');
    expect(codes).toHaveLength(1);
    expect(codes[0]?.payload).toContain('EUR2911.41');
  });

  test('a credit note names itself and what it amends, and asks for nothing', () => {
    const texts = said(CREDIT_NOTE);
    expect(texts).toContain('Rechnungskorrektur CN-2026-000031');
    expect(texts).toContain('Zu diesem Beleg ist nichts zu zahlen.');
    expect(
      texts.filter((text) => text.replaceAll('\u00A0', ' ') === 'INV-2026-000377 vom 2. Okt. 2026').length,
    ).toBeGreaterThanOrEqual(1);
    expect(texts.join(' ')).not.toMatch(/überweisen|Fällig/);
    expect(
      layOut(CREDIT_NOTE)
        .flat()
        .some((command) => command.kind === 'qr'),
    ).toBe(false);
  });

  test('an earlier document whose date is not known is named by its number alone', () => {
    const texts = said({ ...CREDIT_NOTE, amends: [{ number: 'INV-2026-000377', issueDate: '' }] });
    expect(texts.filter((text) => text === 'INV-2026-000377').length).toBeGreaterThanOrEqual(1);
    expect(texts.join(' ')).not.toContain('INV-2026-000377 vom');
  });

  test('what was settled before stands between total and amount due', () => {
    const invoice = { ...SMALL_INVOICE, totals: { ...SMALL_INVOICE.totals, due: '7.22' } };
    const texts = said(invoice);
    expect(texts).toContain('Bereits beglichen');
    expect(texts).toContain('−10,00');
  });

  test('rates stand beside the lines only where there are several', () => {
    const mixed = {
      ...SMALL_INVOICE,
      lines: SMALL_INVOICE.lines.map((each, at) => (at === 0 ? { ...each, taxPercent: '9' } : each)),
    };
    expect(said(SMALL_INVOICE)).not.toContain('USt');
    expect(said(mixed)).toContain('USt');
  });

  test('usage nobody had is left out', () => {
    expect(said(CREDIT_NOTE)).not.toContain('Ihre Nutzung');
    expect(said(SMALL_INVOICE)).toContain('Ihre Nutzung');
    expect(said(SMALL_INVOICE)).not.toContain('Daten nach Tagen');
  });

  test.each([
    ['de', 'Rechnung INV-2026-000412'],
    ['de-AT', 'Rechnung INV-2026-000412'],
    ['DE', 'Rechnung INV-2026-000412'],
    ['en', 'Invoice INV-2026-000412'],
    ['en-US', 'Invoice INV-2026-000412'],
    ['xx', 'Invoice INV-2026-000412'],
    ['', 'Invoice INV-2026-000412'],
  ])('in language "%s" the title is %s', (language, title) => {
    expect(said({ ...FLEET_INVOICE, language })).toContain(title);
  });
});
