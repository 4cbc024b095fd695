import { createHash } from 'node:crypto';
import { createGunzip } from 'node:zlib';
import type { Objects } from '#shared/commit-log/ports.ts';

const BLOCK_BYTES = 1 << 18;
/** Octets that one octet of gzip may become, once the file is larger than a megabyte: beyond it the file is a bomb. */
const RATIO_MAX = 1000;

/** A stream that cannot be read to its end: the file is at fault, not the environment. */
export class UnreadableFile extends Error {
  readonly code: 'CORRUPT_GZIP' | 'GZIP_BOMB';
  readonly place: number;
  constructor(code: 'CORRUPT_GZIP' | 'GZIP_BOMB', place: number, text: string) {
    super(text);
    this.code = code;
    this.place = place;
  }
}

/** Hash of a whole object, read as a stream: with the carrier, what a file is known by. */
export async function fileIdOf(objects: Objects, key: string, versionId: string, carrier: string): Promise<string> {
  const sha256 = createHash('sha256').update(`${carrier}\n`);
  for await (const block of await objects.stream('incoming', key, versionId, 0)) sha256.update(block);
  return sha256.digest('hex').slice(0, 32);
}

/**
 * The bytes of a usage file as its decoder wants them: decompressed when the content (not the name) says gzip.
 * @throws UnreadableFile when the compressed stream is broken, cut off, or grows beyond all measure.
 */
export async function* usageBytes(objects: Objects, key: string, versionId: string): AsyncGenerator<Uint8Array> {
  const blocks = (await objects.stream('incoming', key, versionId, 0))[Symbol.asyncIterator]();
  const first = await firstBytes(blocks);
  const all = chain(first, blocks);
  if (first.length >= 2 && first[0] === 0x1f && first[1] === 0x8b) yield* gunzip(all);
  else yield* all;
}

/** The first two bytes at least, if the stream has them: enough to tell gzip. */
async function firstBytes(blocks: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let first = new Uint8Array();
  while (first.length < 2) {
    const next = await blocks.next();
    if (next.done) break;
    first = Buffer.concat([first, next.value]);
  }
  return first;
}

async function* chain(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

async function* gunzip(compressed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const stream = createGunzip({ chunkSize: BLOCK_BYTES });
  let read = 0;
  let written = 0;
  let failure: unknown;
  const feeding = feed(compressed, stream, (bytes) => (read += bytes)).catch((error: Error) => {
    failure = error;
    stream.destroy(error);
  });
  try {
    for await (const block of stream) {
      written += (block as Uint8Array).length;
      if (written > 1_000_000 && written > read * RATIO_MAX) {
        throw new UnreadableFile(
          'GZIP_BOMB',
          read,
          `${read} compressed bytes became more than ${written}; at most ${RATIO_MAX} times as many are taken`,
        );
      }
      yield block as Uint8Array;
    }
  } catch (error) {
    if (failure !== undefined || error instanceof UnreadableFile) throw failure ?? error;
    const text = `the gzip stream is broken after ${written} decompressed bytes (${(error as Error).message}); ask the carrier to send the file again`;
    throw new UnreadableFile('CORRUPT_GZIP', written, text);
  } finally {
    stream.destroy();
    await feeding;
  }
}

async function feed(
  blocks: AsyncIterable<Uint8Array>,
  stream: ReturnType<typeof createGunzip>,
  count: (bytes: number) => void,
): Promise<void> {
  for await (const block of blocks) {
    if (stream.destroyed) return;
    count(block.length);
    if (!stream.write(block)) await drained(stream);
  }
  stream.end();
}

function drained(stream: ReturnType<typeof createGunzip>): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done).off('close', done);
      resolve();
    };
    stream.on('drain', done).on('close', done);
  });
}
