import { createHash } from 'node:crypto';
import type { SourceDefinition } from '#shared/catalog/source.ts';
import { openChunkedDecoder } from '#shared/mediation/chunks/chunked-decoder.ts';
import { DEFAULT_DECODER_SETTINGS, type DecodedChunk } from '#shared/mediation/decoder.ts';
import type { Random } from './mutate.ts';

export const ARRIVED = Date.UTC(2026, 10, 1) / 1000;
export const FILE = { name: 'usage', carrier: 'demo', arrivedAt: ARRIVED };
export const SETTINGS = { ...DEFAULT_DECODER_SETTINGS, chunkRecords: 200 };

/** Decodes in blocks, and holds what comes out to what is always true of it. */
export function decodedTwice(of: SourceDefinition, bytes: Buffer, random: Random): void {
  const first = decoded(of, bytes, bytes.length);
  const second = decoded(of, bytes, 1 + random(Math.max(1, bytes.length)));
  if (first !== second) throw new Error('the blocks it comes in matter');
}

/** A digest of all that comes out. */
function decoded(of: SourceDefinition, bytes: Buffer, blockBytes: number): string {
  const decoder = openChunkedDecoder(of, FILE, SETTINGS);
  const digest = createHash('sha256');
  const take = (chunks: readonly DecodedChunk[]) => {
    for (const { records, rejected } of chunks) digest.update(records).update(JSON.stringify(rejected));
  };
  for (let at = 0; at < bytes.length; at += blockBytes) take(decoder.push('', bytes.subarray(at, at + blockBytes)));
  const { chunks, outcome } = decoder.end();
  take(chunks);
  if (outcome.read !== outcome.accepted.records + outcome.duplicate.records + outcome.rejected)
    throw new Error('records are lost');
  const isFatal = outcome.problems.some(({ severity }) => severity === 'fatal');
  if (isFatal !== (outcome.status === 'quarantined')) throw new Error('a fatal problem and its status disagree');
  for (const value of [outcome.accepted.bytes, outcome.accepted.seconds, outcome.accepted.count])
    if (!(Number.isSafeInteger(value) && value >= 0)) throw new Error(`a total of ${value}`);
  return digest.update(JSON.stringify(outcome)).digest('hex');
}
