import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sourceDefinition } from '#shared/catalog/files/source-schema.ts';
import { PRESETS, presetSource } from '#shared/catalog/presets/presets.ts';
import { readItems } from '#shared/mediation/chunks/items-object.ts';
import { DEFAULT_DECODER_SETTINGS } from '#shared/mediation/decoder.ts';
import { LineScanner, LONGEST_LINE } from '#shared/mediation/delimited/line-scanner.ts';
import { isoInstant } from '#shared/time/local-date.ts';
import { recordsOf as recordsIn } from '#shared/usage/usage-item.ts';
import { ARRIVED, arrived, decode, decodeCut, recordsOf } from './decode.ts';
import { HEADER, PLAIN, plain, rejections, row } from './plain-lines.ts';

describe('records that are rejected, with code, field and line', () => {
  const tooOld = isoInstant(ARRIVED - 181 * 86_400);
  const tooEarly = isoInstant(ARRIVED + 7201);
  test.each([
    [{ imsi: '' }, 'NO_IDENTIFIER', 'identifier'],
    [{ imsi: '2.4001E+14' }, 'INVALID_VALUE', 'imsi'],
    [{ imsi: '0010100000000011' }, 'INVALID_VALUE', 'imsi'],
    [{ start: '' }, 'MISSING_VALUE', 'start'],
    [{ start: 'yesterday' }, 'INVALID_VALUE', 'start'],
    [{ start: tooOld }, 'START_TOO_OLD', 'start'],
    [{ start: tooEarly }, 'START_IN_FUTURE', 'start'],
    [{ service: 'fax machine' }, 'INVALID_VALUE', 'service'],
    [{ direction: 'up' }, 'INVALID_VALUE', 'direction'],
    [{ bytes_up: '-1' }, 'VALUE_OUT_OF_RANGE', 'bytes_up'],
    [{ bytes_up: '1.5' }, 'INVALID_VALUE', 'bytes_up'],
    [{ bytes_up: '9007199254740993' }, 'VALUE_OUT_OF_RANGE', 'bytes_up'],
    [{ bytes_up: '999999999999', bytes_down: '1' }, 'ABOVE_CEILING', 'bytes'],
    [{ seconds: String(31 * 86_400 + 1) }, 'ABOVE_CEILING', 'seconds'],
    [{ count: '1000001' }, 'ABOVE_CEILING', 'count'],
    [{ bytes_up: '' }, 'MISSING_VALUE', 'bytes_up, bytes_down, bytes, seconds, count'],
    [{ apn: 'a\u0007b' }, 'INVALID_VALUE', 'apn'],
    [{ technology: 'x'.repeat(257) }, 'TOO_LONG', 'technology'],
    [{ other_party: '1'.repeat(100_000) }, 'TOO_LONG', 'other_party'],
  ] as const)('%j → %s', (changes, code, field) => {
    const decoded = plain(row({}), row({ ...changes, record_id: '2' }), row({ record_id: '3' }));
    expect(rejections(decoded)).toMatchObject([{ record: 2, place: 3, code, field }]);
    expect(decoded.outcome).toMatchObject({ status: 'accepted', read: 3, rejected: 1, accepted: { records: 2 } });
  });

  test.each([
    [{ start: isoInstant(ARRIVED - 180 * 86_400) }],
    [{ start: isoInstant(ARRIVED + 7200) }],
    [{ bytes_up: '999999999999' }],
    [{ bytes_up: '0' }],
    [{ seconds: String(31 * 86_400) }],
    [{ service: 'event:door-opened', bytes_up: '', count: '3' }],
  ])('%j is accepted', (changes) => {
    expect(plain(row(changes)).outcome).toMatchObject({ read: 1, rejected: 0, problems: [] });
  });

  test('a row with too few or too many columns', () => {
    const decoded = plain(`${row({})},`, '1,2', row({ record_id: '3' }));
    expect(rejections(decoded)).toMatchObject([
      { record: 1, place: 2, code: 'RAGGED_ROW' },
      { record: 2, place: 3, code: 'RAGGED_ROW' },
    ]);
    expect(decoded.outcome.accepted.records).toBe(1);
  });

  test('text behind a closing quote, and bytes that are no UTF-8', () => {
    const latin1 = Buffer.from(
      `${HEADER}\n${row({ technology: 'caf\u00e9' })}\n${row({ record_id: '2', technology: '"a"b' })}\n`,
      'latin1',
    );
    expect(rejections(decode(PLAIN, 'plain.csv', latin1))).toMatchObject([
      { record: 1, code: 'INVALID_VALUE', field: 'technology', text: 'the text is not UTF-8' },
      { record: 2, code: 'INVALID_VALUE', text: 'something stands behind a closing quote' },
    ]);
  });
});

test('lines are counted through quotes, empty lines and all', () => {
  const decoded = plain(row({ technology: '"a\nb\r\nc"' }), '', row({ record_id: '2', imsi: '' }));
  expect(rejections(decoded)).toMatchObject([
    { record: 1, place: 2, code: 'INVALID_VALUE' },
    { record: 2, place: 6, code: 'NO_IDENTIFIER' },
  ]);
});

describe('files that are quarantined, with the place', () => {
  const header = (...names: string[]) => `${names.join(',')}\n`;
  test.each([
    ['nothing at all', '', 'EMPTY_FILE', 0],
    ['only line breaks', '\n\r\n\n', 'EMPTY_FILE', 1],
    ['a missing column', header('record_id', 'start', 'imsi'), 'MISSING_COLUMN', 1],
    ['a file of two bytes', 'x\n', 'MISSING_COLUMN', 1],
    ['no identifier column at all', header('record_id', 'start', 'service', 'bytes'), 'MISSING_COLUMN', 1],
    ['a column twice', header('record_id', 'start', 'service', 'imsi', 'start'), 'DUPLICATE_COLUMN', 1],
    ['a header of a thousand and one columns', `${','.repeat(1000)}\n`, 'TOO_MANY_COLUMNS', 1],
    ['a header without end', `${'x'.repeat(LONGEST_LINE + 1)}`, 'TOO_MANY_COLUMNS', 1],
    ['quotes that never pair', `${HEADER}\n${'"a",b"c,"\n'.repeat(300_000)}`, 'UNPAIRED_QUOTES', 18],
    ['compressed bytes', '\x1f\x8b\x08\x00\x00\x00\x00\x00\n', 'NOT_TEXT', 1],
  ])('%s', (_, text, code, place) => {
    const { outcome } = decode(PLAIN, 'plain.csv', Buffer.from(text, 'latin1'));
    expect(outcome.status).toBe('quarantined');
    expect(outcome.problems[0]).toMatchObject({ code, severity: 'fatal', place });
  });

  test('UTF-16 is named', () => {
    const { outcome } = decode(PLAIN, 'plain.csv', Buffer.from(`\ufeff${HEADER}\n`, 'utf16le'));
    expect(outcome.problems[0]!.text).toContain('UTF-16');
  });

  test('every missing column is named', () => {
    const { outcome } = decode(PLAIN, 'plain.csv', Buffer.from('imsi,colour\n'));
    expect(outcome.problems.map((p) => p.field).sort()).toEqual(['record_id', 'service', 'start']);
    expect(outcome.problems[0]!.text).toContain('imsi, colour');
  });
});

test('a header alone is a file without usage', () => {
  expect(plain().outcome).toMatchObject({ status: 'accepted', read: 0, chunks: 0, problems: [] });
});

test('a last line without line break counts, with a warning', () => {
  const { outcome } = decode(PLAIN, 'plain.csv', Buffer.from(`${HEADER}\r\n${row({})}`));
  expect(outcome).toMatchObject({
    status: 'accepted',
    accepted: { records: 1 },
    problems: [{ code: 'NO_FINAL_LINE_BREAK', severity: 'warning', place: 2 }],
  });
});

test('what the usage key and the records are made of', () => {
  const decoded = plain(
    row({
      service: 'voice',
      direction: 'mo',
      bytes_up: '',
      seconds: '61',
      other_party: '+491511234567',
      apn: 'IoT.Example.MNC001.MCC001.GPRS',
    }),
    row({
      record_id: '2',
      service: 'sms',
      direction: 'mt',
      bytes_up: '',
      count: '1',
      other_party: '4915112345',
      technology: '"a,""b"""',
    }),
  );
  const [first, second] = recordsOf(decoded);
  expect(first).toMatchObject({
    service: 'voice',
    direction: 'mo',
    apn: 'iot.example',
    other_party: '+491511234567',
    seconds: '61',
  });
  expect(second).toMatchObject({ service: 'sms', direction: 'mt', technology: 'a,"b"', count: '1' });
  const text = Buffer.concat(decoded.chunks.flatMap((c) => readItems(c.items).map((i) => i.packed))).toString('latin1');
  expect(text).toContain('voice\nmo\ndemo\n\niot.example\n\n\n4915112\ninstant');
  expect(text).toContain('sms\nmt\ndemo\n\n\na,"b"\n\n\ninstant');
});

describe('records sent twice', () => {
  test('of events the first stands, whatever the second says', () => {
    const decoded = plain(row({ bytes_up: '5' }), row({ bytes_up: '7' }), row({ record_id: '2', bytes_up: '9' }));
    expect(recordsOf(decoded).map((r) => r.bytes_up)).toEqual(['5', '9']);
    expect(decoded.outcome).toMatchObject({
      read: 3,
      accepted: { records: 2, bytes: 14 },
      duplicate: { records: 1, bytes: 7 },
    });
  });

  test('the same id in two months is two records: their items never meet', () => {
    expect(plain(row({ start: '2026-09-01T00:00:00Z' }), row({})).outcome.accepted.records).toBe(2);
  });

  test('the same id of two subscriptions is two records', () => {
    expect(plain(row({}), row({ imsi: '001010000000002' })).outcome.accepted.records).toBe(2);
  });

  test('of aggregates the last stands', () => {
    const source = presetSource('soracom-air-csv', 'air', 'demo', '*');
    const line = (date: string, up: number) => `440100000000000,${date},s1.fast,${up},0,0,0`;
    const header =
      'imsi,date,type,uploadByteSizeTotal,uploadPacketCountTotal,downloadByteSizeTotal,downloadPacketCountTotal';
    const text = [header, line('20261001', 5), line('20261002', 1), line('20261001', 7), line('202610', 8), ''].join(
      '\r\n',
    );
    const decoded = decode(source, 'air.csv', Buffer.from(text));
    expect(recordsOf(decoded).map((r) => [r.started_at, r.precision, r.bytes_up])).toEqual([
      ['2026-10-01T00:00:00Z', 'day', '7'],
      ['2026-10-02T00:00:00Z', 'day', '1'],
      ['2026-10-01T00:00:00Z', 'month', '8'],
    ]);
    expect(decoded.outcome).toMatchObject({ read: 4, accepted: { bytes: 16 }, duplicate: { records: 1, bytes: 5 } });
  });
});

test('usage is grouped by identifier and UTC month', () => {
  const decoded = plain(
    row({ record_id: '1', start: '2026-09-30T23:59:59Z' }),
    row({ record_id: '2', imsi: '001010000000002' }),
    row({ record_id: '3', start: '2026-10-01T00:00:00Z' }),
    row({ record_id: '4', start: '2026-09-30T23:59:59Z' }),
  );
  const lengths = readItems(decoded.chunks[0]!.items).map((item) => recordsIn(item.packed));
  expect(lengths).toEqual([2, 1, 1]);
  expect(readItems(decoded.chunks[0]!.items).map(({ identifier, month, part }) => [identifier, month, part])).toEqual([
    ['imsi#001010000000001', '2026-09', 0],
    ['imsi#001010000000001', '2026-10', 0],
    ['imsi#001010000000002', '2026-10', 0],
  ]);
  expect(Object.keys(decoded.chunks[0]!.months)).toEqual(['2026-09', '2026-10']);
});

test('large usage of one identifier is split into parts', () => {
  const lines = Array.from({ length: 500 }, (_, i) => row({ record_id: String(i) }));
  const bytes = Buffer.from([HEADER, ...lines, ''].join('\n'));
  const { chunks } = decodeCut(PLAIN, arrived('plain.csv'), bytes, [], {
    ...DEFAULT_DECODER_SETTINGS,
    maxItemBytes: 1000,
  });
  expect(readItems(chunks[0]!.items).map((i) => i.part)).toEqual(Array.from({ length: 16 }, (_, i) => i));
});

test('an emnify message from the device is mobile originated: its rx', () => {
  const source = presetSource('emnify-csv', 'emnify', 'demo', '*');
  const names =
    'id,start_timestamp,end_timestamp,imsi,operator_country_mcc,operator_mnc,traffic_type_id,volume_rx,volume_tx,session_id';
  const line = (id: number, type: string, rx: string, tx: string) =>
    `${id},2026-10-07T08:39:50Z,2026-10-07T08:38:00Z,901990000000300,262,1,${type},${rx},${tx},`;
  const text = [
    names,
    line(1, '6', '1', '0'),
    line(2, '6', '0', '1'),
    line(3, '6', '1', '1'),
    line(4, '7', '1', '1'),
    '',
  ].join('\n');
  const decoded = decode(source, 'usage.csv', Buffer.from(text));
  expect(recordsOf(decoded).map((r) => [r.direction, r.count, r.network, r.seconds])).toEqual([
    ['mo', '1', '26201', '0'],
    ['mt', '1', '26201', '0'],
  ]);
  expect(rejections(decoded).map((r) => [r.record, r.code, r.field])).toEqual([
    [3, 'INVALID_VALUE', 'volume_tx'],
    [4, 'UNSUPPORTED_EVENT', 'traffic_type_id'],
  ]);
  expect(decoded.outcome.problems).toMatchObject([
    { code: 'END_BEFORE_START', severity: 'warning', occurrences: 2 },
    { code: 'RECORDS_REJECTED' },
  ]);
});

test('positions instead of names, semicolons, decimal commas, constants', () => {
  const source = sourceDefinition.parse({
    format: 'delimited',
    name: 'positions',
    carrier: 'demo',
    delimiter: ';',
    quote: '',
    decimalSeparator: ',',
    columns: ['id', 'start', 'iccid', 'kilobytes'],
    identifiers: [{ kind: 'iccid', column: 'iccid' }],
    identity: ['id'],
    start: {
      column: 'start',
      formats: ['dd.MM.yyyy HH:mm:ss'.replace('dd.MM.yyyy', 'yyyy-MM-dd')],
      zone: 'Europe/Berlin',
    },
    service: {
      rules: [
        {
          service: 'data',
          quantities: [{ measure: 'bytesUnsplit', column: 'kilobytes', unit: 'KiB', fraction: 'up' }],
        },
      ],
    },
    network: { constant: '26201' },
  });
  const decoded = decode(source, 'x.csv', Buffer.from('1;2026-10-31 12:00:00;8999010000000003007;1,0005\n'));
  expect(recordsOf(decoded)).toMatchObject([
    {
      identifier: 'iccid#8999010000000003007',
      started_at: '2026-10-31T11:00:00Z',
      bytes_unsplit: '1025',
      network: '26201',
    },
  ]);
});

describe('as-of', () => {
  const source = (fileNamePattern: string) =>
    sourceDefinition.parse({
      ...PRESETS['soracom-air-csv'].definition,
      name: 'air',
      carrier: 'demo',
      fileNamePattern,
      asOf: { from: 'fileName', format: 'yyyyMMdd', zone: 'UTC' },
    });
  const text = Buffer.from(
    'imsi,date,type,uploadByteSizeTotal,downloadByteSizeTotal\n440100000000000,20261001,s1,1,2\n',
  );

  test('from the name', () => {
    const [chunk] = decode(source('air-{asOf}.csv'), 'in/air-20261003.csv.gz', text).chunks;
    expect(new DataView(readItems(chunk!.items)[0]!.packed.slice().buffer).getUint32(14, true)).toBe(
      Date.UTC(2026, 9, 3) / 1000,
    );
  });

  test('a name that does not say it quarantines the file', () => {
    expect(decode(source('air-{asOf}.csv'), 'air-today.csv', text).outcome).toMatchObject({
      status: 'quarantined',
      problems: [{ code: 'FILE_NAME_MISMATCH', value: 'air-today.csv' }],
    });
  });
});

test('the scanner reads what another parser reads', () => {
  const field = fc.stringMatching(/^[a-z ",\n\r;é]{0,6}$/);
  fc.assert(
    fc.property(
      fc.array(fc.array(field, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 8 }),
      fc.nat(),
      fc.boolean(),
      (rows, cut, crlf) => {
        const text = rows.map((r) => r.map((f) => `"${f.replaceAll('"', '""')}"`).join(',')).join(crlf ? '\r\n' : '\n');
        const bytes = Buffer.from(text);
        const scanner = new LineScanner(',', '"', 0);
        const found: string[][] = [];
        const take = () => {
          scanner.keep();
          found.push(
            Array.from({ length: scanner.fields }, (_, i) =>
              scanner.bytes.toString('utf8', scanner.starts[i], scanner.ends[i]),
            ),
          );
        };
        for (const block of [bytes.subarray(0, cut % bytes.length), bytes.subarray(cut % bytes.length)]) {
          scanner.append(block);
          while (scanner.next()) take();
        }
        scanner.close();
        while (scanner.next()) take();
        expect(found).toEqual(parse(text, { relax_column_count: true, record_delimiter: crlf ? '\r\n' : '\n' }));
      },
    ),
    { numRuns: 500 },
  );
});
