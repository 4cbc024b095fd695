import { generationKey, type WorldState } from '#shared/commit-log/visibility.ts';
import type { Instant } from '#shared/time/local-date.ts';
import { utcMonthStart, utcMonths } from '#shared/time/period.ts';
import { createFolder, createTracingFolder } from '#shared/usage/fold.ts';
import type { FoldedUsage, TracedUsage } from '#shared/usage/folded-usage.ts';
import type { UsageItem, UsageStore } from '#shared/usage/ports.ts';
import { COUNTERS, headerOf } from '#shared/usage/usage-item.ts';
import type { VisibleItem } from '#shared/usage/visible-item.ts';

/**
 * Reads the usage of some identifiers in UTC months `from` to `until`. What it answers folds when it is called, in memory that is used again
 * and again: the result is valid until the next fold.
 */
export type UsageReader<Usage extends FoldedUsage = FoldedUsage> = (
  identifiers: readonly string[],
  from: string,
  until: string,
) => Promise<FoldUsage<Usage>>;
/** Folds what was read: identifier → usage, each record once. */
export type FoldUsage<Usage extends FoldedUsage = FoldedUsage> = () => ReadonlyMap<string, Usage>;

/** A reader of what counts in a world: one consistent query an identifier. */
export function usageReader(usage: UsageStore, world: WorldState): UsageReader {
  return readerOf(usage, world, createFolder);
}

/** A reader, likewise, of usage that knows which chunk of which file each row came from. */
export function tracingReader(usage: UsageStore, world: WorldState): UsageReader<TracedUsage> {
  return readerOf(usage, world, createTracingFolder);
}

function readerOf<Usage extends FoldedUsage>(
  usage: UsageStore,
  world: WorldState,
  create: () => { fold: (items: readonly VisibleItem[], since: Instant) => Usage },
): UsageReader<Usage> {
  const folders: ReturnType<typeof create>[] = [];
  return async (identifiers, from, until) => {
    const visible = await Promise.all(
      identifiers.map((identifier) => readVisible(usage, world, identifier, from, until)),
    );
    return () =>
      new Map(
        identifiers.map((identifier, place) => {
          const folder = (folders[place] ??= create());
          return [identifier, folder.fold(visible[place] ?? [], utcMonthStart(from))];
        }),
      );
  };
}

/** Items that count; for counters also those of earlier months, since a reading goes on from the one before. */
async function readVisible(
  usage: UsageStore,
  world: WorldState,
  identifier: string,
  from: string,
  until: string,
): Promise<VisibleItem[]> {
  const items = visibleItems(world, await usage.read(identifier, from, until));
  const [first] = Object.keys(world.months).sort();
  if (first === undefined || first >= from || !items.some(({ packed }) => headerOf(packed).kind === COUNTERS))
    return items;
  const [before = first] = utcMonths(utcMonthStart(from) - 1, utcMonthStart(from));
  const earlier = visibleItems(world, await usage.read(identifier, first, before));
  return [...earlier.filter(({ packed }) => headerOf(packed).kind === COUNTERS), ...items];
}

/** Of usage items, those that count: their file's generation is loaded, and their attempt is the one its entry names. */
function visibleItems(world: WorldState, items: readonly UsageItem[]): VisibleItem[] {
  return items.flatMap((item) => {
    const loaded = world.months[item.month]?.[generationKey(item.file, item.generation)];
    if (loaded === undefined || loaded.attempts[item.chunk] !== item.attempt) return [];
    const { file, chunk, part, packed } = item;
    const { position, firstLoaded } = loaded;
    return [{ packed, position, ...(firstLoaded !== undefined && { firstLoaded }), file, chunk, part }];
  });
}
