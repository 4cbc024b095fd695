import { createReadStream } from 'node:fs';
import { zstdCompressSync } from 'node:zlib';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import { openChunkedDecoder } from '#shared/mediation/chunks/chunked-decoder.ts';
import { DEFAULT_DECODER_SETTINGS, type DecodedChunk } from '#shared/mediation/decoder.ts';
import { RECORDS_COMPRESSION } from '#shared/mediation/use-cases/compress-records.ts';
import { decompressed } from '#shared/mediation/use-cases/decompress.ts';
import { release } from '#shared/usage/byte-view.ts';

/** Mediates the gzipped plain-csv file it is given as mediation does, chunk after chunk, and says what it took. Started by memory.ts. */
const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('usage: node bench/mediate-one-file.ts <file.csv.gz>');
const arrivedAt = Date.UTC(2026, 9, 9) / 1000;
const source = presetSource('plain-csv', 'plain', 'demo', '*');
const decoder = openChunkedDecoder(source, { name: path, carrier: 'demo', arrivedAt }, DEFAULT_DECODER_SETTINGS);
let stored = 0;

function store(chunks: readonly DecodedChunk[]): void {
  for (const chunk of chunks) {
    stored += zstdCompressSync(chunk.records, RECORDS_COMPRESSION).length;
    stored += chunk.items.length;
    release(chunk.items);
    release(chunk.records);
  }
}

for await (const block of decompressed('gzip', createReadStream(path, { highWaterMark: 1 << 18 }))) {
  store(decoder.push('', block));
}
const { chunks, outcome } = decoder.end();
store(chunks);
if (outcome.status !== 'accepted') throw new Error(JSON.stringify(outcome.problems));
const maxRssKilobytes = process.resourceUsage().maxRSS;
process.stdout.write(
  JSON.stringify({
    records: outcome.read,
    bytes: outcome.bytes,
    octets: outcome.accepted.bytes,
    stored,
    maxRssKilobytes,
  }),
);
