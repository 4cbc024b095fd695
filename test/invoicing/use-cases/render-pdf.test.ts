import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Invoice } from '#shared/invoicing/invoice.ts';
import { LANGUAGES } from '#shared/invoicing/texts/languages.ts';
import { renderPdf, textsWithoutGlyph } from '#shared/invoicing/use-cases/render-pdf.ts';
import { CREDIT_NOTE, FLEET_INVOICE, line, SMALL_INVOICE } from '../fixtures.ts';
import { FONTS } from '../fonts.ts';
import { readPdf } from './pdf-reader.ts';

const named = (name: string): Invoice => ({ ...FLEET_INVOICE, buyer: { ...FLEET_INVOICE.buyer, name } });

describe('a rendered invoice', () => {
  test.each([
    ['fleet', FLEET_INVOICE, 2],
    ['fleet in German', { ...FLEET_INVOICE, language: 'de' }, 2],
    ['credit note', CREDIT_NOTE, 1],
    ['small', SMALL_INVOICE, 2],
  ])('%s: pages, and both fonts inside', async (_, invoice, pages) => {
    const pdf = readPdf(await renderPdf(invoice, FONTS));
    expect(pdf.pages).toBe(pages);
    expect(pdf.fonts).toEqual(['BZZZZZ+Inter-Regular', 'CZZZZZ+Inter-SemiBold']);
    expect(pdf.embedded).toBe(2);
    expect(pdf.raw).not.toContain('Helvetica');
  });

  test('its texts can be read back, tabular figures and foreign scripts among them', async () => {
    const pdf = readPdf(await renderPdf(named('Ελληνική & Жёлтый Завод Õ'), FONTS));
    for (const text of [
      'Ελληνική & Жёлтый Завод Õ',
      'INV-2026-000412',
      '48,318.204',
      '€2,911.41',
      'EE38 2200 2210 2014 5685',
      '−1.30',
      'Page 1 of 2',
    ]) {
      expect(pdf.texts).toContain(text);
    }
    for (const { description } of FLEET_INVOICE.lines) expect(pdf.texts).toContain(description);
  });

  test('is PDF/A-3b by its own account, with the colour profile inside, dated by the issue and in its language', async () => {
    const pdf = readPdf(await renderPdf({ ...FLEET_INVOICE, language: 'de-AT' }, FONTS));
    expect(pdf.metadata).toContain('<pdfaid:part>3</pdfaid:part>');
    expect(pdf.metadata).toContain('<pdfaid:conformance>B</pdfaid:conformance>');
    expect(pdf.metadata).toContain('<xmp:CreateDate>2026-11-02T00:00:00Z</xmp:CreateDate>');
    expect(pdf.raw).toContain('/S /GTS_PDFA1');
    expect(pdf.raw).toContain('(D:20261102000000Z)');
    expect(pdf.raw).toContain('/Lang (de-AT)');
  });

  test('a name cannot break the metadata', async () => {
    const invoice = {
      ...FLEET_INVOICE,
      seller: { ...FLEET_INVOICE.seller, name: 'A & B <script> (x) \\ "q"\u0000\uD800' },
    };
    const pdf = readPdf(await renderPdf(invoice, FONTS));
    const inside = /<rdf:li>([\s\S]*?)<\/rdf:li>/.exec(pdf.metadata)?.[1] ?? '';
    expect(Buffer.from(inside, 'latin1').toString('utf8')).toBe('A + B ‹script› (x) \\ "q"\u0020\u0020');
    expect(pdf.texts).toContain('A & B <script> (x) \\ "q"?');
  });

  test('300 lines take their pages and every line is drawn', async () => {
    const lines = Array.from({ length: 300 }, (_, i) => line(i + 1, { description: `Data, zone ${i + 1}` }));
    const pdf = readPdf(await renderPdf({ ...FLEET_INVOICE, lines }, FONTS));
    expect(pdf.pages).toBe(14);
    for (const { description } of lines) expect(pdf.texts.filter((text) => text === description)).toHaveLength(1);
  });

  test('fonts that are none are refused', async () => {
    await expect(renderPdf(SMALL_INVOICE, { ...FONTS, bold: new Uint8Array(10) })).rejects.toThrow();
  });
});

describe('the same invoice gives the same bytes', () => {
  test('twice in one process, whatever was rendered between', async () => {
    const first = await renderPdf(FLEET_INVOICE, FONTS);
    await renderPdf(CREDIT_NOTE, FONTS);
    expect(hash('sha256', await renderPdf(structuredClone(FLEET_INVOICE), FONTS))).toBe(hash('sha256', first));
  });

  test.each([
    ['O\u2019Hara', 'O\u02BCHara'],
    ['O\u02BCHara', 'O\u2019Hara'],
    ['Δ', '∆'],
    ['ﬁne', 'fine'],
  ])('%s, whether or not another document drew the same shapes for %s before', async (name, before) => {
    const own = { regular: FONTS.regular.slice(), bold: FONTS.bold.slice() };
    await renderPdf(named(`${before} ${name}`), FONTS);
    await renderPdf(named(before), FONTS);
    const after = await renderPdf(named(name), FONTS);
    expect(hash('sha256', after)).toBe(hash('sha256', await renderPdf(named(name), own)));
  });

  test('when more texts were drawn than are kept', async () => {
    const first = await renderPdf(FLEET_INVOICE, FONTS);
    const lines = Array.from({ length: 6_000 }, (_, i) => line(i + 1, { description: `Charge of ${i}` }));
    await renderPdf({ ...SMALL_INVOICE, lines }, FONTS);
    expect(hash('sha256', await renderPdf(FLEET_INVOICE, FONTS))).toBe(hash('sha256', first));
  });

  test('in another process, time zone and locale', async () => {
    const here = hash('sha256', await renderPdf(FLEET_INVOICE, FONTS));
    for (const TZ of ['Pacific/Auckland', 'America/Los_Angeles']) {
      const program = `
        import { hash } from 'node:crypto';
        import { renderPdf } from '#shared/invoicing/use-cases/render-pdf.ts';
        import { FLEET_INVOICE } from './test/invoicing/fixtures.ts';
        import { FONTS } from './test/invoicing/fonts.ts';
        process.stdout.write(hash('sha256', await renderPdf(FLEET_INVOICE, FONTS)));`;
      const there = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
        cwd: new URL('../../..', import.meta.url),
        env: { ...process.env, TZ, LANG: 'fr_FR.UTF-8', NODE_OPTIONS: '' },
        encoding: 'utf8',
      });
      expect(there).toBe(here);
    }
  });

  test('another invoice gives others', async () => {
    const changed = { ...FLEET_INVOICE, totals: { ...FLEET_INVOICE.totals, due: '2911.42' } };
    expect(hash('sha256', await renderPdf(changed, FONTS))).not.toBe(
      hash('sha256', await renderPdf(FLEET_INVOICE, FONTS)),
    );
  });
});

describe('what the fonts can draw', () => {
  test('the characters they lack are told', () => {
    expect(textsWithoutGlyph(named('日本 Αθήνα'), FONTS)).toEqual([
      { place: 'buyer.name', text: '日本 Αθήνα', characters: ['日', '本'] },
    ]);
    expect(textsWithoutGlyph(FLEET_INVOICE, FONTS)).toEqual([]);
  });

  test.each(Object.entries(LANGUAGES))('every word of "%s", and what writes its figures and dates', (_, texts) => {
    const words = JSON.stringify(texts, (__, value) =>
      typeof value === 'function' ? value('1', '2', '3', '4') : value,
    );
    const months = Array.from({ length: 12 }, (__, i) =>
      new Date(Date.UTC(2026, i, 1)).toLocaleDateString(texts.locale, { dateStyle: 'long' }),
    );
    expect(textsWithoutGlyph(named(words + months.join('') + (-1234.5).toLocaleString(texts.locale)), FONTS)).toEqual(
      [],
    );
  });
});
