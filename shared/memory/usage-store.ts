import { RefusedUsage, type UsageItem, type UsageStore } from '#shared/usage/ports.ts';
import { usageItemSort } from '#shared/usage/usage-item-key.ts';
import { compareKeys } from './key-order.ts';

/** What DynamoDB takes: octets of a partition key, and of a whole item, names and numbers included. */
const LONGEST_KEY = 2048;
const LARGEST_ITEM = 400 * 1024;
const NAMES_AND_TIME = 40;

/** A usage store in memory, which refuses what DynamoDB would. */
export function memoryUsageStore(): UsageStore {
  const identifiers = new Map<string, Map<string, UsageItem>>();
  return {
    async put(items) {
      for (const item of items) {
        refuse(item);
        const rows = identifiers.get(item.identifier) ?? new Map<string, UsageItem>();
        rows.set(usageItemSort(item), { ...item, packed: Uint8Array.from(item.packed) });
        identifiers.set(item.identifier, rows);
      }
    },
    async read(identifier, from, until) {
      const rows = [...(identifiers.get(identifier) ?? [])].filter(
        ([, item]) => item.month >= from && item.month <= until,
      );
      return rows.sort(([a], [b]) => compareKeys(a, b)).map(([, item]) => item);
    },
  };
}

function refuse(item: UsageItem): void {
  const key = Buffer.byteLength(item.identifier);
  if (key === 0 || key > LONGEST_KEY) throw new RefusedUsage(`an identifier of ${key} octets is no key`);
  const size = key + usageItemSort(item).length + item.packed.length + NAMES_AND_TIME;
  if (size > LARGEST_ITEM) throw new RefusedUsage(`an item of ${size} octets is too large`);
}
