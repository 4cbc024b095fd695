import PDFDocument from 'pdfkit';
import { encode } from 'uqr';
import type { Invoice } from '../invoice.ts';
import type { Command, QrCommand, TextCommand, TextStyle } from '../pdf/drawing.ts';
import { layOutInvoice, type Typeface } from '../pdf/invoice-pages.ts';
import { documentName } from '../pdf/letterhead.ts';
import { type UnprintableText, unprintableTexts } from '../pdf/printable.ts';
import { PAGE } from '../pdf/sheet.ts';
import { textsFor } from '../texts/languages.ts';
import { parsedFont } from './parsed-font.ts';

/** TrueType fonts every document is set in and carries inside: the bytes of two weights of one family. */
export interface DocumentFonts {
  readonly regular: Uint8Array;
  readonly bold: Uint8Array;
}

const WEIGHTS = ['regular', 'bold'] as const;

type Document = InstanceType<typeof PDFDocument>;

/**
 * An invoice as PDF/A-3b with its fonts inside. The same invoice and fonts give the same bytes, whenever and wherever one release of this
 * product renders them: the only time stamp is the date of issue.
 * @throws when a font cannot be read or the invoice holds a date, amount or currency that is none.
 */
export async function renderPdf(invoice: Invoice, fonts: DocumentFonts): Promise<Uint8Array> {
  const document = openDocument(invoice, fonts);
  const pages = layOutInvoice(invoice, typefaceOf(document, fonts));
  const bytes = collect(document);
  for (const page of pages) {
    document.addPage();
    for (const command of page) paint(document, command);
  }
  document.end();
  return bytes;
}

/** The texts of an invoice the fonts lack characters of: a draft that has some is held, since its names would be unreadable. */
export function textsWithoutGlyph(invoice: Invoice, fonts: DocumentFonts): UnprintableText[] {
  return unprintableTexts(invoice, drawableIn(fonts));
}

function openDocument(invoice: Invoice, fonts: DocumentFonts): Document {
  const { texts, locale } = textsFor(invoice.language);
  const document = new PDFDocument({
    autoFirstPage: false,
    font: '',
    size: [PAGE.width, PAGE.height],
    margin: 0,
    pdfVersion: '1.7',
    subset: 'PDF/A-3b',
    lang: locale,
    displayTitle: true,
    info: {
      Title: metadataText(`${documentName({ invoice, texts })} ${invoice.number}`),
      Author: metadataText(invoice.seller.name),
      Creator: 'IoT billing',
      Producer: 'PDFKit',
      CreationDate: new Date(`${invoice.issueDate}T00:00:00Z`),
    },
  });
  for (const weight of WEIGHTS) document.registerFont(weight, sourceOf(fonts[weight])).font(weight);
  return document;
}

/** pdfkit takes a font that is parsed already; its declarations know bytes and names only. */
function sourceOf(font: Uint8Array): PDFKit.Mixins.PDFFontSource {
  return parsedFont(font) as unknown as PDFKit.Mixins.PDFFontSource;
}

/**
 * pdfkit writes a title both into the document and, unescaped, into its XML metadata, where "&" and "<" would break it; an entity would be
 * shown as it stands by readers of the former. So these characters give way to ones that look alike.
 */
function metadataText(text: string): string {
  const plain = text
    .replace(/[\p{Cc}\p{Cs}]/gu, ' ')
    .slice(0, 250)
    .toWellFormed();
  return plain.replaceAll('&', '+').replaceAll('<', '‹').replaceAll('>', '›');
}

function collect(document: Document): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk));
    document.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))));
    document.on('error', reject);
  });
}

/** Widths are asked for many times over, figures and units above all. */
function typefaceOf(document: Document, fonts: DocumentFonts): Typeface {
  const widths = new Map<string, number>();
  const measure = (text: string, style: TextStyle): number => {
    const key = `${style.weight} ${style.figures} ${text}`;
    const known = widths.get(key) ?? document.font(style.weight).fontSize(1000).widthOfString(text, featuresOf(style));
    widths.set(key, known);
    return (known * style.size) / 1000;
  };
  return { measure, has: drawableIn(fonts) };
}

function drawableIn(fonts: DocumentFonts): Typeface['has'] {
  const parsed = WEIGHTS.map((weight) => parsedFont(fonts[weight]));
  return (character) => parsed.every((font) => font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0));
}

/**
 * Tabular figures ask for digits of one width and nothing else, which also spares the shaper most of its work. pdfkit hands features on as
 * they are; its declarations know the list only, the shaper takes the table too.
 */
function featuresOf(style: TextStyle): PDFKit.Mixins.TextOptions {
  if (style.figures === 'proportional') return {};
  const features = {
    tnum: true,
    kern: false,
    calt: false,
    ccmp: false,
    liga: false,
    clig: false,
    mark: false,
    mkmk: false,
  };
  return { features: features as unknown as PDFKit.Mixins.OpenTypeFeatures[] };
}

function paint(document: Document, command: Command): void {
  if (command.kind === 'text') paintText(document, command);
  else if (command.kind === 'qr') paintQr(document, command);
  else if (command.kind === 'box') {
    document.roundedRect(command.x, command.y, command.width, command.height, command.radius).fill(command.colour);
  } else {
    document.moveTo(command.x, command.y).lineTo(command.toX, command.toY);
    document.lineWidth(command.thickness).stroke(command.colour);
  }
}

function paintText(document: Document, { text, style, x, y }: TextCommand): void {
  if (text === '') return;
  document.font(style.weight).fontSize(style.size).fillColor(style.colour);
  document.text(text, x, y, { ...featuresOf(style), lineBreak: false, baseline: 'alphabetic' });
}

/** Error correction level M, as the payment guideline asks; one path of squares, so that no seams show between them. */
function paintQr(document: Document, { x, y, size, payload }: QrCommand): void {
  const { data } = encode(Array.from(new TextEncoder().encode(payload)), { ecc: 'M', border: 0, boostEcc: false });
  const module = size / data.length;
  data.forEach((cells, row) => {
    cells.forEach((dark, column) => {
      if (dark) document.rect(x + column * module, y + row * module, module, module);
    });
  });
  document.fill('#000000');
}
