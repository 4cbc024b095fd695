import fc from 'fast-check';
import { expect, test } from 'vitest';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import type { SourceDefinition } from '#shared/catalog/source.ts';
import { ChunkBuilder } from '#shared/mediation/chunks/chunk-builder.ts';
import { KEPT_TEXTS } from '#shared/mediation/chunks/record-columns.ts';
import { readRecords } from '#shared/mediation/chunks/record-columns-reader.ts';
import { DEFAULT_DECODER_SETTINGS } from '#shared/mediation/decoder.ts';
import { RecordDraft, TEXT, type TextField } from '#shared/mediation/record-draft.ts';

const ARRIVED = Date.UTC(2026, 9, 7) / 1000;
const OWN = ['imsi', 'iccid', 'msisdn'] as const;
const TEXTS = Object.keys(KEPT_TEXTS) as (keyof typeof KEPT_TEXTS)[];
const carrier = Buffer.from('demo');

const text = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  { weight: 2, arbitrary: fc.constantFrom('EUR', '26201', 'a,"b"', 'Köln', '0.00415') },
  fc.stringMatching(/^[!-~]{1,40}$/),
);
const quantity = fc.oneof(fc.constant(0), fc.nat(2000), fc.nat({ max: 2 ** 40 }), fc.maxSafeNat());
const said = fc.record({
  kind: fc.constantFrom('imsi', 'iccid', 'msisdn', 'eid', 'device'),
  digits: fc.constantFrom('001010000000011', '001010000000029', '15'),
  texts: fc.tuple(...TEXTS.map(() => text)),
  network: fc.constantFrom('', '26201', 'DEUD2'),
  fiveQi: fc.constantFrom('', '', '9'),
  startedAt: fc.integer({ min: ARRIVED - 90 * 86_400, max: ARRIVED }),
  startOffset: fc.oneof(fc.constant(Number.NaN), fc.integer({ min: -1439, max: 1439 })),
  bytesUp: quantity,
  bytesDown: quantity,
  seconds: quantity,
  event: fc.nat(60),
  place: fc.nat({ max: 2 ** 52 - 1 }),
});
type Said = typeof said extends fc.Arbitrary<infer Value> ? Value : never;

const isOwn = (kind: string): kind is (typeof OWN)[number] => OWN.includes(kind as never);

function fill(draft: RecordDraft, record: Said): void {
  const put = (field: TextField, value: string) => {
    const bytes = Buffer.from(value);
    draft.put(field, bytes, 0, bytes.length, '');
  };
  draft.clear();
  put(TEXT.service, 'data');
  put(TEXT.network, record.network);
  put(TEXT.fiveQi, record.fiveQi);
  TEXTS.forEach((name, i) => {
    if (name !== record.kind) put(KEPT_TEXTS[name], record.texts[i]!);
  });
  put(TEXT.identifier, `${record.kind}#${record.digits}`);
  const end = draft.end(TEXT.identifier);
  if (isOwn(record.kind)) draft.share(TEXT[record.kind], end - record.digits.length, end);
  draft.beginIdentity(carrier);
  draft.addIdentityNumber(record.event);
  draft.startedAt = record.startedAt;
  draft.startOffset = record.startOffset;
  draft.bytesUp = record.bytesUp;
  draft.bytesDown = record.bytesDown;
  draft.seconds = record.seconds;
}

function expected(record: Said, number: number) {
  const { kind, digits, startOffset } = record;
  const minutes = Math.abs(startOffset);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const offset = `${startOffset < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
  return {
    ...Object.fromEntries(TEXTS.map((name, i) => [name, name === kind ? digits : record.texts[i]])),
    record: String(number),
    place: String(record.place),
    identifier: `${kind}#${digits}`,
    started_at: `${new Date(record.startedAt * 1000).toISOString().slice(0, 19)}Z`,
    start_offset: Number.isNaN(startOffset) ? '' : offset,
    precision: 'instant',
    service: 'data',
    direction: '',
    carrier: 'demo',
    network: record.network,
    apn: '',
    technology: '',
    slice: '',
    five_qi: record.fiveQi,
    rating_group: '',
    bytes_up: String(record.bytesUp),
    bytes_down: String(record.bytesDown),
    bytes_unsplit: '0',
    seconds: String(record.seconds),
    count: '0',
  };
}

/** Which of several records of one identifier, event and month stands, in the place of the first. */
function standing(records: readonly Said[], which: 'first' | 'last'): number[] {
  const places = new Map<string, number>();
  records.forEach(({ kind, digits, event, startedAt }, i) => {
    const key = `${kind} ${digits} ${event} ${new Date(startedAt * 1000).toISOString().slice(0, 7)}`;
    if (which === 'last' || !places.has(key)) places.set(key, i);
  });
  return [...places.values()];
}

test('what is kept of a record is what its file said', () => {
  const file = { name: 'u.csv', carrier: 'demo', arrivedAt: ARRIVED };
  const draft = new RecordDraft();
  fc.assert(
    fc.property(fc.array(said, { minLength: 1, maxLength: 40 }), fc.boolean(), (records, isEvents) => {
      const preset = presetSource('plain-csv', 'plain', 'demo', '*');
      const source = { ...preset, records: isEvents ? 'events' : 'aggregates' } as SourceDefinition;
      const builder = new ChunkBuilder(source, file, DEFAULT_DECODER_SETTINGS);
      for (const record of records) {
        fill(draft, record);
        builder.add(draft, record.place);
      }
      builder.end();
      const kept = builder.take().flatMap((chunk) => readRecords(chunk.records, () => true));
      const stand = standing(records, isEvents ? 'first' : 'last');
      expect(kept.map(({ fingerprint: _, ...rest }) => rest)).toEqual(stand.map((i) => expected(records[i]!, i + 1)));
      expect(kept.every(({ fingerprint }) => /^[\w-]{16}$/.test(fingerprint))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ['nothing', new Uint8Array(0)],
  ['a head cut short', Uint8Array.of(0, 0, 0, 9, 0x7b)],
  ['another version', Buffer.concat([Uint8Array.of(0, 0, 0, 13), Buffer.from('{"version":2}')])],
])('%s is refused as records', (_what, body) => {
  expect(() => readRecords(body, () => true)).toThrow(RangeError);
});
