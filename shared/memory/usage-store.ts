import type { UsageItem, UsageStore } from '#shared/usage/ports.ts';
import { usageItemSort } from '#shared/usage/usage-item-key.ts';
import { compareKeys } from './key-order.ts';

/** A usage store in memory. */
export function memoryUsageStore(): UsageStore {
  const identifiers = new Map<string, Map<string, UsageItem>>();
  return {
    async put(items) {
      for (const item of items) {
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
