import { closeBooks } from '#shared/billing/use-cases/books/close-books.ts';
import { closings } from '#shared/billing/use-cases/books/closed-books.ts';
import { currentCatalog } from '#shared/commit-log/use-cases/current-catalog.ts';
import { isoInstant } from '#shared/time/local-date.ts';
import type { Session } from '../session.ts';
import { failure } from '../terminal/failure.ts';
import type { Output } from '../terminal/output.ts';
import { table, words } from '../terminal/table.ts';

/** `books close --until DATE`: no document of the seller is dated on or before that day any more. */
export async function close(
  session: Session,
  { until, seller }: { readonly until: string; readonly seller: string },
  output: Output,
): Promise<void> {
  const of = await sellerOr(session, seller);
  const result = await closeBooks(session.world, { seller: of, until, by: session.by });
  if (result.outcome === 'refused') throw failure(result.reason, 'nothing was closed');
  const { posting } = result;
  const still =
    posting.length === 0
      ? ''
      : `\nBegun to be posted before that, and maybe dated before it still: ${posting.join(', ')}. Look at them with \`billing run show\`.`;
  output.result(
    result,
    `The books of ${of} are closed up to ${until}; what corrects that time is dated later.${still}`,
  );
  output.next('billing books show');
}

/** `books show`: up to when books are closed, and who closed them. */
export async function show(session: Session, seller: string, output: Output): Promise<void> {
  const of = await sellerOr(session, seller);
  const found = await closings(session.world.decisions, of);
  const text = table(found, [
    words('closed up to', (each) => each.until),
    words('by', (each) => each.by),
    words('at', (each) => isoInstant(each.at)),
  ]);
  output.result({ seller: of, closings: found }, found.length === 0 ? `The books of ${of} were never closed.` : text);
}

async function sellerOr(session: Session, seller: string): Promise<string> {
  return seller || ((await currentCatalog(session.world)).catalog.sellers[0]?.id ?? '');
}
