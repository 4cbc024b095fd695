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
import { type Decoded, recordsOf } from './decode.ts';

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
