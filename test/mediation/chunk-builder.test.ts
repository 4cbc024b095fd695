import { expect, test } from 'vitest';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import type { SourceDefinition } from '#shared/catalog/source.ts';
import { ChunkBuilder } from '#shared/mediation/chunks/chunk-builder.ts';
import { readItems } from '#shared/mediation/chunks/items-object.ts';
import { readRecords } from '#shared/mediation/chunks/record-columns-reader.ts';
import { DEFAULT_DECODER_SETTINGS } from '#shared/mediation/decoder.ts';
import { RecordDraft, TEXT } from '#shared/mediation/record-draft.ts';
import { headerOf } from '#shared/usage/usage-item.ts';

const AUGUST = Date.UTC(2026, 7, 5) / 1000;
const ARRIVED = Date.UTC(2026, 9, 7) / 1000;
const carrier = Buffer.from('demo');

/** What a decoder would hand over: identifier, event, octets up. */
type Said = readonly [identifier: string, event: string, bytesUp: number, startedAt?: number];

function chunksOf(records: 'events' | 'aggregates' | 'counters', said: readonly Said[], chunkRecords: number) {
  const source = { ...presetSource('plain-csv', 'plain', 'demo', '*'), records } as SourceDefinition;
  const file = { name: 'u.csv', carrier: 'demo', arrivedAt: ARRIVED };
  const builder = new ChunkBuilder(source, file, { ...DEFAULT_DECODER_SETTINGS, chunkRecords });
  const draft = new RecordDraft();
  said.forEach(([identifier, event, bytesUp, startedAt = AUGUST], i) => {
    const put = (field: typeof TEXT.identifier | typeof TEXT.service, text: string) =>
      draft.put(field, Buffer.from(text), 0, Buffer.byteLength(text), '');
    draft.clear();
    put(TEXT.identifier, identifier);
    put(TEXT.service, 'data');
    draft.beginIdentity(carrier);
    draft.addIdentity(Buffer.from(event), 0, event.length, '');
    draft.startedAt = startedAt;
    draft.bytesUp = bytesUp;
    builder.add(draft, i + 2);
  });
  builder.end();
  return { chunks: builder.take(), builder };
}

const SAID: readonly Said[] = [
  ['imsi#1', 'a', 10],
  ['imsi#2', 'b', 20],
  ['imsi#1', 'a', 30],
  ['imsi#1', 'c', 0],
  ['imsi#1', 'a', 40, ARRIVED],
];

test.each([
  ['events', ['1', '2', '4', '5'], 70, 30],
  ['counters', ['1', '2', '4', '5'], 70, 30],
  ['aggregates', ['3', '2', '4', '5'], 90, 10],
] as const)('of %s in one chunk and month, one stands', (records, standing, accepted, duplicate) => {
  const { chunks, builder } = chunksOf(records, SAID, 100);
  expect(readRecords(chunks[0]!.records, () => true).map(({ record }) => record)).toEqual(standing);
  expect(chunks[0]).toMatchObject({ totals: { records: 4, bytes: accepted }, zero: 1, identifiers: 2, itemCount: 3 });
  expect(builder).toMatchObject({ duplicate: { records: 1, bytes: duplicate }, zero: 1, records: 5 });
  expect(readItems(chunks[0]!.items).map(({ identifier, month }) => `${identifier} ${month}`)).toEqual([
    'imsi#1 2026-08',
    'imsi#1 2026-10',
    'imsi#2 2026-08',
  ]);
});

test('a chunk ends after so many records, whatever became of them', () => {
  const { chunks } = chunksOf('events', SAID, 2);
  expect(chunks.map(({ index, totals, duplicates }) => [index, totals.records, duplicates.records])).toEqual([
    [0, 2, 0],
    [1, 2, 0],
    [2, 1, 0],
  ]);
});

test('counter readings are packed as such and touch every month up to the arrival of their file', () => {
  const { chunks } = chunksOf('counters', [['imsi#1', 'a', 10]], 100);
  const [item] = readItems(chunks[0]!.items);
  expect(headerOf(item!.packed)).toEqual({ kind: 2, monthStart: Date.UTC(2026, 7, 1) / 1000, asOf: 0 });
  expect(Object.entries(chunks[0]!.months).map(([month, { accepted }]) => [month, accepted.records])).toEqual([
    ['2026-08', 1],
    ['2026-09', 0],
    ['2026-10', 0],
  ]);
});

test('an identifier with quotes and signs of JSON comes back as it was', () => {
  const odd = 'device#a"b\\c,é';
  const { chunks } = chunksOf('events', [[odd, 'a', 1]], 100);
  expect(readItems(chunks[0]!.items)[0]!.identifier).toBe(odd);
});
