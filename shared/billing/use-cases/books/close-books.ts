import type { Decisions, Objects } from '#shared/commit-log/ports.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { type LocalDate, localDateOf } from '#shared/time/local-date.ts';
import type { Clock } from '#shared/time/ports.ts';
import { listRuns } from '../runs/list-runs.ts';
import { type BooksClosing, booksKeys, closings } from './closed-books.ts';

/** What closing books needs of the world. */
export interface CloseBooksPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly clock: Clock;
}

/** What came of closing books. `posting`: runs that had begun to be posted before the books were closed, and may date documents before it still. */
export type CloseBooksResult =
  | { readonly outcome: 'closed'; readonly closing: BooksClosing; readonly posting: readonly string[] }
  | { readonly outcome: 'refused'; readonly reason: string };

const refused = (reason: string): CloseBooksResult => ({ outcome: 'refused', reason });

/**
 * Closes the books of a seller up to a day, inclusive. From then on no run may be opened, approved or begun to be posted with documents dated on or
 * before it: what corrects a closed period is dated into the open one. Refused are a day that is not over, one that is closed already, and a day on or
 * after which nothing may come while runs dated before it are approved or being posted.
 */
export async function closeBooks(
  ports: CloseBooksPorts,
  { seller, until, by }: { readonly seller: string; readonly until: LocalDate; readonly by: string },
): Promise<CloseBooksResult> {
  const { decisions, clock } = ports;
  const { catalog } = await catalogOf(ports, await worldAt(ports, await tail(decisions, 0), () => false));
  const selling = catalog.sellers.find((each) => each.id === seller);
  if (selling === undefined)
    return refused(`there is no seller ${seller}; the catalogue has ${catalog.sellers.map(({ id }) => id).join(', ')}`);
  const today = localDateOf(clock.now(), selling.timeZone);
  if (until >= today) return refused(`${until} is not over for ${seller}: it is ${today}`);
  const before = await closings(decisions, seller);
  const last = before.at(-1);
  if (last !== undefined && last.until >= until)
    return refused(`the books of ${seller} are closed up to ${last.until} already, by ${last.by}`);
  const waiting = await datedUntil(ports, seller, until, ['approved', 'posting']);
  if (waiting.length > 0)
    return refused(`post or discard first what is approved with documents dated up to ${until}: ${waiting.join(', ')}`);
  const closing: BooksClosing = { until, by, at: clock.now() };
  const put = await decisions.putIfAbsent(booksKeys.closing(seller, before.length + 1), closing);
  if (!put.won)
    return refused(`the books of ${seller} were closed up to ${put.value.until} this moment, by ${put.value.by}`);
  return { outcome: 'closed', closing, posting: await datedUntil(ports, seller, until, ['posting']) };
}

async function datedUntil(
  ports: CloseBooksPorts,
  seller: string,
  until: LocalDate,
  states: readonly string[],
): Promise<string[]> {
  const runs = await listRuns(ports);
  return runs
    .filter(({ request }) => request.seller === seller && request.invoiceDate <= until)
    .filter((each) => states.includes(each.states.at(-1)?.state ?? 'opened'))
    .map(({ request }) => request.run);
}
