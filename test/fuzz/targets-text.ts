import { readFileSync } from 'node:fs';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { type PresetName, presetSource } from '#shared/catalog/presets/presets.ts';
import type { JsonSource, SourceDefinition } from '#shared/catalog/source.ts';
import { openChunkedDecoder } from '#shared/mediation/chunks/chunked-decoder.ts';
import type { RecordSink } from '#shared/mediation/decoder.ts';
import { openDecoder } from '#shared/mediation/open-decoder.ts';
import type { RecordDraft } from '#shared/mediation/record-draft.ts';
import { UnreadableFile } from '#shared/mediation/use-cases/decompress.ts';
import { usageBytes } from '#shared/mediation/use-cases/usage-bytes.ts';
import { usageCsv } from '../../bench/generate/usage-csv.ts';
import { usageJson } from '../../bench/generate/usage-json.ts';
import { zipOf } from '../mediation/zip-writer.ts';
import { ARRIVED, decodedTwice, FILE, SETTINGS } from './decoded-twice.ts';
import type { FuzzTarget } from './fuzz.ts';
import type { Random } from './mutate.ts';

const fleet = { records: 40, subscriptions: 7, from: ARRIVED - 86_400, seconds: 80_000, seed: 5 };
const csv = Buffer.concat([...usageCsv(fleet)]);
const json = Buffer.concat([...usageJson(fleet)]);
const list = Buffer.from(`[${json.toString().trim().replaceAll('\n', ',\n')}]`);
const sample = (path: string) => readFileSync(new URL(`../mediation/samples/${path}`, import.meta.url));
const sources = new Map<PresetName, SourceDefinition>();

function source(preset: PresetName): SourceDefinition {
  const known = sources.get(preset) ?? presetSource(preset, 'source', 'demo', '*');
  sources.set(preset, known);
  return known;
}

/** Stands for a record that was rejected. */
const NONE = { up: -1, down: -1, count: -1 };

/** Records by the line they begin on. */
function recordsByLine(
  of: SourceDefinition,
  bytes: Buffer,
): Map<number, { up: number; down: number; count: number }[]> {
  const lines = new Map<number, { up: number; down: number; count: number }[]>();
  const sink: RecordSink = {
    add({ bytesUp: up, bytesDown: down, count }: RecordDraft, place) {
      lines.set(place, [...(lines.get(place) ?? []), { up, down, count }]);
    },
    reject(_, place) {
      lines.set(place, [...(lines.get(place) ?? []), NONE]);
    },
  };
  const decoder = openDecoder(of, FILE, SETTINGS, sink, undefined);
  decoder.push(bytes);
  const isFatal = decoder.end().problems.some(({ severity }) => severity === 'fatal');
  return isFatal ? new Map() : lines;
}

/** Lines a record that is written over several may take. */
const MOST_LINES = 2000;

/** What was accepted of a line that holds one object is what another parser reads there. */
function agreesWithParser(bytes: Buffer): void {
  const lines = bytes.toString('utf8').split('\n');
  for (const [place, [found, ...more]] of recordsByLine(source('1nce-json'), bytes)) {
    const text = lines
      .slice(place - 1, place + MOST_LINES)
      .join('\n')
      .replace(/^\ufeff/, '')
      .trim();
    if (more.length > 0 || found === NONE || !text.startsWith('{')) continue;
    const parsed = firstObject(text);
    if (parsed === undefined) throw new Error(`line ${place} is no JSON, but was accepted: ${text.slice(0, 300)}`);
    const { volume, traffic_type: type } = parsed as { volume: Record<string, unknown>; traffic_type: { id: unknown } };
    const octets = (value: unknown) => Math.round(Number(value ?? 0) * 1e6);
    const isData = String(type.id) === '5';
    const [up, down] = isData ? [octets(volume.tx), octets(volume.rx)] : [0, 0];
    const count = isData ? 0 : Number(volume.tx ?? 0) + Number(volume.rx ?? 0);
    if (found!.up !== up || found!.down !== down || found!.count !== count)
      throw new Error(`line ${place} was read as ${JSON.stringify(found)}: ${text.slice(0, 600)}`);
  }
}

/** The first object of a text, whatever follows it. */
function firstObject(line: string): unknown {
  for (let end = line.indexOf('}') + 1; end > 0; end = line.indexOf('}', end) + 1) {
    try {
      return JSON.parse(line.slice(0, end));
    } catch {
      // The brace was an inner one.
    }
  }
  return undefined;
}

/** What was accepted of a line without quotes is what stands between its commas. */
function agreesWithCommas(bytes: Buffer): void {
  const text = bytes.toString('latin1');
  const lines = text.split(text.includes('\n') ? '\n' : '\r').map((line) => line.replace(/\r$/, ''));
  const names = (lines.find((line) => line !== '') ?? '')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .split(',')
    .map((name) => name.trim());
  if (text.includes('"')) return;
  for (const [place, [found]] of recordsByLine(source('plain-csv'), bytes)) {
    if (found === NONE) continue;
    const values = (lines[place - 1] ?? '').split(',');
    const numberIn = (name: string) => Number(values[names.indexOf(name)]?.trim() || 0);
    const expected = { up: numberIn('bytes_up'), down: numberIn('bytes_down'), count: numberIn('count') };
    if (JSON.stringify(found) !== JSON.stringify(expected))
      throw new Error(`line ${place} was read as ${JSON.stringify(found)}: ${lines[place - 1]?.slice(0, 300)}`);
  }
}

const TEXT_SEEDS = [csv, Buffer.from(csv.toString().replaceAll('\n', '\r\n')), quoted(csv)];

function quoted(text: Buffer): Buffer {
  return Buffer.from(text.toString().replace(/[^,\n]+/g, (field) => `"${field}"`));
}

/** Files as they come, plain and packed; whatever is done to them, they are read, or refused as unreadable. */
const packed = [
  gzipSync(csv),
  Buffer.concat([gzipSync(csv), gzipSync(json)]),
  zstdCompressSync(csv),
  zipOf([
    { name: 'a.csv', bytes: csv },
    { name: 'b.csv', bytes: quoted(csv), method: 0 },
  ]),
  zipOf([{ name: 'c.csv', bytes: csv, described: true }], { zip64: true, comment: 'x' }),
  zipOf([{ name: 'd.csv', bytes: Buffer.alloc(3_000_000, 'a'), method: 93 }]),
  gzipSync(Buffer.alloc(20_000_000, 0)),
  zipOf([{ name: 'bomb.csv', bytes: Buffer.alloc(20_000_000, 0) }]),
];

async function unpackedOrRefused(bytes: Buffer, random: Random): Promise<void> {
  const blockBytes = 1 + random(Math.max(1, bytes.length));
  const blocks = async function* (offset: number): AsyncGenerator<Uint8Array> {
    for (let at = offset; at < bytes.length; at += blockBytes)
      yield bytes.subarray(at, Math.min(bytes.length, at + blockBytes));
  };
  const decoder = openChunkedDecoder(source('plain-csv'), FILE, SETTINGS);
  let written = 0;
  try {
    for await (const { entry, block } of usageBytes({
      stream: async (offset) => blocks(offset),
      size: async () => bytes.length,
    })) {
      decoder.push(entry, block);
      written += block.length;
      if (written > 1_300_000 + 1000 * bytes.length) throw new Error(`${bytes.length} bytes became ${written}`);
    }
    decoder.end();
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
  }
}

const DIVIDED = source('ts32291-json') as JsonSource;
const { ratingGroup: _, ...REST } = DIVIDED;
const WHOLE: JsonSource = {
  ...REST,
  fiveQi: { column: '', constant: '', prefixes: [] },
  technology: { column: '', constant: '', prefixes: [] },
};

/** A request divided by rating groups has the octets it has as a whole. */
function dividesWhole(bytes: Buffer): void {
  for (const line of bytes.toString('latin1').split('\n').slice(0, 10)) {
    const [divided, whole] = [DIVIDED, WHOLE].map((of) => {
      const decoder = openChunkedDecoder(of, FILE, SETTINGS);
      decoder.push('', Buffer.from(line, 'latin1'));
      return decoder.end().outcome;
    });
    const isTold = whole!.read === 1 && whole!.accepted.records === 1 && divided!.rejected === 0;
    if (isTold && divided!.status === 'accepted' && divided!.accepted.bytes !== whole!.accepted.bytes)
      throw new Error(`divided ${divided!.accepted.bytes}, as a whole ${whole!.accepted.bytes}`);
  }
}

/** What reads text, JSON, and files as they come. */
export const TEXT_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'delimited',
    seeds: [...TEXT_SEEDS, sample('csv-soracom/air-usage-202610.csv')],
    check(bytes, random) {
      decodedTwice(source('plain-csv'), bytes, random);
      if (random(4) === 0) agreesWithCommas(bytes);
    },
  },
  {
    name: 'presets',
    seeds: [
      'csv-asterisk/Master.csv',
      'csv-emnify/usage_data_2026-10-07.csv',
      'csv-telnyx/wdr_report.csv',
      'csv-soracom/air-usage-202610.csv',
    ].map(sample),
    check(bytes, random) {
      const presets = ['asterisk-csv', 'emnify-csv', 'telnyx-csv', 'soracom-air-csv'] as const;
      decodedTwice(source(presets[random(presets.length)]!), bytes, random);
    },
  },
  {
    name: 'json',
    seeds: [json, list, sample('json-1nce/usage_2026-10-05.json'), sample('ndjson-emnify/usage-2026-10-06.ndjson')],
    check(bytes, random) {
      decodedTwice(source('1nce-json'), bytes, random);
      if (random(4) === 0) agreesWithParser(bytes);
    },
  },
  {
    name: 'nested-json',
    seeds: [sample('json-ts32291/nchf-2026-10-10.ndjson'), sample('json-supersim/usage_records.json')],
    check(bytes, random) {
      decodedTwice(source(random(2) === 0 ? 'ts32291-json' : 'super-sim-json'), bytes, random);
      if (random(4) === 0) dividesWhole(bytes);
    },
  },
  { name: 'packed', seeds: packed, check: unpackedOrRefused },
];
