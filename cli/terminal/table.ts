/** A column of a table: its heading, its cell of a row, and whether it is set flush right (figures are). */
export interface Column<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => string;
  readonly right: boolean;
}

/** A column of text. */
export function words<Row>(heading: string, cell: (row: Row) => string): Column<Row> {
  return { heading, cell, right: false };
}

/** A column of figures. */
export function figures<Row>(heading: string, cell: (row: Row) => string): Column<Row> {
  return { heading, cell, right: true };
}

/** Rows under headings, as wide as their content, without a line break at the end. Columns in which every cell is empty are left out. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const cells = columns
    .map((column) => ({ ...column, cells: rows.map((row) => printable(column.cell(row))) }))
    .filter((column) => rows.length === 0 || column.cells.some((cell) => cell !== ''));
  const widths = cells.map((column) =>
    Math.max(column.heading.length, ...column.cells.map((cell) => [...cell].length)),
  );
  const line = (texts: readonly string[]) =>
    texts
      .map((text, at) => padded(text, widths[at] ?? 0, cells[at]?.right ?? false))
      .join('  ')
      .trimEnd();
  const body = rows.map((_, at) => line(cells.map((column) => column.cells[at] ?? '')));
  return [line(cells.map((column) => column.heading)), ...body].join('\n');
}

/** Names and their values, the values in one column. */
export function pairs(values: readonly (readonly [name: string, value: string])[]): string {
  const shown = values.filter(([, value]) => value !== '');
  const width = Math.max(0, ...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${printable(value)}`).join('\n');
}

/** Every line moved to the right. */
export function indented(text: string, by: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(by));
}

function padded(text: string, width: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, width - [...text].length));
  return right ? space + text : text + space;
}

/** Text from files as a terminal may show it: control characters could move the cursor or worse. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '�');
}
