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
  return printableValue(invoice, has) as Invoice;
}

/** The characters of an invoice's texts that the fonts lack, each once, in order of their code: they would be drawn as a replacement. */
export function missingCharacters(invoice: Invoice, has: HasGlyph): string[] {
  const missing = new Set<string>();
  printableValue(invoice, (character) => {
    if (!has(character)) missing.add(character);
    return true;
  });
  return [...missing].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
}

function printableValue(value: unknown, has: HasGlyph): unknown {
  if (typeof value === 'string') return printable(value, has);
  if (Array.isArray(value)) return value.map((item) => printableValue(item, has));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, printableValue(member, has)]));
}

function printable(text: string, has: HasGlyph): string {
  const visible = text
    .slice(0, MAX_TEXT)
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\t\r\n]/g, ' ')
    .replace(UNPRINTABLE, '');
  const single = visible.replace(/ {2,}/g, ' ').trim();
  return Array.from(single, (character) => (has(character) ? character : REPLACEMENT)).join('');
}
