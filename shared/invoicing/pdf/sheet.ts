import { type Formats, formatsFor } from '../formats.ts';
import type { Invoice } from '../invoice.ts';
import { textsFor } from '../texts/languages.ts';
import type { Texts } from '../texts/texts.ts';
import type { Measure, TextStyle } from './drawing.ts';
import type { Area } from './pages.ts';
import { type Palette, paletteOf } from './palette.ts';

/** Points in a millimetre. */
export const MM = 72 / 25.4;

/** A4, with the margins a letter in a DIN 5008 (form B) window envelope has. */
export const PAGE = { width: 210 * MM, height: 297 * MM, left: 25 * MM, right: 190 * MM } as const;

/** The width text and tables have. */
export const CONTENT_WIDTH = PAGE.right - PAGE.left;

/** The first page holds the address window above and the seller's particulars below. */
export const FIRST_AREA: Area = { top: 99 * MM, bottom: 267.5 * MM };

/** Further pages. */
export const NEXT_AREA: Area = { top: 26 * MM, bottom: 281 * MM };

/** What every part of the layout needs to know of the document it is in. */
export interface Sheet {
  readonly invoice: Invoice;
  readonly texts: Texts;
  readonly formats: Formats;
  readonly palette: Palette;
  readonly styles: Styles;
  readonly measure: Measure;
}

/** The few ways text looks, from the largest down. */
export interface Styles {
  readonly title: TextStyle;
  readonly amount: TextStyle;
  readonly heading: TextStyle;
  readonly strong: TextStyle;
  readonly strongFigure: TextStyle;
  readonly accentFigure: TextStyle;
  readonly body: TextStyle;
  readonly figure: TextStyle;
  readonly small: TextStyle;
  readonly smallFigure: TextStyle;
  readonly label: TextStyle;
  readonly fine: TextStyle;
}

/** Gathers what the layout of an invoice needs. */
export function sheetOf(invoice: Invoice, measure: Measure): Sheet {
  const { texts, locale } = textsFor(invoice.language);
  const palette = paletteOf(invoice.seller.colour);
  return { invoice, texts, formats: formatsFor(locale, invoice.currency), palette, styles: stylesOf(palette), measure };
}

function stylesOf({ ink, muted, accent }: Palette): Styles {
  const style = (
    size: number,
    weight: TextStyle['weight'],
    colour: string,
    figures: TextStyle['figures'],
  ): TextStyle => ({
    size,
    weight,
    colour,
    figures,
  });
  return {
    title: style(21, 'bold', ink, 'proportional'),
    amount: style(16, 'bold', accent, 'tabular'),
    heading: style(13, 'bold', ink, 'proportional'),
    strong: style(8.75, 'bold', ink, 'proportional'),
    strongFigure: style(8.75, 'bold', ink, 'tabular'),
    accentFigure: style(14, 'bold', accent, 'tabular'),
    body: style(8.75, 'regular', ink, 'proportional'),
    figure: style(8.75, 'regular', ink, 'tabular'),
    small: style(7.5, 'regular', muted, 'proportional'),
    smallFigure: style(7.5, 'regular', muted, 'tabular'),
    label: style(7, 'regular', muted, 'proportional'),
    fine: style(6.25, 'regular', muted, 'proportional'),
  };
}
