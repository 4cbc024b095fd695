import type { UsageItem } from './ports.ts';

/** Sort key of a usage item: month#file#generation#chunk#attempt#part, so that a range of months is one query. */
export function usageItemSort(item: Omit<UsageItem, 'identifier' | 'packed'>): string {
  const generation = item.generation.toString().padStart(4, '0');
  const chunk = item.chunk.toString().padStart(6, '0');
  return `${item.month}#${item.file}#${generation}#${chunk}#${item.attempt}#${item.part}`;
}

/** Reads a sort key back. @throws RangeError when it is none. */
export function readUsageItemSort(sort: string): Omit<UsageItem, 'identifier' | 'packed'> {
  const [month, file, generation, chunk, attempt, part, ...more] = sort.split('#');
  if (!month || !file || !generation || !chunk || !attempt || !part || more.length > 0) {
    throw new RangeError(`"${sort}" is no sort key of a usage item`);
  }
  return { month, file, generation: Number(generation), chunk: Number(chunk), attempt, part: Number(part) };
}
