import type { Instant } from '#shared/time/local-date.ts';
import { dayOf } from '../mapping/time-text.ts';
import type { ProblemCode } from '../problem.ts';
import type { ProblemList } from '../problem-list.ts';

/** Octets of a file header up to the CDR routeing filter; and with everything a header may hold. */
export const SHORTEST_HEADER = 50;
const LONGEST_HEADER = SHORTEST_HEADER + 2 * 0xffff + 4;
const NOT_CLOSED = 0xffff_ffff;
const NOT_COUNTED = 0xffff_ffff;
/** Release codes: what is later than release 9 says so in an octet of its own. */
const EXTENDED = 7;
const FIRST_EXTENDED_RELEASE = 10;
const RELEASES = [99, 4, 5, 6, 7, 8, 9] as const;
const CLOSURE_REASONS: Readonly<Record<number, string>> = {
  0: 'normal closure',
  1: 'size limit reached',
  2: 'time limit reached',
  3: 'number of records reached',
  4: 'closed by hand',
  5: 'release, version or encoding changed',
  128: 'abnormal closure',
  129: 'file system error',
  130: 'file system full',
  131: 'file integrity error',
};
const FIRST_ABNORMAL = 128;
const DAY = 86_400;

/** What the header of a CDR file says (TS 32.297 §6.1.1). */
export interface CdrFileHeader {
  /** Where the first CDR's header begins. */
  readonly length: number;
  /** Whole length of the file in octets; NaN = it was not closed. */
  readonly fileLength: number;
  /** Highest release and version of its CDRs: "16.11". */
  readonly release: string;
  readonly opened: Instant;
  readonly appended: Instant;
  /** How many CDRs it holds; NaN = not counted. */
  readonly count: number;
  readonly sequence: number;
  readonly closureReason: number;
  /** Address of the node that wrote it, "10.1.2.3" or "2001:db8::c:f". */
  readonly node: string;
  readonly lost: LostCdrs;
  /** Octets the parts of the header add up to; other than `length` where it is not as it should be. */
  readonly parts: number;
}

/** How many CDRs were lost while the file was written. */
export interface LostCdrs {
  readonly count: number;
  readonly isExact: boolean;
}

/**
 * Whether a file begins with a header, as far as can be said from its first SHORTEST_HEADER octets: its length, that of the file and the
 * closure reason are possible.
 */
export function hasHeader(bytes: Buffer, at: number): boolean {
  const fileLength = bytes.readUInt32BE(at);
  const length = bytes.readUInt32BE(at + 4);
  return (
    length >= SHORTEST_HEADER &&
    length <= LONGEST_HEADER &&
    fileLength >= length &&
    CLOSURE_REASONS[bytes[at + 26]!] !== undefined
  );
}

/** Length of the header that begins at a place. */
export function headerLengthAt(bytes: Buffer, at: number): number {
  return bytes.readUInt32BE(at + 4);
}

/** Reads the header at a place; all of it is there. Its times say no year: they are the last such before the file arrived. */
export function readHeader(bytes: Buffer, at: number, arrivedAt: Instant): CdrFileHeader {
  const length = headerLengthAt(bytes, at);
  const end = at + length;
  const fileLength = bytes.readUInt32BE(at);
  const count = bytes.readUInt32BE(at + 18);
  const filterEnd = at + SHORTEST_HEADER + bytes.readUInt16BE(at + 48);
  const privateEnd = filterEnd + 2 <= end ? filterEnd + 2 + bytes.readUInt16BE(filterEnd) : filterEnd + 2;
  const [high, low] = [bytes[at + 8]!, bytes[at + 9]!];
  const extensions = (high >>> 5 === EXTENDED ? 1 : 0) + (low >>> 5 === EXTENDED ? 1 : 0);
  const extension = privateEnd < end ? bytes[privateEnd]! : 0;
  return {
    length,
    fileLength: fileLength === NOT_CLOSED ? Number.NaN : fileLength,
    release: releaseOf(high, extension),
    opened: timeOf(bytes.readUInt32BE(at + 10), arrivedAt),
    appended: timeOf(bytes.readUInt32BE(at + 14), arrivedAt),
    count: count === NOT_COUNTED ? Number.NaN : count,
    sequence: bytes.readUInt32BE(at + 22),
    closureReason: bytes[at + 26]!,
    node: addressOf(bytes, at + 31),
    lost: lostOf(bytes[at + 47]!),
    parts: privateEnd + extensions - at,
  };
}

/** Holds a file against its header (mediation rule 17): everything that differs is a warning, for what is intact counts. */
export function checkHeader(header: CdrFileHeader, bytes: number, records: number, problems: ProblemList): void {
  const { length, parts, fileLength, count, lost, closureReason } = header;
  const warn = (code: ProblemCode, place: number, field: string, value: number, text: string) =>
    problems.add(code, 'warning', text, place, field, String(value));
  if (parts !== length) {
    const text = `the file header says ${length} octets, its parts have ${parts}; the records are read from ${length} on`;
    warn('INVALID_HEADER', 4, 'headerLength', length, text);
  }
  if (!Number.isNaN(fileLength) && fileLength !== bytes) {
    const text = `the file header says ${fileLength} octets, the file has ${bytes}; what is intact counts`;
    warn('FILE_LENGTH_MISMATCH', 0, 'fileLength', fileLength, text);
  }
  if (!Number.isNaN(count) && count !== records) {
    const text = `the file header says ${count} records, the file holds ${records}`;
    warn('CDR_COUNT_MISMATCH', 18, 'numberOfCdrs', count, text);
  }
  if (lost.count > 0) {
    const text = `the sender lost ${lost.isExact ? 'exactly' : 'at least'} ${lost.count} records while writing the file`;
    warn('LOST_CDRS', 47, 'lostCdrIndicator', lost.count, text);
  }
  if (closureReason >= FIRST_ABNORMAL) {
    warn('ABNORMAL_CLOSURE', 26, 'fileClosureReason', closureReason, `${CLOSURE_REASONS[closureReason]}`);
  }
}

/** Octets of the header of the CDR at a place, of which at least the first four are there. */
export function cdrHeaderLength(bytes: Buffer, at: number): number {
  return bytes[at + 2]! >>> 5 === EXTENDED ? 5 : 4;
}

/** How a CDR says it is encoded: 1 BER, 2 unaligned PER, 3 aligned PER, 4 XER. */
export function cdrFormat(bytes: Buffer, at: number): number {
  return bytes[at + 3]! >>> 5;
}

/** Release and version in an octet, with the octet that extends it (TS 32.297 §6.1.1.5): "16.11". */
function releaseOf(octet: number, extension: number): string {
  const code = octet >>> 5;
  const release = code === EXTENDED ? FIRST_EXTENDED_RELEASE + extension : RELEASES[code]!;
  return `${release}.${octet & 31}`;
}

/** Bit 8 set: so many exactly, but 1 at least for 0 and 127 at least for 127; not set: at least so many (TS 32.297 §6.1.1.14). */
function lostOf(octet: number): LostCdrs {
  const count = octet & 127;
  if (octet === 0) return { count: 0, isExact: true };
  if (octet < 128) return { count, isExact: false };
  return count === 0 || count === 127 ? { count: count || 1, isExact: false } : { count, isExact: true };
}

/** Month, day, hour, minute, and the offset from UTC, in 32 bits; 0 when it is no time. */
function timeOf(bits: number, arrivedAt: Instant): Instant {
  const month = bits >>> 28;
  const day = (bits >>> 23) & 31;
  const hour = (bits >>> 18) & 31;
  const minute = (bits >>> 12) & 63;
  const offset = ((bits >>> 6) & 31) * 3600 + (bits & 63) * 60;
  const east = ((bits >>> 11) & 1) === 1 ? offset : -offset;
  if (hour > 23 || minute > 59) return 0;
  const thisYear = new Date(arrivedAt * 1000).getUTCFullYear();
  for (const year of [thisYear + 1, thisYear, thisYear - 1]) {
    const at = dayOf(year, month, day) * DAY + hour * 3600 + minute * 60 - east;
    if (at <= arrivedAt + DAY) return at;
  }
  return 0;
}

/** An IPv6 address, or the IPv4 address mapped into it, as text (RFC 5952). */
function addressOf(bytes: Buffer, at: number): string {
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(at + 2 * i));
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return [...bytes.subarray(at + 12, at + 16)].join('.');
  }
  return compressed(groups.map((group) => group.toString(16)));
}

function compressed(groups: readonly string[]): string {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === '0') length++;
    if (length > best.length) best = { start, length };
  }
  if (best.length < 2) return groups.join(':');
  return `${groups.slice(0, best.start).join(':')}::${groups.slice(best.start + best.length).join(':')}`;
}
