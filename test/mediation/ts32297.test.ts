import { describe, expect, test } from 'vitest';
import { DEFAULT_DECODER_SETTINGS, type ResumableDecoder } from '#shared/mediation/decoder.ts';
import { openDecoder } from '#shared/mediation/open-decoder.ts';
import { constructed, encodeCdrFile, indefinite, octets } from '../../bench/generate/ts32298-encoder.ts';
import { bare, codes, framed, other, plain, rejected, SOURCE } from './cdr-files.ts';
import { arrived, decode, decodeCut, recordsOf } from './decode.ts';

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

  test('what stands behind padding is lost wherever blocks are cut', () => {
    const bytes = Buffer.concat([
      encodeCdrFile(plain, [other(1)]),
      Buffer.alloc(20),
      Buffer.from('0a0b0c0d0e0f', 'hex'),
    ]);
    const whole = decode(SOURCE, 'x', bytes);
    const everyByte = Array.from(bytes.keys());
    expect(decodeCut(SOURCE, arrived('x'), bytes, everyByte, DEFAULT_DECODER_SETTINGS)).toEqual(whole);
    expect(whole.outcome).toMatchObject({ read: 2, accepted: { records: 1 } });
  });

  test('a step never ends in the padding', () => {
    const bytes = Buffer.concat([
      encodeCdrFile(plain, [other(1)]),
      Buffer.alloc(20),
      Buffer.from('0a0b0c0d0e0f', 'hex'),
    ]);
    const places: number[] = [];
    const take = (_: unknown, place: number) => places.push(place);
    const decoder = openDecoder(SOURCE, arrived('x'), DEFAULT_DECODER_SETTINGS, { add: take, reject: take }, undefined);
    (decoder as ResumableDecoder).stopAfter(bytes.length - 20);
    for (const byte of bytes) decoder.push(Uint8Array.of(byte));
    decoder.end();
    expect(decoder).toHaveProperty('resumePoint', undefined);
    expect(places).toHaveLength(2);
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
