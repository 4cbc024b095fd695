import type { Invoice } from '../invoice.ts';

/** Longer texts are cut. */
const MAX_TEXT = 2_000;

/** Stands for every character the fonts lack. */
const REPLACEMENT = '?';

/** Control characters, and those that turn the reading direction: a name with them could show what it does not say. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\u00AD\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]+/gu;

/** Whether the fonts can draw a character. */
export type HasGlyph = (character: string) => boolean;

/** The invoice with every text fit to be drawn: composed characters, single spaces, nothing invisible, bounded, all in the fonts. */
export function printableInvoice(invoice: Invoice, has: HasGlyph): Invoice {
  return mapTexts(invoice, '', (text) => printable(text, has)) as Invoice;
}

/** A text of an invoice with characters the fonts lack: they would be drawn as a replacement. */
export interface UnprintableText {
  /** Where it first stands in the invoice, "buyer.name". */
  readonly place: string;
  readonly text: string;
  /** Each once, in the order they come. */
  readonly characters: readonly string[];
}

/** The texts of an invoice that the fonts lack characters of, each once. */
export function unprintableTexts(invoice: Invoice, has: HasGlyph): UnprintableText[] {
  const found = new Map<string, UnprintableText>();
  mapTexts(invoice, '', (text, place) => {
    const characters = [...new Set(visible(text))].filter((character) => !has(character));
    if (characters.length > 0 && !found.has(text)) found.set(text, { place, text, characters });
    return text;
  });
  return [...found.values()];
}

/** The value with every text replaced; `place` says which, "lines.3.description". */
function mapTexts(value: unknown, place: string, change: (text: string, place: string) => string): unknown {
  if (typeof value === 'string') return change(value, place);
  if (typeof value !== 'object' || value === null) return value;
  const within = (key: string | number) => (place === '' ? `${key}` : `${place}.${key}`);
  if (Array.isArray(value)) return value.map((item, at) => mapTexts(item, within(at + 1), change));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mapTexts(member, within(key), change)]));
}

function printable(text: string, has: HasGlyph): string {
  return Array.from(visible(text), (character) => (has(character) ? character : REPLACEMENT)).join('');
}

function visible(text: string): string {
  const shown = text
    .slice(0, MAX_TEXT)
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\t\r\n]/g, ' ')
    .replace(UNPRINTABLE, '');
  return shown.replace(/ {2,}/g, ' ').trim();
}
