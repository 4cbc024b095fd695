import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sourceDefinition } from '#shared/catalog/files/source-schema.ts';
import { PRESETS, type PresetName } from '#shared/catalog/presets/presets.ts';
import type { SourceDefinition } from '#shared/catalog/source.ts';
import { DEFAULT_DECODER_SETTINGS } from '#shared/mediation/decoder.ts';
import { openDecoder } from '#shared/mediation/open-decoder.ts';
import { DIRECTIONS, type RecordDraft, TEXT } from '#shared/mediation/record-draft.ts';
import { isoInstant } from '#shared/time/local-date.ts';
import { ARRIVED, decodeCut, moreOf, type RecordLine, recordsOf, sessionsOf } from './decode.ts';

/** A sample as its own description tells it; made by other people's decoders, never by this one. */
interface Expected {
  readonly issues: readonly { readonly code: string; readonly seq: number }[];
  readonly file?: { readonly snapshotTime: string };
  readonly recordsInFile: number;
  readonly records: readonly Readonly<Record<string, unknown>>[];
  readonly rejectedRecords: readonly { readonly seq: number; readonly code: string }[];
}

/** Which preset reads a format's files, and what is said beside it. */
interface Format {
  readonly preset: PresetName;
  readonly more?: Readonly<Record<string, unknown>>;
  readonly arrivedAt?: number;
  /** Records of usage, and how many of them are duplicates, where these are not one for each record of the file. */
  readonly counts?: { readonly read: number; readonly duplicate: number };
}

const LOCAL = { column: 'start', zone: 'Europe/Berlin' };
const FORMATS: Readonly<Record<string, Format>> = {
  'csv-asterisk': { preset: 'asterisk-csv', more: { start: LOCAL } },
  'csv-eiot': { preset: 'eiotclub-csv', arrivedAt: Date.UTC(2026, 0, 15, 2) / 1000 },
  'csv-emnify': { preset: 'emnify-csv' },
  'csv-freeswitch': { preset: 'freeswitch-csv', more: { start: { ...LOCAL, column: 'start_stamp' } } },
  'csv-soracom': { preset: 'soracom-air-csv' },
  'csv-telnyx': { preset: 'telnyx-csv' },
  'json-1nce': { preset: '1nce-json' },
  'json-supersim': { preset: 'super-sim-json' },
  'json-ts32291': { preset: 'ts32291-json', counts: { read: 7, duplicate: 2 } },
  'ndjson-emnify': { preset: 'emnify-json' },
};
const SAMPLES = new URL('./samples/', import.meta.url);
const filesOf = (format: string) =>
  readdirSync(new URL(format, SAMPLES))
    .filter((name) => !name.endsWith('.expected.json'))
    .map((name) => ({ format, name }));

function sourceOf(format: string, { preset, more }: Format): SourceDefinition {
  return sourceDefinition.parse({ ...PRESETS[preset].definition, name: format, carrier: 'demo', ...more });
}

function load(format: string, name: string) {
  const path = new URL(`${format}/${name}`, SAMPLES);
  const expected: Expected = JSON.parse(readFileSync(`${path.pathname}.expected.json`, 'utf8'));
  return { bytes: readFileSync(path), expected };
}

describe.each(Object.keys(FORMATS).flatMap(filesOf))('$format/$name', ({ format, name }) => {
  const how = FORMATS[format]!;
  const { bytes, expected } = load(format, name);
  const file = { name, carrier: 'demo', arrivedAt: how.arrivedAt ?? ARRIVED };
  const decoded = decodeCut(sourceOf(format, how), file, bytes, [], DEFAULT_DECODER_SETTINGS);

  test('every record is accounted for', () => {
    const { outcome } = decoded;
    const duplicates = expected.rejectedRecords.filter(({ code }) => code === 'DUPLICATE_RECORD');
    const counts = how.counts ?? { read: expected.recordsInFile, duplicate: duplicates.length };
    expect(outcome).toMatchObject({ status: 'accepted', read: counts.read, rejected: 0 });
    expect(outcome.duplicate.records).toBe(counts.duplicate);
    expect(recordsOf(decoded).length - moreOf(decoded)).toBe(expected.recordsInFile - duplicates.length);
    const issues = expected.issues.map(({ code }) => code).filter((code) => code !== 'DUPLICATE_RECORD');
    expect(outcome.problems.map(({ code }) => code)).toEqual(issues);
  });

  test('its records', () => {
    const lines = how.counts === undefined ? recordsOf(decoded) : sessionsOf(decoded);
    expect(lines).toHaveLength(expected.records.length);
    lines.forEach((line, i) => {
      const { seq, ...record } = expected.records[i]!;
      const place = how.counts === undefined ? { seq: Number(line.record) } : { seq: Number(line.place) };
      expect({ ...place, ...told(line, record) }).toEqual({ seq, ...meant(record) });
    });
  });
});

const TELLS: Readonly<Record<string, (line: RecordLine) => unknown>> = {
  usageType: (line) => line.service,
  direction: (line) => line.direction,
  imsi: (line) => line.imsi,
  iccid: (line) => line.iccid,
  msisdn: (line) => line.msisdn,
  imei: (line) => line.imei,
  simId: (line) => (line.identifier.startsWith('device#') ? line.identifier.slice(7) : undefined),
  callingParty: (line) => line.identifier.slice(7),
  otherParty: (line) => line.other_party,
  start: (line) => `${local(line)}${line.start_offset}`,
  startUtc: (line) => line.started_at,
  startLocal: (line) => local(line).replace('T', ' '),
  durationSec: (line) => Number(line.seconds),
  bytesUp: (line) => Number(line.bytes_up),
  bytesDown: (line) => Number(line.bytes_down),
  bytesTotal: (line) => Number(line.bytes_up) + Number(line.bytes_down) + Number(line.bytes_unsplit),
  smsCount: (line) => Number(line.count),
  answered: (line) => Number(line.count) === 1,
  visitedMccMnc: (line) => line.network,
  apn: (line) => line.apn,
  ratType: (line) => line.technology,
  trafficClass: (line) => line.technology,
  aggregation: (line) => (line.precision === 'instant' ? 'period' : line.precision),
  sessionId: (line) => line.session,
  chargingId: (line) => Number(line.charging_id),
  invocationSequenceNumber: (line) => Number(line.sequence),
  hangupCause: (line) => line.record_type,
  supplierCost: (line) => ({ amount: line.charge, currency: line.currency }),
  recordId: () => 'in the fingerprint',
};

/** What is compared of a record is whatever its description says, as far as our records keep it. */
function told(line: RecordLine, record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const values = Object.keys(record).map((key) => [key, TELLS[key]?.(line)] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

function meant(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isSim = record.imsi === undefined;
  const entries = Object.entries(record).flatMap(([key, value]): [string, unknown][] => {
    if (TELLS[key] === undefined || (key === 'simId' && !isSim)) return [];
    if (key === 'recordId') return [[key, 'in the fingerprint']];
    if (key !== 'supplierCost') return [[key, value]];
    const { amount, currency } = value as { amount: string; currency: string };
    return [[key, { amount, currency: currency === 'UNKNOWN' ? '' : currency }]];
  });
  return Object.fromEntries(entries);
}

function local({ started_at, start_offset }: RecordLine): string {
  const minutes =
    (start_offset.startsWith('-') ? -1 : 1) * (Number(start_offset.slice(1, 3)) * 60 + Number(start_offset.slice(4)));
  return isoInstant(Date.parse(started_at) / 1000 + minutes * 60).slice(0, 19);
}

test('durations between two times, without fractions', () => {
  const { bytes } = load('ndjson-emnify', 'usage-2026-10-06.ndjson');
  const file = { name: 'x', carrier: 'demo', arrivedAt: ARRIVED };
  const decoded = decodeCut(sourceOf('e', FORMATS['ndjson-emnify']!), file, bytes, [], DEFAULT_DECODER_SETTINGS);
  expect(recordsOf(decoded).map(({ seconds }) => seconds)).toEqual(['94', '754', '622', '442', '381', '0']);
});

test('what tells the records of 5G sessions apart: slice, session, request, rating group', () => {
  const { bytes } = load('json-ts32291', 'nchf-2026-10-10.ndjson');
  const file = { name: 'x', carrier: 'demo', arrivedAt: ARRIVED };
  const decoded = decodeCut(sourceOf('n', FORMATS['json-ts32291']!), file, bytes, [], DEFAULT_DECODER_SETTINGS);
  const lines = recordsOf(decoded);
  expect(new Set(lines.map(({ slice, session }) => `${slice} ${session}`))).toEqual(new Set(['1-0000aa 4001']));
  const told = lines.map(({ place, sequence, rating_group: group, bytes_up, bytes_down, bytes_unsplit }) =>
    [place, sequence, group, bytes_up, bytes_down, bytes_unsplit].join(' '),
  );
  expect(told).toEqual(['1 0  0 0 0', '2 1 10 100 200 0', '3 2 10 300 400 0', '3 2 20 0 0 50', '5 3 10 1 1 0']);
});

describe.each(filesOf('json-controlcenter'))('$format/$name', ({ format, name }) => {
  test('each counter is a reading of its own, at the time in the name', () => {
    const { bytes, expected } = load(format, name);
    const source = sourceOf(format, { preset: 'control-center-json' });
    const readings: unknown[] = [];
    const sink = {
      add: (draft: RecordDraft) => readings.push(readingOf(draft)),
      reject: (draft: RecordDraft) => readings.push(draft.reason),
    };
    const file = { name, carrier: 'demo', arrivedAt: ARRIVED };
    const decoder = openDecoder(source, file, DEFAULT_DECODER_SETTINGS, sink, undefined);
    decoder.push(bytes);
    expect(decoder.end().problems).toEqual([]);
    expect(readings).toEqual(
      expected.records.flatMap(({ iccid, imsi, msisdn, imei, cumulative }) => {
        const { bytesTotal, smsCount } = cumulative as { bytesTotal: number; smsCount: number };
        const each = {
          identifier: `iccid#${iccid}`,
          imsi,
          msisdn,
          imei,
          at: expected.file!.snapshotTime,
          direction: '',
        };
        return [
          { ...each, service: 'data', quantities: [bytesTotal, 0, 0] },
          { ...each, service: 'sms', quantities: [0, 0, smsCount] },
          { ...each, service: 'voice', quantities: [0, 0, 0] },
        ];
      }),
    );
  });
});

function readingOf(draft: RecordDraft) {
  const text = (field: (typeof TEXT)[keyof typeof TEXT]) =>
    draft.bytes.toString('utf8', draft.start(field), draft.end(field));
  return {
    identifier: text(TEXT.identifier),
    imsi: text(TEXT.imsi),
    msisdn: text(TEXT.msisdn),
    imei: text(TEXT.imei),
    at: isoInstant(draft.startedAt),
    direction: DIRECTIONS[draft.direction],
    service: text(TEXT.service),
    quantities: [draft.bytesUnsplit, draft.seconds, draft.count],
  };
}
