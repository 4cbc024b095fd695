import { expect } from 'vitest';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import { type BearerRecord, type CdrFile, encodeBearer, encodeCdrFile } from '../../bench/generate/ts32298-encoder.ts';
import { ARRIVED, type Decoded, decode, recordsOf } from './decode.ts';

export const SOURCE = presetSource('ts32298', 'ts32298', 'demo', '*');
export const START = ARRIVED - 86_400;

const pgw: BearerRecord = {
  kind: 'pgw',
  imsi: '001010000000001',
  msisdn: '882990000000001',
  imei: '3525001100000101',
  gateway: '198.51.100.1',
  chargingId: 7,
  apn: 'IoT.example',
  start: START,
  offset: '+0545',
  seconds: 60,
  cause: 17,
  recordSequence: 2,
  nodeId: 'PGW-1',
  localSequence: 11,
  plmn: '310410',
  rat: 9,
  service: [{ ratingGroup: 100, up: 100, down: 200 }],
  traffic: [],
};
export const plain: CdrFile = { sequence: 5, release: 16, closureReason: 0, lost: 0, count: -1, length: -1 };
export const record = (changes: Partial<BearerRecord>) => encodeBearer({ ...pgw, ...changes });
export const other = (n: number) => record({ imsi: `00101000000000${n}`, localSequence: 100 + n });
export const bare = (...records: Uint8Array[]) => decode(SOURCE, 'cdr.ber', Buffer.concat(records));
export const framed = (records: Uint8Array[], changes: Partial<CdrFile> = {}) =>
  decode(SOURCE, 'cdr.dat', encodeCdrFile({ ...plain, ...changes }, records));
export const only = (decoded: Decoded) => {
  const lines = recordsOf(decoded);
  expect(lines).toHaveLength(1);
  return lines[0]!;
};
export const rejected = ({ chunks }: Decoded) => chunks.flatMap((c) => c.rejected);
export const codes = ({ outcome }: Decoded) =>
  outcome.problems.map((p) => p.code).filter((code) => code !== 'RECORDS_REJECTED');
