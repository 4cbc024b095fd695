/** The series a seller numbers its documents by, one a kind. Without one for debit notes it issues none. */
export interface Numbering {
  readonly invoice: NumberingSeries;
  readonly creditNote: NumberingSeries;
  readonly debitNote?: NumberingSeries;
}

/** A kind of document, as series are named by it. */
export type DocumentKind = keyof Numbering;

/** Numbers of one kind of document of one seller: `prefix` may hold {year}, the counter has at least `width` digits and begins at `start`. */
export interface NumberingSeries {
  readonly prefix: string;
  readonly width: number;
  readonly start: number;
  /** When the counter begins again: only a series with the year in its numbers may do so each year. Absent = each year where the prefix has {year}. */
  readonly reset?: 'year' | 'never';
}
