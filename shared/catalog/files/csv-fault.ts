import type { CsvError } from 'csv-parse/sync';

/** What is wrong with a file of comma-separated values that cannot be parsed, and the line, from 1: of a quote that is not closed the one it is opened on. */
export function csvFault(error: unknown, text: string): { readonly line: number; readonly message: string } {
  const { code, message, lines = 1 } = error as CsvError & { readonly lines?: number };
  if (code !== 'CSV_QUOTE_NOT_CLOSED') return { line: lines, message };
  const line = text.slice(0, text.lastIndexOf('"')).split(/\r\n|\r|\n/).length;
  return { line, message: 'a quote that is not closed' };
}
