import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { presetSource } from '#shared/catalog/presets.ts';
import { readItems } from '#shared/mediation/items-object.ts';
import { isoInstant } from '#shared/time/local-date.ts';
import { fold } from '#shared/usage/fold.ts';
import { type Decoded, decode, recordsOf } from './decode.ts';

/** A record as the samples' own description tells it; made by other people's decoders, never by this one. */
interface Expected {
  readonly fileStatus: 'ok' | 'rejected';
  readonly issues: readonly { readonly code: string }[];
  readonly file?: Readonly<Record<string, unknown>> & { readonly audit?: Readonly<Record<string, unknown>> };
  readonly recordsInFile: number;
  readonly records: readonly Readonly<Record<string, unknown>>[];
  readonly rejectedRecords: readonly { readonly seq: number; readonly code: string; readonly field?: string }[];
}

const PRESETS = { tap3: 'tap3', 'csv-emnify': 'emnify-csv', 'csv-soracom': 'soracom-air-csv' } as const;
const SAMPLES = new URL('./samples/', import.meta.url);
const files = (Object.keys(PRESETS) as (keyof typeof PRESETS)[]).flatMap((format) =>
  readdirSync(new URL(format, SAMPLES))
    .filter((name) => !name.endsWith('.json'))
    .map((name) => ({ format, name })),
);

function load(format: keyof typeof PRESETS, name: string): { decoded: Decoded; expected: Expected } {
  const path = new URL(`${format}/${name}`, SAMPLES);
  const source = presetSource(PRESETS[format], format, 'demo', '*');
  return {
    decoded: decode(source, name, readFileSync(path)),
    expected: JSON.parse(readFileSync(`${path.pathname}.expected.json`, 'utf8')),
  };
}

/** Our codes for what the samples' description calls by other names; whoever reads sequence numbers finds gaps, not the decoder. */
const NOT_THE_DECODERS = ['SEQUENCE_GAP'];
const OF_RECORDS = ['UNSUPPORTED_EVENT', 'VALUE_OUT_OF_RANGE'];

describe.each(files)('$format/$name', ({ format, name }) => {
  const { decoded, expected } = load(format, name);
  const { outcome, chunks } = decoded;

  test('its fate and its problems', () => {
    const isTest = expected.file?.isTest === true;
    const isNotification = expected.file?.type === 'notification';
    const fate = isNotification
      ? 'notification'
      : isTest
        ? 'test'
        : expected.fileStatus === 'ok'
          ? 'accepted'
          : 'quarantined';
    expect(outcome.status).toBe(fate);
    const issues = expected.issues.map(({ code }) => code).filter((code) => !NOT_THE_DECODERS.includes(code));
    const found = [
      ...outcome.problems.map(({ code }) => code),
      ...chunks.flatMap((c) => c.rejected.map(({ code }) => code)),
    ];
    expect(found.filter((code) => code !== 'RECORDS_REJECTED').sort()).toEqual([...issues].sort());
    expect(outcome.problems.some(({ code }) => code === 'RECORDS_REJECTED')).toBe(
      issues.some((c) => OF_RECORDS.includes(c)),
    );
  });

  test('every record is accounted for', () => {
    const isCut = outcome.problems.some(({ code }) => code === 'TRUNCATED');
    if (!isCut) expect(outcome.read).toBe(expected.recordsInFile);
    expect(outcome.read).toBe(outcome.accepted.records + outcome.duplicate.records + outcome.rejected);
    expect(chunks.flatMap((c) => c.rejected.map(({ record, code }) => ({ seq: record, code })))).toEqual(
      expected.rejectedRecords.map(({ seq, code }) => ({ seq, code })),
    );
    for (const rejected of expected.rejectedRecords) {
      if (rejected.field !== undefined) expect(chunks[0]!.rejected.map(({ field }) => field)).toContain(rejected.field);
    }
  });

  test.runIf(expected.fileStatus === 'ok')('its records', () => {
    const lines = recordsOf(decoded);
    expect(lines.map((line) => told(line))).toEqual(expected.records.map((record) => meant(record)));
    const month = (at: string) => at.slice(0, 7);
    for (const chunk of chunks) {
      const folded = readItems(chunk.items).map((item) =>
        fold([{ packed: item.packed, position: 1, file: 'f', chunk: 0, part: item.part }]),
      );
      expect(folded.reduce((sum, f) => sum + f.length, 0)).toBe(chunk.totals.records);
      expect(readItems(chunk.items).map((i) => i.month)).toEqual(
        readItems(chunk.items).map((_, i) => month(isoInstant(folded[i]!.startedAt[0]!))),
      );
    }
  });

  test.runIf(expected.file)('what it says of itself', () => {
    const { facts, trailer } = outcome;
    const { file } = expected;
    expect(facts.sender).toBe(file!.sender);
    expect(facts.recipient).toBe(file!.recipient);
    expect(facts.sequence).toBe(file!.fileSequenceNumber);
    expect(facts.specification).toBe(file!.specification);
    expect(facts.available).toBe(Date.parse(file!.fileAvailable as string) / 1000);
    if (file!.type === 'notification') return;
    expect([facts.currency, facts.localCurrency, facts.decimals]).toEqual([
      file!.tapCurrency,
      file!.localCurrency,
      file!.tapDecimalPlaces,
    ]);
    if (trailer.length === 0) return;
    const { audit } = file!;
    const totals = [audit!.callEventDetailsCount, audit!.totalCharge, audit!.totalTaxValue, audit!.totalDiscountValue];
    expect(trailer.map((total) => total.expected)).toEqual(totals.map(String));
  });
});

/** What is compared of a record, from our CSV … */
function told(line: ReturnType<typeof recordsOf>[number]) {
  return {
    seq: Number(line.record),
    usageType: line.service,
    direction: line.direction,
    identifier: line.identifier,
    msisdn: line.msisdn,
    iccid: line.iccid,
    imei: line.imei,
    start: line.started_at,
    precision: line.precision,
    network: line.network,
    apn: line.apn,
    technology: line.technology,
    otherParty: line.other_party,
    bytesUp: Number(line.bytes_up),
    bytesDown: Number(line.bytes_down),
    seconds: Number(line.seconds),
    messages: line.service === 'sms' ? Number(line.count) : 0,
    session: line.session,
    charge: line.charge,
    currency: line.currency,
  };
}

/** … and from the description. */
function meant(record: Readonly<Record<string, unknown>>): ReturnType<typeof told> {
  const text = (name: string) => String(record[name] ?? '');
  const money = (record.charge ?? record.supplierCost ?? {}) as { amount?: string; currency?: string };
  const end = record.endUtc === undefined ? 0 : (Date.parse(text('endUtc')) - Date.parse(text('startUtc'))) / 1000;
  return {
    seq: Number(record.seq),
    usageType: text('usageType'),
    direction: text('direction'),
    identifier: `imsi#${record.imsi}`,
    msisdn: text('msisdn'),
    iccid: text('iccid'),
    imei: text('imei'),
    start: text('startUtc'),
    precision: record.aggregation === undefined ? 'instant' : text('aggregation'),
    network: text('visitedTadig') || text('visitedMccMnc'),
    apn: text('apn'),
    technology: text('trafficClass'),
    otherParty: text('otherParty'),
    bytesUp: Number(record.bytesUp ?? 0),
    bytesDown: Number(record.bytesDown ?? 0),
    seconds: Number(record.durationSec ?? end),
    messages: Number(record.smsCount ?? 0),
    session: text('sessionId') || (record.chargingId ? text('chargingId') : ''),
    charge: money.amount ?? '',
    currency: money.currency ?? '',
  };
}
