import { type Entry, type EntryBody, entryKey, type Position } from '#shared/commit-log/entry.ts';
import type { Decisions } from '#shared/commit-log/ports.ts';
import type { NewEntry } from '#shared/commit-log/use-cases/commit-log.ts';
import { memoryDecisions } from '#shared/memory/decisions.ts';

/** An entry of so little meaning that only its place matters. */
export function newEntry(id: string, body?: EntryBody): NewEntry {
  return { id, at: 1_790_000_000, by: 'test', body: body ?? { kind: 'run posted', run: id, manifest: NO_CONTENT } };
}

export const NO_CONTENT = { key: 'none', sha256: '0' };

/** A log of these bodies, at positions 1, 2, 3 …, but for the positions left out. */
export async function logOf(bodies: readonly EntryBody[], leftOut: readonly Position[] = []): Promise<Decisions> {
  const decisions = memoryDecisions();
  for (const entry of entriesOf(bodies)) {
    if (!leftOut.includes(entry.position)) await decisions.putIfAbsent(entryKey(entry.position), entry);
  }
  return decisions;
}

/** The bodies as entries, numbered from 1. */
export function entriesOf(bodies: readonly EntryBody[]): Entry[] {
  return bodies.map((body, place) => ({ position: place + 1, ...newEntry(`e${place + 1}`, body) }));
}

/** So many entries of no meaning. */
export function fillers(count: number): EntryBody[] {
  return Array.from({ length: count }, (_, place) => ({ kind: 'run posted', run: `r${place}`, manifest: NO_CONTENT }));
}
