import { hash } from 'node:crypto';
import type { UsageRows } from './usage-rows.ts';

/**
 * The fingerprint of a record: the first 96 bits of SHA-256 over its identity in the carrier's words, as three 32-bit numbers, each with its
 * first byte lowest. Identity is carrier, identifier and the source's identity fields, never file, line or arrival: equal fingerprints are
 * one event. Among 10^12 records two different ones share a fingerprint with a chance of about one in 10^5.
 */
export function readFingerprint(identity: Uint8Array, to: Int32Array): void {
  const bytes = hash('sha256', identity, 'binary');
  to[0] = int32(bytes, 0);
  to[1] = int32(bytes, 4);
  to[2] = int32(bytes, 8);
}

/** The fingerprint of a row as text: base64url, as it stands in the records kept of a chunk. */
export function fingerprintText(rows: Pick<UsageRows, `fingerprint${0 | 1 | 2}`>, row: number): string {
  const bytes = Buffer.alloc(12);
  bytes.writeInt32LE(rows.fingerprint0[row]!, 0);
  bytes.writeInt32LE(rows.fingerprint1[row]!, 4);
  bytes.writeInt32LE(rows.fingerprint2[row]!, 8);
  return bytes.toString('base64url');
}

function int32(bytes: string, at: number): number {
  return (
    bytes.charCodeAt(at) |
    (bytes.charCodeAt(at + 1) << 8) |
    (bytes.charCodeAt(at + 2) << 16) |
    (bytes.charCodeAt(at + 3) << 24)
  );
}
