import type { Address } from '#shared/catalog/catalog.ts';
import { country, id, words } from '#shared/catalog/written.ts';
import { type Instant, isLocalDate } from '#shared/time/local-date.ts';
import type { DetailFact, DetailName, PropertyFact } from './fact.ts';

/** What a change says of a subscription's details and properties: by the name of the detail, or "property.<name>". */
export type SaidColumn = DetailName | `property.${string}`;

/** Takes note of what is wrong with one of them. */
type ReportSaid = (column: SaidColumn, expected: string, remedy: string) => void;

const DETAILS: readonly DetailName[] = [
  'category',
  'service',
  'serviceAddress',
  'billToAddress',
  'salesperson',
  'start',
  'end',
  'reference',
  'tags',
];
const MOST_TAGS = 50;
const MOST_ADDRESS_LINES = 4;
/** Stands for "no more". */
const NONE = '-';

/** Details of a subscription, for a message. */
export const DETAIL_COLUMNS: readonly string[] = DETAILS;

/** Whether a column is one of details or a property. */
export function isSaidColumn(column: string): column is SaidColumn {
  if (DETAILS.some((detail) => detail === column)) return true;
  return column.startsWith('property.') && id.safeParse(column.slice('property.'.length)).success;
}

/**
 * Facts of what a change says of details and properties: '' says nothing, "-" takes away. An address is its lines, postal code, city and country
 * with semicolons in between, "Hauptstr. 1; 01099; Dresden; DE"; tags have spaces, commas or semicolons in between.
 */
export function saidFacts(
  subscription: string,
  said: Readonly<Partial<Record<SaidColumn, string>>>,
  effectiveFrom: Instant,
  report: ReportSaid,
): (PropertyFact | DetailFact)[] {
  return Object.entries(said).flatMap(([name, text = '']): (PropertyFact | DetailFact)[] => {
    if (text === '') return [];
    const column = name as SaidColumn;
    if (!column.startsWith('property.')) {
      const detail = column as DetailName;
      const value = text === NONE ? nothing(detail) : readDetail(detail, text, report);
      return value === undefined ? [] : [{ kind: 'detail', subscription, detail, effectiveFrom, value }];
    }
    if (!words.safeParse(text).success) report(column, 'a value of at most 200 characters on one line', 'Shorten it.');
    const value = text === NONE ? '' : text;
    return [{ kind: 'property', subscription, name: column.slice('property.'.length), effectiveFrom, value }];
  });
}

function nothing(detail: DetailName): DetailFact['value'] {
  return detail === 'tags' ? [] : '';
}

function readDetail(detail: DetailName, text: string, report: ReportSaid): DetailFact['value'] | undefined {
  if (detail === 'tags') return readTags(text, report);
  if (detail === 'serviceAddress' || detail === 'billToAddress') return readAddress(detail, text, report);
  if (detail === 'start' || detail === 'end') {
    if (isLocalDate(text)) return text;
    report(detail, 'a date that exists, such as 2026-10-31', 'Write year-month-day.');
    return undefined;
  }
  if (words.safeParse(text).success) return text;
  report(detail, 'text of at most 200 characters on one line', 'Shorten it.');
  return undefined;
}

function readTags(text: string, report: ReportSaid): readonly string[] | undefined {
  const tags = [...new Set(text.split(/[;,\s]+/).filter((tag) => tag !== ''))].sort();
  if (tags.length <= MOST_TAGS && tags.every((tag) => id.safeParse(tag).success)) return tags;
  report(
    'tags',
    `at most ${MOST_TAGS} tags of letters, digits, ".", "-" and "_"`,
    'Put spaces or semicolons between them.',
  );
  return undefined;
}

function readAddress(detail: SaidColumn, text: string, report: ReportSaid): Address | undefined {
  const parts = text.split(';').map((part) => part.trim());
  const lines = parts.slice(0, -3);
  const [postalCode = '', city = '', code = ''] = parts.slice(-3);
  const isRight =
    lines.length >= 1 &&
    lines.length <= MOST_ADDRESS_LINES &&
    [...lines, city].every((part) => words.safeParse(part).success) &&
    country.safeParse(code).success;
  if (isRight) return { lines, postalCode, city, country: code };
  const remedy = 'Write street; postal code; city; country, such as Hauptstr. 1; 01099; Dresden; DE.';
  report(
    detail,
    'an address: its lines, postal code, city and country of two letters, separated by semicolons',
    remedy,
  );
  return undefined;
}
