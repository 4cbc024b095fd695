import { describe, expect, test } from 'vitest';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import { berInteger } from '#shared/mediation/ber/ber-header.ts';
import { DEFAULT_DECODER_SETTINGS, type ResumableDecoder } from '#shared/mediation/decoder.ts';
import { openDecoder } from '#shared/mediation/open-decoder.ts';
import { ProblemList } from '#shared/mediation/problem-list.ts';
import { Tap3Audit } from '#shared/mediation/tap3/tap3-audit.ts';
import { VALUE } from '#shared/mediation/tap3/tap3-structure.ts';
import {
  element,
  encodeNotification,
  encodeTransferBatch,
  integer,
  type Tap3Event,
  type Tap3File,
  tap3FileName,
  text,
} from '../../bench/generate/tap3-encoder.ts';
import { ARRIVED, arrived, decode, recordsOf } from './decode.ts';
import { TAP3_FILE } from './tap3-file.ts';

const TAP3 = presetSource('tap3', 'tap3', 'demo', '*');
const NAME = tap3FileName({ sender: 'DEUD2', recipient: 'UTOIO', sequence: 1, test: false });
const START = ARRIVED - 86_400;

const gprs: Tap3Event = {
  kind: 'gprs',
  imsi: '001010000000001',
  msisdn: '882990000000001',
  imei: '',
  start: START,
  offset: '+0200',
  seconds: 60,
  entity: '10.1.1.1',
  apn: 'iot.example',
  chargingId: 7,
  partial: '',
  bytesUp: 100,
  bytesDown: 200,
  charge: 12,
  tax: 0,
};
const call: Tap3Event = {
  kind: 'mo',
  imsi: '001010000000002',
  msisdn: '',
  start: START,
  offset: '-0330',
  seconds: 30,
  entity: 'MSC-1',
  teleservice: '11',
  otherParty: '4915112345678',
  callReference: '0a0b',
  charge: 300,
  tax: 57,
};
const file = (changes: Partial<Tap3File>): Tap3File => ({
  ...TAP3_FILE,
  events: [gprs, call],
  ...changes,
});
const decoded = (changes: Partial<Tap3File>, name = NAME) => decode(TAP3, name, encodeTransferBatch(file(changes)));

test('definite and indefinite lengths say the same', () => {
  const definite = decoded({});
  const indefinite = decoded({ indefinite: true });
  expect(definite.outcome).toMatchObject({
    status: 'accepted',
    problems: [],
    accepted: { records: 2, bytes: 300, seconds: 90 },
  });
  const apart = (decoded: typeof definite) => recordsOf(decoded).map(({ place, ...record }) => record);
  expect(apart(indefinite)).toEqual(apart(definite));
  expect(recordsOf(definite).map((r) => [r.charge, r.currency])).toEqual([
    ['0.00012', 'XDR'],
    ['0.00300', 'XDR'],
  ]);
});

test.each([10, 11, 12])('release 3.%i is read', (release) => {
  const { outcome } = decoded({ release });
  expect(outcome).toMatchObject({ status: 'accepted', problems: [], accepted: { records: 2 } });
  expect(outcome.facts.specification).toBe(`3.${release}`);
});

describe('files that are quarantined', () => {
  test.each([
    ["a sequence number that is not the name's", decoded({ sequence: 2 }), 'FILE_NAME_MISMATCH'],
    ["a sender that is not the name's", decoded({ sender: 'FRAF1' }), 'FILE_NAME_MISMATCH'],
    ['test data in a chargeable file', decoded({ test: true }), 'FILE_TYPE_MISMATCH'],
    ['chargeable data in a test file', decoded({}, 'TDDEUD2UTOIO00001'), 'FILE_TYPE_MISMATCH'],
    ['release 3.1', decoded({ release: 1 }), 'UNSUPPORTED_VERSION'],
    ['release 3.9', decoded({ release: 9 }), 'UNSUPPORTED_VERSION'],
    ['release 3.13', decoded({ release: 13 }), 'UNSUPPORTED_VERSION'],
    ['more events than the trailer says', decoded({ audit: { count: 1 } }), 'AUDIT_COUNT_MISMATCH'],
    ['no event at all', decoded({ events: [] }), 'AUDIT_COUNT_MISMATCH'],
    ['another total charge', decoded({ audit: { charge: 313 } }), 'AUDIT_CHARGE_MISMATCH'],
    ['another total tax', decoded({ audit: { tax: 0 } }), 'AUDIT_TAX_MISMATCH'],
    ['a discount no event has', decoded({ audit: { discount: 1 } }), 'AUDIT_DISCOUNT_MISMATCH'],
    ['seven decimal places', decoded({ decimals: 7 }), 'INVALID_HEADER'],
    ['a sender that is no TADIG code', decoded({ sender: 'x' }, 'usage.tap'), 'INVALID_HEADER'],
  ])('%s', (_, { outcome }, code) => {
    expect(outcome.status).toBe('quarantined');
    expect(outcome.problems.filter((p) => p.severity === 'fatal').map((p) => p.code)).toEqual([code]);
  });

  const whole = Buffer.from(encodeTransferBatch(file({})));
  const list = (children: Uint8Array[]) => element(1, true, Buffer.concat(children));
  const deep = Array.from({ length: 40 }).reduce<Uint8Array>((inside) => element(14, true, inside), Buffer.alloc(0));
  test.each([
    ['nothing', Buffer.alloc(0), 'EMPTY_FILE', 0],
    ['text', Buffer.from('imsi,start\n'), 'NOT_BER', 0],
    ['zeros', Buffer.alloc(100), 'NOT_BER', 0],
    ['a second file behind it', Buffer.concat([whole, whole]), 'GARBAGE', whole.length],
    ['a file cut short', whole.subarray(0, whole.length - 3), 'TRUNCATED', whole.length - 3],
    ['one octet', whole.subarray(0, 1), 'TRUNCATED', 1],
    ['a child that is not closed', Buffer.from('610264800000', 'hex'), 'NOT_BER', 4],
    ['a child longer than its parent', list([Buffer.from('64820fff00', 'hex')]), 'NOT_BER', 2],
    ['a length of seven octets', Buffer.from('618700000000000001', 'hex'), 'NOT_BER', 0],
    ['a tag of five octets', Buffer.from('7f818181818101', 'hex'), 'NOT_BER', 0],
    ['a primitive of indefinite length', Buffer.from('618064805f814480', 'hex'), 'NOT_BER', 4],
    ['a zero octet among definite lengths', list([Buffer.alloc(2)]), 'NOT_BER', 2],
    ['nesting without end', Buffer.from('6180'.repeat(1) + '6380' + '6c80'.repeat(40), 'hex'), 'MISSING_GROUP', 2],
    [
      'a value of 70,000 bytes',
      Buffer.concat([Buffer.from('61806480', 'hex'), text(196, 'x'.repeat(70_000))]),
      'ELEMENT_TOO_LONG',
      4,
    ],
    ['only a header', list([]), 'MISSING_GROUP', -1],
    ['nesting that is passed over', list([deep]), 'MISSING_GROUP', -1],
  ])('%s', (_, bytes, code, place) => {
    const { outcome } = decode(TAP3, NAME, bytes);
    expect(outcome.status).toBe('quarantined');
    expect(outcome.problems[0]).toMatchObject({ code, place });
  });

  test('nesting of unknown elements of indefinite length stops at a depth', () => {
    const bytes = Buffer.from(`61 80${' 7f 81 00 80'.repeat(60)}`.replaceAll(' ', ''), 'hex');
    expect(decode(TAP3, NAME, bytes).outcome.problems[0]).toMatchObject({ code: 'TOO_DEEP' });
  });

  test('where a cut file ends is said by name', () => {
    const { outcome } = decode(TAP3, NAME, whole.subarray(0, 300));
    expect(outcome.problems[0]!.text).toMatch(
      /^the file ends at byte 300 in TransferBatch\/CallEventDetailList\/GprsCall.* byte \d+/,
    );
  });
});

test('padding behind the file is a warning', () => {
  const { outcome } = decode(TAP3, NAME, Buffer.concat([encodeTransferBatch(file({})), Buffer.alloc(10)]));
  expect(outcome).toMatchObject({ status: 'accepted', problems: [{ code: 'GARBAGE', severity: 'warning' }] });
});

test('test data and notifications are told apart', () => {
  expect(decoded({ test: true }, 'TDDEUD2UTOIO00001').outcome.status).toBe('test');
  const { events: _, audit: __, ...header } = file({});
  expect(decode(TAP3, NAME, encodeNotification(header)).outcome).toMatchObject({
    status: 'notification',
    read: 0,
    facts: { sequence: '00001' },
  });
});

test('a name that is not by TD.57 is a warning: the header decides', () => {
  expect(decoded({}, 'roaming.tap.gz').outcome).toMatchObject({
    status: 'accepted',
    problems: [{ code: 'FILE_NAME_UNUSUAL' }],
  });
});

describe('the trailer', () => {
  const found = (refund: number) => {
    const audit = new Tap3Audit();
    audit.events = 1;
    const say = (code: number, value: number) => audit.say(code, Uint8Array.of(value), 0, 1);
    say(VALUE.auditCount, 1);
    say(VALUE.auditCharge, 30);
    say(VALUE.auditChargeRefund, refund);
    for (const amount of [30, 12]) audit.add(VALUE.chargeAmount, amount, Uint8Array.of(amount), 0, 1);
    const problems = new ProblemList();
    audit.check(2, 0, problems);
    return problems.list().map((p) => p.code);
  };

  test('refunds stand beside the total and are in the events', () => {
    expect(found(12)).toEqual([]);
    expect(found(0)).toEqual(['AUDIT_CHARGE_MISMATCH']);
  });

  test('sums are exact beyond 2^53', () => {
    const audit = new Tap3Audit();
    const add = (octets: string) => {
      const bytes = Buffer.from(octets, 'hex');
      audit.add(VALUE.taxValue, berInteger(bytes, 0, bytes.length), bytes, 0, bytes.length);
    };
    for (let i = 0; i < 3; i++) add('7fffffffffffffff');
    for (let i = 0; i < 3000; i++) add('0fffffffffffff');
    expect(audit.totals(2)[2]!.found).toBe(decimal(3n * (2n ** 63n - 1n) + 3000n * (2n ** 52n - 1n)));
  });
});

/** Hundredths as text. */
function decimal(hundredths: bigint): string {
  return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`;
}

describe('records', () => {
  const rejected = (events: readonly Tap3Event[]) => decoded({ events }).chunks.flatMap((c) => c.rejected);

  test('the same event twice is one; what differs in identity is not', () => {
    const others: Tap3Event[] = [
      { ...gprs, imsi: '001010000000009' },
      { ...gprs, start: START + 1 },
      { ...gprs, chargingId: 8 },
      { ...gprs, partial: 'I' },
      { ...gprs, entity: '10.1.1.2' },
      { ...call, callReference: '0a0c' },
      { ...call, otherParty: '4915112345679' },
      { ...call, kind: 'mt' },
    ];
    const { outcome } = decoded({
      events: [gprs, call, ...others, { ...gprs, bytesDown: 999 }, { ...call, charge: 1 }],
    });
    expect(outcome).toMatchObject({
      status: 'accepted',
      read: 12,
      accepted: { records: 10 },
      duplicate: { records: 2, bytes: 1099 },
    });
  });

  test('the offset of a record is the one its code stands for', () => {
    expect(
      recordsOf(decoded({ events: [gprs, { ...gprs, start: START + 1, offset: '+0545' }] })).map(
        (r) => Date.parse(r.started_at) / 1000,
      ),
    ).toEqual([START, START + 1]);
  });

  test.each([
    ['a call to come', { ...gprs, start: ARRIVED + 8000 }, 'START_IN_FUTURE', 'start'],
    ['an old call', { ...gprs, start: ARRIVED - 200 * 86_400 }, 'START_TOO_OLD', 'start'],
    ['a terabyte', { ...gprs, bytesUp: 10 ** 12 }, 'ABOVE_CEILING', 'bytes'],
    ['no digits', { ...gprs, imsi: '', msisdn: '' }, 'NO_IDENTIFIER', 'identifier'],
  ] as const)('%s', (_, event, code, field) => {
    expect(rejected([event, call])).toMatchObject([{ record: 1, code, field }]);
  });

  test('a record without IMSI belongs to its MSISDN', () => {
    expect(recordsOf(decoded({ events: [{ ...gprs, imsi: '' }] }))).toMatchObject([
      { identifier: 'msisdn#882990000000001' },
    ]);
  });

  test('an offset code the file does not define', () => {
    const bytes = Buffer.from(encodeTransferBatch(file({ events: [gprs] })));
    const code = integer(232, 1);
    const at = bytes.lastIndexOf(code);
    bytes[at + code.length - 1] = 9;
    expect(decode(TAP3, NAME, bytes).chunks[0]!.rejected).toMatchObject([
      { code: 'UNKNOWN_UTC_OFFSET_CODE', value: '9', text: 'the file defines: 1' },
    ]);
  });

  test('a data record longer than a day is a warning', () => {
    expect(decoded({ events: [{ ...gprs, seconds: 86_401 }] }).outcome.problems).toMatchObject([
      { code: 'LONG_DURATION', severity: 'warning' },
    ]);
    expect(decoded({ events: [{ ...gprs, seconds: 86_400 }] }).outcome.problems).toEqual([]);
  });

  test("charges of events that are not decoded are in the trailer's total", () => {
    const detail = (type: string) => element(63, true, Buffer.concat([text(71, type), integer(62, 5)]));
    const details = element(64, true, Buffer.concat([detail('00'), detail('01')]));
    const unknown = (tag: number) => element(tag, true, element(70, true, element(69, true, details)));
    const withEvent = (tag: number, charge: number) => {
      const batch = Buffer.from(encodeTransferBatch(file({ events: [gprs], audit: { count: 2, charge } })));
      const content = batch.subarray(4);
      return insertEvent(content, unknown(tag));
    };
    const location = decode(TAP3, NAME, withEvent(297, 17));
    expect(location.outcome).toMatchObject({ status: 'accepted', read: 2, rejected: 1 });
    expect(location.chunks[0]!.rejected).toMatchObject([{ code: 'UNSUPPORTED_EVENT', value: 'LocationService' }]);
    expect(decode(TAP3, NAME, withEvent(297, 12)).outcome.problems.map((p) => p.code)).toContain(
      'AUDIT_CHARGE_MISMATCH',
    );
    const newer = decode(TAP3, NAME, withEvent(470, 99)).outcome;
    expect(newer.status).toBe('accepted');
    expect(newer.problems.map((p) => p.code)).toEqual(['AUDIT_UNVERIFIED', 'RECORDS_REJECTED']);
  });
});

/** Puts an event in front of the others, with lengths made anew: `content` is that of a batch with definite lengths. */
function insertEvent(content: Buffer, event: Uint8Array): Buffer {
  const children: Uint8Array[] = [];
  for (let at = 0; at < content.length; ) {
    const tag = content[at]! & 31;
    const first = content[at + 1]!;
    const octets = first < 0x80 ? 0 : first & 127;
    const length = octets === 0 ? first : content.readUIntBE(at + 2, octets);
    const start = at + 2 + octets;
    const inside = content.subarray(start, start + length);
    children.push(element(tag, true, tag === 3 ? Buffer.concat([event, inside]) : inside));
    at = start + length;
  }
  return Buffer.from(element(1, true, Buffer.concat(children)));
}

describe('values in segments', () => {
  const segment = (bytes: Uint8Array) => Buffer.concat([Uint8Array.of(4, bytes.length), bytes]);
  const imsi = Buffer.from('5f81010800101000000000 1f'.replace(' ', ''), 'hex');
  const whole = Buffer.from(encodeTransferBatch(file({ indefinite: true, events: [gprs] })));
  const withImsi = (element: Uint8Array) => {
    const at = whole.indexOf(imsi);
    expect(at).toBeGreaterThan(0);
    return Buffer.concat([whole.subarray(0, at), element, whole.subarray(at + imsi.length)]);
  };
  const halves = [imsi.subarray(4, 7), imsi.subarray(7)].map(segment);
  const constructed = (...content: Uint8Array[]) =>
    Buffer.concat([Buffer.from('7f810180', 'hex'), ...content, Buffer.alloc(2)]);
  const nested = Buffer.concat([Uint8Array.of(0x24, 0x80), halves[1]!, Buffer.alloc(2)]);

  test.each([
    ['two segments', constructed(...halves)],
    ['segments in a segment', constructed(halves[0]!, nested)],
    ['empty ones among them', constructed(segment(Buffer.alloc(0)), ...halves)],
  ])('%s are one value', (_, element) => {
    expect(recordsOf(decode(TAP3, NAME, withImsi(element)))).toMatchObject([{ imsi: '001010000000001' }]);
  });

  test('more than a value may have is too long', () => {
    const many = Array.from({ length: 600 }, () => Buffer.concat([Buffer.from('048178', 'hex'), Buffer.alloc(120)]));
    const { outcome } = decode(TAP3, NAME, withImsi(constructed(...many)));
    expect(outcome.problems[0]).toMatchObject({ code: 'ELEMENT_TOO_LONG', severity: 'fatal' });
  });
});

test('a file that ends behind its last event says so too when taken up there', () => {
  const whole = Buffer.from(encodeTransferBatch(file({})));
  const sink = { add() {}, reject() {} };
  const open = () => openDecoder(TAP3, arrived(NAME), DEFAULT_DECODER_SETTINGS, sink, undefined) as ResumableDecoder;
  const first = open();
  first.stopAfter(whole.length - 100);
  first.push(whole);
  const point = first.resumePoint!;
  const second = openDecoder(TAP3, arrived(NAME), DEFAULT_DECODER_SETTINGS, sink, point);
  const atOnce = open();
  atOnce.push(whole.subarray(0, point.offset));
  const reading = atOnce.end();
  expect(reading.problems).toMatchObject([{ code: 'TRUNCATED', field: 'TransferBatch' }]);
  expect(second.end()).toEqual(reading);
});
