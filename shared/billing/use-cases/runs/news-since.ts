import type { Catalog } from '#shared/catalog/catalog.ts';
import { type MovedPrices, movedPrices, SAME_PRICES } from '#shared/catalog/moved-prices.ts';
import type { ContentReference, Position } from '#shared/commit-log/entry.ts';
import type { Decisions } from '#shared/commit-log/ports.ts';
import { readEntries } from '#shared/commit-log/use-cases/commit-log.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import { type WorldPorts, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { joinLogNews, type LogNews, NO_NEWS, newsOf } from '../../lines/reason.ts';

/** What became known after each of some positions, up to another. Every stretch of the log is read once, however many start behind it. */
export async function newsSince(
  decisions: Decisions,
  positions: Iterable<Position>,
  upTo: Position,
): Promise<ReadonlyMap<Position, LogNews>> {
  const latestFirst = [...new Set(positions)].sort((a, b) => b - a);
  const found = new Map<Position, LogNews>();
  let news = NO_NEWS;
  let until = upTo;
  for (const after of latestFirst) {
    news = joinLogNews(newsOf(await readEntries(decisions, after, until)), news);
    until = after;
    found.set(after, news);
  }
  return found;
}

/** What prices an account otherwise than at a position. */
export type PricesSince = (position: Position, account: string) => MovedPrices;

/**
 * Compares the release of a run with those that counted at some positions, where others came since. Each of those is read once, and compared once for
 * all accounts.
 */
export async function pricesSince(
  ports: WorldPorts,
  news: ReadonlyMap<Position, LogNews>,
  now: { readonly catalog: Catalog; readonly release: ContentReference },
): Promise<PricesSince> {
  const read = new Map<string, Catalog>([[now.release.key, now.catalog]]);
  const before = new Map<Position, Catalog>();
  for (const [position, { catalogReleased }] of news) {
    if (!catalogReleased) continue;
    const { catalog } = await worldAt(ports, position, () => false);
    if (catalog === null) continue;
    const { key } = catalog.catalog;
    const release = read.get(key) ?? ((await readContent(ports.objects, catalog.catalog)) as Catalog);
    read.set(key, release);
    before.set(position, release);
  }
  return (position, account) => {
    const release = before.get(position);
    return release === undefined || release === now.catalog ? SAME_PRICES : movedPrices(release, now.catalog, account);
  };
}
