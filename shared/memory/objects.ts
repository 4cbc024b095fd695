import type { ObjectSummary, Objects, Store } from '#shared/commit-log/ports.ts';
import type { Clock } from '#shared/time/ports.ts';
import { compareKeys } from './key-order.ts';

/** An object store in memory, with the operator's side of it: `drop` puts a usage file as a carrier would. */
export interface MemoryObjects extends Objects {
  /** Puts an object as an outsider does, and answers its version. */
  drop(store: Store, key: string, body: Uint8Array): string;
}

interface Version {
  readonly versionId: string;
  readonly storedAt: number;
  readonly body: Uint8Array;
}

/** Objects in memory; every write is a version, stamped by the clock; reads without a version see the last. */
export function memoryObjects(clock: Clock): MemoryObjects {
  const stores: Record<Store, Map<string, Version[]>> = {
    incoming: new Map(),
    work: new Map(),
    invoices: new Map(),
  };
  let versions = 0;
  const current = (store: Store, key: string) => stores[store].get(key)?.at(-1);
  const write = (store: Store, key: string, body: Uint8Array | string) => {
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : Uint8Array.from(body);
    const versionId = `v${++versions}`;
    stores[store].set(key, [...(stores[store].get(key) ?? []), { versionId, storedAt: clock.now(), body: bytes }]);
    return versionId;
  };
  return {
    drop: write,
    async putIfAbsent(store, key, body) {
      if (current(store, key) !== undefined) return false;
      write(store, key, body);
      return true;
    },
    async put(store, key, body) {
      write(store, key, body);
    },
    async get(store, key) {
      return current(store, key)?.body;
    },
    async stream(store, key, versionId, offset) {
      const versions = stores[store].get(key) ?? [];
      const found = versionId === '' ? versions.at(-1) : versions.find((v) => v.versionId === versionId);
      if (found === undefined) throw new Error(`there is no object ${key} ${versionId} in ${store}`);
      return blocks(found.body.subarray(offset));
    },
    async describe(store, key, versionId) {
      const versions = stores[store].get(key) ?? [];
      const found = versionId === '' ? versions.at(-1) : versions.find((v) => v.versionId === versionId);
      return found && { key, bytes: found.body.length, storedAt: found.storedAt, versionId: found.versionId };
    },
    async *list(store, prefix) {
      const keys = [...stores[store].keys()].filter((key) => key.startsWith(prefix)).sort(compareKeys);
      for (const key of keys) {
        const found = current(store, key);
        if (found) yield { key, bytes: found.body.length, storedAt: found.storedAt } satisfies ObjectSummary;
      }
    },
  };
}

async function* blocks(body: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < body.length; at += 65_536) yield body.subarray(at, at + 65_536);
}
