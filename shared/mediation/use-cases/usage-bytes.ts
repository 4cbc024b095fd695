import { createHash } from 'node:crypto';
import type { Objects } from '#shared/commit-log/ports.ts';
import { type Compression, decompressed, UnreadableFile } from './decompress.ts';
import type { EntryBlock, ReadableFile } from './readable-file.ts';
import { unzipped } from './unzip.ts';

/** Hash of a whole object, read as a stream: with the carrier, what a file is known by. */
export async function fileIdOf(objects: Objects, key: string, versionId: string, carrier: string): Promise<string> {
  const sha256 = createHash('sha256').update(`${carrier}\n`);
  for await (const block of await objects.stream('incoming', key, versionId, 0)) sha256.update(block);
  return sha256.digest('hex').slice(0, 32);
}

/** A file of the incoming store. */
export function incomingFile(objects: Objects, key: string, versionId: string): ReadableFile {
  return {
    stream: (offset) => objects.stream('incoming', key, versionId, offset),
    async size() {
      const found = await objects.describe('incoming', key, versionId);
      if (found === undefined) throw new Error(`there is no object ${key} ${versionId}`);
      return found.bytes;
    },
  };
}

/** What files begin with that are compressed in ways that are not read. */
const UNREAD = [
  ['425a68', 'bzip2'],
  ['fd377a585a00', 'xz'],
  ['377abcaf271c', '7-Zip'],
  ['526172211a07', 'RAR'],
  ['1f9d', 'compress (.Z)'],
  ['04224d18', 'lz4'],
  ['504b0708', 'zip in parts'],
] as const;

/** What files begin with that are decompressed: zip (with files, or empty), gzip, zstd. */
const COMPRESSED = ['504b0304', '504b0506', '1f8b', '28b52ffd'];

/**
 * The bytes of a usage file as its decoder wants them: decompressed when the content (not the name) says gzip, zstd or zip. The files of an
 * archive come one after the other, each with at least one block, be it empty.
 * @throws UnreadableFile when the compressed stream or archive is broken, cut off, hostile, or of a kind that is not read.
 */
export async function* usageBytes(file: ReadableFile): AsyncGenerator<EntryBlock> {
  const blocks = (await file.stream(0))[Symbol.asyncIterator]();
  const first = await firstBytes(blocks);
  const magic = first.subarray(0, 8).toString('hex');
  if (magic.startsWith('504b0304') || magic.startsWith('504b0506')) {
    await blocks.return?.();
    yield* unzipped(file);
    return;
  }
  const unread = UNREAD.find(([begin]) => magic.startsWith(begin));
  if (unread !== undefined) {
    await blocks.return?.();
    const text = `the file is compressed by ${unread[1]}, which is not read; gzip, zip and zstd are`;
    throw new UnreadableFile('UNSUPPORTED_COMPRESSION', 0, text);
  }
  const all = chain(first, blocks);
  const compression: Compression | '' = magic.startsWith('1f8b') ? 'gzip' : magic.startsWith('28b52ffd') ? 'zstd' : '';
  for await (const block of compression === '' ? all : decompressed(compression, all)) yield { entry: '', block };
}

/**
 * The same bytes from an offset in one of its entries on. A file that is not compressed is read from there; a compressed one from its beginning,
 * and what comes before is passed over.
 */
export async function* usageBytesFrom(file: ReadableFile, entry: string, offset: number): AsyncGenerator<EntryBlock> {
  if (offset > 0 && entry === '' && (await isPlain(file))) {
    for await (const block of await file.stream(offset)) yield { entry, block };
    return;
  }
  let left = offset;
  let isReached = offset === 0 && entry === '';
  for await (const part of usageBytes(file)) {
    isReached ||= part.entry === entry;
    if (!isReached) continue;
    const passed = Math.min(left, part.block.length);
    left -= passed;
    if (passed < part.block.length || passed === 0) yield { entry: part.entry, block: part.block.subarray(passed) };
  }
}

/** Whether a file is as its decoder wants it. */
export async function isPlain(file: ReadableFile): Promise<boolean> {
  const blocks = (await file.stream(0))[Symbol.asyncIterator]();
  const magic = (await firstBytes(blocks)).subarray(0, 8).toString('hex');
  await blocks.return?.();
  return !COMPRESSED.some((begin) => magic.startsWith(begin));
}

/** Enough of the beginning to tell what a file is, if it has as much. */
async function firstBytes(blocks: AsyncIterator<Uint8Array>): Promise<Buffer> {
  let first = Buffer.alloc(0);
  while (first.length < 8) {
    const next = await blocks.next();
    if (next.done) break;
    first = Buffer.concat([first, next.value]);
  }
  return first;
}

async function* chain(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (first.length > 0) yield first;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
