import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import type { CommandFailure } from '../../cli/terminal/failure.ts';
import type { Output } from '../../cli/terminal/output.ts';
import { decodeUsage } from '../../cli/usage/decode.ts';
import { SeenIdentities } from '../../cli/usage/seen-identities.ts';

const SAMPLES = join(import.meta.dirname, '../mediation/samples');
const ARRIVED = Date.UTC(2026, 10, 1) / 1000;
const folder = mkdtempSync(join(tmpdir(), 'billing-decode-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the command and answers what it wrote and how it failed. */
async function decode(path: string, source: string, json: boolean) {
  let written = '';
  let failed: CommandFailure | undefined;
  const output: Output = {
    result() {},
    next() {},
    progress() {},
    async lines(text) {
      written += text;
    },
  };
  await decodeUsage({ path, source, arrivedAt: ARRIVED, rejected: 50 }, output, json).catch((error) => {
    failed = error;
  });
  return { written, failed };
}

/** The lines of --json: the records, what was rejected, and at last the file. */
async function lines(path: string, source: string) {
  const { written, failed } = await decode(path, source, true);
  const all = written
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  return { records: all.slice(0, -1).filter((line) => !('rejected' in line)), file: all.at(-1), failed };
}

const expected = (path: string) => JSON.parse(readFileSync(join(SAMPLES, `${path}.expected.json`), 'utf8'));

describe('a sample file is told as it is', () => {
  test.each([
    ['tap3/CDDEUD2UTOIO00101', 'tap3', 'accepted'],
    ['tap3/CDDEUD2UTOIO00104', 'tap3', 'accepted'],
    ['tap3/CDFRAF1UTOIO00007', 'tap3', 'accepted'],
    ['tap3/TDDEUD2UTOIO00001', 'tap3', 'test'],
    ['tap3/CDDEUD2UTOIO00102', 'tap3', 'notification'],
    ['csv-emnify/usage_data_2026-10-07.csv', 'emnify-csv', 'accepted'],
    ['csv-freeswitch/fs-master.csv', 'freeswitch-csv', 'accepted'],
    ['json-1nce/usage_2026-10-05.json', '1nce-json', 'accepted'],
  ])('%s', async (path, source, status) => {
    const { records, file, failed } = await lines(join(SAMPLES, path), '');
    const ideal = expected(path);
    expect(failed).toBeUndefined();
    expect(file).toMatchObject({ source, isGuessed: true, status, read: ideal.recordsInFile });
    expect(file.bytes).toBe(readFileSync(join(SAMPLES, path)).length);
    const first = records.filter((record) => !record.isRepeated);
    expect(first).toHaveLength(ideal.records.length);
    first.forEach((record, i) => {
      const { imsi, iccid, msisdn, startUtc, bytesUp, bytesDown, bytesTotal, visitedTadig, apn } = ideal.records[i];
      const said = { imsi, iccid, msisdn, startUtc, bytesUp, bytesDown, bytesTotal, tadig: visitedTadig, apn };
      for (const [name, value] of Object.entries(said)) if (value !== undefined) expect(record[name]).toBe(value);
    });
  });

  test('with all a TAP record says', async () => {
    const { records, file } = await lines(join(SAMPLES, 'tap3/CDDEUD2UTOIO00101'), 'tap3');
    expect(records[0]).toMatchObject({
      record: 1,
      place: 324,
      recordType: 'gprsCall',
      imsi: '001010000000101',
      imei: '352500110001016',
      service: 'data',
      start: '2026-10-24T23:15:00+02:00',
      startUtc: '2026-10-24T21:15:00Z',
      seconds: 3600,
      bytesTotal: 220_160,
      chargingId: '700001',
      charge: '0.02203',
      currency: 'XDR',
      plmn: '',
      tadig: 'DEUD2',
      isRepeated: false,
    });
    expect(Object.keys(records[0]!)).toEqual([
      ...[
        'record',
        'place',
        'entry',
        'recordType',
        'identifier',
        'imsi',
        'iccid',
        'msisdn',
        'imei',
        'service',
        'direction',
      ],
      ...[
        'start',
        'startUtc',
        'seconds',
        'bytesUp',
        'bytesDown',
        'bytesTotal',
        'count',
        'plmn',
        'tadig',
        'apn',
        'technology',
      ],
      ...[
        'slice',
        'fiveQi',
        'ratingGroup',
        'otherParty',
        'session',
        'chargingId',
        'sequence',
        'cause',
        'charge',
        'currency',
      ],
      ...['tax', 'discount', 'exchangeRate', 'localCharge', 'localCurrency', 'isRepeated', 'isZero'],
    ]);
    expect(file).toMatchObject({ isGuessed: false, facts: { sender: 'DEUD2', sequence: '00101' }, rejected: 0 });
  });

  test('in words: one line a record, then the file', async () => {
    const { written } = await decode(join(SAMPLES, 'tap3/CDDEUD2UTOIO00107'), '', false);
    expect(written).toMatch(
      /^record=1 place=285 recordType=gprsCall .* service=data start=2026-10-29T10:00:00\+01:00 /,
    );
    expect(written).toMatch(
      /\nread as tap3; it looks like tap3: --source says which it is\nread +3 records, 880 bytes\n/,
    );
    expect(written).toMatch(/ {2}severe RECORDS_REJECTED: 1 of 3 records are rejected/);
    expect(written).toMatch(/ 3 {2}byte 712 {2}UNSUPPORTED_EVENT/);
  });
});

describe('a file', () => {
  const csv = readFileSync(join(SAMPLES, 'csv-emnify/usage_data_2026-10-07.csv'), 'utf8');
  const saved = (name: string, bytes: string | Uint8Array) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };

  test('may be compressed, whatever its name', async () => {
    const { file } = await lines(saved('usage.bin', gzipSync(csv)), '');
    expect(file).toMatchObject({ source: 'emnify-csv', read: 4, bytes: csv.length });
  });

  test('may say a record again', async () => {
    const twice = `${csv}${csv.slice(csv.indexOf('\n') + 1)}`;
    const { records, file } = await lines(saved('twice.csv', twice), '');
    expect(records.map((record) => record.isRepeated)).toEqual([false, false, false, false, true, true, true, true]);
    expect(file).toMatchObject({
      read: 8,
      accepted: { records: 4 },
      duplicate: { records: 4 },
      isRepetitionKnown: true,
    });
  });

  test('may number its records anew each month', async () => {
    const september = csv.slice(csv.indexOf('\n') + 1).replaceAll('2026-10-', '2026-09-');
    const { file } = await lines(saved('months.csv', `${csv}${september}`), '');
    expect(file).toMatchObject({ read: 8, accepted: { records: 8 }, duplicate: { records: 0 } });
  });

  test('may look like two formats, which is said', async () => {
    const path = join(SAMPLES, 'ndjson-emnify/usage-2026-10-06.ndjson');
    expect((await lines(path, '')).file).toMatchObject({ source: '1nce-json', others: ['emnify-json'] });
    expect((await lines(path, 'emnify-json')).file).toMatchObject({ source: 'emnify-json', others: [], read: 6 });
  });

  test('may have records that are rejected: their reason stands where they stand', async () => {
    const { written } = await decode(join(SAMPLES, 'tap3/CDDEUD2UTOIO00108'), '', true);
    const rejected = written.split('\n').find((line) => line.startsWith('{"rejected"'));
    expect(JSON.parse(rejected ?? '')).toMatchObject({ rejected: { record: 1, code: 'VALUE_OUT_OF_RANGE' } });
  });

  test.each([
    ['tap3/CDDEUD2UTOIO00105', 'AUDIT_COUNT_MISMATCH'],
    ['tap3/CDDEUD2UTOIO00106', 'TRUNCATED'],
  ])('that would be quarantined fails the command: %s', async (path, code) => {
    const { file, failed } = await lines(join(SAMPLES, path), '');
    expect(file.status).toBe('quarantined');
    expect(failed?.message).toMatch(/would be quarantined/);
    expect(failed?.details[0]).toMatch(new RegExp(`^${code}: `));
  });

  test('whose compression is broken is told as far as it can be read', async () => {
    const { file, failed } = await lines(saved('cut.gz', gzipSync(csv).subarray(0, 300)), 'emnify-csv');
    expect(file).toMatchObject({ status: 'quarantined', problems: [{ code: 'CORRUPT_GZIP' }] });
    expect(failed?.details).toHaveLength(1);
  });

  test.each<[string, string, string, RegExp]>([
    ['is not there', 'missing.csv', '', /missing.csv cannot be read \(ENOENT\)/],
    [
      'is of no known format',
      saved('poem.txt', 'roses are red\nviolets are blue\n'),
      '',
      /is of no format that is known/,
    ],
    ['has a source nobody knows', saved('a.csv', csv), 'nonsense', /there is no source "nonsense"/],
  ])('that %s', async (_, path, source, said) => {
    expect((await decode(path, source, false)).failed?.message).toMatch(said);
  });

  test('may be read under a source of a catalogue file', async () => {
    const source = `sources:
  - { name: other, carrier: x, fileNamePattern: "*.txt", format: tap3 }
  - { name: mine, carrier: x, fileNamePattern: "usage_*.csv", preset: emnify-csv }
`;
    const yaml = saved('carriers.yaml', source);
    expect((await lines(saved('usage_1.csv', csv), yaml)).file).toMatchObject({ source: 'mine', read: 4 });
    expect((await lines(saved('b.csv', csv), yaml)).failed?.message).toMatch(/no source of .* reads b.csv/);
  });
});

test('identities are remembered by all of their fingerprint', () => {
  const seen = new SeenIdentities();
  const identities = Array.from({ length: 5000 }, (_, i) => Buffer.from(`identity ${i}`));
  expect(identities.map((identity) => seen.hasSeen(identity, 0)).some(Boolean)).toBe(false);
  expect(identities.map((identity) => seen.hasSeen(identity, 0)).every(Boolean)).toBe(true);
});
