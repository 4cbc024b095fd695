import type { DelimitedSource } from '#shared/catalog/source.ts';
import type { Places } from '../chunks/row.ts';
import { ABSENT_COLUMN } from './line-scanner.ts';

/** A column that a definition names and a file does not have, or has twice. */
export interface ColumnProblem {
  readonly code: 'MISSING_COLUMN' | 'DUPLICATE_COLUMN';
  readonly column: string;
}

/** Where the columns of a file stand. What is looked up and is not there, or twice, is noted as a problem of the file. */
export class DelimitedPlaces implements Places {
  readonly problems: ColumnProblem[] = [];
  private readonly names: readonly string[];
  private readonly optional: ReadonlySet<string>;

  constructor(names: readonly string[], { optional, identifiers }: DelimitedSource) {
    this.names = names;
    const columns = identifiers.map(({ column }) => column);
    this.optional = new Set(optional);
    if (!columns.some((column) => names.includes(column))) this.note('MISSING_COLUMN', columns[0]!);
  }

  indexOf(column: string): number {
    const { names } = this;
    const index = names.indexOf(column);
    if (index >= 0 && names.lastIndexOf(column) !== index) this.note('DUPLICATE_COLUMN', column);
    if (index < 0 && !this.optional.has(column)) this.note('MISSING_COLUMN', column);
    return index < 0 ? ABSENT_COLUMN : index;
  }

  itemIndexOf(): number {
    return -1;
  }

  mustBeNamed(): boolean {
    return false;
  }

  private note(code: ColumnProblem['code'], column: string): void {
    if (!this.problems.some((problem) => problem.column === column)) this.problems.push({ code, column });
  }
}
