import { crc32, deflateRawSync, zstdCompressSync } from 'node:zlib';

/** A file to be put into an archive, and how; what is not said is as usual. */
export interface ZipFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly method?: 0 | 8 | 93;
  /** Whether its sizes stand behind its bytes, in a data descriptor. */
  readonly described?: boolean;
  /** What its headers say instead of the truth. */
  readonly says?: Partial<Record<'flags' | 'method' | 'crc' | 'compressed' | 'size' | 'offset', number>>;
  readonly localName?: string;
}

/** An archive of these files, with 64-bit sizes if asked for; written here by the specification (APPNOTE), for tests to read. */
export function zipOf(files: readonly ZipFile[], how: { zip64?: boolean; comment?: string } = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const file of files) {
    const { name, bytes, method = 8, described = false, says = {} } = file;
    const packed = method === 0 ? bytes : method === 8 ? deflateRawSync(bytes) : zstdCompressSync(bytes);
    const facts = {
      flags: described ? 8 : 0,
      method,
      crc: crc32(bytes),
      compressed: packed.length,
      size: bytes.length,
      offset: at,
      ...says,
    };
    const local = localHeader(file.localName ?? name, facts, described);
    const tail = described ? descriptor(facts) : Buffer.alloc(0);
    parts.push(local, packed, tail);
    directory.push(entryOf(name, facts, how.zip64 === true));
    at += local.length + packed.length + tail.length;
  }
  const listed = Buffer.concat(directory);
  return Buffer.concat([...parts, listed, ...endOf(files.length, listed.length, at, how)]);
}

interface Facts {
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly compressed: number;
  readonly size: number;
  readonly offset: number;
}

function localHeader(name: string, facts: Facts, described: boolean): Buffer {
  const text = Buffer.from(name);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x0403_4b50, 0);
  header.writeUInt16LE(facts.flags, 6);
  header.writeUInt16LE(facts.method, 8);
  if (!described) {
    header.writeUInt32LE(facts.crc, 14);
    header.writeUInt32LE(facts.compressed, 18);
    header.writeUInt32LE(facts.size, 22);
  }
  header.writeUInt16LE(text.length, 26);
  return Buffer.concat([header, text]);
}

function descriptor({ crc, compressed, size }: Facts): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(0x0807_4b50, 0);
  bytes.writeUInt32LE(crc, 4);
  bytes.writeUInt32LE(compressed, 8);
  bytes.writeUInt32LE(size, 12);
  return bytes;
}

function entryOf(name: string, facts: Facts, zip64: boolean): Buffer {
  const text = Buffer.from(name);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x0201_4b50, 0);
  header.writeUInt16LE(facts.flags, 8);
  header.writeUInt16LE(facts.method, 10);
  header.writeUInt32LE(facts.crc, 16);
  header.writeUInt32LE(zip64 ? 0xffff_ffff : facts.compressed, 20);
  header.writeUInt32LE(zip64 ? 0xffff_ffff : facts.size, 24);
  header.writeUInt16LE(text.length, 28);
  header.writeUInt16LE(zip64 ? 28 : 0, 30);
  header.writeUInt32LE(zip64 ? 0xffff_ffff : facts.offset, 42);
  const extra = Buffer.alloc(zip64 ? 28 : 0);
  if (zip64) {
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(24, 2);
    extra.writeBigUInt64LE(BigInt(facts.size), 4);
    extra.writeBigUInt64LE(BigInt(facts.compressed), 12);
    extra.writeBigUInt64LE(BigInt(facts.offset), 20);
  }
  return Buffer.concat([header, text, extra]);
}

function endOf(
  count: number,
  length: number,
  offset: number,
  { zip64 = false, comment = '' }: { zip64?: boolean; comment?: string },
): Buffer[] {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x0605_4b50, 0);
  end.writeUInt16LE(zip64 ? 0xffff : count, 8);
  end.writeUInt16LE(zip64 ? 0xffff : count, 10);
  end.writeUInt32LE(zip64 ? 0xffff_ffff : length, 12);
  end.writeUInt32LE(zip64 ? 0xffff_ffff : offset, 16);
  end.writeUInt16LE(Buffer.byteLength(comment), 20);
  if (!zip64) return [end, Buffer.from(comment)];
  const large = Buffer.alloc(56);
  large.writeUInt32LE(0x0606_4b50, 0);
  large.writeBigUInt64LE(44n, 4);
  large.writeBigUInt64LE(BigInt(count), 24);
  large.writeBigUInt64LE(BigInt(count), 32);
  large.writeBigUInt64LE(BigInt(length), 40);
  large.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x0706_4b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + length), 8);
  locator.writeUInt32LE(1, 16);
  return [large, locator, end, Buffer.from(comment)];
}
