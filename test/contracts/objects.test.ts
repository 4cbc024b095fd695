import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { s3Objects } from '#shared/aws/s3-objects.ts';
import type { ObjectSummary, Objects } from '#shared/commit-log/ports.ts';
import { memoryObjects } from '#shared/memory/objects.ts';
import { type CloudParts, startParts } from './cloud-parts.ts';

let parts: CloudParts;
beforeAll(async () => {
  parts = await startParts([]);
  for (const name of ['incoming', 'work', 'invoices']) parts.createBucket(name, true);
});
afterAll(() => parts.stop());

const now = () => Math.floor(Date.now() / 1000);
const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (body: Uint8Array | undefined) => body && new TextDecoder().decode(body);
async function collected(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const blocks: Uint8Array[] = [];
  for await (const block of stream) blocks.push(block);
  return Buffer.concat(blocks);
}
async function listed(list: AsyncIterable<ObjectSummary>): Promise<ObjectSummary[]> {
  const all: ObjectSummary[] = [];
  for await (const each of list) all.push(each);
  return all;
}

describe.each<[string, () => Objects]>([
  ['in memory', () => memoryObjects({ now })],
  ['in S3', () => s3Objects(parts.s3, { incoming: 'incoming', work: 'work', invoices: 'invoices' })],
])('objects %s', (_, open) => {
  let objects: Objects;
  beforeAll(() => {
    objects = open();
  });
  const put = (key: string, body: Uint8Array | string) => objects.put('work', key, body, 'text/plain');

  test('of twenty who put one key if absent, one does, and its bytes stay', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, racer) => objects.putIfAbsent('work', 'race', `racer ${racer}`, 'text/plain')),
    );
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(textOf(await objects.get('work', 'race'))).toBe(`racer ${answers.indexOf(true)}`);
    expect(await objects.putIfAbsent('work', 'race', 'late', 'text/plain')).toBe(false);
    expect(textOf(await objects.get('work', 'race'))).toBe(`racer ${answers.indexOf(true)}`);
  });

  test('put writes over what is there; the version before stays readable', async () => {
    await put('versions', 'one');
    const first = await objects.describe('work', 'versions', '');
    await put('versions', 'second');
    const second = await objects.describe('work', 'versions', '');
    expect(first?.versionId).not.toBe('');
    expect(second?.versionId).not.toBe(first?.versionId);
    expect([first?.bytes, second?.bytes]).toEqual([3, 6]);
    expect(textOf(await objects.get('work', 'versions'))).toBe('second');
    expect(textOf(await collected(await objects.stream('work', 'versions', first?.versionId ?? '', 0)))).toBe('one');
    expect((await objects.describe('work', 'versions', first?.versionId ?? ''))?.bytes).toBe(3);
  });

  test('stores are apart, and what is not there is nothing', async () => {
    await put('apart', 'x');
    expect(await objects.get('invoices', 'apart')).toBeUndefined();
    expect(await objects.get('work', 'none')).toBeUndefined();
    expect(await objects.describe('work', 'none', '')).toBeUndefined();
    await expect(objects.stream('work', 'none', '', 0).then(collected)).rejects.toThrow();
    expect(await listed(objects.list('work', 'nothing begins so'))).toEqual([]);
  });

  test('text and bytes come back as they went in, octet by octet', async () => {
    const body = Uint8Array.from({ length: 70_000 }, (_, at) => (at * 7) % 256);
    await put('binary', body);
    expect(await objects.get('work', 'binary')).toEqual(body);
    await put('text', 'Straße 🚀');
    expect(textOf(await objects.get('work', 'text'))).toBe('Straße 🚀');
    await put('empty', new Uint8Array());
    expect((await objects.get('work', 'empty'))?.length).toBe(0);
  });

  test.each([0, 1, 65_535, 65_536, 199_999])('a stream begins at offset %i', async (offset) => {
    const body = Uint8Array.from({ length: 200_000 }, (_, at) => (at * 31) % 251);
    await put('stream', body);
    const read = await collected(await objects.stream('work', 'stream', '', offset));
    expect(Buffer.compare(read, body.subarray(offset))).toBe(0);
  });

  test('a description says key, size, version and when it was stored', async () => {
    await objects.put('incoming', 'described/ünï code+1', bytes('12345'), 'text/plain');
    const described = await objects.describe('incoming', 'described/ünï code+1', '');
    expect(described).toMatchObject({ key: 'described/ünï code+1', bytes: 5 });
    expect(Math.abs((described?.storedAt ?? 0) - now())).toBeLessThan(10);
  });

  test("a listing has each current object once, in the order of the keys' bytes, over pages", async () => {
    const keys = ['a/2', 'a/10', 'a/1', 'a/\u{1f680}', 'a/\ufb01', 'a/ü', 'a-', 'b'];
    for (const key of keys) await objects.put('invoices', key, key, 'text/plain');
    await objects.put('invoices', 'a/1', 'a/1 again', 'text/plain');
    const found = await listed(objects.list('invoices', 'a/'));
    const expected = keys.filter((key) => key.startsWith('a/'));
    expect(found.map(({ key }) => key)).toEqual(
      expected.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
    expect(found.find(({ key }) => key === 'a/1')?.bytes).toBe(9);
  });

  test('more than a thousand objects are listed', async () => {
    const keys = Array.from({ length: 1_003 }, (_, place) => `many/${`${place}`.padStart(5, '0')}`);
    for (let at = 0; at < keys.length; at += 50) await Promise.all(keys.slice(at, at + 50).map((key) => put(key, 'x')));
    expect((await listed(objects.list('work', 'many/'))).map(({ key }) => key)).toEqual(keys);
  });
});
