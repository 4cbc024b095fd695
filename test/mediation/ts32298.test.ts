import { describe, expect, test } from 'vitest';
import {
  type BearerRecord,
  constructed,
  number,
  octets,
  sequence,
  tbcd,
  text,
  timeStamp,
} from '../../bench/generate/ts32298-encoder.ts';
import { bare, framed, only, record, rejected, START } from './cdr-files.ts';
import { type Decoded, type RecordLine, recordsOf } from './decode.ts';

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

/** What the records of one CDR differ in. */
const volumes = (line: RecordLine) => {
  const { rating_group, five_qi, technology, bytes_up, bytes_down, bytes_unsplit, seconds } = line;
  return [rating_group, five_qi, technology, bytes_up, bytes_down, bytes_unsplit, seconds];
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
    rating_group: '100',
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
    ['service data of a rating group adds up', { service: [container(1, 10), container(2, 20)] }, ['3', '30']],
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
    const lines = recordsOf(bare(chf([split, onlyUp], [total], [])));
    expect(lines.map(volumes)).toEqual([
      ['0', '', 'NR', '13', '20', '0', '60'],
      ['1', '', 'NR', '0', '0', '777', '0'],
    ]);
    expect(lines.map(({ session }) => session)).toEqual(['smf-1-9', 'smf-1-9']);
  });

  test('each rating group, class of quality and technology is a record of its own; the session lasts once', () => {
    const unit = (up: number, qos: number, rat: number) =>
      sequence([number(5, up), constructed(11, [constructed(4, [number(1, qos)]), number(7, rat)])]);
    const file = [chf([unit(1, 9, 51), unit(2, 82, 51), unit(4, 9, 51), unit(8, 9, 6)], [unit(16, 9, 51)])];
    expect(recordsOf(bare(...file)).map(volumes)).toEqual([
      ['0', '9', 'NR', '5', '0', '0', '60'],
      ['0', '82', 'NR', '2', '0', '0', '0'],
      ['0', '9', 'EUTRA', '8', '0', '0', '0'],
      ['1', '9', 'NR', '16', '0', '0', '0'],
    ]);
    expect(bare(...file, ...file).outcome).toMatchObject({
      read: 8,
      accepted: { bytes: 31 },
      duplicate: { records: 4 },
    });
  });

  test('one group beyond belief takes none of the others along', () => {
    const decoded = bare(
      record({ service: [container(1, 10, 100), container(10 ** 12, 0, 200), container(2, 20, 300)] }),
    );
    expect(recordsOf(decoded).map((line) => [line.rating_group, line.bytes_up])).toEqual([
      ['100', '1'],
      ['300', '2'],
    ]);
    expect(rejected(decoded)).toMatchObject([{ record: 2, code: 'ABOVE_CEILING' }]);
  });

  test('more rating groups than any session has are rejected', () => {
    const many = (count: number) => record({ service: Array.from({ length: count }, (_, i) => container(1, 0, i)) });
    expect(bare(many(256)).outcome).toMatchObject({ read: 256, rejected: 0 });
    expect(rejected(bare(many(257)))).toMatchObject([{ code: 'VALUE_OUT_OF_RANGE', field: 'ratingGroup' }]);
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
    expect(rejected(bare(volume))).toMatchObject([{ code: 'VALUE_OUT_OF_RANGE', field: 'uplink', value: 'f0000001' }]);
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
