import { hash } from 'node:crypto';

/** 96 bits: among 10^12 records two different ones share a fingerprint with a chance of about one in 10^5. */
const FINGERPRINT_BYTES = 12;

/**
 * The fingerprint of a record: the first 96 bits of SHA-256 over its identity in the carrier's words, as a string of twelve characters 0 to
 * 255. Identity is carrier, identifier and the source's identity fields, never file, line or arrival: equal fingerprints are one event.
 */
export function fingerprintOf(identity: string): string {
  return hash('sha256', identity, 'binary').slice(0, FINGERPRINT_BYTES);
}
