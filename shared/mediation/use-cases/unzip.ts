import { crc32 } from 'node:zlib';
import {
  findZipDirectory,
  localHeaderProblem,
  readZipDirectory,
  ZIP_LOCAL_BYTES,
  ZIP_METHODS,
  ZIP_TAIL_BYTES,
  type ZipEntry,
  type ZipProblem,
} from '../zip-directory.ts';
import { decompressed, UnreadableFile } from './decompress.ts';
import type { EntryBlock, ReadableFile } from './readable-file.ts';

/**
 * The files of a zip archive one after the other, in the order of its directory. The directory alone says what is there; whatever does
 * not agree with it is an error.
 * @throws UnreadableFile for an archive that is broken, encrypted, packed otherwise, or meant to harm.
 */
export async function* unzipped(file: ReadableFile): AsyncGenerator<EntryBlock> {
  const size = await file.size();
  const tailStart = Math.max(0, size - ZIP_TAIL_BYTES);
  const directory = right(findZipDirectory(await bytesFrom(file, tailStart, size - tailStart), size));
  const entries = right(readZipDirectory(await bytesFrom(file, directory.offset, directory.bytes), directory));
  for (const entry of entries) yield* entryBlocks(file, entry);
}

async function* entryBlocks(file: ReadableFile, entry: ZipEntry): AsyncGenerator<EntryBlock> {
  const header = await bytesFrom(file, entry.offset, ZIP_LOCAL_BYTES + entry.nameBytes);
  const problem = localHeaderProblem(header, entry);
  if (problem !== undefined) throw unreadable(problem);
  const begin = entry.offset + ZIP_LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = bytesOf(file, begin, entry.compressedBytes);
  let written = 0;
  let sum = 0;
  for await (const block of unpacked(entry, packed)) {
    written += block.length;
    if (written > entry.bytes) throw wrongSize(entry);
    sum = crc32(block, sum);
    yield { entry: entry.name, block };
  }
  if (written !== entry.bytes) throw wrongSize(entry);
  if (sum !== entry.crc32) {
    const text = `the zip archive is broken: the checksum of "${entry.name}" is wrong; ask the carrier to send it again`;
    throw new UnreadableFile('CORRUPT_ZIP', entry.offset, text);
  }
  if (written === 0) yield { entry: entry.name, block: new Uint8Array() };
}

function unpacked(entry: ZipEntry, packed: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  if (entry.method === ZIP_METHODS.stored) return packed;
  return decompressed(entry.method === ZIP_METHODS.zstd ? 'zstd' : 'deflate', packed);
}

function wrongSize({ name, bytes, offset }: ZipEntry): UnreadableFile {
  const text = `the zip archive is broken: "${name}" does not have the ${bytes} bytes its directory says`;
  return new UnreadableFile('CORRUPT_ZIP', offset, text);
}

/** Bytes [offset, offset + count) of a file as they come. */
async function* bytesOf(file: ReadableFile, offset: number, count: number): AsyncGenerator<Uint8Array> {
  let left = count;
  if (left === 0) return;
  for await (const block of await file.stream(offset)) {
    const wanted = block.subarray(0, left);
    left -= wanted.length;
    yield wanted;
    if (left === 0) return;
  }
  throw new UnreadableFile('CORRUPT_ZIP', offset + count - left, 'the zip archive is broken: it ends too early');
}

async function bytesFrom(file: ReadableFile, offset: number, count: number): Promise<Buffer> {
  const blocks: Uint8Array[] = [];
  for await (const block of bytesOf(file, offset, count)) blocks.push(block);
  return Buffer.concat(blocks);
}

function right<T extends object>(result: T | ZipProblem): T {
  if ('code' in result && 'text' in result) throw unreadable(result);
  return result as T;
}

function unreadable({ code, place, text }: ZipProblem): UnreadableFile {
  return new UnreadableFile(code, place, text);
}
