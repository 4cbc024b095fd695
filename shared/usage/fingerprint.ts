import { hash } from 'node:crypto';

/** Octets of a fingerprint. Among 10^12 records two different ones share a fingerprint with a chance of one in 10^5. */
export const FINGERPRINT_BYTES = 12;

/** Stands between the parts of an identity; no text a decoder lets through holds it. */
export const IDENTITY_SEPARATOR = '\u001f';

/**
 * The fingerprint of a record: the first 96 bits of SHA-256 over its identity in the carrier's words, as a string of twelve characters 0 to
 * 255. Identity is carrier, identifier and the source's identity fields, never file, line or arrival: equal fingerprints are one event.
 */
export function fingerprintOf(identity: string): string {
  return hash('sha256', identity, 'binary').slice(0, FINGERPRINT_BYTES);
}
