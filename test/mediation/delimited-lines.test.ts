import { describe, expect, test } from 'vitest';
import { sourceDefinition } from '#shared/catalog/files/source-schema.ts';
import { PRESETS } from '#shared/catalog/presets/presets.ts';
import { decode, recordsOf } from './decode.ts';
import { HEADER, PLAIN, plain, rejections, row } from './plain-lines.ts';

describe('a bad record never takes its neighbours along', () => {
  const whole = [row({ record_id: 'a' }), row({ record_id: 'b' })];
  const around = (...bad: string[]) => plain(whole[0]!, ...bad, whole[1]!);
  test.each([
    ['a quote that is never closed', ['"1,2'], ['INVALID_VALUE']],
    ['a quote that another line closes', ['"1,2', '3",4'], ['INVALID_VALUE', 'RAGGED_ROW']],
    ['a line break in quotes in a ragged row', ['1,"2', '3"'], ['INVALID_VALUE', 'RAGGED_ROW']],
    ['text behind a closing quote, over lines', [row({ record_id: '"x' }), 'y"z'], ['INVALID_VALUE', 'RAGGED_ROW']],
    ['a line of ten megabytes', ['x'.repeat(10_000_000)], ['TOO_LONG']],
    ['a line of ten megabytes in quotes', [`"${'x'.repeat(10_000_000)}"`], ['TOO_LONG']],
    ['a hundred thousand columns', [','.repeat(100_000)], ['RAGGED_ROW']],
    ['NULs', ['\0'.repeat(1000)], ['RAGGED_ROW']],
    ['NULs in a value', [row({ technology: 'a\0b' })], ['INVALID_VALUE']],
  ])('%s', (_, bad, codes) => {
    const decoded = around(...bad);
    expect(recordsOf(decoded)).toHaveLength(2);
    expect(rejections(decoded).map(({ code, place }) => [code, place])).toEqual(codes.map((code, i) => [code, 3 + i]));
    expect(decoded.outcome.problems.map((p) => p.code)).toEqual(['RECORDS_REJECTED']);
  });

  test("a line that another one's quote ran into is read as it stands", () => {
    const beside = row({ record_id: 'b', apn: '"iot"', technology: '"q""r"' });
    const decoded = plain(row({ record_id: 'a', technology: '"open' }), beside);
    expect(rejections(decoded)).toMatchObject([
      { record: 1, place: 2, value: row({ record_id: 'a', technology: '"open' }) },
    ]);
    expect(recordsOf(decoded)).toMatchObject([{ place: '3', apn: 'iot', technology: 'q"r' }]);
  });

  test('a file that is cut inside quotes loses its last record', () => {
    const bytes = Buffer.from(`${HEADER}\n${whole[0]}\n"1,2`);
    const decoded = decode(PLAIN, 'plain.csv', bytes);
    expect(rejections(decoded)).toMatchObject([{ record: 2, place: 3, code: 'INVALID_VALUE', value: '"1,2' }]);
    expect(decoded.outcome.problems.map((p) => p.code)).toEqual(['NO_FINAL_LINE_BREAK', 'RECORDS_REJECTED']);
  });
});

describe('how lines end', () => {
  test.each(['\n', '\r\n', '\r'])('%j', (lineEnd) => {
    const text = [HEADER, row({ technology: `"a${lineEnd}"` }), row({ record_id: '2', bytes_up: '7' }), ''];
    const decoded = decode(PLAIN, 'plain.csv', Buffer.from(`\ufeff${text.join(lineEnd)}`));
    expect(rejections(decoded)).toMatchObject([{ record: 1, place: 2, field: 'technology' }]);
    expect(recordsOf(decoded).map(({ place, bytes_up }) => [place, bytes_up])).toEqual([['4', '7']]);
    expect(decoded.outcome.problems.map((p) => p.code)).toEqual(['RECORDS_REJECTED']);
  });

  test('a CR inside a line of a file with LF is no line end', () => {
    const decoded = plain(row({ technology: 'a\rb' }), row({ record_id: '2' }));
    expect(rejections(decoded)).toMatchObject([{ record: 1, code: 'INVALID_VALUE', field: 'technology' }]);
    expect(recordsOf(decoded)).toHaveLength(1);
  });
});

describe('lines that are no records', () => {
  const source = sourceDefinition.parse({
    ...PRESETS['plain-csv'].definition,
    name: 'framed',
    carrier: 'demo',
    skipLines: '2',
    skipRows: ['#*', 'H'],
    trailer: { firstField: 'T', countField: '3' },
  });
  const file = (...lines: string[]) => Buffer.from(['Usage of "October', ',,,', HEADER, ...lines, ''].join('\n'));
  const records = [row({ record_id: '1' }), '# a remark', 'H,2026', row({ record_id: '2', imsi: '' })];

  test('are passed over, and the trailer agrees', () => {
    const decoded = decode(source, 'framed.csv', file(...records, 'T,x,2'));
    expect(decoded.outcome).toMatchObject({
      status: 'accepted',
      read: 2,
      rejected: 1,
      trailer: [{ name: 'count', expected: '2', found: '2' }],
    });
    expect(rejections(decoded)).toMatchObject([{ record: 2, place: 7 }]);
  });

  test.each([
    ['another number', ['T,x,3'], 'AUDIT_COUNT_MISMATCH'],
    ['no number', ['T'], 'AUDIT_COUNT_MISMATCH'],
    ['no trailer', [], 'TRUNCATED'],
  ])('%s quarantines the file', (_, trailer, code) => {
    const { outcome } = decode(source, 'framed.csv', file(...records, ...trailer));
    expect(outcome.status).toBe('quarantined');
    expect(outcome.problems.map((p) => p.code)).toContain(code);
  });
});

describe('several records of one line', () => {
  const source = sourceDefinition.parse({
    format: 'delimited',
    name: 'daily',
    carrier: 'demo',
    records: 'aggregates',
    identifiers: [{ kind: 'imsi', column: 'imsi' }],
    identity: ['imsi', 'day'],
    start: { column: 'day' },
    service: {
      rules: [
        { service: 'data', quantities: [{ measure: 'bytesUnsplit', column: 'mb', unit: 'MiB', fraction: 'nearest' }] },
        { service: 'sms', direction: 'mo', quantities: [{ measure: 'count', column: 'sent', unit: 'piece' }] },
        { service: 'sms', direction: 'mt', quantities: [{ measure: 'count', column: 'received', unit: 'piece' }] },
      ],
    },
  });
  const decoded = (...lines: string[]) =>
    decode(source, 'daily.csv', Buffer.from(['imsi,day,mb,sent,received', ...lines, ''].join('\n')));

  test('one for each rule whose quantities are filled, each with an identity of its own', () => {
    const found = decoded('001010000000001,2026-10-01,0.5,3,', '001010000000001,2026-10-02,,,0');
    expect(recordsOf(found).map((r) => [r.place, r.service, r.direction, r.bytes_unsplit, r.count])).toEqual([
      ['2', 'data', '', '524288', '0'],
      ['2', 'sms', 'mo', '0', '3'],
      ['3', 'sms', 'mt', '0', '0'],
    ]);
    expect(new Set(recordsOf(found).map((r) => r.fingerprint)).size).toBe(3);
  });

  test('a line without any is one rejected record', () => {
    const found = decoded('001010000000001,2026-10-01,,,');
    expect(rejections(found)).toMatchObject([{ record: 1, code: 'MISSING_VALUE', field: 'mb' }]);
  });
});

test('a second identifier is no longer than any text', () => {
  const text = [
    'record_id,start,service,imsi,msisdn,bytes',
    `1,2026-10-31T10:00:00Z,data,001010000000001,${'4'.repeat(300)},1`,
    '',
  ];
  expect(rejections(decode(PLAIN, 'x.csv', Buffer.from(text.join('\n'))))).toMatchObject([
    { code: 'TOO_LONG', field: 'msisdn' },
  ]);
});

test('an empty identity tells nothing apart', () => {
  expect(rejections(plain(row({ record_id: ' ' })))).toMatchObject([{ code: 'MISSING_VALUE', field: 'record_id' }]);
});

test('totals count what up and down do not say', () => {
  const source = sourceDefinition.parse({
    ...PRESETS['plain-csv'].definition,
    name: 'totals',
    carrier: 'demo',
    service: {
      rules: [
        {
          service: 'data',
          quantities: [
            { measure: 'bytesUp', column: 'bytes_up', unit: 'B' },
            { measure: 'bytesTotal', column: 'bytes', unit: 'B' },
          ],
        },
      ],
    },
  });
  const lines = [row({ bytes_up: '3', bytes: '10' }), row({ record_id: '2', bytes_up: '', bytes: '5' })];
  const text = [HEADER, ...lines, row({ record_id: '3', bytes_up: '9', bytes: '4' }), ''].join('\n');
  const found = recordsOf(decode(source, 'x.csv', Buffer.from(text)));
  expect(found.map((r) => [r.bytes_up, r.bytes_unsplit])).toEqual([
    ['3', '7'],
    ['0', '5'],
    ['9', '0'],
  ]);
});

test('outcomes, prefixes, slices, exponents of charges', () => {
  const source = sourceDefinition.parse({
    ...PRESETS['plain-csv'].definition,
    name: 'more',
    carrier: 'demo',
    identifiers: [
      { kind: 'imsi', column: 'imsi', prefixes: ['imsi-'] },
      { kind: 'device', column: 'apn' },
    ],
    outcome: { column: 'direction', values: { ok: 'counts', 'fail*': 'failed' } },
    direction: { column: '', values: {} },
    imei: { column: 'technology', prefixes: 'imei-' },
    slice: { sst: 'count', sd: 'other_party' },
    charge: 'seconds',
    technology: { constant: 'LTE' },
  });
  const columns = {
    direction: 'ok',
    apn: 'dev 1',
    technology: 'imei-352501100010001f',
    count: '1',
    other_party: '0000aa',
  };
  const text = [
    HEADER,
    row({ ...columns, imsi: 'imsi-001010000000001', seconds: '7.6e-05' }),
    row({ ...columns, record_id: '2', imsi: 'nai-001010000000001', direction: 'failed: busy', seconds: '' }),
    row({ ...columns, record_id: '3', direction: 'perhaps', seconds: '' }),
    '',
  ].join('\n');
  const decoded = decode(source, 'x.csv', Buffer.from(text.replaceAll(',7.6e-05,', ',7,')));
  const found = recordsOf(decoded);
  expect(found.map((r) => [r.identifier, r.imei, r.slice, r.technology, r.bytes_up, r.seconds])).toEqual([
    ['imsi#001010000000001', '352501100010001', '1-0000aa', 'LTE', '1', '7'],
    ['device#dev 1', '352501100010001', '1-0000aa', 'LTE', '0', '0'],
  ]);
  expect(rejections(decoded)).toMatchObject([
    { record: 3, field: 'direction', text: 'an outcome is one of: ok, fail*' },
  ]);
});

test('class of quality and rating group are what columns say, and part of the usage key', () => {
  const named = `${HEADER},five_qi,rating_group`;
  const lines = [`${row({ record_id: '1' })},9,100`, `${row({ record_id: '2' })},82,`, `${row({ record_id: '3' })},,`];
  const decoded = decode(PLAIN, 'plain.csv', Buffer.from([named, ...lines, ''].join('\n')));
  expect(recordsOf(decoded).map((r) => [r.five_qi, r.rating_group])).toEqual([
    ['9', '100'],
    ['82', ''],
    ['', ''],
  ]);
});

test.each([
  ['262-01', '26201'],
  ['310 410', '310410'],
  ['26201', '26201'],
  ['DEUD2', 'DEUD2'],
  ['26-201', '26-201'],
  ['', ''],
])('the network %j is %j', (network, expected) => {
  const source = sourceDefinition.parse({
    ...PRESETS['plain-csv'].definition,
    name: 'n',
    carrier: 'demo',
    network: { column: 'technology' },
  });
  const found = decode(source, 'x.csv', Buffer.from(`${HEADER}\n${row({ technology: network })}\n`));
  expect(recordsOf(found)[0]!.network).toBe(expected);
});
