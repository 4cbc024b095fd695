import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamodbProjections } from '#shared/aws/dynamodb-projections.ts';
import { LAST_SORT, type ProjectionRow, type Projections, withPrefix } from '#shared/commit-log/ports.ts';
import { memoryProjections } from '#shared/memory/decisions.ts';
import { type CloudParts, startParts } from './cloud-parts.ts';

let parts: CloudParts;
let table: string;
beforeAll(async () => {
  parts = await startParts([]);
  table = await parts.createTable('projections');
});
afterAll(() => parts.stop());

const row = (partition: string, sort: string, position: number, value: unknown): ProjectionRow<unknown> => ({
  partition,
  sort,
  position,
  value,
});
const numbered = (place: number) => `${place}`.padStart(4, '0');

describe.each<[string, () => Projections]>([
  ['in memory', memoryProjections],
  ['in DynamoDB', () => dynamodbProjections(parts.dynamodb, table)],
])('projections %s', (_, open) => {
  let projections: Projections;
  beforeAll(() => {
    projections = open();
  });

  test('batches of any size are written whole', async () => {
    const rows = Array.from({ length: 137 }, (_, place) => row('many', numbered(place), place, { place }));
    await projections.put(rows);
    expect(await projections.query('many', withPrefix(''))).toEqual(rows);
    expect(await projections.get({ partition: 'many', sort: '0077' })).toEqual(rows[77]);
    expect(await projections.get({ partition: 'many', sort: 'none' })).toBeUndefined();
  });

  test('of equal keys in one batch the last stands, also when they are far apart', async () => {
    const between = Array.from({ length: 60 }, (_, place) => row('equal', numbered(place), 1, place));
    await projections.put([row('equal', 'x', 9, 'first'), ...between, row('equal', 'x', 2, 'last')]);
    expect(await projections.get({ partition: 'equal', sort: 'x' })).toEqual(row('equal', 'x', 2, 'last'));
  });

  test('nothing is a batch too', async () => {
    await projections.put([]);
  });

  test.each([
    ['a higher', 6, true, 'new'],
    ['an equal', 5, true, 'new'],
    ['a lower', 4, false, 'old'],
    ['a much lower', 0, false, 'old'],
  ])('putNewer over position 5 by %s position', async (name, position, written, stands) => {
    await projections.putNewer(row('newer', name, 5, 'old'));
    expect(await projections.putNewer(row('newer', name, position, 'new'))).toBe(written);
    expect((await projections.get<string>({ partition: 'newer', sort: name }))?.value).toBe(stands);
  });

  test('putNewer by many at once ends at the highest position', async () => {
    const positions = [3, 9, 1, 12, 7, 12, 2, 11, 10, 4];
    await Promise.all(positions.map((position) => projections.putNewer(row('race', 'x', position, position))));
    expect(await projections.get({ partition: 'race', sort: 'x' })).toEqual(row('race', 'x', 12, 12));
  });

  test.each<[string, { from?: string; until?: string; descending?: boolean; limit?: number }, string[]]>([
    ['both ends inclusive', { from: '0001', until: '0003' }, ['0001', '0002', '0003']],
    ['the last two', { descending: true, limit: 2 }, ['0004', '0003']],
    ['none', { from: '0005' }, []],
  ])('a query answers %s', async (_, range, sorts) => {
    await projections.put([4, 0, 2, 1, 3].map((place) => row('five', numbered(place), 1, place)));
    const all = { from: '', until: LAST_SORT, descending: false, limit: Number.MAX_SAFE_INTEGER };
    const found = await projections.query('five', { ...all, ...range });
    expect(found.map(({ sort }) => sort)).toEqual(sorts);
  });

  test('a query goes on over pages of a megabyte', async () => {
    const rows = Array.from({ length: 15 }, (_, place) => row('large', numbered(place), place, 'x'.repeat(200_000)));
    await projections.put(rows);
    expect((await projections.query('large', withPrefix(''))).map(({ position }) => position)).toEqual(
      rows.map(({ position }) => position),
    );
  });
});
