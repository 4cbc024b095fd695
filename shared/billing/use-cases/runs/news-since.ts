import type { Position } from '#shared/commit-log/entry.ts';
import type { Decisions } from '#shared/commit-log/ports.ts';
import { readEntries } from '#shared/commit-log/use-cases/commit-log.ts';
import { joinNews, type News, NO_NEWS, newsOf } from '../../lines/reason.ts';

/** What became known after each of some positions, up to another. Every stretch of the log is read once, however many start behind it. */
export async function newsSince(
  decisions: Decisions,
  positions: Iterable<Position>,
  upTo: Position,
): Promise<ReadonlyMap<Position, News>> {
  const latestFirst = [...new Set(positions)].sort((a, b) => b - a);
  const found = new Map<Position, News>();
  let news = NO_NEWS;
  let until = upTo;
  for (const after of latestFirst) {
    news = joinNews(newsOf(await readEntries(decisions, after, until)), news);
    until = after;
    found.set(after, news);
  }
  return found;
}
