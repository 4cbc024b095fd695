import { hash } from 'node:crypto';
import type { Objects } from '#shared/commit-log/ports.ts';
import { firstRecord, partOfItem } from '#shared/usage/item-records.ts';
import { RefusedUsage } from '#shared/usage/ports.ts';
import { recordsOf } from '#shared/usage/usage-item.ts';
import { addTotals } from '../add-totals.ts';
import type { PackedItem } from '../decoder.ts';
import type { RejectedRecord } from '../problem.ts';
import type { ChunkCommit, Manifest, ManifestChunk, RefusedRecords } from '../usage-file.ts';
import { keptRecords } from './chunk-records.ts';

/** What the store takes of some items, cut as small as it must be, and what it refuses: items of one record each. */
interface Sorted {
  readonly taken: readonly PackedItem[];
  readonly refused: readonly RefusedItem[];
}

interface RefusedItem extends PackedItem {
  readonly reason: string;
}

/** Puts items into the store, as an attempt. @throws RefusedUsage as the store does. */
export type PutItems = (items: readonly PackedItem[], attempt: string) => Promise<void>;

/**
 * Loads a chunk the store would not take as a whole: items by themselves, those it refuses in halves, down to single records. Those it still
 * refuses are listed as PROCESSING_ERROR; all others are loaded, under an attempt that follows from what they are. Whatever else goes wrong is
 * thrown: throttling and failures of the surroundings are no fault of a record.
 */
export async function loadByRecord(
  objects: Objects,
  manifest: Manifest,
  chunk: number,
  items: readonly PackedItem[],
  put: PutItems,
): Promise<ChunkCommit> {
  const cut = manifest.chunks[chunk] as ManifestChunk;
  const { taken, refused, isWhole } = await sortItems(items, cut.attempt, put);
  if (isWhole) return { attempt: cut.attempt, totals: cut.totals, refused: null };
  const kept = numbered(taken);
  const bytes = hash('sha256', Buffer.concat(kept.map(({ packed }) => packed)));
  const attempt = hash('sha256', `${cut.attempt}\n${bytes}`).slice(0, 16);
  await put(kept, attempt);
  const totals = addTotals(kept.flatMap(({ packed }) => recordTotals(packed)));
  if (refused.length === 0) return { attempt, totals, refused: null };
  return { attempt, totals, refused: await listRefused(objects, manifest, chunk, attempt, refused) };
}

async function sortItems(
  items: readonly PackedItem[],
  attempt: string,
  put: PutItems,
): Promise<Sorted & { readonly isWhole: boolean }> {
  const taken: PackedItem[] = [];
  const refused: RefusedItem[] = [];
  let isWhole = true;
  for (const item of items) {
    if ((await refusal(item, attempt, put)) === '') {
      taken.push(item);
      continue;
    }
    isWhole = false;
    const parts = await halve(item, `${attempt}-tried`, put);
    taken.push(...parts.taken);
    refused.push(...parts.refused);
  }
  return { taken, refused, isWhole };
}

/** Tries an item that is known to be refused in halves, and these in halves. */
async function halve(item: PackedItem, attempt: string, put: PutItems): Promise<Sorted> {
  const records = recordsOf(item.packed);
  if (records === 1) return { taken: [], refused: [{ ...item, reason: await refusal(item, attempt, put) }] };
  const taken: PackedItem[] = [];
  const refused: RefusedItem[] = [];
  const middle = records >> 1;
  for (const packed of [partOfItem(item.packed, 0, middle), partOfItem(item.packed, middle, records)]) {
    const half = { ...item, packed };
    if ((await refusal(half, attempt, put)) === '') {
      taken.push(half);
      continue;
    }
    const parts = await halve(half, attempt, put);
    taken.push(...parts.taken);
    refused.push(...parts.refused);
  }
  return { taken, refused };
}

/** Why the store refuses an item; '' when it takes it. */
async function refusal(item: PackedItem, attempt: string, put: PutItems): Promise<string> {
  try {
    await put([item], attempt);
    return '';
  } catch (error) {
    if (error instanceof RefusedUsage) return error.message || 'refused';
    throw error;
  }
}

/** Numbers the parts of each identifier's items of a month anew. */
function numbered(items: readonly PackedItem[]): PackedItem[] {
  const parts = new Map<string, number>();
  return items.map((item) => {
    const name = `${item.month} ${item.identifier}`;
    const part = parts.get(name) ?? 0;
    parts.set(name, part + 1);
    return { ...item, part };
  });
}

function recordTotals(packed: Uint8Array) {
  return Array.from({ length: recordsOf(packed) }, (_, at) => firstRecord(partOfItem(packed, at, at + 1)).totals);
}

async function listRefused(
  objects: Objects,
  { file, generation, chunks }: Manifest,
  chunk: number,
  attempt: string,
  refused: readonly RefusedItem[],
): Promise<RefusedRecords> {
  const stored = refused.map((item) => ({ ...item, ...firstRecord(item.packed) }));
  const wanted = new Set(stored.map(({ fingerprint }) => fingerprint));
  const kept = await keptRecords(objects, (chunks[chunk] as ManifestChunk).records, wanted);
  const lines = stored.map(({ fingerprint, month, identifier, reason }): RejectedRecord => {
    const found = kept.find((record) => record.fingerprint === fingerprint && record.started_at.startsWith(month));
    const place = found === undefined ? -1 : Number(found.place);
    const text = `what the usage store takes; it says: ${reason.slice(0, MOST_TEXT)}`;
    const of = { record: Number(found?.record ?? 0), place, entry: '', value: identifier.slice(0, MOST_VALUE) };
    return { ...of, code: 'PROCESSING_ERROR', field: 'identifier', text };
  });
  const rejected = `usage/${file}/${generation}/chunk-${chunk}-${attempt}.refused.ndjson`;
  const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  await objects.put('work', rejected, body, 'application/x-ndjson');
  const byMonth = Map.groupBy(stored, ({ month }) => month);
  const months = Object.fromEntries(
    [...byMonth].map(([month, of]) => [month, addTotals(of.map((each) => each.totals))]),
  );
  return { months, totals: addTotals(Object.values(months)), rejected };
}

const MOST_TEXT = 200;
const MOST_VALUE = 80;
