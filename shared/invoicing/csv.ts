/**
 * Comma-separated values as RFC 4180 says: commas, CRLF, quotes doubled. Files begin with a byte order mark: those who open them do it
 * in a spreadsheet, which without one reads "Müller" as "MÃ¼ller". Figures have a decimal point whatever the reader's language.
 */
export const BYTE_ORDER_MARK = '\uFEFF';

/** What a spreadsheet would take for a formula when a cell begins with it, full-width forms included. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** A figure as our documents write it. */
const FIGURE = /^-?\d+(\.\d+)?$/;

/** A cell of a figure (decimal text, integer); anything that is none is written as text. */
export function figure(value: string | number | bigint): string {
  const written = String(value);
  return FIGURE.test(written) ? written : text(written);
}

/** A cell of text. One that a spreadsheet would compute gets an apostrophe in front, so that it is shown and never run. */
export function text(value: string): string {
  const harmless = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** A row of cells that are already written. */
export function csvRow(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}
