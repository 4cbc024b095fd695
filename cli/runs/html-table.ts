/** A column of a table: what it is called, whether its values are figures, and what it says of each row. */
export interface Column<Row> {
  readonly head: string;
  readonly isFigure?: true;
  readonly of: (row: Row) => string;
}

/** A table of HTML. A column that says nothing of any row is left out, but for the first. */
export function htmlTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const shown = columns.filter((column, place) => place === 0 || rows.some((row) => column.of(row) !== ''));
  const head = shown.map(({ head: name, isFigure }) => cell('th', name, isFigure === true));
  const body = rows.map(
    (row) => `<tr>${shown.map(({ of, isFigure }) => cell('td', of(row), isFigure === true)).join('')}</tr>`,
  );
  return wideTable(head, body);
}

/** A table of cells and rows that are HTML already; on a small screen it moves sideways by itself. */
export function wideTable(head: readonly string[], body: readonly string[]): string {
  return `<div class="wide"><table><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

/** A cell of a table. */
export function cell(tag: 'th' | 'td', text: string, isFigure: boolean): string {
  return `<${tag}${isFigure ? ' class="figure"' : ''}>${escaped(text)}</${tag}>`;
}

/** Text as HTML shows it: what an account is called runs nothing. */
export function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
