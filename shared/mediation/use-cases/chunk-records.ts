import type { Objects } from '#shared/commit-log/ports.ts';
import type { KeptRecord } from '../chunks/record-columns.ts';
import { readRecords } from '../chunks/record-columns-reader.ts';
import { decompressed } from './decompress.ts';

/**
 * The records of a chunk, as they are kept, whose fingerprints are asked for; `key` is where its manifest says they lie.
 * @throws Error when they are missing from the work store.
 */
export async function keptRecords(
  objects: Objects,
  key: string,
  fingerprints: ReadonlySet<string>,
): Promise<KeptRecord[]> {
  const blocks: Uint8Array[] = [];
  for await (const block of decompressed('zstd', await objects.stream('work', key, '', 0))) blocks.push(block.slice());
  return readRecords(Buffer.concat(blocks), (fingerprint) => fingerprints.has(fingerprint));
}
