import { ENGLISH } from './english.ts';
import { GERMAN } from './german.ts';
import type { Texts } from './texts.ts';

/** The languages documents are written in, by primary subtag. A new one is a new table here; the layout takes words of any length. */
export const LANGUAGES: Readonly<Record<string, Texts>> = { de: GERMAN, en: ENGLISH };

/** The texts of a language, and the locale its figures and dates take; a language without texts is written in English throughout. */
export function textsFor(language: string): { texts: Texts; locale: string } {
  const primary = language.toLowerCase().split('-')[0] ?? '';
  const texts = LANGUAGES[primary];
  if (texts === undefined) return { texts: ENGLISH, locale: ENGLISH.locale };
  return { texts, locale: /^[a-zA-Z]{2,3}-[a-zA-Z]{2}$/.test(language) ? language : texts.locale };
}
