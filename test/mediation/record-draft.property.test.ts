import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DRAFT_ROOM, RecordDraft, TEXT, writeNumber } from '#shared/mediation/record-draft.ts';

/** Bytes of which many are at the edges of what a text may hold. */
const anyByte = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0x21, max: 0x7e }) },
  { weight: 1, arbitrary: fc.constantFrom(0x20, 0x22, 0x2c, 0x1f, 0x7f, 0x80, 0xff, 0x00) },
);
const anyText = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.array(anyByte, { maxLength: 40 }).map((bytes) => Uint8Array.from(bytes)),
  fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => Buffer.from(text)),
  fc.nat(300).map((length) => new Uint8Array(length).fill(0x41)),
);

/** What a text becomes, said the slow way: its bytes, or the code it is rejected with. */
function expected(bytes: Uint8Array): { text: Buffer; code: string } {
  const text = Buffer.from(trimmed([...bytes]));
  const isText = !text.some((byte) => byte < 0x20 || byte === 0x7f) && Buffer.from(text.toString()).equals(text);
  const code = text.length > 256 ? 'TOO_LONG' : isText ? '' : 'INVALID_VALUE';
  return { text: code === '' ? text : Buffer.alloc(0), code };
}

function trimmed(bytes: number[]): number[] {
  const first = bytes.findIndex((byte) => byte !== 0x20);
  return first < 0 ? [] : bytes.slice(first, bytes.findLastIndex((byte) => byte !== 0x20) + 1);
}

function said(draft: RecordDraft): ReturnType<typeof expected> {
  const text = Buffer.from(draft.bytes.subarray(draft.start(TEXT.apn), draft.end(TEXT.apn)));
  return { text, code: draft.code };
}

function identityOf(parts: readonly (string | number)[]): Buffer {
  const draft = new RecordDraft();
  draft.put(TEXT.identifier, Buffer.from('imsi#1'), 0, 6, 'imsi');
  draft.beginIdentity(Buffer.from('demo'));
  for (const part of parts) {
    if (typeof part === 'number') draft.addIdentityNumber(part);
    else draft.addIdentity(Buffer.from(part), 0, part.length, 'text');
  }
  return Buffer.from(draft.identity());
}

describe('a text', () => {
  test('that is copied or referred to is kept as it is, or fails the record', () => {
    const copying = new RecordDraft();
    const referring = new RecordDraft();
    fc.assert(
      fc.property(anyText, fc.nat(9), (bytes, before) => {
        copying.clear();
        copying.put(TEXT.imsi, Buffer.alloc(before, 0x31), 0, before, 'imsi');
        copying.put(TEXT.apn, bytes, 0, bytes.length, 'apn');
        expect(said(copying)).toEqual(expected(bytes));
        const buffer = Buffer.alloc(DRAFT_ROOM + before + bytes.length + 8, 0x2c);
        buffer.set(bytes, DRAFT_ROOM + before);
        referring.clear();
        referring.workIn(buffer);
        referring.refer(TEXT.apn, DRAFT_ROOM + before, DRAFT_ROOM + before + bytes.length, 'apn');
        expect(said(referring)).toEqual(expected(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  test('adds to the one before it', () => {
    const draft = new RecordDraft();
    draft.put(TEXT.identifier, Buffer.from('imsi#'), 0, 5, '');
    draft.extend(TEXT.identifier, Buffer.from('001010000000011'), 0, 15, 'imsi');
    draft.beginIdentity(Buffer.from('demo'));
    draft.addIdentity(Buffer.from(' ünï '), 0, 7, 'name');
    draft.addIdentityNumber(4_294_967_295);
    draft.copyIdentity(draft.start(TEXT.identifier), draft.start(TEXT.identifier) + 4);
    expect(Buffer.from(draft.identity())).toEqual(
      Buffer.concat([
        Buffer.from('demo\u001fimsi#001010000000011\u001fünï', 'utf8'),
        Buffer.from([4, 255, 255, 255, 255]),
        Buffer.from('\u001fimsi', 'latin1'),
      ]),
    );
  });

  test.each([
    [0, [0]],
    [1, [1, 1]],
    [255, [1, 255]],
    [256, [2, 0, 1]],
    [1_790_000_000, [4, 0x80, 0x3b, 0xb1, 0x6a]],
    [2 ** 32, [5, 0, 0, 0, 0, 1]],
    [Number.MAX_SAFE_INTEGER, [7, 255, 255, 255, 255, 255, 255, 31]],
  ])('has the number %d as the octets it takes, behind how many they are', (value, octets) => {
    expect([...identityOf([value])]).toEqual([...identityOf([]), ...octets]);
  });

  test('is another for other texts and numbers', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '1', '#'), minLength: 1, maxLength: 4 });
    const parts = fc.array(fc.oneof(text, fc.nat(70_000), fc.maxSafeNat()), { maxLength: 4 });
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        expect(identityOf(one).equals(identityOf(other))).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
      { numRuns: 2000 },
    );
  });

  test('may be written by whoever has it', () => {
    const draft = new RecordDraft();
    const at = draft.begin(TEXT.chargingId);
    draft.finish(TEXT.chargingId, writeNumber(draft.bytes, at, 1234));
    draft.put(TEXT.imei, Buffer.from('3525'), 0, 4, 'imei');
    const read = (field: typeof TEXT.imei | typeof TEXT.chargingId) =>
      draft.bytes.toString('latin1', draft.start(field), draft.end(field));
    expect([read(TEXT.chargingId), read(TEXT.imei)]).toEqual(['1234', '3525']);
  });
});

test('a whole number is written with its digits', () => {
  const to = Buffer.alloc(20);
  fc.assert(
    fc.property(fc.oneof(fc.maxSafeNat(), fc.nat(), fc.nat(1000)), fc.nat(3), (value, at) => {
      to.fill(0x2a);
      const end = writeNumber(to, at, value);
      expect(to.toString('latin1')).toBe(`${'*'.repeat(at)}${value}`.padEnd(20, '*'));
      expect(end).toBe(at + String(value).length);
    }),
    { numRuns: 1000 },
  );
  for (let power = 1; power < 2 ** 53; power *= 10)
    for (const value of [power - 1, power])
      expect(to.toString('latin1', 0, writeNumber(to, 0, value))).toBe(String(value));
});
