import { seeded } from './random.ts';
import { encodeBearer, encodeCdrFile } from './ts32298-encoder.ts';

const TECHNOLOGIES = [6, 8, 9];

/** A TS 32.297 file with so many P-GW records over so many subscribers, each with one or two service data containers. */
export function usageTs32298(records: number, subscribers: number, from: number, seed: number): Uint8Array {
  const random = seeded(seed);
  const cdrs = Array.from({ length: records }, (_, record) => pgwRecord(record, random(subscribers), from, random));
  return encodeCdrFile({ sequence: 1, release: 16, closureReason: 0, lost: 0, count: -1, length: -1 }, cdrs);
}

function pgwRecord(record: number, subscriber: number, from: number, random: (below: number) => number): Uint8Array {
  const digits = String(subscriber).padStart(9, '0');
  const container = (ratingGroup: number) => ({ ratingGroup, up: random(60_000), down: random(2_000_000) });
  return encodeBearer({
    kind: 'pgw',
    imsi: `001010${digits}`,
    msisdn: `882990${digits}`,
    imei: `35250011${digits.slice(-6)}01`,
    gateway: `198.51.100.${1 + random(4)}`,
    chargingId: record + 1,
    apn: 'iot.example',
    start: from + random(86_400),
    offset: '+0200',
    seconds: random(3600),
    cause: 0,
    recordSequence: 0,
    nodeId: 'PGW-UTO-1',
    localSequence: record,
    plmn: '26202',
    rat: TECHNOLOGIES[random(TECHNOLOGIES.length)]!,
    service: random(4) === 0 ? [container(100), container(200)] : [container(100)],
    traffic: [],
  });
}
