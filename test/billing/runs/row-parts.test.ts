import { expect, test } from 'vitest';
import { readRows, rowParts, rowWriter } from '#shared/billing/use-cases/runs/row-parts.ts';
import { memoryObjects } from '#shared/memory/objects.ts';

/** Writes rows under prefixes in turn; answers the rows of each part by its key. */
async function written(prefixes: readonly string[], rows: number): Promise<[string, number][]> {
  const objects = memoryObjects({ now: () => 0 });
  const { write, close } = rowWriter(objects, '000003');
  for (let row = 0; row < rows; row++) await write(prefixes[row % prefixes.length] as string, { row });
  await close();
  const parts: [string, number][] = [];
  for await (const { key } of objects.list('work', '')) {
    const body = new TextDecoder().decode(await objects.get('work', key));
    parts.push([key, body.trimEnd().split('\n').length]);
  }
  const found: number[] = [];
  for (const prefix of prefixes)
    for await (const each of readRows(objects, prefix)) found.push((each as { row: number }).row);
  expect(found.sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, row) => row));
  const told = await Promise.all([...prefixes].sort().map((prefix) => rowParts(objects, prefix)));
  expect(told.flat().map(({ key }) => key)).toEqual(parts.map(([key]) => key));
  return parts;
}

test('rows of one prefix lie in parts of 20,000', async () => {
  expect(await written(['a/'], 45_000)).toEqual([
    ['a/000003-000000.ndjson', 20_000],
    ['a/000003-000001.ndjson', 20_000],
    ['a/000003-000002.ndjson', 5000],
  ]);
});

test('rows of many prefixes are in memory 60,000 at a time, whatever their number', async () => {
  const prefixes = ['a/', 'b/', 'c/', 'd/', 'e/'];
  expect(await written(prefixes, 65_000)).toEqual(
    prefixes.flatMap((prefix) => [
      [`${prefix}000003-000000.ndjson`, 12_000],
      [`${prefix}000003-000001.ndjson`, 1000],
    ]),
  );
});

test('what another version of the code wrote before is not there beside what a repeat writes', async () => {
  const objects = memoryObjects({ now: () => 0 });
  for (const rows of [3, 2]) {
    const { write, close } = rowWriter(objects, '000003');
    for (let row = 0; row < rows; row++) await write('a/', { rows, row });
    await close();
  }
  const found: unknown[] = [];
  for await (const row of readRows(objects, 'a/')) found.push(row);
  expect(found).toEqual([
    { rows: 2, row: 0 },
    { rows: 2, row: 1 },
  ]);
});
