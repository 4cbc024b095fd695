import { TEXT, type TextField } from '../record-draft.ts';

/**
 * What is known of a record that is kept with its chunk, for itemised usage, explanation and analysis. `record` is the number in the file
 * from 1, `fingerprint` base64url, `started_at` UTC; `bytes_unsplit` are octets the carrier did not split into up and down; `charge` is the
 * carrier's, in `currency`, `tax` its tax; `start_offset` the offset from UTC the file said ("+02:00"); `place` where the record begins: line
 * or byte offset.
 */
export type KeptRecord = Readonly<Record<KeptColumn | KeyColumn, string>>;

type KeptColumn = 'fingerprint' | NumberColumn | 'identifier' | 'started_at' | 'start_offset' | keyof typeof KEPT_TEXTS;
type NumberColumn = 'record' | 'place' | 'bytes_up' | 'bytes_down' | 'bytes_unsplit' | 'seconds' | 'count';
type KeyColumn =
  | 'precision'
  | 'service'
  | 'direction'
  | 'carrier'
  | 'network'
  | 'apn'
  | 'technology'
  | 'slice'
  | 'five_qi'
  | 'rating_group';

/** Texts kept of every record, beside those that are part of its usage key. */
export const KEPT_TEXTS = {
  other_party: TEXT.otherParty,
  session: TEXT.session,
  imsi: TEXT.imsi,
  iccid: TEXT.iccid,
  msisdn: TEXT.msisdn,
  imei: TEXT.imei,
  charge: TEXT.charge,
  currency: TEXT.currency,
  charging_id: TEXT.chargingId,
  sequence: TEXT.sequence,
  tax: TEXT.tax,
  record_type: TEXT.recordType,
  cause: TEXT.cause,
  discount: TEXT.discount,
  exchange_rate: TEXT.exchangeRate,
  local_currency: TEXT.localCurrency,
  local_charge: TEXT.localCharge,
} as const satisfies Record<string, TextField>;

/**
 * The layout of the records kept of a chunk, version 1: the length of the head (32 bits, highest octet first), the head as JSON, then the
 * columns one behind the other, each as long as the head says. A column that is not there is 0 or '' in every record.
 *
 *   - `fingerprint`: twelve octets a record;
 *   - numbers: so many octets a record as the largest needs; first the lowest octets of all records, then the second lowest and so on;
 *   - steps: numbers below 2^52, each as its difference to the one before (the first one's to 0), times two, less one if it is negative;
 *   - texts: UTF-8, a line feed behind each.
 *
 * `key` and `identifier` are numbers of the lists of usage keys (in the head, see usage-key-text.ts) and identifiers (a column of texts).
 * The text among `imsi`, `iccid`, `msisdn` that the identifier was made of is left out. `start_offset` is 0 where the file said none, else
 * minutes east of UTC plus 1,440. So laid out, like stands by like, and zstd has half as much to read as of lines of text.
 */
export interface RecordsHead {
  readonly version: 1;
  readonly records: number;
  readonly keys: readonly string[];
  readonly columns: readonly (readonly [name: string, form: ColumnForm, bytes: number])[];
}

/** How a column is written. */
export type ColumnForm = 'fingerprints' | 'numbers' | 'steps' | 'texts';

/** Added to offsets, so that 0 means none. */
export const OFFSET_BASE = 1440;
