import { parse } from 'csv-parse/sync';
import { isCurrency } from '#shared/money/currency.ts';
import type { CatalogProblem } from '../catalog-problem.ts';
import type { CatalogFile, ParsedFile } from './catalog-file.ts';
import { csvFault } from './csv-fault.ts';

const MOST_CHARACTERS = 5_000_000;
const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/**
 * Parses a file of the European Central Bank's euro reference rates as it publishes them (`eurofxref.csv`, `eurofxref-hist.csv`): a row a day, a
 * column a currency, N/A where there is no rate. It becomes what exchangeRates are written as, of source ECB with base EUR. Columns of currencies that
 * are no more are left aside.
 */
export function parseRatesFile(file: CatalogFile): { parsed: ParsedFile } | { problems: CatalogProblem[] } {
  const problem = (line: number, found: string, expected: string, remedy: string) => {
    return { problems: [{ file: file.path, line, path: '', found, expected, remedy }] };
  };
  const example = 'Take eurofxref-hist.csv as the bank publishes it.';
  if (file.text.length > MOST_CHARACTERS) {
    return problem(0, `${file.text.length} characters`, `at most ${MOST_CHARACTERS}`, 'Leave out days of long ago.');
  }
  let rows: { readonly record: readonly string[]; readonly info: { readonly lines: number } }[];
  try {
    const options = { bom: true, info: true, trim: true, relax_column_count: true, skip_empty_lines: true } as const;
    rows = parse(file.text, options) as unknown as typeof rows;
  } catch (error) {
    const { line, message } = csvFault(error, file.text);
    return problem(line, message, 'comma-separated values', example);
  }
  const [first, ...days] = rows;
  const { record: head, info } = first ?? { record: [], info: { lines: 1 } };
  if (head[0] !== 'Date' || days.length === 0) {
    const isInventory = head.includes('subscription');
    const remedy = isInventory ? 'Subscriptions are given to `billing inventory load`.' : example;
    return problem(info.lines, head[0] ?? '', 'a head that begins with Date, and a row for each day', remedy);
  }
  const lines = new Map<string, number>();
  const content: Record<string, Record<string, string>> = {};
  for (const { record, info: at } of days) {
    const [written = '', ...rates] = record;
    const date = isoDate(written);
    if (lines.has(date)) return problem(at.lines, `"${written}" a second time`, 'each day once', 'Leave one out.');
    lines.set(date, at.lines);
    const known = rates.flatMap((rate, at): [string, string][] => {
      const code = head[at + 1] ?? '';
      return isCurrency(code) && rate !== '' && rate !== 'N/A' ? [[code, rate]] : [];
    });
    content[date] = Object.fromEntries(known);
  }
  const lineOf: ParsedFile['lineOf'] = ([, , , date]) => lines.get(String(date)) ?? 1;
  const exchangeRates = [{ source: 'ECB', base: 'EUR', days: content }];
  return { parsed: { path: file.path, content: { exchangeRates }, lineOf } };
}

/** "30 October 2026" as the daily file writes it → 2026-10-30; all else as it is. */
function isoDate(written: string): string {
  const [, day = '', name = '', year = ''] = /^(\d{1,2}) ([A-Z][a-z]+) (\d{4})$/.exec(written) ?? [];
  const month = MONTHS.indexOf(name) + 1;
  return month === 0 ? written : `${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}`;
}
