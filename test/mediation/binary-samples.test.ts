import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import { readItems } from '#shared/mediation/chunks/items-object.ts';
import { localCharge } from '#shared/mediation/local-charge.ts';
import { isoInstant } from '#shared/time/local-date.ts';
import { fold } from '#shared/usage/fold.ts';
import { type Decoded, decode, moreOf, type RecordLine, recordsOf, sessionsOf } from './decode.ts';

/** A file as its own description tells it; made by other people's decoders, never by this one. */
interface Expected {
  readonly fileStatus: 'ok' | 'partial' | 'rejected';
  readonly issues: readonly { readonly code: string }[];
  readonly file: Readonly<Record<string, unknown>> & { readonly audit?: Readonly<Record<string, unknown>> };
  readonly recordsInFile: number;
  readonly records: readonly Described[];
  readonly rejectedRecords: readonly { readonly seq: number; readonly code: string; readonly field?: string }[];
}

type Described = Readonly<Record<string, unknown>>;

const PRESETS = {
  tap3: 'tap3',
  'ts32298-pgw': 'ts32298',
  'ts32298-chf': 'ts32298',
  'ts32298-raw': 'ts32298',
} as const;
type Format = keyof typeof PRESETS;
const SAMPLES = new URL('./samples/', import.meta.url);
const files = (Object.keys(PRESETS) as Format[]).flatMap((format) =>
  readdirSync(new URL(format, SAMPLES))
    .filter((name) => !name.endsWith('.json'))
    .map((name) => ({ format, name })),
);

function load(format: Format, name: string): { decoded: Decoded; expected: Expected } {
  const path = new URL(`${format}/${name}`, SAMPLES);
  const source = presetSource(PRESETS[format], format, 'demo', '*');
  return {
    decoded: decode(source, name, readFileSync(path)),
    expected: JSON.parse(readFileSync(`${path.pathname}.expected.json`, 'utf8')),
  };
}

/** Whoever reads the sequence numbers of several files finds gaps, not the decoder. */
const NOT_THE_DECODERS = ['SEQUENCE_GAP'];
const OF_RECORDS = ['UNSUPPORTED_EVENT', 'VALUE_OUT_OF_RANGE', 'TRUNCATED'];

test('there is a sample of every binary format', () => {
  expect(files.map(({ format }) => format)).toEqual(expect.arrayContaining(Object.keys(PRESETS)));
});

describe.each(files)('$format/$name', ({ format, name }) => {
  const { decoded, expected } = load(format, name);
  const { outcome, chunks } = decoded;
  const isTap = format === 'tap3';

  test('its fate and its problems', () => {
    const { isTest, type } = expected.file;
    const fate = expected.fileStatus === 'rejected' ? 'quarantined' : 'accepted';
    expect(outcome.status).toBe(type === 'notification' ? 'notification' : isTest === true ? 'test' : fate);
    const issues = expected.issues.map(({ code }) => code).filter((code) => !NOT_THE_DECODERS.includes(code));
    const found = [
      ...outcome.problems.map(({ code }) => code),
      ...chunks.flatMap((c) => c.rejected.map(({ code }) => code)),
    ];
    expect(found.filter((code) => code !== 'RECORDS_REJECTED').sort()).toEqual([...issues].sort());
    const isReported = fate === 'accepted' && issues.some((code) => OF_RECORDS.includes(code));
    expect(outcome.problems.some(({ code }) => code === 'RECORDS_REJECTED')).toBe(isReported);
  });

  test('every record is accounted for', () => {
    if (expected.fileStatus !== 'rejected') expect(outcome.read - moreOf(decoded)).toBe(expected.recordsInFile);
    expect(outcome.read).toBe(outcome.accepted.records + outcome.duplicate.records + outcome.rejected);
    const rejected = chunks.flatMap((c) => c.rejected);
    expect(rejected.map(({ record, code }) => ({ seq: record - moreOf(decoded), code }))).toEqual(
      expected.rejectedRecords.map(({ seq, code }) => ({ seq, code })),
    );
    for (const { seq, field } of expected.rejectedRecords)
      if (field !== undefined)
        expect(rejected.find(({ record }) => record - moreOf(decoded) === seq)?.field).toBe(field);
  });

  test.runIf(expected.fileStatus !== 'rejected')('its records', () => {
    const lines = sessionsOf(decoded);
    const meant = expected.records.filter((record) => !expected.rejectedRecords.some(({ seq }) => seq === record.seq));
    expect(lines.map(told)).toEqual(meant.map((record) => (isTap ? meantOfTap(record) : meantOf3gpp(record))));
    for (const chunk of chunks) {
      const items = readItems(chunk.items);
      const folded = items.map((item) =>
        fold([{ packed: item.packed, position: 1, file: 'f', chunk: 0, part: item.part }]),
      );
      expect(folded.reduce((sum, f) => sum + f.length, 0)).toBe(chunk.totals.records);
      expect(items.map((i) => i.month)).toEqual(folded.map((f) => isoInstant(f.startedAt[0]!).slice(0, 7)));
    }
  });

  test.runIf(expected.records.some(({ serviceData, unitUsage }) => serviceData ?? unitUsage))(
    'volumes per rating group',
    () => {
      const lines = recordsOf(decoded);
      const places = [...new Set(lines.map(({ place }) => place))];
      for (const [at, record] of expected.records.entries()) {
        const found = lines.filter(({ place, rating_group }) => place === places[at] && rating_group !== '');
        const volumes = found.map((line) =>
          [line.rating_group, line.bytes_up, line.bytes_down, line.bytes_unsplit].map(Number),
        );
        expect(volumes).toEqual(volumesOf(record));
      }
    },
  );

  test.runIf(isTap)('what the TAP file says of itself', () => {
    const { facts, trailer } = outcome;
    const { file } = expected;
    expect(facts.sender).toBe(file.sender);
    expect(facts.recipient).toBe(file.recipient);
    expect(facts.sequence).toBe(file.fileSequenceNumber);
    expect(facts.specification).toBe(file.specification);
    expect(facts.available).toBe(Date.parse(file.fileAvailable as string) / 1000);
    if (file.type === 'notification') return;
    const money = [facts.currency, facts.localCurrency, facts.decimals];
    expect(money).toEqual([file.tapCurrency, file.localCurrency, file.tapDecimalPlaces]);
    if (trailer.length === 0) return;
    const { audit } = file;
    const totals = [audit!.callEventDetailsCount, audit!.totalCharge, audit!.totalTaxValue, audit!.totalDiscountValue];
    expect(trailer.map((total) => total.expected)).toEqual(totals.map(String));
  });

  test.runIf(!isTap)('what the CDR file says of itself', () => {
    const { facts, trailer } = outcome;
    const { file } = expected;
    if (file.framing === 'none') {
      expect([facts.sender, facts.sequence, facts.specification, trailer]).toEqual(['', '', '', []]);
      return;
    }
    expect(facts.sender).toBe(file.nodeAddress);
    expect(facts.sequence).toBe(String(file.fileSequenceNumber));
    expect(facts.specification).toBe(`${file.release}.${file.version}`);
    const count = { name: 'count', expected: String(file.numberOfCdrsInHeader), found: String(expected.recordsInFile) };
    expect(trailer).toEqual([count]);
  });
});

interface Volume {
  readonly ratingGroup: number;
  readonly bytesUp?: number;
  readonly bytesDown?: number;
  readonly bytesTotal?: number;
}

/** Rating group, octets up, down and not split, as the description has them container by container. */
function volumesOf({ serviceData, unitUsage }: Described): number[][] {
  const units = (unitUsage ?? []) as readonly {
    readonly ratingGroup: number;
    readonly containers: readonly Volume[];
  }[];
  const used = units.flatMap(({ ratingGroup, containers }) => containers.map((each) => ({ ...each, ratingGroup })));
  const byGroup = Map.groupBy([...((serviceData ?? []) as readonly Volume[]), ...used], (each) => each.ratingGroup);
  return [...byGroup].map(([ratingGroup, containers]) => {
    const isSplit = ({ bytesUp, bytesDown }: Volume) => bytesUp !== undefined || bytesDown !== undefined;
    const sum = (of: (volume: Volume) => number | undefined) =>
      containers.reduce((total, each) => total + (of(each) ?? 0), 0);
    const unsplit = sum((each) => (isSplit(each) ? 0 : each.bytesTotal));
    return [ratingGroup, sum((each) => each.bytesUp), sum((each) => each.bytesDown), unsplit];
  });
}

/** What is compared of a record, from our CSV … */
function told(line: RecordLine) {
  const number = (column: 'bytes_up' | 'bytes_down' | 'bytes_unsplit' | 'seconds' | 'count') => Number(line[column]);
  return {
    seq: Number(line.record),
    recordType: line.record_type,
    service: line.service,
    direction: line.direction,
    identifier: line.identifier,
    imsi: line.imsi,
    msisdn: line.msisdn,
    imei: line.imei,
    start: `${line.started_at} ${line.start_offset}`,
    network: line.network,
    apn: line.apn,
    technology: line.technology,
    slice: line.slice,
    otherParty: line.other_party,
    bytesUp: number('bytes_up'),
    bytesDown: number('bytes_down'),
    bytesTotal: number('bytes_up') + number('bytes_down') + number('bytes_unsplit'),
    seconds: number('seconds'),
    messages: line.service === 'sms' ? number('count') : 0,
    chargingId: line.charging_id,
    sequence: line.sequence,
    cause: line.cause,
    charge: line.charge,
    tax: line.tax,
    currency: line.currency,
    localCharge: localCharge(line.charge, line.exchange_rate),
    localCurrency: line.local_currency,
  };
}

type Told = ReturnType<typeof told>;

/** … and from the description: what all formats have in common, */
function meantOfAll(record: Described) {
  const text = (name: string) => String(record[name] ?? '');
  return {
    seq: Number(record.seq),
    recordType: text('recordType'),
    service: text('usageType'),
    direction: text('direction'),
    identifier: `imsi#${record.imsi}`,
    imsi: text('imsi'),
    msisdn: text('msisdn'),
    imei: text('imei'),
    start: `${text('startUtc')} ${text('start').slice(-6)}`,
    apn: text('apn'),
    otherParty: text('otherParty'),
    bytesUp: Number(record.bytesUp ?? 0),
    bytesDown: Number(record.bytesDown ?? 0),
    bytesTotal: Number(record.bytesTotal ?? 0),
    seconds: Number(record.durationSec ?? 0),
    messages: Number(record.smsCount ?? 0),
    chargingId: text('chargingId'),
  };
}

const PARTIALS: Readonly<Record<string, string>> = { first: 'F', intermediate: 'I', last: 'L' };

/** those of TAP, whose description leaves out why a call ended, */
function meantOfTap(record: Described): Told {
  const { amount, currency, tax, ...local } = (record.charge ?? {}) as Readonly<Record<string, string>>;
  return {
    ...meantOfAll(record),
    network: String(record.visitedTadig),
    technology: '',
    slice: '',
    sequence: PARTIALS[String(record.partial)] ?? '',
    cause: record.recordType === 'supplServiceEvent' ? '' : '0',
    charge: amount ?? '',
    tax: tax ?? '',
    currency: currency ?? '',
    localCharge: local.localAmount ?? '',
    localCurrency: local.localCurrency ?? '',
  };
}

const TECHNOLOGIES: Readonly<Record<number, string>> = { 2: 'GERA', 6: 'EUTRA', 8: 'NBIOT', 9: 'LTE-M', 51: 'NR' };

/** and those of TS 32.298. */
function meantOf3gpp(record: Described): Told {
  const inSession = record.recordSequenceNumber === undefined ? '' : `${record.recordSequenceNumber}/`;
  return {
    ...meantOfAll(record),
    seconds: record.usageType === 'data' ? Number(record.durationSec) : 0,
    network: String(record.visitedMccMnc ?? ''),
    technology: TECHNOLOGIES[Number(record.ratType)] ?? '',
    slice: record.sst === undefined ? '' : `${record.sst}-${record.sd}`,
    sequence: `${inSession}${record.localSequenceNumber}`,
    cause: String(record.causeForRecClosing ?? ''),
    charge: '',
    tax: '',
    currency: '',
    localCharge: '',
    localCurrency: '',
  };
}
