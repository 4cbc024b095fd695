import * as z from 'zod';
import { amount } from '#shared/money/amount.ts';
import { hasRates, isCurrency } from '#shared/money/currency.ts';
import { isLocalDate, isTimeZone } from '#shared/time/local-date.ts';
import type { Service } from '#shared/usage/usage-key.ts';
import type { Unit, Weekday } from './catalog.ts';
import { nearestName } from './catalog-problem.ts';
import { baseUnitsPer, UNIT_NAMES } from './unit.ts';

const ABBREVIATIONS: Readonly<Record<string, Unit>> = {
  byte: 'B',
  bytes: 'B',
  s: 'second',
  sec: 'second',
  seconds: 'second',
  min: 'minute',
  minutes: 'minute',
  h: 'hour',
  hours: 'hour',
  pieces: 'piece',
};
/** Numbers and units as patterns, for editors. */
const NUMBER = '\\d{1,12}(\\.\\d{1,12})?';
const UNITS = [...UNIT_NAMES, ...Object.keys(ABBREVIATIONS)].join('|');

/**
 * How single values are written in a catalogue: each a schema from the text as it stands in the file to the value as it is kept. What does
 * not fit is refused with what was expected and what to write instead. Its `meta` is what an editor is told of that (JSON Schema).
 */

/** A schema of text that `read` understands; it answers nothing for what it does not, and `remedy` then says what to write. */
export function written<T extends string | number | object>(
  expected: string,
  read: (text: string) => T | undefined,
  remedy: (text: string) => string,
) {
  return z
    .string()
    .describe(expected)
    .transform((text, context): T => {
      const value = read(text.trim());
      if (value !== undefined) return value;
      context.issues.push({ code: 'custom', message: expected, params: { remedy: remedy(text.trim()) }, input: text });
      return z.NEVER;
    });
}

const kept = (pattern: RegExp) => (text: string) => (pattern.test(text) ? text : undefined);

/** Name of a thing other things refer to: letters, digits, dot, hyphen and underscore, at most 60. */
export const id = written(
  'an id of letters, digits, ".", "-" and "_", at most 60',
  kept(/^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/),
  (text) =>
    `Write ${
      text
        .replace(/[^A-Za-z0-9._-]+/g, '-')
        .replace(/^[^A-Za-z0-9]+|-+$/g, '')
        .slice(0, 60) || 'a name'
    }.`,
).meta({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$' });

/** Words for people, on one line. */
export const words = written('text of 1 to 200 characters on one line', kept(/^[^\p{Cc}]{1,200}$/u), (text) =>
  text === '' ? 'Write it.' : 'Shorten it to one line of 200 characters.',
);

/** A decimal number as written, exactly: "0.10" → "0.1". At most 12 digits before and after the point, so that no product is ever cut. */
export const decimal = written('a number of 0 or more, such as 0.05', readDecimal, decimalRemedy).meta({
  pattern: '^\\d{1,12}(\\.\\d{1,12})?$',
  minimum: 0,
});

/** A whole number from 1 to `most`. */
export function wholeNumber(most: number) {
  return written(
    `a whole number from 1 to ${most}`,
    (text) => (/^[1-9]\d{0,8}$/.test(text) && Number(text) <= most ? Number(text) : undefined),
    () => 'Write digits only, such as 6.',
  ).meta({ minimum: 1, maximum: most });
}

/** A calendar day. */
export const date = written(
  'a date that exists, such as 2026-10-31',
  (text) => (isLocalDate(text) ? text : undefined),
  () => 'Write year-month-day.',
).meta({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });

/** ISO 4217 code. */
export const currency = written(
  'a currency of ISO 4217, such as EUR',
  (text) => (isCurrency(text) ? text : undefined),
  (text) =>
    isCurrency(text.toUpperCase()) ? `Write ${text.toUpperCase()}.` : 'Write the three-letter code in capitals.',
).meta({ pattern: '^[A-Z]{3}$' });

/** A currency that exchange rates are given of: also XDR, which carriers settle in. */
export const ratedCurrency = written(
  'a currency of ISO 4217, such as EUR, or XDR',
  (text) => (hasRates(text) ? text : undefined),
  (text) =>
    hasRates(text.toUpperCase()) ? `Write ${text.toUpperCase()}.` : 'Write the three-letter code in capitals.',
);

/** ISO 3166-1 alpha-2 code. */
export const country = written('a country of ISO 3166-1, such as DE', kept(/^[A-Z]{2}$/), (text) =>
  /^[a-z]{2}$/i.test(text) ? `Write ${text.toUpperCase()}.` : 'Write the two-letter code in capitals.',
).meta({ pattern: '^[A-Z]{2}$' });

/** IANA time zone. */
export const timeZone = written(
  'an IANA time zone, such as Europe/Berlin',
  (text) => (isTimeZone(text) ? text : undefined),
  () => 'Write area/city; an offset such as +02:00 has no summer time.',
);

/** Colour of documents. */
export const colour = written('a colour such as "#1f3a5f"', kept(/^#[0-9A-Fa-f]{6}$/), (text) =>
  /^[0-9A-Fa-f]{6}$/.test(text) ? `Write "#${text}" in quotes.` : 'Write # and six hexadecimal digits, in quotes.',
).meta({ pattern: '^#[0-9A-Fa-f]{6}$' });

/** IBAN with the right check digits, without spaces. */
export const iban = written(
  'an IBAN with the right check digits',
  (text) => (isIban(text.replaceAll(' ', '')) ? text.replaceAll(' ', '') : undefined),
  () => 'Copy it from the bank statement: a digit or letter is wrong.',
);

/** A serving network or the beginning of one: TADIG code or MCC and MNC; "262-01" is 26201. */
export const network = written(
  'a TADIG code (DEUD2), MCC and MNC (26201), or the beginning of either (DEU, 262)',
  (text) =>
    kept(/^([A-Z]{1,3}|[A-Z]{3}[A-Z0-9]{1,2}|\d{3,6})$/)(text.toUpperCase().replace(/^(\d{3})-(\d{2,3})$/, '$1$2')),
  () => 'Write the code without spaces or signs.',
);

/** Yes or no. */
export const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** Time of day by the clock, to the minute; "24:00" is the day's end. */
export const clock = written('a time of day such as 08:00', kept(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/), (text) =>
  /^\d:[0-5]\d$/.test(text) ? `Write 0${text}.` : 'Write hours and minutes of a day of 24 hours.',
).meta({ pattern: '^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$' });

/** A day of every year. 29 February exists in some only, so it is none. */
export const dayOfYear = written(
  'a day of the year as month-day, such as 06-15',
  (text) => (/^\d\d-\d\d$/.test(text) && isLocalDate(`2025-${text}`) ? text : undefined),
  (text) => (text === '02-29' ? 'Write 03-01: 29 February is before it.' : 'Write month-day, as it is in every year.'),
).meta({ pattern: '^\\d{2}-\\d{2}$' });

const WEEK: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** A weekday, or some that follow one another: "mon-fri", "sat-mon". */
export const weekdays = written<readonly Weekday[]>(
  'a weekday such as mon, or a range such as mon-fri',
  (text) => {
    const [first, last = first, ...more] = text.split('-').map((name) => WEEK.indexOf(name as Weekday));
    if (first === undefined || last === undefined || more.length > 0 || first < 0 || last < 0) return undefined;
    const days = first <= last ? last - first + 1 : last - first + 8;
    return Array.from({ length: days }, (_, day) => WEEK[(first + day) % 7] as Weekday);
  },
  () => `Write ${WEEK.join(', ')}.`,
);

/** First digits of a number called, with its country: "49", "1242". */
export const calledPrefix = written(
  'the first digits of a number called, country first, such as 49',
  (text) => kept(/^[1-9]\d{0,6}$/)(text.replace(/^(\+|00)/, '')),
  () => 'Write 1 to 7 digits: records keep no more of the number called.',
).meta({ pattern: '^(\\+|00)?[1-9]\\d{0,6}$' });

/** A 5G slice: its type, and perhaps its differentiator. */
export const slice = written(
  'a slice such as 1 or 1-0000AB',
  (text) => kept(/^\d{1,3}(-[0-9A-F]{6})?$/)(text.toUpperCase()),
  () => 'Write the slice type, or type-differentiator with six hexadecimal digits.',
).meta({ pattern: '^\\d{1,3}(-[0-9A-Fa-f]{6})?$' });

/** A class of quality: 5QI (TS 23.501), QCI (TS 23.203). */
export const fiveQi = written(
  'a 5QI such as 9',
  (text) => (/^[1-9]\d{0,2}$/.test(text) && Number(text) < 256 ? text : undefined),
  () => 'Write a whole number from 1 to 255.',
);

/** A rating group (TS 32.299). */
export const ratingGroup = written(
  'a rating group such as 100',
  (text) => (/^(0|[1-9]\d{0,9})$/.test(text) && Number(text) < 2 ** 32 ? text : undefined),
  () => 'Write a whole number from 0 to 4294967295.',
);

/** What a record is about. */
export const service = written<Service>(
  'data, sms, voice, supplementary or event:<name>',
  (text) => (/^(data|sms|voice|supplementary|event:[A-Za-z0-9._-]{1,60})$/.test(text) ? (text as Service) : undefined),
  (text) => {
    const near = nearestName(text, ['data', 'sms', 'voice', 'supplementary']);
    return near === '' ? `Write event:${text} if the carrier reports it as an event.` : `Did you mean ${near}?`;
  },
).meta({ pattern: '^(data|sms|voice|supplementary|event:[A-Za-z0-9._-]{1,60})$' });

/** A unit, in its name or the usual abbreviation: "MB", "s", "minutes". */
export const unit = written<Unit>(`a unit: ${UNIT_NAMES.join(', ')}`, unitNamed, unitRemedy).meta({
  enum: UNITS.split('|'),
});

/** A quantity as written: a number, and its unit unless it was left out. */
export interface WrittenQuantity {
  readonly number: string;
  readonly unit: Unit | undefined;
}

/** A quantity with its unit: "100 MB", "0.5 GB", "60 s". */
export const quantity = written(
  'a quantity with its unit, such as 100 MB',
  (text) => {
    const read = readQuantity(text);
    return read?.unit === undefined ? undefined : { number: read.number, unit: read.unit };
  },
  quantityRemedy,
).meta({ pattern: `^${NUMBER}\\s*(${UNITS})$` });

/** The bound of a tier: a number in the unit of the price, or a quantity with a unit of its own. */
export const bound = written('a quantity such as 100 or 1 GB', readQuantity, quantityRemedy).meta({
  pattern: `^${NUMBER}(\\s*(${UNITS}))?$`,
});

/** Increments first/next as written: "60 s/1 s", "30/6 s", "1 kB" for both. */
export const increment = written(
  'an increment such as 1 kB, 60 s/1 s or 30/6 s',
  (text) => {
    const [first, next, ...more] = text.split('/').map((part) => readQuantity(part.trim()));
    if (first === undefined || more.length > 0 || (text.includes('/') && next === undefined)) return undefined;
    const last = next ?? first;
    return { first: { number: first.number, unit: first.unit ?? last.unit }, next: last };
  },
  (text) => quantityRemedy(text.split('/')[0] ?? ''),
).meta({ pattern: `^${NUMBER}(\\s*(${UNITS}))?(\\s*/\\s*${NUMBER}(\\s*(${UNITS}))?)?$` });

/** What a product is to the tax law: telecommunications unless it says otherwise. */
export const taxCategory = z.enum(['telecom', 'service', 'goods']).default('telecom');

/** One value or a list of them. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.union([item.transform((value) => [value]), z.array(item).max(1_000)]) as z.ZodType<z.output<T>[]>;
}

function readDecimal(text: string): string | undefined {
  return /^\d{1,12}(\.\d{1,12})?$/.test(text) ? amount(text).toFixed() : undefined;
}

function decimalRemedy(text: string): string {
  if (text.startsWith('-')) return 'Write 0 or more; what a customer gets back is an adjustment, not a price.';
  if (/^\d{1,3}(,\d{3})+(\.\d+)?$/.test(text)) return `Write ${text.replaceAll(',', '')}.`;
  if (/^\d+,\d+$/.test(text)) return `Write ${text.replace(',', '.')}.`;
  if (/^\.\d+$/.test(text)) return `Write 0${text}.`;
  if (/^[\d.]+ ?[A-Za-z€$£%]+$/.test(text))
    return 'Write the number alone; currency and unit stand in fields of their own.';
  return 'Write digits and at most one point, at most 12 digits before and after it.';
}

function readQuantity(text: string): WrittenQuantity | undefined {
  const match = /^(\S+?)(?:\s*([A-Za-z]+))?$/.exec(text);
  const number = readDecimal(match?.[1] ?? '');
  if (number === undefined) return undefined;
  if (match?.[2] === undefined) return { number, unit: undefined };
  const named = unitNamed(match[2]);
  return named === undefined ? undefined : { number, unit: named };
}

function quantityRemedy(text: string): string {
  const [, number = '', name = ''] = /^([\d.,]*)\s*(.*)$/.exec(text) ?? [];
  if (readDecimal(number) === undefined) return decimalRemedy(text);
  return name === '' ? `Write the unit too: ${number} MB, ${number} s or ${number} pieces.` : unitRemedy(name);
}

function unitNamed(name: string): Unit | undefined {
  return (
    UNIT_NAMES.find((known) => known === name) ?? (Object.hasOwn(ABBREVIATIONS, name) ? ABBREVIATIONS[name] : undefined)
  );
}

function unitRemedy(name: string): string {
  if (name === 'KB') return 'Write kB (1,000 octets) or KiB (1,024).';
  if (/^T(i?)B$/i.test(name)) return /i/i.test(name) ? 'Write 1024 GiB for a TiB.' : 'Write 1000 GB for a TB.';
  const alike = UNIT_NAMES.find((known) => known.toLowerCase() === name.toLowerCase());
  const near = alike ?? nearestName(name, [...UNIT_NAMES, ...Object.keys(ABBREVIATIONS)]);
  return near === '' ? `Write one of ${UNIT_NAMES.join(', ')}.` : `Did you mean ${near}?`;
}

/** Base units of a quantity as whole-number text; nothing when it is no whole number of them. */
export function wholeBaseUnits(number: string, unit: Unit): string | undefined {
  const base = amount(number).times(amount(baseUnitsPer(unit)));
  return base.isInteger() ? base.toFixed() : undefined;
}

/** ISO 13616: country, check digits, account; the whole moved around and read as a number is 1 modulo 97. */
function isIban(text: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(text)) return false;
  const digits = [...(text.slice(4) + text.slice(0, 4))].map((sign) => Number.parseInt(sign, 36)).join('');
  return BigInt(digits) % 97n === 1n;
}
