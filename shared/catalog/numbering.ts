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

/** Whether the series' counter begins again each year. A counter that does has the year in its numbers: the catalogue refuses others. */
export function restartsEachYear({ prefix, reset }: Pick<NumberingSeries, 'prefix' | 'reset'>): boolean {
  return prefix.includes('{year}') && reset !== 'never';
}

/** A year as numbers have it: any four digits. */
const ANY_DIGIT = '\u0000';

/** Whether a number of one prefix can be one of the other: one prefix is the other, or the other followed by digits a counter may run into. */
export function canMeet(a: string, b: string): boolean {
  const [short, long] = [a, b]
    .map((prefix) => [...prefix.replace('{year}', ANY_DIGIT.repeat(4))])
    .sort((x, y) => x.length - y.length) as [string[], string[]];
  const isDigit = (character: string) => character === ANY_DIGIT || /\d/.test(character);
  const alike = (x: string, y: string) => x === y || (isDigit(x) && isDigit(y) && (x === ANY_DIGIT || y === ANY_DIGIT));
  return long.every((character, at) =>
    at < short.length ? alike(short[at] as string, character) : isDigit(character),
  );
}
