import { seeded } from './random.ts';
import { encodeTransferBatch, type Tap3Event } from './tap3-encoder.ts';

/** A TAP file with so many events over so many subscribers (92 % data, the rest short messages and calls), about 200 bytes each. */
export function usageTap3(
  records: number,
  subscribers: number,
  from: number,
  seed: number,
  indefinite: boolean,
): Uint8Array {
  const random = seeded(seed);
  const events = Array.from({ length: records }, (_, record) => tap3Event(record, random(subscribers), from, random));
  return encodeTransferBatch({
    sender: 'DEUD2',
    recipient: 'UTOIO',
    sequence: 1,
    release: 12,
    test: false,
    available: from + 90_000,
    offset: '+0100',
    localCurrency: 'EUR',
    tapCurrency: '',
    decimals: 5,
    exchangeRate: 119_857,
    indefinite,
    events,
    audit: {},
  });
}

function tap3Event(record: number, subscriber: number, from: number, random: (below: number) => number): Tap3Event {
  const digits = String(subscriber).padStart(9, '0');
  const basics = {
    imsi: `001010${digits}`,
    msisdn: `882990${digits}`,
    start: from + random(86_400),
    offset: '+0200',
    entity: `10.20.1.${1 + random(4)}`,
    charge: random(5000),
    tax: 0,
  };
  const kind = random(100);
  if (kind < 92) {
    const volumes = { bytesUp: random(60_000), bytesDown: random(2_000_000) };
    return {
      ...basics,
      ...volumes,
      kind: 'gprs',
      seconds: random(3600),
      imei: '',
      apn: 'iot.example',
      chargingId: record + 1,
      partial: '',
    };
  }
  const call = { ...basics, otherParty: `49151${digits}`, callReference: record.toString(16).padStart(8, '0') };
  return kind < 98
    ? { ...call, kind: 'mo', teleservice: '22', seconds: 0 }
    : { ...call, kind: 'mt', teleservice: '11', seconds: random(600) };
}
