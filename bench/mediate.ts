import { zstdCompressSync } from 'node:zlib';
import type { SourceDefinition } from '#shared/catalog/source.ts';
import { openChunkedDecoder } from '#shared/mediation/chunks/chunked-decoder.ts';
import { DEFAULT_DECODER_SETTINGS, type DecodedFile } from '#shared/mediation/decoder.ts';
import { RECORDS_COMPRESSION } from '#shared/mediation/use-cases/compress-records.ts';
import { decompressed } from '#shared/mediation/use-cases/decompress.ts';
import { release } from '#shared/usage/byte-view.ts';

/** Usage of the files begins here, and they arrived when all of it was over. */
export const FROM = Date.UTC(2026, 9, 7) / 1000;
/** When they arrived. */
export const ARRIVED = FROM + 100_000;
/** Octets of a block. */
export const BLOCK = 1 << 18;

/** What one run of the pipeline made. */
export interface Made {
  readonly outcome: DecodedFile;
  items: number;
  itemBytes: number;
  storedBytes: number;
}

/** Decode → normalise → fingerprint → usage key → packed items, and the records in columns with zstd: all that mediation does but I/O. */
export async function mediate(
  source: SourceDefinition,
  name: string,
  blocks: AsyncIterable<Uint8Array>,
): Promise<Made> {
  const decoder = openChunkedDecoder(source, { name, carrier: 'demo', arrivedAt: ARRIVED }, DEFAULT_DECODER_SETTINGS);
  const made = { items: 0, itemBytes: 0, storedBytes: 0 };
  const store = (chunks: ReturnType<typeof decoder.push>) => {
    for (const chunk of chunks) {
      made.items += chunk.itemCount;
      made.itemBytes += chunk.items.length;
      made.storedBytes += zstdCompressSync(chunk.records, RECORDS_COMPRESSION).length;
      release(chunk.items);
      release(chunk.records);
    }
  };
  for await (const block of blocks) store(decoder.push('', block));
  const { chunks, outcome } = decoder.end();
  store(chunks);
  if (outcome.status !== 'accepted') throw new Error(JSON.stringify(outcome.problems));
  return { ...made, outcome };
}

/** A file block by block. */
export async function* inBlocks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += BLOCK) yield bytes.subarray(at, at + BLOCK);
}

/** What a gzipped file holds, block by block. */
export const gunzip = (bytes: Uint8Array) => decompressed('gzip', inBlocks(bytes));
