import { describe, expect, test } from 'vitest';
import { sourceDefinition } from '#shared/catalog/files/source-schema.ts';
import { type Decoded, decode, recordsOf } from './decode.ts';

const mapping = {
  format: 'json',
  name: 'json',
  carrier: 'demo',
  identifiers: [{ kind: 'imsi', column: 'imsi' }],
  optional: ['qi', 'rat', 'secs', 'cost'],
  identity: ['id'],
  start: { column: 'at' },
  service: {
    rules: [
      {
        service: 'data',
        quantities: [
          { measure: 'bytesUp', column: 'units[].used[].up', unit: 'B' },
          { measure: 'bytesDown', column: 'units[].used[].down', unit: 'B' },
          { measure: 'bytesTotal', column: 'units[].used[].total', unit: 'B' },
          { measure: 'seconds', column: 'secs', unit: 'second' },
        ],
        withoutQuantity: 'zero',
      },
    ],
  },
  charge: 'cost',
  ratingGroup: { each: 'units[].rg' },
  fiveQi: { column: 'qi', each: 'units[].used[].qos.5qi' },
  technology: { column: 'rat', each: 'units[].used[].rat' },
};
const SOURCE = sourceDefinition.parse(mapping);
const line = (id: string, more: string) =>
  `{"id":"${id}","at":"2026-10-31T10:00:00Z","imsi":"001010000000001",${more}}\n`;
const read = (...lines: string[]) => decode(SOURCE, 'x.json', Buffer.from(lines.join('')));
const told = (decoded: Decoded) =>
  recordsOf(decoded).map((r) =>
    [
      `rg ${r.rating_group}`,
      `5qi ${r.five_qi}`,
      r.technology,
      `${r.bytes_up}/${r.bytes_down}/${r.bytes_unsplit}`,
      `${r.seconds} s`,
    ].join(' '),
  );

describe('records of one request', () => {
  test.each([
    [
      'one of each rating group, whatever the order they are said in',
      '"units":[{"rg":10,"used":[{"up":1,"down":2}]},{"used":[{"total":4}],"rg":20},{"rg":10,"used":[{"up":8}]}]',
      ['rg 10 5qi   9/2/0 0 s', 'rg 20 5qi   0/0/4 0 s'],
    ],
    [
      'one of each class of quality and technology; an item that does not say has what the request says',
      '"qi":9,"rat":"NR","units":[{"rg":1,"used":[{"up":1},{"up":2,"qos":{"5qi":9},"rat":"NR"},{"up":4,"qos":{"5qi":5}},{"up":8,"rat":"EUTRA"}]}]',
      ['rg 1 5qi 9 NR 3/0/0 0 s', 'rg 1 5qi 5 NR 4/0/0 0 s', 'rg 1 5qi 9 EUTRA 8/0/0 0 s'],
    ],
    [
      'the number of a group is not that of the group before',
      '"units":[{"rg":10,"used":[{"up":1}]},{"used":[{"up":2}]},{"rg":null,"used":[{"up":4}]}]',
      ['rg 10 5qi   1/0/0 0 s', 'rg  5qi   6/0/0 0 s'],
    ],
    [
      'a total and its parts are the same octets, container by container',
      '"units":[{"rg":10,"used":[{"up":1,"down":2,"total":3},{"total":5}]}]',
      ['rg 10 5qi   1/2/5 0 s'],
    ],
    [
      'what the request says once counts once',
      '"secs":60,"units":[{"rg":10,"used":[{"up":1}]},{"rg":20,"used":[{"up":2}]}]',
      ['rg 10 5qi   1/0/0 60 s', 'rg 20 5qi   2/0/0 0 s'],
    ],
    ['a request that used nothing', '"qi":9,"units":[]', ['rg  5qi 9  0/0/0 0 s']],
    ['a group nothing was used of yet', '"units":[{"rg":10},{"rg":20,"used":[{"up":1}]}]', ['rg 20 5qi   1/0/0 0 s']],
  ])('%s', (_, more, records) => {
    const decoded = read(line('a', more));
    expect(decoded.outcome).toMatchObject({ status: 'accepted', problems: [], read: records.length, rejected: 0 });
    expect(told(decoded)).toEqual(records);
  });

  test('what is charged for the request stands with the first', () => {
    const decoded = read(line('a', '"cost":1.5,"units":[{"rg":1,"used":[{"up":1}]},{"rg":2,"used":[{"up":1}]}]'));
    expect(recordsOf(decoded).map(({ charge }) => charge)).toEqual(['1.5', '']);
  });

  test('requests of one shape are read alike, the first by its grammar and those behind by its shape', () => {
    const [first, second] = ['a', 'b'].map((id, i) =>
      line(id, `"units":[{"rg":1${i},"used":[{"up":1},{"up":2}]},{"used":[{"up":4},{"up":8}],"rg":2${i}}]`),
    );
    expect(told(read(first!, second!))).toEqual([
      ...['rg 10 5qi   3/0/0 0 s', 'rg 20 5qi   12/0/0 0 s'],
      ...['rg 11 5qi   3/0/0 0 s', 'rg 21 5qi   12/0/0 0 s'],
    ]);
  });

  test('more groups than a session has reject it', () => {
    const units = (count: number) => Array.from({ length: count }, (_, i) => `{"rg":${i},"used":[{"up":1}]}`).join();
    expect(read(line('a', `"units":[${units(256)}]`)).outcome).toMatchObject({ read: 256, rejected: 0 });
    const { chunks, outcome } = read(line('a', `"units":[${units(257)}]`), line('b', '"units":[]'));
    expect(outcome.accepted.records).toBe(1);
    expect(new Set(chunks.flatMap((c) => c.rejected).map(({ code, field }) => `${code} ${field}`))).toEqual(
      new Set(['VALUE_OUT_OF_RANGE units[].rg']),
    );
  });
});

describe('identities', () => {
  const two = '"units":[{"rg":10,"used":[{"up":1}]},{"rg":20,"used":[{"up":2}]}]';
  test('a request that is sent again is the same records, whatever the order of its groups', () => {
    const turned = '"units":[{"rg":20,"used":[{"up":2}]},{"rg":10,"used":[{"up":1}]}]';
    const { outcome } = read(line('a', two), line('a', turned));
    expect(outcome).toMatchObject({ read: 4, accepted: { records: 2 }, duplicate: { records: 2 } });
  });

  test('with one group they are what they were without any', () => {
    const { ratingGroup: _, fiveQi: __, technology: ___, ...plain } = mapping;
    const bytes = Buffer.from(line('a', '"units":[{"rg":10,"used":[{"up":1},{"up":4}]}]'));
    const [before, now] = [sourceDefinition.parse(plain), SOURCE].map((source) => decode(source, 'x.json', bytes));
    expect(recordsOf(now!)[0]!.fingerprint).toBe(recordsOf(before!)[0]!.fingerprint);
  });
});

test('a definition of before, which divides nothing, adds up as it did', () => {
  const { ratingGroup: _, fiveQi: __, ...before } = { ...mapping, technology: 'rat' };
  const bytes = Buffer.from(line('a', '"units":[{"rg":10,"used":[{"up":1}]},{"rg":20,"used":[{"up":2}]}]'));
  const source = sourceDefinition.parse({ ...before, optional: ['qi', 'rat', 'secs', 'cost'] });
  expect(told(decode(source, 'x.json', bytes))).toEqual(['rg  5qi   3/0/0 0 s']);
});
