import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import { openChunkedDecoder } from '#shared/mediation/chunks/chunked-decoder.ts';
import { DEFAULT_DECODER_SETTINGS } from '#shared/mediation/decoder.ts';
import { UnreadableFile } from '#shared/mediation/use-cases/decompress.ts';
import type { ReadableFile } from '#shared/mediation/use-cases/readable-file.ts';
import { usageBytes } from '#shared/mediation/use-cases/usage-bytes.ts';
import { arrived, recordsOf } from '../decode.ts';
import { type ZipFile, zipOf } from '../zip-writer.ts';

/** A file in memory that comes in blocks of some size, and counts the streams that were not closed. */
function fileOf(bytes: Buffer, blockBytes = 64) {
  const open = { streams: 0 };
  async function* blocks(offset: number): AsyncGenerator<Uint8Array> {
    open.streams++;
    try {
      for (let at = offset; at < bytes.length; at += blockBytes)
        yield bytes.subarray(at, Math.min(bytes.length, at + blockBytes));
    } finally {
      open.streams--;
    }
  }
  const file: ReadableFile = { stream: async (offset) => blocks(offset), size: async () => bytes.length };
  return { file, open };
}

async function read(bytes: Buffer, blockBytes = 64): Promise<Record<string, string>> {
  const { file, open } = fileOf(bytes, blockBytes);
  const entries: Record<string, Buffer[]> = {};
  try {
    for await (const { entry, block } of usageBytes(file)) (entries[entry] ??= []).push(Buffer.from(block));
  } finally {
    expect(open.streams).toBe(0);
  }
  return Object.fromEntries(
    Object.entries(entries).map(([entry, blocks]) => [entry, Buffer.concat(blocks).toString('utf8')]),
  );
}

async function refusal(bytes: Buffer): Promise<{ code: string; message: string; place: number }> {
  const error = await read(bytes).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(UnreadableFile);
  return error as UnreadableFile;
}

const TEXT = Array.from({ length: 300 }, (_, i) => `line ${i} of usage`).join('\n');
const text = Buffer.from(TEXT);
const other = Buffer.from('another file');

describe('one stream, found by content', () => {
  test.each([
    ['plain', text, TEXT],
    ['nothing', Buffer.alloc(0), undefined],
    ['one byte', Buffer.from('x'), 'x'],
    ['gzip', gzipSync(text), TEXT],
    ['gzip in members', Buffer.concat([gzipSync(text), gzipSync(other), gzipSync('')]), `${TEXT}another file`],
    ['gzip with zeros behind it', Buffer.concat([gzipSync(text), Buffer.alloc(1000)]), TEXT],
    ['zstd', zstdCompressSync(text), TEXT],
  ])('%s', async (_, bytes, expected) => {
    for (const blockBytes of [1, 7, 64, 100_000]) expect((await read(bytes, blockBytes))['']).toBe(expected);
  });

  const flipped = (bytes: Buffer, at: number) => {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 0xff;
    return changed;
  };
  test.each([
    ['gzip cut short', gzipSync(text).subarray(0, -9), 'CORRUPT_GZIP'],
    ['gzip cut in its header', gzipSync(text).subarray(0, 9), 'CORRUPT_GZIP'],
    ['gzip with a wrong checksum', flipped(gzipSync(text), gzipSync(text).length - 6), 'CORRUPT_GZIP'],
    ['gzip with text behind it', Buffer.concat([gzipSync(text), Buffer.from('text')]), 'CORRUPT_GZIP'],
    ['gzip with zeros and text behind it', Buffer.concat([gzipSync(text), Buffer.from('\0\0text')]), 'CORRUPT_GZIP'],
    ['a second member that is cut', Buffer.concat([gzipSync(text), gzipSync(other).subarray(0, 12)]), 'CORRUPT_GZIP'],
    ['a gzip bomb', gzipSync(Buffer.alloc(30_000_000)), 'GZIP_BOMB'],
    ['zstd cut short', zstdCompressSync(text).subarray(0, -3), 'CORRUPT_ZSTD'],
    ['a zstd bomb', zstdCompressSync(Buffer.alloc(300_000_000)), 'ZSTD_BOMB'],
    ['bzip2', Buffer.from('BZh91AY&SY'), 'UNSUPPORTED_COMPRESSION'],
    ['xz', Buffer.from('fd377a585a000004', 'hex'), 'UNSUPPORTED_COMPRESSION'],
  ])('%s is refused', async (_, bytes, code) => {
    expect((await refusal(bytes)).code).toBe(code);
  });
});

describe('archives', () => {
  const files: ZipFile[] = [
    { name: 'a.csv', bytes: text },
    { name: 'folder/', bytes: Buffer.alloc(0), method: 0 },
    { name: 'folder/b.csv', bytes: other, method: 0 },
    { name: '__MACOSX/._a.csv', bytes: other },
    { name: 'folder/.DS_Store', bytes: other },
    { name: 'empty.csv', bytes: Buffer.alloc(0), method: 0 },
    { name: 'ümläut.csv', bytes: text, method: 93 },
    { name: 'described.csv', bytes: text, described: true },
  ];
  const expected = {
    'a.csv': TEXT,
    'folder/b.csv': 'another file',
    'empty.csv': '',
    'ümläut.csv': TEXT,
    'described.csv': TEXT,
  };

  test.each([
    ['as usual', {}],
    ['with 64-bit sizes', { zip64: true }],
    ['with a comment', { comment: 'hello' }],
  ])('several files, %s', async (_, how) => {
    const archive = zipOf(files, how);
    for (const blockBytes of [1, 64, 100_000]) {
      const found = await read(archive, blockBytes);
      expect(found).toEqual(expected);
      expect(Object.keys(found)).toEqual(Object.keys(expected));
    }
  });

  test('none at all', async () => {
    expect(await read(zipOf([]))).toEqual({});
  });

  const one = (more: Partial<ZipFile>) => zipOf([{ name: 'a.csv', bytes: text, ...more }]);
  const behind = (bytes: Buffer) => Buffer.concat([zipOf(files), bytes]);
  test.each([
    ['cut short', zipOf(files).subarray(0, -1), 'CORRUPT_ZIP', 'its end is missing'],
    ['with text behind it', behind(Buffer.from('text')), 'CORRUPT_ZIP', 'its end is missing'],
    ['encrypted', one({ says: { flags: 1 } }), 'ENCRYPTED', 'without a password'],
    ['encrypted by AES', one({ says: { method: 99 } }), 'ENCRYPTED', 'without a password'],
    ['packed by deflate64', one({ says: { method: 9 } }), 'UNSUPPORTED_COMPRESSION', 'method 9'],
    ['a wrong checksum', one({ says: { crc: 1 } }), 'CORRUPT_ZIP', 'checksum'],
    ['more bytes than it says', one({ says: { size: 10 } }), 'CORRUPT_ZIP', 'does not have the 10 bytes'],
    ['fewer bytes than it says', one({ says: { size: 10_000 } }), 'CORRUPT_ZIP', 'does not have the 10000 bytes'],
    ['cut inside the file', one({ says: { compressed: 20 } }), 'CORRUPT_ZIP', 'broken'],
    ['a compressed size that reaches too far', one({ says: { compressed: 100_000 } }), 'CORRUPT_ZIP', 'overlaps'],
    ['a place that is wrong', one({ says: { offset: 3 } }), 'CORRUPT_ZIP', 'does not begin where'],
    ['a place behind the end', one({ says: { offset: 900_000 } }), 'CORRUPT_ZIP', 'too early'],
    ['a name that leads out', one({ name: '../a.csv' }), 'CORRUPT_ZIP', 'leads out'],
    ['a name that leads out further in', one({ name: 'b/../../a.csv' }), 'CORRUPT_ZIP', 'leads out'],
    ['a name from the root', one({ name: '/etc/passwd' }), 'CORRUPT_ZIP', 'leads out'],
    ['a name of another system', one({ name: 'c:\\a.csv' }), 'CORRUPT_ZIP', 'leads out'],
    ['a name with a line break', one({ name: 'a\n.csv' }), 'CORRUPT_ZIP', 'leads out'],
    ['no name', one({ name: '' }), 'CORRUPT_ZIP', 'leads out'],
    ['one name twice', zipOf([files[0]!, files[0]!]), 'CORRUPT_ZIP', 'two files named'],
    ['a file that says it is a bomb', one({ says: { size: 900_000_000 } }), 'ZIP_BOMB', 'at most 1000 times'],
    ['a bomb', one({ bytes: Buffer.alloc(30_000_000) }), 'ZIP_BOMB', 'at most 1000 times'],
    [
      'a bomb that denies it',
      one({ bytes: Buffer.alloc(30_000_000), says: { size: 999_999 } }),
      'CORRUPT_ZIP',
      'bytes',
    ],
    [
      'a zstd bomb',
      one({ bytes: Buffer.alloc(300_000_000), method: 93, says: { size: 999_000 } }),
      'CORRUPT_ZIP',
      'bytes',
    ],
    ['another name of its own', one({ localName: 'b.csv' }), 'CORRUPT_ZIP', 'named otherwise'],
    ['overlapping files', zipOf([files[0]!, { ...files[2]!, says: { offset: 0 } }]), 'CORRUPT_ZIP', 'overlaps'],
    ['a spreadsheet', zipOf([{ name: '[Content_Types].xml', bytes: other }]), 'NOT_TEXT', 'save it as CSV'],
    ['ten thousand and one files', zipOf(many(10_001)), 'ZIP_BOMB', 'at most 10000'],
    ['stored with two sizes', one({ method: 0, says: { size: 9 } }), 'CORRUPT_ZIP', 'two sizes'],
  ])('%s', async (_, archive, code, says) => {
    const found = await refusal(archive);
    expect(found.code).toBe(code);
    expect(found.message).toContain(says);
  });

  test('any damage is an error of the file, or does no harm', async () => {
    const archive = zipOf(files.slice(0, 3));
    const change = fc.record({ at: fc.nat(archive.length - 1), byte: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const damaged = Buffer.from(archive);
        for (const { at, byte } of changes) damaged[at] = byte;
        const found = await read(damaged, 100_000).catch((error: unknown) => error);
        if (found instanceof UnreadableFile || '' in (found as object)) return;
        for (const value of Object.values(found as object)) expect([TEXT, 'another file']).toContain(value);
      }),
      { numRuns: 1000 },
    );
  });
});

function many(count: number): ZipFile[] {
  return Array.from({ length: count }, (_, i) => ({ name: `${i}`, bytes: Buffer.alloc(0), method: 0 }));
}

describe('an archive is one file of records', () => {
  const HEADER = 'record_id,start,service,imsi,bytes';
  const csv = (...ids: string[]) =>
    Buffer.from([HEADER, ...ids.map((id) => `${id},2026-10-31T10:00:00Z,data,00101000000000${id},1`), ''].join('\n'));
  async function decode(preset: 'plain-csv' | 'tap3', ...files: ZipFile[]) {
    const decoder = openChunkedDecoder(
      presetSource(preset, 'x', 'demo', '*'),
      arrived('x.zip'),
      DEFAULT_DECODER_SETTINGS,
    );
    const chunks = [];
    for await (const { entry, block } of usageBytes(fileOf(zipOf(files)).file))
      chunks.push(...decoder.push(entry, block));
    const end = decoder.end();
    return { chunks: [...chunks, ...end.chunks], outcome: end.outcome };
  }

  test('in order of its files, each with a header of its own; places name the file', async () => {
    const found = await decode(
      'plain-csv',
      { name: 'b.csv', bytes: csv('1', 'x', '2') },
      { name: 'a.csv', bytes: csv('3', '1', 'y') },
    );
    expect(recordsOf(found).map(({ record, identifier, place }) => [record, identifier.slice(-1), place])).toEqual([
      ['1', '1', '2'],
      ['3', '2', '4'],
      ['4', '3', '2'],
    ]);
    const rejected = found.chunks.flatMap((chunk) => chunk.rejected);
    expect(rejected.map(({ record, entry, place }) => [record, entry, place])).toEqual([
      [2, 'b.csv', 3],
      [6, 'a.csv', 4],
    ]);
    expect(found.outcome).toMatchObject({ status: 'accepted', read: 6, duplicate: { records: 1 }, rejected: 2 });
  });

  test('one file that cannot be read quarantines the archive, and is named', async () => {
    const found = await decode(
      'plain-csv',
      { name: 'a.csv', bytes: csv('1') },
      { name: 'b.csv', bytes: Buffer.from('x\n') },
    );
    expect(found.outcome.status).toBe('quarantined');
    expect(found.outcome.problems[0]).toMatchObject({ code: 'MISSING_COLUMN', entry: 'b.csv', place: 1 });
  });

  test('files with numbers of their own come one by one', async () => {
    const found = await decode('tap3', { name: 'a', bytes: other }, { name: 'b', bytes: other });
    expect(found.outcome.problems[0]).toMatchObject({ code: 'SEVERAL_FILES', severity: 'fatal' });
  });

  test('an archive of nothing is an empty file', async () => {
    expect((await decode('plain-csv')).outcome.problems[0]).toMatchObject({ code: 'EMPTY_FILE' });
  });
});

test.each([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
] as const)('%s of megabytes is read block by block, each there until the next is asked for', async (_, compress) => {
  const text = Array.from(
    { length: 60_000 },
    (_, i) => `line ${i} of usage ${(i * 2_654_435_761) % 4_294_967_291}`,
  ).join('\n');
  const { file } = fileOf(compress(Buffer.from(text)), 1 << 16);
  let whole = '';
  let longest = 0;
  for await (const { block } of usageBytes(file)) {
    whole += Buffer.from(block).toString('latin1');
    longest = Math.max(longest, block.length);
  }
  expect(longest).toBeLessThan(text.length);
  expect(whole === text).toBe(true);
});
