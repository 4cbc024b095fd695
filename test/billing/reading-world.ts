import type { Decisions, Objects } from '#shared/commit-log/ports.ts';
import type { MemoryWorld } from './memory-world.ts';

/** The ports of a world, with everything that is read handed to `onRead` first: "partition sort" or the key of an object. */
export function readingWorld({ ports }: MemoryWorld, onRead: (key: string) => void) {
  const decisions: Decisions = {
    ...ports.decisions,
    get: async (key) => {
      onRead(`${key.partition} ${key.sort}`);
      return ports.decisions.get(key);
    },
    query: async (partition, range) => {
      onRead(partition);
      return ports.decisions.query(partition, range);
    },
  };
  const objects: Objects = {
    ...ports.objects,
    get: async (store, key) => {
      onRead(key);
      return ports.objects.get(store, key);
    },
  };
  return { ...ports, decisions, objects };
}

/** The ports of a world that count what is read. */
export function countingWorld(world: MemoryWorld) {
  const reads: string[] = [];
  const ports = readingWorld(world, (key) => reads.push(key));
  return { ports, times: (pattern: RegExp) => reads.filter((read) => pattern.test(read)).length };
}
