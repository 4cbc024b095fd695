import { describe, expect, test } from 'vitest';
import { sourceDefinition } from '#shared/catalog/files/source-schema.ts';
import { decode, recordsOf } from './decode.ts';

const mapping = {
  format: 'json',
  name: 'json',
  carrier: 'demo',
  identifiers: [
    { kind: 'imsi', column: 'sim.imsi' },
    { kind: 'iccid', column: 'sim.iccid' },
  ],
  optional: ['network', 'apn', 'charge', 'up', 'down', 'cells[].up', 'cells[].down', 'cells[].total'],
  identity: ['id'],
  start: { column: 'at', formats: ['iso', 'epochSeconds'] },
  service: {
    rules: [
      {
        service: 'data',
        quantities: [
          { measure: 'bytesUp', column: 'up', unit: 'MB' },
          { measure: 'bytesDown', column: 'down', unit: 'B' },
          { measure: 'bytesUp', column: 'cells[].up', unit: 'B' },
          { measure: 'bytesDown', column: 'cells[].down', unit: 'B' },
          { measure: 'bytesTotal', column: 'cells[].total', unit: 'B' },
        ],
      },
    ],
  },
  network: { column: 'network' },
  apn: 'apn',
  charge: 'charge',
};
const SOURCE = sourceDefinition.parse(mapping);
const PAGES = sourceDefinition.parse({ ...mapping, recordsAt: 'data.items' });
const record = (id: string, more = '"down":5') =>
  `{"id":"${id}","at":"2026-10-31T10:00:00Z","sim":{"imsi":"001010000000001"},${more}}`;
const read = (text: string, source = SOURCE) => decode(source, 'usage.json', Buffer.from(text));
const rejections = (decoded: ReturnType<typeof decode>) => decoded.chunks.flatMap((c) => c.rejected);
const ids = (decoded: ReturnType<typeof decode>) =>
  recordsOf(decoded).map(({ place, bytes_down }) => [place, bytes_down]);

describe('where records stand, by content', () => {
  const [a, b] = [record('a', '"down":1'), record('b', '"down":2')];
  test.each([
    ['one a line', `${a}\n${b}\n`, ['1', '2']],
    ['one a line, CR LF, blank lines, a byte order mark', `\ufeff${a}\r\n\r\n${b}\r\n`, ['1', '3']],
    ['one a line, the last without line break', `${a}\n${b}`, ['1', '2']],
    ['a list', `[${a},${b}]`, ['1', '1']],
    ['a list, one a line', `[\n${a},\n${b}\n]\n`, ['2', '3']],
    ['a list a line', `[${a}]\n[${b}]\n[]\n`, ['1', '2']],
    ['one after the other', `${a}${b}`, ['1', '1']],
    ['pretty', JSON.stringify([JSON.parse(a), JSON.parse(b)], undefined, 2), ['2', '10']],
    ['pretty objects', [a, b].map((text) => JSON.stringify(JSON.parse(text), undefined, 2)).join('\n'), ['1', '9']],
  ])('%s', (_, text, places) => {
    const decoded = read(text);
    expect(decoded.outcome).toMatchObject({ status: 'accepted', problems: [], read: 2 });
    expect(ids(decoded)).toEqual([
      [places[0], '1'],
      [places[1], '2'],
    ]);
  });

  test.each([
    ['a page', `{"meta":{"n":[1,{"items":[]}]},"data":{"n":2,"items":[${a},${b}]},"next":null}`, 2],
    ['pages', `{"data":{"items":[${a}]}}\n{"data":{"items":[${b}]}}\n`, 2],
    ['a list that is null', '{"data":{"items":null}}', 0],
    ['data that is null', '{"data":null}', 0],
    ['no such list', '{"other":{"items":[1,2]}}', 0],
    ['an empty list', '{"data":{"items":[ ]}}', 0],
  ])('in %s', (_, text, number) => {
    expect(read(text, PAGES).outcome).toMatchObject({ status: 'accepted', problems: [], read: number });
  });

  test.each([
    ['a list where pages are expected', `[${a}]`, 'data.items', PAGES],
    ['a list that is an object', '{"data":{"items":{}}}', 'data.items has to be a list', PAGES],
    ['text', 'hello', 'an object with data.items', PAGES],
    ['a cut page', `{"data":{"items":[${a}`, 'ends before', PAGES],
    ['a cut record', `{"data":{"items":[${a},{"id":`, 'inside the record', PAGES],
    ['a cut list', `[${a},`, 'ends before', SOURCE],
    ['a list with a hole', `[${a},,${b}]`, 'a value is expected', SOURCE],
    ['a list without commas', `[${a} ${b}]`, 'a comma or ]', SOURCE],
    ['a list closed by a brace', `[${a}}`, 'a comma or ]', SOURCE],
    ['nothing', '', 'no bytes', SOURCE],
    ['blanks', ' \n\n', 'nothing but blanks', SOURCE],
    ['UTF-16', '\ufeff[\u0000]', 'UTF-16', SOURCE],
    ['gzip', '\u001f\u008b\b', 'gzip', SOURCE],
    ['a list in a record that is a page', `[${record('a', '"x":[1,2')}]`, 'a comma or ]', SOURCE],
    ['an abyss', `[${'['.repeat(100)}`, 'at most 64', SOURCE],
    ['a record of two megabytes', `[{"x":"${'x'.repeat(2_000_000)}"}]`, 'more than', SOURCE],
  ])('%s quarantines the file', (_, text, says, source) => {
    const encoding = text.startsWith('\ufeff') ? 'utf16le' : text.startsWith('\u001f') ? 'latin1' : 'utf8';
    const { outcome } = decode(source, 'usage.json', Buffer.from(text, encoding));
    expect(outcome.status).toBe('quarantined');
    expect(outcome.problems[0]!.text).toContain(says);
  });
});

describe('values', () => {
  const one = (more: string) => {
    const decoded = read(`${record('a', more)}\n`);
    expect(rejections(decoded)).toEqual([]);
    return recordsOf(decoded)[0]!;
  };
  test.each([
    ['integers beyond 2^53 as identity', '"down":1,"id2":9007199254740993', { bytes_down: '1' }],
    ['an exponent', '"up":7.6e-05', { bytes_up: '76' }],
    ['a capital exponent', '"up":1.5E+2', { bytes_up: '150000000' }],
    ['a decimal', '"up":1.920875', { bytes_up: '1920875' }],
    ['a number in quotes', '"up":"0.5"', { bytes_up: '500000' }],
    ['a charge with an exponent', '"down":1,"charge":7.6e-05', { charge: '0.000076' }],
    ['escapes', '"down":1,"apn":"a\\u0062\\/c\\"d\\\\\\u00e9\\ud83d\\ude00"', { apn: 'ab/c"d\\é😀' }],
    ['UTF-8', '"down":1,"network":"Zürich, 東京"', { network: 'Zürich, 東京' }],
    ['an escaped key', '"d\\u006fwn":7', { bytes_down: '7' }],
    ['null', '"down":1,"apn":null', { apn: '' }],
    ['true', '"down":1,"apn":true', { apn: 'true' }],
    ['items', '"cells":[{"up":1,"down":2,"total":3},{"total":5},{"up":7}]', { bytes_up: '8', bytes_unsplit: '5' }],
    ['null items', '"cells":[null,{"up":1},{}]', { bytes_up: '1' }],
    ['an escape in what is not asked for', '"down":1,"note":"\\ud800 \\n"', { bytes_down: '1' }],
    ['the same key where nobody looks', '"down":1,"x":1,"x":2', { bytes_down: '1' }],
    ['a key twice in different objects', '"down":1,"other":{"down":9,"id":"z"}', { bytes_down: '1' }],
  ])('%s', (_, more, expected) => {
    expect(one(more)).toMatchObject(expected);
  });

  test('ids beyond 2^53 are told apart', () => {
    const at = '"at":1793440800,"sim":{"imsi":"001010000000001"},"down":1';
    const decoded = read(`{"id":9007199254740992,${at}}\n{"id":9007199254740993,${at}}\n{"id":9007199254740992,${at}}`);
    expect(decoded.outcome).toMatchObject({ accepted: { records: 2 }, duplicate: { records: 1 }, rejected: 0 });
  });
});

describe('a bad record never takes its neighbours along', () => {
  const nested = `${'{"a":'.repeat(70)}1${'}'.repeat(70)}`;
  const PASSABLE: [string, string, string, string][] = [
    ['a key twice', record('x', '"down":1,"down":2'), 'DUPLICATE_KEY', ''],
    ['an inner key twice', record('x', '"down":1,"sim":{"imsi":"2"}'), 'DUPLICATE_KEY', ''],
    ['an escaped key twice', record('x', '"down":1,"d\\u006fwn":2'), 'DUPLICATE_KEY', ''],
    ['NaN', record('x', '"down":NaN'), 'INVALID_JSON', 'down'],
    ['minus Infinity', record('x', '"down":-Infinity'), 'INVALID_JSON', 'down'],
    ['undefined', record('x', '"down":undefined'), 'INVALID_JSON', 'down'],
    ['Python', record('x', '"down":1,"a":None'), 'INVALID_JSON', 'a'],
    ['a leading zero', record('x', '"down":007'), 'INVALID_JSON', 'down'],
    ['a lonely point', record('x', '"down":1.'), 'INVALID_JSON', 'down'],
    ['half a surrogate pair', record('x', '"down":1,"apn":"\\ud83d"'), 'INVALID_JSON', 'apn'],
    ['the other half', record('x', '"down":1,"apn":"\\ude00x"'), 'INVALID_JSON', 'apn'],
    ['no such escape', record('x', '"down":1,"apn":"\\x41"'), 'INVALID_JSON', 'apn'],
    ['not hexadecimal', record('x', '"down":1,"apn":"\\u00zz"'), 'INVALID_JSON', 'apn'],
    ['no such escape in a key', record('x', '"down":1,"o\\uther":{"a":2}'), 'INVALID_JSON', ''],
    ['no such escape where nobody looks', record('x', '"down":1,"other":"\\u12"'), 'INVALID_JSON', 'other'],
    ['a NUL', record('x', '"down":1,"apn":"a\0b"'), 'INVALID_JSON', 'apn'],
    ['an escaped NUL', record('x', '"down":1,"apn":"a\\u0000b"'), 'INVALID_VALUE', 'apn'],
    ['a tab', record('x', '"down":1,"other":{"list":[0,"\t"]}'), 'INVALID_JSON', 'other.list[1]'],
    ['an object for a value', record('x', '"down":{"a":1}'), 'INVALID_VALUE', 'down'],
    ['a list for a value', record('x', '"down":[1]'), 'INVALID_VALUE', 'down'],
    ['a value for an object', record('x', '"down":1').replace(/\{"imsi":"\d+"\}/, '"x"'), 'INVALID_VALUE', 'sim'],
    ['an object for a list', record('x', '"cells":{"up":1}'), 'INVALID_VALUE', 'cells'],
    ['values for items', record('x', '"cells":[1]'), 'INVALID_VALUE', 'cells[0]'],
    ['no start', record('x', '"down":1').replace('"at"', '"when"'), 'MISSING_VALUE', 'at'],
    ['a start that is null', record('x', '"down":1').replace('"2026-10-31T10:00:00Z"', 'null'), 'MISSING_VALUE', 'at'],
    ['no identity', record('x', '"down":1').replace('"id"', '"name"'), 'MISSING_VALUE', 'id'],
    ['no identifier', record('x', '"down":1').replace('imsi', 'ismi'), 'NO_IDENTIFIER', 'identifier'],
    ['no quantity', record('x', '"cells":[{}]'), 'MISSING_VALUE', 'up, down, cells[].up, cells[].down, cells[].total'],
    [
      'ten thousand and one items',
      record('x', `"cells":[${'{"up":1},'.repeat(10_000)}{"up":1}]`),
      'TOO_LONG',
      'cells[10000]',
    ],
    ['a long text', record('x', `"down":1,"apn":"${'x'.repeat(257)}"`), 'TOO_LONG', 'apn'],
    ['a number', '17', 'INVALID_JSON', ''],
    ['a string', '"17"', 'INVALID_JSON', ''],
    ['null', 'null', 'INVALID_JSON', ''],
    ['a list', '[1,2]', 'INVALID_JSON', ''],
  ];
  const BREAKING: [string, string, string, string][] = [
    ['a missing brace', record('x').slice(0, -1), 'INVALID_JSON', 'down'],
    ['a missing bracket', record('x', '"cells":[1,2').slice(0, -1), 'INVALID_JSON', 'cells'],
    ['a missing quote', record('x', '"apn":"a'), 'INVALID_JSON', 'apn'],
    ['a missing comma', record('x').replace(',"at"', '"at"'), 'INVALID_JSON', 'id'],
    ['a missing colon', record('x', '"down" 5'), 'INVALID_JSON', 'down'],
    ['a trailing comma', record('x', '"down":5,'), 'INVALID_JSON', ''],
    ['a key without quotes', record('x', 'down:5'), 'INVALID_JSON', ''],
    ['single quotes', record('x', "'down':5"), 'INVALID_JSON', ''],
    ['a comment', '// hello', 'INVALID_JSON', ''],
    ['text', 'hello', 'INVALID_JSON', ''],
    ['NULs', '\0\0\0', 'INVALID_JSON', ''],
    ['too deep', record('x', `"a":${nested}`), 'INVALID_JSON', 'a'],
    ['two megabytes', record('x', `"apn":"${'x'.repeat(2_000_000)}"`), 'TOO_LONG', ''],
    ['ten megabytes of list', record('x', `"a":[${'1,'.repeat(5_000_000)}1]`), 'TOO_LONG', ''],
    ['an escape at the end of the line', `${record('x').slice(0, -1)},"a":"\\`, 'INVALID_JSON', 'a'],
  ];
  const inLines = (bad: string) => read(`${record('a', '"down":1')}\n${bad}\n${record('b', '"down":2')}\n`);

  test.each([...PASSABLE.filter(([what]) => what !== 'a list'), ...BREAKING])('%s on a line', (_, bad, code, field) => {
    const decoded = inLines(bad);
    expect(ids(decoded)).toEqual([
      ['1', '1'],
      ['3', '2'],
    ]);
    expect(rejections(decoded)).toMatchObject([{ record: 2, place: 2, code }]);
    expect(rejections(decoded)[0]!.field.startsWith(field)).toBe(true);
    expect(decoded.outcome.status).toBe('accepted');
  });

  test.each(PASSABLE)('%s in a list', (_, bad, code, field) => {
    const decoded = read(`[${record('a', '"down":1')},${bad},\n${record('b', '"down":2')}]`);
    expect(ids(decoded)).toEqual([
      ['1', '1'],
      ['2', '2'],
    ]);
    expect(rejections(decoded)).toMatchObject([{ record: 2, place: 1, code }]);
    expect(rejections(decoded)[0]!.field.startsWith(field)).toBe(true);
  });

  test('a record that is cut at the end of the file is rejected, with a warning', () => {
    const decoded = read(`${record('a')}\n${record('b').slice(0, 40)}`);
    expect(rejections(decoded)).toMatchObject([{ record: 2, place: 2, code: 'INVALID_JSON' }]);
    expect(decoded.outcome.problems.map(({ code }) => code)).toEqual(['NO_FINAL_LINE_BREAK', 'RECORDS_REJECTED']);
  });

  test('places name line, path, byte and what stood there', () => {
    const [rejected] = rejections(inLines(record('x', '"down":1,"cells":[{"up":1},{"up":NaN}]')));
    expect(rejected).toMatchObject({ place: 2, field: 'cells[1].up', value: 'NaN' });
    expect(rejected!.text).toBe('it is no JSON value (byte 185)');
  });

  test('broken lines without end are another format', () => {
    const { outcome } = read('hello\n'.repeat(2000));
    expect(outcome).toMatchObject({ status: 'quarantined', read: 1000 });
    expect(outcome.problems[0]!.text).toContain('another format');
  });

  test('behind records over several lines nobody knows where the next begins', () => {
    const pretty = JSON.stringify(JSON.parse(record('a')), undefined, 2);
    expect(read(`${pretty}\n{"id":\n${pretty}`).outcome.status).toBe('quarantined');
  });
});
