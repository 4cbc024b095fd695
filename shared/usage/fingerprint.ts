import { hash } from 'node:crypto';
import { viewOf } from './byte-view.ts';
import { BLOCK, LANES, MESSAGES, type Sha256Lanes, sha256Lanes } from './sha256-lanes.ts';
import type { UsageRows } from './usage-rows.ts';

/** The columns fingerprints stand in. */
type FingerprintColumns = Pick<UsageRows, `fingerprint${0 | 1 | 2}`>;

/** What SHA-256 puts behind a message in its last block: one octet at least, and its length. */
const PADDING = 9;

/**
 * Finds the fingerprints of records. That of a record is the first 96 bits of SHA-256 over its identity in the carrier's words, as three 32-bit
 * numbers, each with its first byte lowest. Identity is carrier, identifier and the source's identity fields, never file, line or arrival:
 * equal fingerprints are one event. Among 10^12 records two different ones share a fingerprint with a chance of about one in 10^5.
 *
 * Records are added one by one, and hashed four at a time; all are found once it is finished.
 */
export class Fingerprints {
  private readonly columns: FingerprintColumns;
  private readonly short = new Waiting(1);
  private readonly long = new Waiting(2);
  private readonly words = new Int32Array(3);

  constructor(columns: FingerprintColumns) {
    this.columns = columns;
  }

  /** Adds the record of a row, whose identity is the first `length` octets of a view that has at least seven more. */
  add(identity: DataView, length: number, row: number): void {
    if (length <= BLOCK - PADDING) this.wait(this.short, identity, length, row);
    else if (length <= 2 * BLOCK - PADDING) this.wait(this.long, identity, length, row);
    else this.findAlone(new Uint8Array(identity.buffer as ArrayBuffer, identity.byteOffset, length), row);
  }

  /** Finds those that still wait. */
  finish(): void {
    for (const waiting of [this.short, this.long]) if (waiting.count > 0) waiting.hash(this.columns);
  }

  private findAlone(identity: Uint8Array, row: number): void {
    const { columns, words } = this;
    readFingerprint(identity, words);
    columns.fingerprint0[row] = words[0]!;
    columns.fingerprint1[row] = words[1]!;
    columns.fingerprint2[row] = words[2]!;
  }

  private wait(waiting: Waiting, identity: DataView, length: number, row: number): void {
    waiting.add(identity, length, row);
    if (waiting.count === LANES) waiting.hash(this.columns);
  }
}

let lanes: Sha256Lanes | undefined;

/** Up to four identities of so many blocks that wait to be hashed together. */
class Waiting {
  count = 0;
  private readonly blocks: number;
  private readonly size: number;
  private readonly rows = new Int32Array(LANES);
  private readonly bytes: Uint8Array<ArrayBuffer>;
  private readonly view: DataView;

  constructor(blocks: number) {
    this.blocks = blocks;
    this.size = blocks * BLOCK;
    const bytes = new Uint8Array(LANES * this.size + 8);
    this.view = viewOf(bytes);
    this.bytes = bytes.subarray(0, LANES * this.size);
  }

  /** Lays an identity down behind those that wait, padded (FIPS 180-4 §5.1.1). What is written too far, the next one overwrites. */
  add(identity: DataView, length: number, row: number): void {
    const { view, size } = this;
    const to = this.count * size;
    for (let i = 0; i < length; i += 8) view.setBigInt64(to + i, identity.getBigInt64(i, true), true);
    view.setUint8(to + length, 0x80);
    for (let i = length + 1; i < size - 4; i += 8) view.setFloat64(to + i, 0);
    view.setUint32(to + size - 4, 8 * length);
    this.rows[this.count++] = row;
  }

  /** Hashes those that wait. */
  hash({ fingerprint0, fingerprint1, fingerprint2 }: FingerprintColumns): void {
    lanes ??= sha256Lanes();
    const { memory, digests, digest } = lanes;
    memory.set(this.bytes, MESSAGES);
    digest(MESSAGES, this.size, this.blocks);
    for (let lane = 0; lane < this.count; lane++) {
      const row = this.rows[lane]!;
      fingerprint0[row] = digests[lane]!;
      fingerprint1[row] = digests[LANES + lane]!;
      fingerprint2[row] = digests[2 * LANES + lane]!;
    }
    this.count = 0;
  }
}

/** Finds the fingerprint of one identity. */
export function readFingerprint(identity: Uint8Array, to: Int32Array): void {
  const bytes = Buffer.from(hash('sha256', identity, 'binary'), 'latin1');
  for (let i = 0; i < 3; i++) to[i] = bytes.readInt32LE(4 * i);
}

/** The fingerprint of a row as text: base64url, as it stands in the records kept of a chunk. */
export function fingerprintText(rows: FingerprintColumns, row: number): string {
  const bytes = Buffer.alloc(12);
  bytes.writeInt32LE(rows.fingerprint0[row]!, 0);
  bytes.writeInt32LE(rows.fingerprint1[row]!, 4);
  bytes.writeInt32LE(rows.fingerprint2[row]!, 8);
  return bytes.toString('base64url');
}
