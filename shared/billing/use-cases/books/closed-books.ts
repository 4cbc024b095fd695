import { padded } from '#shared/commit-log/entry.ts';
import { type Decisions, LAST_SORT, withPrefix } from '#shared/commit-log/ports.ts';
import { addDays, type Instant, type LocalDate } from '#shared/time/local-date.ts';

/** The books of a legal entity are closed: no document may be dated on or before `until` any more. Closings only go forwards. */
export interface BooksClosing {
  readonly until: LocalDate;
  readonly by: string;
  readonly at: Instant;
}

/** Where the closings of a seller stand, in order. */
export const booksKeys = {
  closings: (seller: string) => `books#${seller}`,
  closing: (seller: string, n: number) => ({ partition: `books#${seller}`, sort: padded(n, 6) }),
} as const;

/** Every closing of a seller's books, the last one last. */
export async function closings(decisions: Decisions, seller: string): Promise<BooksClosing[]> {
  return (await decisions.query<BooksClosing>(booksKeys.closings(seller), withPrefix(''))).map(({ value }) => value);
}

/** The first day documents of a seller may be dated on; '' = its books were never closed. */
export async function firstOpenDay(decisions: Decisions, seller: string): Promise<LocalDate | ''> {
  const range = { from: '', until: LAST_SORT, descending: true, limit: 1 };
  const [last] = await decisions.query<BooksClosing>(booksKeys.closings(seller), range);
  return last === undefined ? '' : addDays(last.value.until, 1);
}

/** Why a seller's documents cannot be dated on a day; '' = they can. */
export async function closedPeriod(decisions: Decisions, seller: string, date: LocalDate): Promise<string> {
  const open = await firstOpenDay(decisions, seller);
  if (date >= open) return '';
  return `the books of ${seller} are closed up to ${addDays(open, -1)}, and the documents would be dated ${date}; the first day that is open is ${open}`;
}
