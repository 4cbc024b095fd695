import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PresetName, presetSource } from '#shared/catalog/presets/presets.ts';
import { type FilePoint, openStep } from '#shared/mediation/chunks/chunked-decoder.ts';
import { DEFAULT_DECODER_SETTINGS, type DecodedChunk } from '#shared/mediation/decoder.ts';
import { usageCsv } from '../../bench/generate/usage-csv.ts';
import { usageJson } from '../../bench/generate/usage-json.ts';
import { usageTap3 } from '../../bench/generate/usage-tap3.ts';
import { usageTs32298 } from '../../bench/generate/usage-ts32298.ts';
import { ARRIVED, arrived, type Decoded } from './decode.ts';

const sample = (path: string) => readFileSync(new URL(`./samples/${path}`, import.meta.url));
const FROM = ARRIVED - 10 * 86_400;
const fleet = { records: 120, subscriptions: 12, from: FROM, seconds: 86_400, seed: 7 };
const csv = Buffer.concat([...usageCsv(fleet)]);
/** Each record is a chunk of its own, so that where steps end does not show in the chunks. */
const EACH = { ...DEFAULT_DECODER_SETTINGS, chunkRecords: 1 };

interface SampleFile {
  readonly preset: PresetName;
  readonly name: string;
  readonly entries: readonly (readonly [entry: string, bytes: Uint8Array])[];
}

const FILES: readonly SampleFile[] = [
  { preset: 'plain-csv', name: 'plain.csv', entries: [['', csv]] },
  {
    preset: 'plain-csv',
    name: 'plain.zip',
    entries: [
      ['one.csv', csv],
      ['two.csv', csv.subarray(0, csv.indexOf(0x0a) + 1)],
      ['three.csv', csv],
    ],
  },
  { preset: 'soracom-air-csv', name: 'air.csv', entries: [['', sample('csv-soracom/air-usage-202610.csv')]] },
  { preset: '1nce-json', name: 'usage.json', entries: [['', Buffer.concat([...usageJson(fleet)])]] },
  { preset: 'tap3', name: 'CDDEUD2UTOIO00001', entries: [['', usageTap3(60, 9, FROM, 5, false)]] },
  { preset: 'tap3', name: 'CDDEUD2UTOIO00001', entries: [['', usageTap3(60, 9, FROM, 6, true)]] },
  { preset: 'tap3', name: 'CDFRAF1UTOIO00007', entries: [['', sample('tap3/CDFRAF1UTOIO00007')]] },
  { preset: 'tap3', name: 'CDDEUD2UTOIO00101', entries: [['', sample('tap3/CDDEUD2UTOIO00101')]] },
  { preset: 'ts32298', name: 'PGW', entries: [['', usageTs32298(60, 9, FROM, 5)]] },
  { preset: 'ts32298', name: 'PGW-0001', entries: [['', sample('ts32298-pgw/PGW-UTO-1_-_0001.20261002_-_1100+0200')]] },
  { preset: 'ts32298', name: 'SGSN', entries: [['', sample('ts32298-raw/SGSN_20261002_0001.ber')]] },
];

/** Decodes a file step by step, each by a decoder of its own that knows the last one's point as JSON; every block is a few bytes. */
function decodeInSteps({ preset, name, entries }: SampleFile, stepBytes: number, blockBytes: number) {
  const source = presetSource(preset, 'source', 'demo', '*');
  const chunks: DecodedChunk[] = [];
  let point: FilePoint | undefined;
  for (let steps = 1; ; steps++) {
    const decoder = openStep(source, arrived(name), { ...EACH, stepBytes }, point);
    const stopped = feed(decoder, entries, point, blockBytes, chunks);
    if (!stopped) {
      const { chunks: last, outcome } = decoder.end();
      const decoded: Decoded = { chunks: [...chunks, ...last], outcome };
      return { steps, decoded };
    }
    const { chunks: last, point: next } = decoder.stop();
    chunks.push(...last);
    point = JSON.parse(JSON.stringify(next));
  }
}

function feed(
  decoder: ReturnType<typeof openStep>,
  entries: SampleFile['entries'],
  from: FilePoint | undefined,
  blockBytes: number,
  chunks: DecodedChunk[],
): boolean {
  const first = from === undefined ? 0 : entries.findIndex(([entry]) => entry === from.entry);
  for (const [entry, bytes] of entries.slice(first)) {
    const offset = entry === from?.entry ? from.decoder.offset : 0;
    for (let at = offset; at === offset || at < bytes.length; at += blockBytes) {
      chunks.push(...decoder.push(entry, bytes.subarray(at, at + blockBytes)));
      if (decoder.isStopped) return true;
    }
  }
  return false;
}

describe.each(FILES)('$name by $preset', (file) => {
  const whole = decodeInSteps(file, Number.MAX_SAFE_INTEGER, 1 << 20).decoded;
  const length = file.entries.reduce((sum, [, bytes]) => sum + bytes.length, 0);

  test('in steps of any length it is what it is in one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: length }), fc.integer({ min: 1, max: 5000 }), (stepBytes, blockBytes) => {
        expect(decodeInSteps(file, stepBytes, blockBytes).decoded).toEqual(whole);
      }),
      { numRuns: 12 },
    );
  });

  test('it really takes steps, whose ends do not depend on the blocks', () => {
    const { steps } = decodeInSteps(file, Math.ceil(length / 4), 100);
    expect(steps).toBeGreaterThan(2);
    expect(decodeInSteps(file, Math.ceil(length / 4), 1 << 20).steps).toBe(steps);
  });
});
