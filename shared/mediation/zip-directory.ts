/** A file in a zip archive, as its directory describes it. Offsets and sizes are bytes. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes its name takes. */
  readonly nameBytes: number;
  /** Code of the compression: one of ZIP_METHODS. */
  readonly method: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  /** CRC-32 of its decompressed bytes. */
  readonly crc32: number;
  /** Where its own header stands, which repeats the name, and where whatever follows begins. */
  readonly offset: number;
  readonly limit: number;
}

/** Compressions that are read: none, deflate, zstd. */
export const ZIP_METHODS = { stored: 0, deflated: 8, zstd: 93 } as const;

/** Why an archive is not read. */
export interface ZipProblem {
  readonly code: 'CORRUPT_ZIP' | 'ZIP_BOMB' | 'ENCRYPTED' | 'UNSUPPORTED_COMPRESSION' | 'NOT_TEXT';
  /** Byte of the archive. */
  readonly place: number;
  readonly text: string;
}

/** Where the directory of an archive stands. */
export interface ZipDirectory {
  readonly offset: number;
  readonly bytes: number;
  readonly entries: number;
}

/** As many bytes from the end of an archive are enough to find its directory. */
export const ZIP_TAIL_BYTES = 66_000;
/** Most files an archive may hold, and bytes its directory may have. */
const MOST_ENTRIES = 10_000;
const MOST_DIRECTORY_BYTES = 8_000_000;
/** Times as many bytes as are compressed that a file of more than a megabyte may say it becomes. */
const RATIO_MAX = 1000;

const [END, END_64, LOCATOR_64, ENTRY, LOCAL] = [
  0x0605_4b50, 0x0606_4b50, 0x0706_4b50, 0x0201_4b50, 0x0403_4b50,
] as const;
const [END_BYTES, LOCATOR_BYTES, END_64_BYTES, ENTRY_BYTES] = [22, 20, 56, 46] as const;
/** Bytes of an entry's own header before its name. */
export const ZIP_LOCAL_BYTES = 30;
const [MASK_16, MASK_32] = [0xffff, 0xffff_ffff] as const;

/** Finds the directory of an archive of `size` bytes by its last bytes (APPNOTE 4.3.16, of large ones 4.3.14 and 4.3.15). */
export function findZipDirectory(tail: Buffer, size: number): ZipDirectory | ZipProblem {
  const start = size - tail.length;
  let end = tail.length - END_BYTES;
  while (end >= 0 && !(tail.readUInt32LE(end) === END && end + END_BYTES + tail.readUInt16LE(end + 20) === tail.length))
    end--;
  if (end < 0) return corrupt(size, 'its end is missing; it was cut, or something follows it');
  if (tail.readUInt16LE(end + 4) !== 0 && tail.readUInt16LE(end + 4) !== MASK_16) return severalParts(start + end);
  let [entries, bytes, offset] = [
    tail.readUInt16LE(end + 10),
    tail.readUInt32LE(end + 12),
    tail.readUInt32LE(end + 16),
  ];
  let until = end;
  const locator = end - LOCATOR_BYTES;
  if (locator >= 0 && tail.readUInt32LE(locator) === LOCATOR_64) {
    until = Number(tail.readBigUInt64LE(locator + 8)) - start;
    if (tail.readUInt32LE(locator + 16) > 1) return severalParts(start + locator);
    if (!(until >= 0 && until + END_64_BYTES <= locator) || tail.readUInt32LE(until) !== END_64)
      return corrupt(start + locator, 'the place of its 64-bit end is wrong');
    entries = Number(tail.readBigUInt64LE(until + 32));
    bytes = Number(tail.readBigUInt64LE(until + 40));
    offset = Number(tail.readBigUInt64LE(until + 48));
  } else if (entries === MASK_16 || bytes === MASK_32 || offset === MASK_32) {
    return corrupt(start + end, 'its 64-bit end is missing');
  }
  if (offset + bytes > start + until) return corrupt(start + end, 'its directory does not lie before its end');
  if (entries > MOST_ENTRIES || bytes > MOST_DIRECTORY_BYTES)
    return {
      code: 'ZIP_BOMB',
      place: start + end,
      text: `it holds ${entries} files, at most ${MOST_ENTRIES} are taken`,
    };
  return { offset, bytes, entries };
}

/** Reads the directory: the files to be read, in its order, or what is wrong with the archive. */
export function readZipDirectory(bytes: Buffer, { offset, entries }: ZipDirectory): readonly ZipEntry[] | ZipProblem {
  const found: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < entries; i++) {
    if (at + ENTRY_BYTES > bytes.length || bytes.readUInt32LE(at) !== ENTRY)
      return corrupt(offset + at, `entry ${i + 1} of ${entries} of its directory is broken`);
    const nameEnd = at + ENTRY_BYTES + bytes.readUInt16LE(at + 28);
    const extraEnd = nameEnd + bytes.readUInt16LE(at + 30);
    const next = extraEnd + bytes.readUInt16LE(at + 32);
    if (next > bytes.length) return corrupt(offset + at, `entry ${i + 1} of ${entries} of its directory is cut`);
    const entry = readEntry(bytes, at, nameEnd, extraEnd, offset);
    if ('code' in entry) return entry;
    found.push(entry);
    at = next;
  }
  if (at !== bytes.length) return corrupt(offset + at, 'its directory is longer than its entries');
  return problemOfAll(found) ?? withLimits(found, offset).filter((entry) => !isBeside(entry));
}

/** What an entry's own header must say; nothing when it does. `bytes` are its first ZIP_LOCAL_BYTES, and as many as its name takes. */
export function localHeaderProblem(bytes: Buffer, entry: ZipEntry): ZipProblem | undefined {
  if (bytes.readUInt32LE(0) !== LOCAL)
    return corrupt(entry.offset, `"${entry.name}" does not begin where its directory says`);
  const isSame = bytes.readUInt16LE(8) === entry.method && (bytes.readUInt16LE(6) & 1) === 0;
  if (!isSame) return corrupt(entry.offset, `"${entry.name}" is packed otherwise than its directory says`);
  const name = bytes.toString('utf8', ZIP_LOCAL_BYTES, ZIP_LOCAL_BYTES + entry.nameBytes);
  if (bytes.readUInt16LE(26) !== entry.nameBytes || name !== entry.name)
    return corrupt(entry.offset, `"${entry.name}" is named otherwise by its directory and by itself`);
  const begin = entry.offset + ZIP_LOCAL_BYTES + bytes.readUInt16LE(26) + bytes.readUInt16LE(28);
  if (begin + entry.compressedBytes > entry.limit) return overlapping(entry);
  return undefined;
}

function readEntry(bytes: Buffer, at: number, nameEnd: number, extraEnd: number, base: number): ZipEntry | ZipProblem {
  const flags = bytes.readUInt16LE(at + 8);
  const method = bytes.readUInt16LE(at + 10);
  const name = bytes.toString('utf8', at + ENTRY_BYTES, nameEnd);
  const shown = JSON.stringify(name.slice(0, 100));
  const place = base + at;
  if ((flags & 0x2041) !== 0 || method === 99)
    return { code: 'ENCRYPTED', place, text: `${shown} is encrypted; the carrier has to send it without a password` };
  if (!Object.values<number>(ZIP_METHODS).includes(method)) {
    const text = `${shown} is packed by method ${method}; deflate, zstd and none are read`;
    return { code: 'UNSUPPORTED_COMPRESSION', place, text };
  }
  if (!isPlainName(name)) return corrupt(place, `the name ${shown} leads out of the archive or is none`);
  const sizes = readSizes(bytes, at, nameEnd, extraEnd);
  if (sizes === undefined) return corrupt(place, `the sizes of ${shown} are missing`);
  if (method === ZIP_METHODS.stored && sizes.bytes !== sizes.compressedBytes)
    return corrupt(place, `${shown} is not compressed, but has two sizes`);
  if (sizes.bytes > 1_000_000 && sizes.bytes > RATIO_MAX * sizes.compressedBytes) {
    const text = `${shown} becomes ${sizes.bytes} bytes out of ${sizes.compressedBytes}; at most ${RATIO_MAX} times as many are taken`;
    return { code: 'ZIP_BOMB', place, text };
  }
  const nameBytes = nameEnd - at - ENTRY_BYTES;
  return { name, nameBytes, method, crc32: bytes.readUInt32LE(at + 16), ...sizes, limit: 0 };
}

/** Sizes and offset, of large files from the 64-bit extra field (APPNOTE 4.5.3). */
function readSizes(bytes: Buffer, at: number, extraStart: number, extraEnd: number) {
  const small = [bytes.readUInt32LE(at + 24), bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 42)];
  let extra = extraStart;
  while (extra + 4 <= extraEnd && bytes.readUInt16LE(extra) !== 1) extra += 4 + bytes.readUInt16LE(extra + 2);
  const until = extra + 4 <= extraEnd ? Math.min(extraEnd, extra + 4 + bytes.readUInt16LE(extra + 2)) : extra;
  let from = extra + 4;
  const large = small.map((value) => {
    if (value !== MASK_32) return value;
    from += 8;
    return from <= until ? Number(bytes.readBigUInt64LE(from - 8)) : Number.NaN;
  });
  const [size, compressedBytes, offset] = large as [number, number, number];
  return large.every(Number.isSafeInteger) ? { bytes: size, compressedBytes, offset } : undefined;
}

function problemOfAll(entries: readonly ZipEntry[]): ZipProblem | undefined {
  const office = entries.find(({ name }) => name === '[Content_Types].xml' || name === 'mimetype');
  if (office !== undefined)
    return { code: 'NOT_TEXT', place: office.offset, text: 'the file is a spreadsheet or document; save it as CSV' };
  const names = new Set<string>();
  for (const entry of entries) {
    if (names.has(entry.name)) return corrupt(entry.offset, `it holds two files named ${JSON.stringify(entry.name)}`);
    names.add(entry.name);
  }
  return undefined;
}

/** Each entry ends where the next in the archive begins, the last where the directory does. */
function withLimits(entries: readonly ZipEntry[], directory: number): ZipEntry[] {
  const offsets = [...entries.map(({ offset }) => offset), directory].sort((a, b) => a - b);
  return entries.map((entry) => {
    const place = offsets.indexOf(entry.offset);
    return { ...entry, limit: offsets[place + 1] ?? 0 };
  });
}

/** Folders, and what some systems put beside files. */
function isBeside({ name, bytes }: ZipEntry): boolean {
  return (name.endsWith('/') && bytes === 0) || name.startsWith('__MACOSX/') || /(^|\/)\.DS_Store$/.test(name);
}

function isPlainName(name: string): boolean {
  const isRelative = !name.startsWith('/') && !/^[A-Za-z]:/.test(name) && !name.includes('\\');
  const hasPlainParts = name.split('/').every((part) => part !== '..' && part !== '.');
  return name !== '' && name.length <= 500 && isRelative && hasPlainParts && !/\p{Cc}/u.test(name);
}

function severalParts(place: number): ZipProblem {
  return corrupt(place, 'it is one of several parts; the carrier has to send one archive');
}

function overlapping(entry: ZipEntry): ZipProblem {
  return corrupt(entry.offset, `"${entry.name}" overlaps what stands behind it`);
}

function corrupt(place: number, text: string): ZipProblem {
  return { code: 'CORRUPT_ZIP', place, text: `the zip archive is broken: ${text}` };
}
