import { describe, expect, test } from 'vitest';
import { presetSource } from '#shared/catalog/presets.ts';
import {
  type BearerRecord,
  type CdrFile,
  constructed,
  encodeBearer,
  encodeCdrFile,
  indefinite,
  number,
  octets,
  sequence,
  tbcd,
  text,
  timeStamp,
} from '../../bench/generate/ts32298-encoder.ts';
import { ARRIVED, type Decoded, decode, recordsOf } from './decode.ts';

const SOURCE = presetSource('ts32298', 'ts32298', 'demo', '*');
const START = ARRIVED - 86_400;

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
const plain: CdrFile = { sequence: 5, release: 16, closureReason: 0, lost: 0, count: -1, length: -1 };
const record = (changes: Partial<BearerRecord>) => encodeBearer({ ...pgw, ...changes });
const other = (n: number) => record({ imsi: `00101000000000${n}`, localSequence: 100 + n });
const bare = (...records: Uint8Array[]) => decode(SOURCE, 'cdr.ber', Buffer.concat(records));
const framed = (records: Uint8Array[], changes: Partial<CdrFile> = {}) =>
  decode(SOURCE, 'cdr.dat', encodeCdrFile({ ...plain, ...changes }, records));
const only = (decoded: Decoded) => {
  const lines = recordsOf(decoded);
  expect(lines).toHaveLength(1);
  return lines[0]!;
};
const rejected = ({ chunks }: Decoded) => chunks.flatMap((c) => c.rejected);
const codes = ({ outcome }: Decoded) =>
  outcome.problems.map((p) => p.code).filter((code) => code !== 'RECORDS_REJECTED');
/** Content of an element without its header, and of a record in another order. */
const reversed = (bytes: Uint8Array) => {
  const members: Uint8Array[] = [];
  for (let at = 4; at < bytes.length; ) {
    const tag = (bytes[at]! & 31) === 31 ? 2 : 1;
    const short = bytes[at + tag]!;
    const long = short < 0x80 ? 0 : short & 127;
    const length =
      long === 0 ? short : long === 1 ? bytes[at + tag + 1]! : bytes[at + tag + 1]! * 256 + bytes[at + tag + 2]!;
    const end = at + tag + 1 + long + length;
    members.unshift(bytes.subarray(at, end));
    at = end;
  }
  return constructed(79, members);
};

test('a record, with all it says', () => {
  const decoded = framed([record({})]);
  expect(decoded.outcome).toMatchObject({ status: 'accepted', problems: [], read: 1 });
  expect(only(decoded)).toMatchObject({
    identifier: 'imsi#001010000000001',
    msisdn: '882990000000001',
    imei: '3525001100000101',
    record_type: 'pGWRecord',
    service: 'data',
    started_at: new Date(START * 1000).toISOString().replace('.000', ''),
    start_offset: '+05:45',
    seconds: '60',
    bytes_up: '100',
    bytes_down: '200',
    bytes_unsplit: '0',
    network: '310410',
    apn: 'iot.example',
    technology: 'LTE-M',
    charging_id: '7',
    sequence: '2/11',
    cause: '17',
    place: '54',
  });
});

test('the members of a record come in any order', () => {
  const one = record({ traffic: [{ ratingGroup: 0, up: 9, down: 9 }] });
  const apart = (decoded: Decoded) => ({ ...only(decoded), place: '' });
  expect(one.length).toBeGreaterThan(130);
  expect(apart(bare(reversed(one)))).toEqual(apart(bare(one)));
});

describe('volumes', () => {
  const container = (up: number, down: number, ratingGroup = 1) => ({ ratingGroup, up, down });
  test.each([
    ['service data adds up', { service: [container(1, 10), container(2, 20)] }, ['3', '30']],
    [
      'traffic volumes repeat the same octets',
      { service: [container(1, 10)], traffic: [container(1, 10)] },
      ['1', '10'],
    ],
    ['without service data they count', { service: [], traffic: [container(1, 10), container(2, 20)] }, ['3', '30']],
    ['what is not said is nothing', { service: [container(-1, 10), container(2, -1)] }, ['2', '10']],
    ['no list at all', { service: [] }, ['0', '0']],
    ['a serving gateway', { kind: 'sgw', service: [], traffic: [container(5, 6)] }, ['5', '6']],
    ['a serving node', { kind: 'sgsn', service: [], traffic: [container(-1, 6), container(1, 2)] }, ['1', '8']],
  ] as const)('%s', (_, changes, [up, down]) => {
    const line = only(bare(record(changes as Partial<BearerRecord>)));
    expect([line.bytes_up, line.bytes_down, line.bytes_unsplit]).toEqual([up, down, '0']);
  });

  test('octets of the second radio are among the others', () => {
    const report = sequence([number(1, 1000), number(2, 2000), timeStamp(3, START, '+0000')]);
    const whole = Buffer.concat([record({}).subarray(4), constructed(73, [report])]);
    const line = only(bare(constructed(79, [whole])));
    expect([line.bytes_up, line.bytes_down]).toEqual(['100', '200']);
  });

  const chf = (...containers: Uint8Array[][]) => {
    const usage = (each: Uint8Array[], i: number) => sequence([number(0, i), constructed(1, each), text(2, 'upf-1')]);
    const session = [number(0, 9), octets(1, Buffer.alloc(0)), number(6, 5), number(12, 51), text(13, 'iot')];
    return constructed(200, [
      number(0, 200),
      text(1, 'chf-1'),
      constructed(2, [number(0, 1), text(1, '001010000000001')]),
      constructed(3, [number(0, 1), text(1, 'smf-1')]),
      constructed(5, containers.map(usage)),
      timeStamp(6, START, '+0000'),
      number(7, 60),
      number(11, 3),
      constructed(13, session),
      constructed(14, [constructed(0, [sequence([number(3, 999), number(4, 999), number(5, 999)])])]),
    ]);
  };
  test('a CHF container that splits its volume does not count in total as well', () => {
    const split = sequence([number(4, 30), number(5, 10), number(6, 20)]);
    const total = sequence([number(4, 777), number(9, 2)]);
    const onlyUp = sequence([number(5, 3)]);
    const line = only(bare(chf([split, onlyUp], [total], [])));
    expect([line.bytes_up, line.bytes_down, line.bytes_unsplit]).toEqual(['13', '20', '777']);
    expect([line.technology, line.session]).toEqual(['NR', 'smf-1-9']);
  });

  test('a CHF record about neither session nor message is not decoded', () => {
    const registration = constructed(200, [
      number(0, 200),
      timeStamp(6, START, '+0000'),
      constructed(19, [number(0, 1)]),
    ]);
    expect(rejected(bare(registration))).toMatchObject([
      { code: 'UNSUPPORTED_EVENT', value: 'chargingFunctionRecord' },
    ]);
  });
});

describe('who, and which record', () => {
  test.each([
    ['by number where there is no IMSI', { imsi: '' }, 'msisdn#882990000000001'],
    ['by IMSI where there is no number', { msisdn: '' }, 'imsi#001010000000001'],
  ] as const)('%s', (_, changes, identifier) => {
    expect(only(bare(record(changes))).identifier).toBe(identifier);
  });

  test('a device is no subscriber', () => {
    expect(rejected(bare(record({ imsi: '', msisdn: '' })))).toMatchObject([{ code: 'NO_IDENTIFIER' }]);
  });

  test('a record sent again is the same; what differs in identity is not', () => {
    const sameButVolume = { service: [{ ratingGroup: 100, up: 5, down: 5 }] };
    const noNumber = { localSequence: -1 };
    const { outcome } = bare(
      record({}),
      record(sameButVolume),
      record({ localSequence: 12 }),
      record({ nodeId: 'PGW-2' }),
      record({ start: START + 1 }),
      record({ ...noNumber }),
      record({ ...noNumber, ...sameButVolume }),
      record({ ...noNumber, recordSequence: 3 }),
      record({ ...noNumber, chargingId: 8 }),
      record({ ...noNumber, gateway: '198.51.100.2' }),
    );
    expect(outcome).toMatchObject({ read: 10, accepted: { records: 8 }, duplicate: { records: 2 } });
  });

  test('parts of a session have their gateway and its charging id in common', () => {
    const sessions = recordsOf(
      bare(
        record({ recordSequence: 1, localSequence: 1 }),
        record({ recordSequence: 2, localSequence: 2, start: START + 9 }),
        record({ localSequence: 3, gateway: '198.51.100.2' }),
        record({ localSequence: 4, chargingId: 8 }),
      ),
    ).map((line) => line.session);
    expect(sessions[0]).toBe(sessions[1]);
    expect(new Set(sessions).size).toBe(3);
  });

  test('numbers that cannot be negative are read so; volumes are not', () => {
    const whole = Buffer.from(record({ chargingId: 0x7000_0001 }));
    whole[whole.indexOf(Buffer.from('850470000001', 'hex')) + 2] = 0xf0;
    const decoded = bare(whole);
    expect(only(decoded).charging_id).toBe('4026531841');
    expect(decoded.outcome.problems).toMatchObject([{ code: 'UNSIGNED_ENCODING', severity: 'warning' }]);
    const volume = Buffer.from(record({ service: [{ ratingGroup: 1, up: 0x7000_0001, down: 0 }] }));
    volume[volume.indexOf(Buffer.from('8c0470000001', 'hex')) + 2] = 0xf0;
    expect(rejected(bare(volume))).toMatchObject([
      { code: 'VALUE_OUT_OF_RANGE', field: 'serviceUp', value: 'f0000001' },
    ]);
  });
});

describe('short messages', () => {
  const sent = (result: Uint8Array[]) =>
    constructed(23, [
      number(0, 21),
      tbcd(1, '001010000000001'),
      octets(10, Uint8Array.of(17)),
      timeStamp(11, START, '-0330'),
      ...result,
      text(14, 'MME1'),
      number(15, 5),
      tbcd(18, '19491771234567'),
    ]);
  test.each([
    ['a sent one', [], '1'],
    ['a failed one', [constructed(12, [number(1, 34)])], '0'],
  ])('%s', (_, result, count) => {
    expect(only(bare(sent(result)))).toMatchObject({
      service: 'sms',
      direction: 'mo',
      count,
      other_party: '491771234567',
      start_offset: '-03:30',
    });
  });
});

describe('framing', () => {
  test.each([9, 16])('release %i', (release) => {
    const { outcome, chunks } = framed([other(1), other(2)], { release });
    expect(outcome).toMatchObject({ status: 'accepted', problems: [], read: 2, accepted: { records: 2 } });
    expect(outcome.facts).toMatchObject({
      sender: '10.1.2.3',
      sequence: '5',
      specification: release === 9 ? '9.3' : '16.11',
      created: Date.UTC(2026, 9, 2, 8) / 1000,
      available: Date.UTC(2026, 9, 2, 9) / 1000,
    });
    expect(chunks).toHaveLength(1);
  });

  test.each([
    [0x00, ''],
    [0x03, 'at least 3'],
    [0x80, 'at least 1'],
    [0x83, 'exactly 3'],
    [0xff, 'at least 127'],
  ])('lost CDR indicator %i', (lost, says) => {
    const { outcome } = framed([other(1)], { lost });
    expect(outcome.status).toBe('accepted');
    expect(outcome.problems.map((p) => p.code)).toEqual(says === '' ? [] : ['LOST_CDRS']);
    expect(outcome.problems.map((p) => p.text).join()).toContain(says);
  });

  test.each([
    ['a count that is not its own', { count: 5 }, ['CDR_COUNT_MISMATCH']],
    ['a count that is not said', { count: 0xffff_ffff }, []],
    ['another length', { length: 1000 }, ['FILE_LENGTH_MISMATCH']],
    ['a length that was never written', { length: 0xffff_ffff }, []],
    ['a full disk', { closureReason: 130 }, ['ABNORMAL_CLOSURE']],
    ['a full file', { closureReason: 1 }, []],
  ] as const)('%s', (_, changes, says) => {
    const decoded = framed([other(1)], changes);
    expect(decoded.outcome).toMatchObject({ status: 'accepted', accepted: { records: 1 } });
    expect(codes(decoded)).toEqual(says);
  });

  const damaged = (at: (bytes: Buffer) => number, to: number) => {
    const bytes = Buffer.from(other(2));
    bytes[at(bytes)] = to;
    return bytes;
  };
  const inside = (hex: string, further: number) => (bytes: Buffer) => bytes.indexOf(Buffer.from(hex, 'hex')) + further;
  test.each([
    ['a member longer than its record', damaged(inside('9205', 0), 0x9f), 'NOT_BER'],
    ['a primitive of indefinite length', damaged(inside('9205504757', 1), 0x80), 'NOT_BER'],
    ['no IMSI but letters', damaged(inside('8308', 2), 0xab), 'INVALID_VALUE'],
    ['a time that is none', damaged(inside('8d09', 3), 0x13), 'INVALID_VALUE'],
    ['a network that is none', damaged(inside('9b03', 2), 0xaf), 'INVALID_VALUE'],
    ['another tag', damaged(() => 1, 96), 'UNSUPPORTED_EVENT'],
    ['no record at all', Buffer.from('hello'), 'NOT_BER'],
  ] as const)('%s spares its neighbours', (_, bytes, code) => {
    const decoded = framed([other(1), bytes, other(3)]);
    expect(decoded.outcome).toMatchObject({ status: 'accepted', read: 3, accepted: { records: 2 } });
    expect(rejected(decoded)).toMatchObject([{ record: 2, code }]);
    expect(recordsOf(decoded).map((line) => line.imsi.slice(-1))).toEqual(['1', '3']);
  });

  test('a record that is shorter than its frame', () => {
    const [first, last] = [other(1), other(3)];
    const padded = Buffer.concat([other(2), Buffer.alloc(3)]);
    expect(framed([first, padded, last]).outcome.accepted.records).toBe(3);
    const trailing = Buffer.concat([other(2), Uint8Array.of(0x80, 1, 1)]);
    expect(rejected(framed([first, trailing, last]))).toMatchObject([{ record: 2, code: 'NOT_BER' }]);
  });

  test('an encoding that is not read', () => {
    const bytes = Buffer.from(encodeCdrFile(plain, [Buffer.from('000102', 'hex'), other(1)]));
    bytes[54 + 3] = (2 << 5) | 7;
    const decoded = decode(SOURCE, 'cdr.dat', bytes);
    expect(rejected(decoded)).toMatchObject([{ record: 1, code: 'UNSUPPORTED_ENCODING' }]);
    expect(decoded.outcome.accepted.records).toBe(1);
  });

  test('the header is damaged or cut', () => {
    const bytes = Buffer.from(encodeCdrFile(plain, [other(1)]));
    expect(decode(SOURCE, 'cdr.dat', bytes.subarray(0, 53)).outcome).toMatchObject({
      status: 'quarantined',
      problems: [{ code: 'TRUNCATED' }],
    });
    bytes[49] = 1;
    expect(decode(SOURCE, 'cdr.dat', bytes).outcome).toMatchObject({
      status: 'accepted',
      accepted: { records: 1 },
      problems: [{ code: 'INVALID_HEADER', severity: 'warning' }],
    });
  });

  test('padding behind the last record is none; anything else is lost', () => {
    const bytes = encodeCdrFile({ ...plain, length: 0xffff_ffff }, [other(1), other(2)]);
    expect(decode(SOURCE, 'x', Buffer.concat([bytes, Buffer.alloc(500)])).outcome).toMatchObject({
      read: 2,
      problems: [],
    });
    expect(decode(SOURCE, 'x', Buffer.concat([bytes, Buffer.alloc(7, 0xff)])).outcome).toMatchObject({ read: 2 });
    const more = decode(SOURCE, 'x', Buffer.concat([bytes, Buffer.alloc(50), other(3)]));
    expect(more.outcome).toMatchObject({ read: 3, accepted: { records: 2 } });
    expect(rejected(more)).toMatchObject([{ record: 3, code: 'NOT_BER' }]);
  });

  test('a file without a record', () => {
    expect(framed([]).outcome).toMatchObject({ status: 'accepted', read: 0, problems: [] });
  });
});

describe('bare records', () => {
  const block = (fill: number, ...records: Uint8Array[]) =>
    Buffer.concat([...records], 2048).map((byte, i) => {
      const length = records.reduce((sum, each) => sum + each.length, 0);
      return i < length ? byte : fill;
    });
  test.each([
    ['blocks filled with zeros', [block(0, other(1), other(2)), block(0, other(3))]],
    ['blocks filled with ones', [block(0xff, other(1)), block(0xff, other(2), other(3))]],
    ['lines', [other(1), Buffer.from('\r\n'), other(2), Buffer.from('\n'), other(3), Buffer.from('\r\n')]],
    ['padding in front', [Buffer.alloc(60), other(1), other(2), other(3)]],
  ])('%s', (_, parts) => {
    const decoded = bare(...parts);
    expect(decoded.outcome).toMatchObject({ status: 'accepted', problems: [], read: 3, accepted: { records: 3 } });
    expect(recordsOf(decoded).map((line) => line.imsi.slice(-1))).toEqual(['1', '2', '3']);
  });

  test('records of indefinite length', () => {
    const members = other(2).subarray(4);
    const decoded = bare(other(1), indefinite(79, [members]), other(3));
    expect(decoded.outcome).toMatchObject({ problems: [], accepted: { records: 3 } });
  });

  test('what is broken inside is rejected alone; behind what has no end nothing is read', () => {
    const broken = Buffer.from(other(2));
    broken[broken.indexOf(Buffer.from('9205504757', 'hex')) + 1] = 0x7f;
    expect(bare(other(1), broken, other(3)).outcome).toMatchObject({ read: 3, accepted: { records: 2 } });
    const endless = Buffer.concat([Uint8Array.of(0xbf, 79, 0x80), broken.subarray(4)]);
    const decoded = bare(other(1), endless, other(3));
    expect(decoded.outcome).toMatchObject({ status: 'accepted', read: 2, accepted: { records: 1 } });
    expect(rejected(decoded)).toMatchObject([{ record: 2, code: 'NOT_BER', place: other(1).length }]);
    const garbage = bare(other(1), Buffer.from('garbage'), other(3));
    expect(rejected(garbage)).toMatchObject([{ record: 2, code: 'NOT_BER', place: other(1).length }]);
    expect(garbage.outcome.accepted.records).toBe(1);
  });

  test('a file cut anywhere keeps what is whole', () => {
    const whole = Buffer.concat([other(1), other(2)]);
    for (let cut = 1; cut < whole.length; cut++) {
      const decoded = bare(whole.subarray(0, cut));
      const isFirstWhole = cut >= other(1).length;
      expect(decoded.outcome.accepted.records, `cut at ${cut}`).toBe(isFirstWhole ? 1 : 0);
      expect(decoded.outcome.status, `cut at ${cut}`).toBe(isFirstWhole ? 'accepted' : 'quarantined');
      const isBetween = cut === other(1).length;
      expect(rejected(decoded).map(({ code }) => code)).toEqual(isBetween ? [] : ['TRUNCATED']);
    }
  });

  test.each([
    ['nothing', Buffer.alloc(0), 'EMPTY_FILE'],
    ['padding', Buffer.alloc(100, 0xff), 'EMPTY_FILE'],
    ['text', Buffer.from('imsi,start,bytes\n1,2,3\n'.repeat(9)), 'NOT_BER'],
    ['a TAP file', Buffer.from('618064805f814405', 'hex'), 'NOT_BER'],
  ])('%s is quarantined', (_, bytes, code) => {
    const decoded = bare(bytes);
    expect(decoded.outcome.status).toBe('quarantined');
    expect(codes(decoded)).toEqual([code]);
  });

  test('a record too long to be one is passed over', () => {
    const long = constructed(79, [octets(3, Buffer.alloc(2 ** 20))]);
    const decoded = bare(other(1), long, other(3));
    expect(rejected(decoded)).toMatchObject([{ record: 2, code: 'ELEMENT_TOO_LONG' }]);
    expect(decoded.outcome.accepted.records).toBe(2);
  });

  test('nesting without end', () => {
    const deep = Array.from({ length: 60 }).reduce<Uint8Array>((inner) => indefinite(2, [inner]), Buffer.alloc(0));
    expect(rejected(bare(constructed(200, [deep]), other(1)))).toMatchObject([{ record: 1, code: 'TOO_DEEP' }]);
  });
});
