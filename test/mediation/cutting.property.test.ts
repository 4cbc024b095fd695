import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import { readItems } from '#shared/mediation/chunks/items-object.ts';
import { readRecords } from '#shared/mediation/chunks/record-columns-reader.ts';
import { DEFAULT_DECODER_SETTINGS } from '#shared/mediation/decoder.ts';
import { fold } from '#shared/usage/fold.ts';
import type { VisibleItem } from '#shared/usage/visible-item.ts';
import { usageCsv } from '../../bench/generate/usage-csv.ts';
import { usageTap3 } from '../../bench/generate/usage-tap3.ts';
import { usageTs32298 } from '../../bench/generate/usage-ts32298.ts';
import { ARRIVED, arrived, type Decoded, decodeCut, recordsOf } from './decode.ts';

const sample = (path: string) => readFileSync(new URL(`./samples/${path}`, import.meta.url));
const FROM = ARRIVED - 10 * 86_400;
const fleet = { records: 300, subscriptions: 12, from: FROM, seconds: 86_400, seed: 7 };

const FILES = [
  { preset: 'tap3', name: 'CDDEUD2UTOIO00101', bytes: sample('tap3/CDDEUD2UTOIO00101') },
  { preset: 'tap3', name: 'CDDEUD2UTOIO00106', bytes: sample('tap3/CDDEUD2UTOIO00106') },
  { preset: 'tap3', name: 'CDDEUD2UTOIO00107', bytes: sample('tap3/CDDEUD2UTOIO00107') },
  { preset: 'tap3', name: 'CDFRAF1UTOIO00007', bytes: sample('tap3/CDFRAF1UTOIO00007') },
  { preset: 'tap3', name: 'CDDEUD2UTOIO00001', bytes: Buffer.from(usageTap3(200, 9, FROM, 5, true)) },
  { preset: 'ts32298', name: 'PGW-0005', bytes: sample('ts32298-pgw/PGW-UTO-1_-_0005.20261006_-_0100+0200') },
  { preset: 'ts32298', name: 'CHF-0042', bytes: sample('ts32298-chf/chf-01_-_0042.20261002_-_1230+0200') },
  { preset: 'ts32298', name: 'SGSN-0001', bytes: sample('ts32298-raw/SGSN_20261002_0001.ber') },
  { preset: 'ts32298', name: 'PGW-many', bytes: Buffer.from(usageTs32298(60, 9, FROM, 5)) },
  { preset: 'emnify-csv', name: 'usage.csv', bytes: sample('csv-emnify/usage_data_2026-10-07.csv') },
  { preset: 'soracom-air-csv', name: 'air.csv', bytes: sample('csv-soracom/air-usage-202610.csv') },
  {
    preset: 'plain-csv',
    name: 'plain.csv',
    bytes: Buffer.concat([...usageCsv(fleet), ...usageCsv({ ...fleet, records: 50 })].map(withoutSecondHeader)),
  },
] as const;

/** A file whose first records come again at its end: duplicates within and across chunks. */
function withoutSecondHeader(block: Uint8Array, index: number): Uint8Array {
  return index === 0 ? block : block.subarray(block.indexOf(0x0a) + 1);
}

function decodeSample(file: (typeof FILES)[number], cuts: readonly number[], chunkRecords: number): Decoded {
  const source = presetSource(file.preset, 'source', 'demo', '*');
  return decodeCut(source, arrived(file.name), file.bytes, cuts, { ...DEFAULT_DECODER_SETTINGS, chunkRecords });
}

describe.each(FILES)('$name', (file) => {
  test('the blocks a file comes in change nothing', () => {
    const whole = decodeSample(file, [], 7);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 12 }), (cuts) => {
        expect(decodeSample(file, cuts, 7)).toEqual(whole);
      }),
      { numRuns: 60 },
    );
    const everyByte = Array.from(file.bytes.keys());
    expect(decodeSample(file, everyByte, 7)).toEqual(whole);
  });

  test('chunks of any size hold the same usage', () => {
    const whole = decodeSample(file, [], 100_000);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), (chunkRecords) => {
        const cut = decodeSample(file, [], chunkRecords);
        expect(cut.chunks.map((c) => c.index)).toEqual(cut.chunks.map((_, i) => i));
        for (const c of cut.chunks)
          expect(c.totals.records + c.duplicates.records + c.rejected.length).toBeLessThanOrEqual(chunkRecords);
        expect(cut.outcome.read).toBe(
          cut.outcome.accepted.records + cut.outcome.duplicate.records + cut.outcome.rejected,
        );
        expect(foldAll(cut)).toEqual(foldAll(whole));
        expect(cut.outcome.status).toBe(whole.outcome.status);
      }),
      { numRuns: 30 },
    );
  });

  test('items and records of a chunk agree with its totals', () => {
    const decoded = decodeSample(file, [], 40);
    for (const chunk of decoded.chunks) {
      const lines = recordsOf({ ...decoded, chunks: [chunk] });
      const folded = readItems(chunk.items).map((item) =>
        fold([{ packed: item.packed, position: 1, file: 'f', chunk: 0, part: item.part }]),
      );
      const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);
      const octets = folded.map((f) =>
        sum([f.bytesUp, f.bytesDown, f.bytesUnsplit].flatMap((column) => [...column.subarray(0, f.length)])),
      );
      const said = lines.map((l) => Number(l.bytes_up) + Number(l.bytes_down) + Number(l.bytes_unsplit));
      expect([lines.length, sum(folded.map((f) => f.length))]).toEqual([chunk.totals.records, chunk.totals.records]);
      expect([sum(said), sum(octets)]).toEqual([chunk.totals.bytes, chunk.totals.bytes]);
      expect(sum(Object.values(chunk.months).map((m) => m.accepted.bytes))).toBe(chunk.totals.bytes);
      expect(new Set(readItems(chunk.items).map((i) => i.identifier))).toEqual(new Set(lines.map((l) => l.identifier)));
      expect(chunk.identifiers).toBe(new Set(readItems(chunk.items).map((i) => i.identifier)).size);
    }
  });
});

/** What all the chunks' items say together, by identifier and month. */
function foldAll({ chunks }: Decoded): Record<string, string[]> {
  const groups = new Map<string, VisibleItem[]>();
  for (const { index, items } of chunks) {
    for (const { identifier, month, part, packed } of readItems(items)) {
      const key = `${identifier} ${month}`;
      groups.set(key, [...(groups.get(key) ?? []), { packed, position: 1, file: 'f', chunk: index, part }]);
    }
  }
  return Object.fromEntries(
    [...groups].sort().map(([key, items]) => {
      const folded = fold(items);
      const rows = Array.from({ length: folded.length }, (_, row) =>
        JSON.stringify([
          folded.keys[folded.keyIndex[row]!],
          folded.startedAt[row],
          folded.bytesUp[row],
          folded.bytesDown[row],
          folded.bytesUnsplit[row],
          folded.seconds[row],
          folded.count[row],
          folded.session[row],
        ]),
      );
      return [key, rows];
    }),
  );
}

describe('files of many blocks', () => {
  const quoted = Buffer.concat([...usageCsv({ ...fleet, records: 1500 })])
    .toString('latin1')
    .replace(/[^,\n]+/g, (text) => `"${text}"`);
  const large = [
    { preset: 'plain-csv', name: 'quoted.csv', bytes: Buffer.from(quoted, 'latin1') },
    { preset: 'tap3', name: 'CDDEUD2UTOIO00001', bytes: Buffer.from(usageTap3(1200, 50, FROM, 6, false)) },
    { preset: 'tap3', name: 'CDDEUD2UTOIO00001', bytes: Buffer.from(usageTap3(1200, 50, FROM, 6, true)) },
  ] as const;

  test.each(large)('$name: what is kept of one block for the next changes nothing', ({ preset, name, bytes }) => {
    const source = presetSource(preset, 'source', 'demo', '*');
    const inBlocks = (sizes: readonly number[]) => {
      const cuts: number[] = [];
      for (let at = 0, i = 0; at < bytes.length; i++) cuts.push((at += sizes[i % sizes.length]!));
      return decodeCut(
        source,
        arrived(name),
        bytes,
        cuts.filter((cut) => cut < bytes.length),
        DEFAULT_DECODER_SETTINGS,
      );
    };
    const whole = inBlocks([bytes.length]);
    expect(whole.outcome).toMatchObject({ status: 'accepted', rejected: 0 });
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30_000 }), { minLength: 1, maxLength: 9 }), (sizes) => {
        expect(inBlocks([...sizes, 5000])).toEqual(whole);
      }),
      { numRuns: 25 },
    );
  });
});

describe('damaged files', () => {
  test.each(FILES)('$name: any damage gives an outcome, never an exception', (file) => {
    const change = fc.record({
      at: fc.nat(),
      byte: fc.nat(255),
      kind: fc.constantFrom('set', 'cut', 'insert', 'drop'),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(), (changes, cut) => {
        let bytes: Uint8Array = Uint8Array.from(file.bytes);
        for (const { at, byte, kind } of changes) bytes = damage(bytes, at % (bytes.length + 1), byte, kind);
        const source = presetSource(file.preset, 'source', 'demo', '*');
        const settings = { ...DEFAULT_DECODER_SETTINGS, chunkRecords: 50 };
        const decoded = decodeCut(source, arrived(file.name), bytes, [cut], settings);
        expect(decodeCut(source, arrived(file.name), bytes, [], settings)).toEqual(decoded);
        const { outcome, chunks } = decoded;
        expect(outcome.read).toBe(outcome.accepted.records + outcome.duplicate.records + outcome.rejected);
        expect(outcome.status === 'quarantined').toBe(outcome.problems.some((p) => p.severity === 'fatal'));
        for (const { records, totals } of chunks) expect(readRecords(records, () => true)).toHaveLength(totals.records);
        foldAll(decoded);
      }),
      { numRuns: file.bytes.length > 10_000 ? 30 : 120 },
    );
  });
});

function damage(bytes: Uint8Array, at: number, byte: number, kind: 'set' | 'cut' | 'insert' | 'drop'): Uint8Array {
  if (kind === 'set') return Buffer.concat([bytes.subarray(0, at), Uint8Array.of(byte), bytes.subarray(at + 1)]);
  if (kind === 'cut') return bytes.subarray(0, at);
  if (kind === 'insert') return Buffer.concat([bytes.subarray(0, at), Uint8Array.of(byte), bytes.subarray(at)]);
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
}
