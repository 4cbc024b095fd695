import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamodbDecisions } from '#shared/aws/dynamodb-decisions.ts';
import { type Decisions, LAST_SORT, type SortRange, withPrefix } from '#shared/commit-log/ports.ts';
import { memoryDecisions } from '#shared/memory/decisions.ts';
import { type CloudParts, startParts } from './cloud-parts.ts';

let parts: CloudParts;
let table: string;
beforeAll(async () => {
  parts = await startParts([]);
  table = await parts.createTable('decisions');
});
afterAll(() => parts.stop());

const whole = (more: Partial<SortRange> = {}): SortRange => ({
  from: '',
  until: LAST_SORT,
  descending: false,
  limit: Number.MAX_SAFE_INTEGER,
  ...more,
});

describe.each<[string, () => Decisions]>([
  ['in memory', memoryDecisions],
  ['in DynamoDB', () => dynamodbDecisions(parts.dynamodb, table)],
])('decisions %s', (_, open) => {
  let decisions: Decisions;
  beforeAll(() => {
    decisions = open();
  });
  const put = (partition: string, sorts: readonly string[]) =>
    Promise.all(sorts.map((sort) => decisions.putIfAbsent({ partition, sort }, sort)));
  const sortsOf = async (partition: string, range: SortRange) =>
    (await decisions.query<string>(partition, range)).map(({ sort }) => sort);

  test('of twenty racers one wins, and everyone learns its value, then and for ever', async () => {
    const key = { partition: 'race', sort: 'only' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, racer) => decisions.putIfAbsent(key, { racer, nested: [{ by: `${racer}` }] })),
    );
    const winners = answers.filter((answer) => answer.won);
    expect(winners).toHaveLength(1);
    for (const answer of answers) expect(answer.value).toEqual(winners[0]?.value);
    expect(await decisions.putIfAbsent(key, { racer: 99, nested: [] })).toEqual({
      won: false,
      value: winners[0]?.value,
    });
    expect(await decisions.get(key)).toEqual(winners[0]?.value);
  });

  test('nothing stands where nothing was put', async () => {
    expect(await decisions.get({ partition: 'nowhere', sort: 'x' })).toBeUndefined();
    expect(await decisions.query('nowhere', whole())).toEqual([]);
  });

  test('what was put does not follow the object it was put from, nor to what was read', async () => {
    const value = { list: [1] };
    await decisions.putIfAbsent({ partition: 'copy', sort: 'x' }, value);
    value.list.push(2);
    const read = await decisions.get<{ list: number[] }>({ partition: 'copy', sort: 'x' });
    read?.list.push(3);
    expect(await decisions.get({ partition: 'copy', sort: 'x' })).toEqual({ list: [1] });
  });

  test.each<[string, Partial<SortRange>, string[]]>([
    ['everything', {}, ['a', 'b', 'b1', 'c', 'd']],
    ['both ends inclusive', { from: 'b', until: 'c' }, ['b', 'b1', 'c']],
    ['one key alone', { from: 'b', until: 'b' }, ['b']],
    ['ends that are no keys', { from: 'aa', until: 'c0' }, ['b', 'b1', 'c']],
    ['descending', { from: 'b', descending: true }, ['d', 'c', 'b1', 'b']],
    ['the last one', { descending: true, limit: 1 }, ['d']],
    ['the first two', { limit: 2 }, ['a', 'b']],
    ['a range with nothing in it', { from: 'e' }, []],
    ['a prefix', withPrefix('b'), ['b', 'b1']],
  ])('a query answers %s', async (_, range, expected) => {
    await put('letters', ['d', 'b1', 'a', 'c', 'b']);
    expect(await sortsOf('letters', whole(range))).toEqual(expected);
  });

  test('keys of any script stand in the order of their bytes in UTF-8, and a prefix finds them all', async () => {
    const sorts = ['kß', 'k\u00fc', 'k\u4e2d', 'k\ufb01', 'k\uffee', 'k\u{1f680}', 'k~', 'kz'];
    await put('scripts', [...sorts].reverse());
    const inBytes = sorts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(await sortsOf('scripts', withPrefix('k'))).toEqual(inBytes);
    expect(await sortsOf('scripts', whole({ from: 'k\uffee' }))).toEqual(['k\uffee', 'k\u{1f680}']);
  });

  test('a query goes on over pages: 3 MB in thirty decisions, in order, with values whole', async () => {
    const text = (place: number) => `${place}`.padStart(3, '0').repeat(33_000);
    const places = Array.from({ length: 30 }, (_, place) => place);
    await Promise.all(
      places.map((place) =>
        decisions.putIfAbsent({ partition: 'large', sort: `${place}`.padStart(3, '0') }, text(place)),
      ),
    );
    const found = await decisions.query<string>('large', whole());
    expect(found.map(({ value }) => value)).toEqual(places.map(text));
    const last = await decisions.query<string>('large', whole({ descending: true, limit: 25 }));
    expect(last.map(({ sort }) => Number(sort))).toEqual(places.toReversed().slice(0, 25));
  });

  test('a value may have nearly 300 KB', async () => {
    const value = { text: 'ü'.repeat(140_000) };
    await decisions.putIfAbsent({ partition: 'big', sort: 'one' }, value);
    expect(await decisions.get({ partition: 'big', sort: 'one' })).toEqual(value);
  });

  test.each([
    ['partition', { partition: '', sort: 'x' }],
    ['sort key', { partition: 'x', sort: '' }],
  ])('an empty %s is refused', async (_, key) => {
    await expect(decisions.putIfAbsent(key, 1)).rejects.toThrow();
  });
});
